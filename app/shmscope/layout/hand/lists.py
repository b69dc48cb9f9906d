"""Lists as text: integers as people write shapes, and lists in JSON or in Python's form."""

from __future__ import annotations

import json
import re
import reprlib
from typing import Any, Final

from shmscope.errors import LayoutError
from shmscope.layout.formats.literal import MOST_CHARS, parse_literal

MAX_LIST_CHARS: Final = MOST_CHARS
_INTEGER = re.compile(r"-?[0-9]{1,1000}")
_BETWEEN = re.compile(r"[,x×]")
_CLOSING: Final = {"(": ")", "[": "]"}


def parse_list(text: str, field: str) -> list[Any]:
    """Return the list that `text` is, in JSON or as Python writes lists and tuples.

    Raises:
        LayoutError: it is none, or is longer than 64 Ki characters.
    """
    try:
        found = _parse_json(text) or parse_literal(text)
    except ValueError as error:
        shown = reprlib.repr(text)
        raise LayoutError(
            f"{field}: {shown} is no list: {error}", value=shown, field=field
        ) from None
    return found if isinstance(found, list) else [found]


def _parse_json(text: str) -> list[Any] | None:
    if len(text) > MAX_LIST_CHARS:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) else None


def parse_integers(text: str, field: str) -> list[int]:
    """Return the integers of ``4,1024``, ``(4, 1024)``, ``4x1024`` or ``[]``.

    Raises:
        LayoutError: it is something else.
    """
    inner = _without_brackets(text.strip())
    parts = [part.strip() for part in _BETWEEN.split(inner.rstrip().removesuffix(","))]
    if parts == [""] and inner != text.strip():
        return []
    for part in parts:
        if not _INTEGER.fullmatch(part):
            shown = reprlib.repr(part)
            raise LayoutError(
                f"{field}: {shown} is no integer; 4,1024 or (4, 1024) is expected",
                value=shown,
                field=field,
            )
    return [int(part) for part in parts]


def _without_brackets(text: str) -> str:
    closing = _CLOSING.get(text[:1])
    return text[1:-1] if closing is not None and text.endswith(closing) else text
