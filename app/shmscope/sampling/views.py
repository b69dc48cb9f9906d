"""A selection that somebody looks at: fitted to the layout, copied, and made ready to send."""

from __future__ import annotations

from typing import Any

from shmscope.errors import LayoutError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.dtypes import format_dtype, kind_of
from shmscope.layout.hand import LayoutRule
from shmscope.layout.runs import plan_read
from shmscope.layout.selection import Selection, parse_selection
from shmscope.sampling.columns import as_column, as_columns, describe_fields
from shmscope.sampling.topics import ValuesTopic
from shmscope.sampling.trace import Trace
from shmscope.sources.arrays import ArraySource, MemoryArray
from shmscope.sources.snapshots import Snapshot
from shmscope.sources.subjects import Subject

MOST_BYTES = 64 << 20
MOST_COST_BYTES = 128 << 20


class View:
    """What one values topic shows, however many watch it."""

    def __init__(self, topic: ValuesTopic, spell: int | None = None) -> None:
        self.topic = topic
        self.spell = spell
        self.due_s = 0.0
        self.rate_hz = 0.0
        self.trouble: str | None = None  # the error last delivered
        self.schema: dict[str, Any] | None = None
        self._layout: ArrayLayout | None = None
        self._selection = Selection(())

    def hurry(self, rate_hz: float, now_s: float) -> None:
        """Be due earlier where somebody asks for a faster rate than before."""
        if rate_hz > self.rate_hz:
            self.due_s = min(self.due_s, now_s + 1 / rate_hz)
        self.rate_hz = rate_hz

    def resolve(self, trace: Trace) -> dict[str, Any] | None:
        """Fit the selection to the array's layout; return a schema where that has changed.

        Raises:
            LayoutError: the layout that was asked for does not fit the segment.
            SelectionError: the selection does not fit.
        """
        layout = self._source(trace).layout
        if layout == self._layout:
            return None
        asked = parse_selection(self.topic.select, layout.shape)
        most = min(self.topic.max_points, MOST_BYTES // layout.dtype.itemsize)
        self._selection, reduced = asked.reduced(most)
        while plan_read(layout, self._selection).cost_bytes > MOST_COST_BYTES:
            most = most * 3 // 4  # a thin selection of a huge array: every run is a system call
            self._selection, reduced = asked.reduced(most)
        self._layout = layout
        words: Subject | LayoutRule = self.topic.layout or trace.subject
        self.schema = schema(trace, layout, words, self._selection, reduced)
        return self.schema

    def look(self, trace: Trace) -> tuple[Snapshot, dict[str, Any]]:
        """Copy the selection and return the copy and its frame; `resolve` comes first.

        Raises:
            SourceError: the array cannot be read now.
        """
        snapshot = self._source(trace).look(self._selection)
        trace.note_copy(snapshot)
        return snapshot, frame(snapshot)

    def _source(self, trace: Trace) -> ArraySource:
        """Return what to read: the array, or its memory as the topic wants to see it."""
        rule = self.topic.layout
        return trace.source if rule is None else seen_as(trace, rule)


def seen_as(trace: Trace, rule: LayoutRule) -> MemoryArray:
    """Return an array's memory as a layout by hand makes it.

    Raises:
        LayoutError: the layout does not fit the segment, or there is no segment.
        SourceError: the segment cannot be read now.
    """
    source = trace.source
    if not isinstance(source, MemoryArray):
        raise LayoutError(
            f"{trace.subject.name} is an object of a Manager: it has no bytes to be seen otherwise",
            value=trace.subject.mechanism,
            field="layout",
        )
    with source.opened() as opened:
        layout = rule.resolve(opened.size_bytes)
        layout.check_fits(opened.size_bytes)
    return source.seen_as(layout)


def schema(
    trace: Trace,
    layout: ArrayLayout,
    words: Subject | LayoutRule,
    selection: Selection,
    reduced: tuple[int, ...] | None,
) -> dict[str, Any]:
    """Return what the frames of a selection hold; `words` has unit and labels."""
    return {
        "array": str(trace.id),
        "dtype": format_dtype(layout.dtype),
        "shape": list(layout.shape),
        "select": str(selection),
        "axes": [
            {"axis": a.axis, "start": a.start, "step": a.step, "count": a.count}
            for a in selection.kept
        ],
        "reduced": None if reduced is None else list(reduced),
        "kind": kind_of(layout.dtype),
        "fields": describe_fields(layout.dtype),
        "unit": words.unit,
        "labels": None if words.labels is None else list(words.labels),
    }


def frame(snapshot: Snapshot) -> dict[str, Any]:
    """Return a copy as the stream carries it."""
    values = snapshot.values
    content: dict[str, Any] = (
        {"values": as_column(values)}
        if values.dtype.names is None
        else {"columns": as_columns(values)}
    )
    return {
        "taken_unix_s": snapshot.taken_unix_s,
        "verdict": snapshot.verdict,
        "attempts": snapshot.attempts,
        "shape": list(values.shape),
        **content,
    }
