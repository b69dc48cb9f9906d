"""A server's array as HTML, for notebooks: its card, and a live view of it in a frame."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import numpy as np

from shmscope.client.facts import Facts
from shmscope.publishing.card import card, layout_facts, note, preview, text

_FRAME = "width:100%;height:26em;border:0;margin-top:.4em"


def remote_card(
    array: Facts,
    base: str,
    values: np.ndarray[Any, Any] | None = None,
    problem: str | None = None,
) -> str:
    """Return an array's card.

    Args:
        array: What is known of it.
        base: Address of the server.
        values: What `peek` chose of its values, where they could be read.
        problem: Why they could not be.
    """
    page = f"{base}/arrays/{array.id}"
    glance = "" if values is None else preview(values, array.shape, array.unit)
    link = f'<div><a href="{text(page)}" target="_blank" rel="noopener">Open its page</a></div>'
    parts = [glance, note(problem) if problem else "", *map(note, _sentences(array)), link]
    return card(array.name, array.about, _facts(array), *parts, _live(page, base))


def _facts(array: Facts) -> list[tuple[str, str]]:
    facts = layout_facts(array.dtype, array.shape)
    if array.unit:
        facts.append(("unit", array.unit))
    facts.append(("health", array.level))
    if array.writes_per_s is not None:
        facts.append(("writes", f"{array.writes_per_s:.4g} /s, {array.writes} in all"))
    if array.writers:
        facts.append(("writers", ", ".join(map(_writer, array.writers))))
    return facts


def _writer(writer: dict[str, Any]) -> str:
    return f"{writer['label']} (pid {writer['pid']}, {writer['state']})"


def _sentences(array: Facts) -> list[str]:
    return [str(verdict["sentence"]) for verdict in array.row["health"]["verdicts"]]


def _live(page: str, base: str) -> str:
    """Return a live view, and what to do where the browser shows none."""
    where = urlsplit(base).hostname
    return (
        f'<iframe src="{text(page)}?embed=1" title="live view" loading="lazy" '
        f'style="{_FRAME}"></iframe>'
        "<details><summary>No live view?</summary>"
        "<p>A server shows itself only in pages that it was told of. Start it with the origin of "
        "this notebook: <code>shmscope serve --embed http://localhost:8888</code>. "
        f"Where it asks for a token, open its link once in this browser, and the notebook "
        f"under the same host name, {text(where)}.</p></details>"
    )
