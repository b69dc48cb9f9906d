"""How arrays are called in metrics.

A label's values must be few and harmless, for whoever collects them keeps a series for each: at
most 500 arrays are told of one by one, those first that somebody named, then the largest. The rest
is told as one, called `_other`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from shmscope.sampling.trace import Trace
from shmscope.sources.process_facts import printable

MOST_ARRAYS: Final = 500
MOST_CHARS: Final = 120
OTHER: Final = "_other"
NAMED: Final = ("published", "configured")

Labels: TypeAlias = tuple[str, ...]
Groups: TypeAlias = Mapping[Labels, list[Trace]]


def group(traces: Iterable[Trace]) -> Groups:
    """Return arrays by their labels; those beyond the limit, or of equal labels, together."""
    groups: dict[Labels, list[Trace]] = {}
    for trace in sorted(traces, key=_rank):
        labels = clean(trace.id.name), clean(trace.id.segment)
        if labels not in groups and len(groups) >= MOST_ARRAYS:
            labels = OTHER, OTHER
        groups.setdefault(labels, []).append(trace)
    return groups


def _rank(trace: Trace) -> tuple[bool, int, str]:
    return trace.subject.provenance not in NAMED, -trace.layout.size_bytes, str(trace.id)


def clean(text: str) -> str:
    """Return a text as a label may have it."""
    shown = printable(text)
    return shown if len(shown) <= MOST_CHARS else shown[: MOST_CHARS - 1] + "…"
