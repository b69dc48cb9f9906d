"""Rows of arrays, the plain data that the API and the stream show; see docs/stream.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from operator import is_
from types import MappingProxyType
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from shmscope.layout.array import ArrayLayout
from shmscope.layout.dtypes import format_dtype
from shmscope.sampling.changes import Changes
from shmscope.sampling.facts import WriterFacts
from shmscope.sampling.health.verdicts import Fact, Verdict, worst
from shmscope.sampling.rates import SPARKLINE_SAMPLES
from shmscope.sampling.trace import Trace
from shmscope.sources.assembly import FoundSegment
from shmscope.sources.process_facts import printable
from shmscope.sources.subjects import Subject


class Rows:
    """Builds the rows of overviews; what does not change is put together once.

    May be asked from any thread.
    """

    def __init__(self) -> None:
        self._lasting: WeakKeyDictionary[Trace, _Lasting] = WeakKeyDictionary()

    def row(self, trace: Trace, segment: FoundSegment | None = None) -> dict[str, Any]:
        """Return everything that an overview shows of one array.

        Args:
            trace: The array.
            segment: Its segment as it was last seen, where it was.
        """
        basis = (trace.subject, trace.layout, segment)
        known = self._lasting.get(trace)
        if known is None or not all(map(is_, known.basis, basis)):
            known = self._lasting[trace] = _Lasting(basis, _lasting(trace, segment))
        return known.row | _passing(trace)


class _Lasting(NamedTuple):
    """What is shown of an array as long as its subject, layout and segment are the same."""

    basis: tuple[Subject, ArrayLayout, FoundSegment | None]
    row: dict[str, Any]


def row(trace: Trace, segment: FoundSegment | None = None) -> dict[str, Any]:
    """Return everything that an overview shows of one array; see `Rows.row`."""
    return _lasting(trace, segment) | _passing(trace)


def _lasting(trace: Trace, segment: FoundSegment | None) -> dict[str, Any]:
    return {
        "id": trace.key,
        "host": trace.id.host,
        "segment": trace.id.segment,
        **_said(trace.subject),
        **laid_out(trace.layout),
        "paths": [] if segment is None else [printable(path) for path in segment.paths],
        "users": users(segment),
    }


def _passing(trace: Trace) -> dict[str, Any]:
    facts = trace.facts
    writers = facts.writers if facts is not None else ()
    ages = [w.last_write_age_s for w in writers if w.last_write_age_s is not None]
    return {
        "segment_bytes": facts.size_bytes if facts is not None else None,
        "writers": [writer(w) for w in writers],
        "writes": trace.writes,
        "writes_per_s": trace.writes_per_s,
        "changes": changes(trace.changes),
        "last_write_age_s": min(ages, default=facts.last_write_age_s if facts else None),
        "sparkline": trace.history.last(SPARKLINE_SAMPLES),
        "torn": {
            "copies": facts.torn if facts is not None else 0,
            "of": facts.copies if facts is not None else 0,
        },
        "read_cost": read_cost(trace),
        "health": health(trace.verdicts),
        "age_s": trace.age_s,
        "gone_s": trace.gone_s,
    }


def _said(subject: Subject) -> dict[str, Any]:
    """Return what is said of an array."""
    return {
        "name": subject.name,
        "mechanism": subject.mechanism,
        "provenance": subject.provenance,
        "format": subject.format,
        "why": subject.why,
        "system": subject.system,
        "segment_name": subject.segment,
        "companions": list(subject.companions),
        "unit": subject.unit,
        "labels": None if subject.labels is None else list(subject.labels),
        "about": subject.about,
    }


@lru_cache(maxsize=4096)  # of thousands of arrays, twice a second: numpy's names of dtypes are slow
def laid_out(layout: ArrayLayout) -> Mapping[str, Any]:
    """Return how an array lies in its segment."""
    return MappingProxyType(
        {
            "dtype": str(layout.dtype) if layout.dtype.names is None else "records",
            "dtype_spec": format_dtype(layout.dtype),
            "shape": list(layout.shape),
            "strides": list(layout.strides),
            "offset": layout.offset,
            "size_bytes": layout.size_bytes,
        }
    )


def users(segment: FoundSegment | None) -> dict[str, int] | None:
    """Return how many processes use a segment, and how; None where that is unknown."""
    if segment is None or segment.uses is None:
        return None
    ways = Counter(use.mapped or "open" for use in segment.uses)
    return {"rw": ways["rw"], "r": ways["r"], "open": ways["open"]}


def changes(found: Changes | None) -> dict[str, Any] | None:
    """Return what was seen by looking, None where writes are counted."""
    if found is None:
        return None
    return {
        "per_s": found.per_s,
        "looks_per_s": found.looks_per_s,
        "burst_looks_per_s": found.burst_looks_per_s,
        "elements": found.elements,
        "elements_per_s": found.elements_per_s,
        "compared": found.compared,
        "coverage": found.coverage,
        "last_change_age_s": found.last_change_age_s,
    }


def writer(facts: WriterFacts) -> dict[str, Any]:
    """Return one writer."""
    return {
        "slot": facts.slot,
        "pid": facts.pid,
        "thread": facts.thread,
        "label": facts.label,
        "state": facts.state,
        "writes": facts.writes,
        "writes_per_s": facts.writes_per_s,
        "last_write_age_s": facts.last_write_age_s,
        "in_write": facts.in_write,
    }


def read_cost(trace: Trace) -> dict[str, float] | None:
    """Return what reading costs the program, None where it costs nothing."""
    cost = trace.source.cost
    if cost is None:
        return None
    return {"look_s": cost.look_s, "looks_per_s": cost.looks_per_s, "share": cost.share}


def _legible(fact: Fact) -> Fact:
    return printable(fact) if isinstance(fact, str) else fact


def health(verdicts: list[Verdict]) -> dict[str, Any]:
    """Return the level and every verdict, the worst first."""
    return {
        "level": worst(verdicts),
        "verdicts": [
            {
                "rule": v.rule,
                "level": v.level,
                "sentence": printable(v.sentence),
                "since_s": v.since_s,
                "remedy": v.remedy,
                "sure": v.sure,
                "facts": {key: _legible(fact) for key, fact in v.facts.items()},
            }
            for v in verdicts
        ],
    }
