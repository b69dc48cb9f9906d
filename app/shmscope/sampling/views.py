"""A selection that somebody looks at: fitted to the layout, copied, and made ready to send."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from shmscope.errors import LayoutError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.dtypes import format_dtype, kind_of
from shmscope.layout.hand import LayoutRule
from shmscope.layout.lens import Against, Part
from shmscope.layout.names import ArrayId
from shmscope.layout.selection import AxisSelection, Selection
from shmscope.sampling.columns import as_column, as_columns, describe_fields
from shmscope.sampling.exposures import Exposure, Gathered, expose
from shmscope.sampling.plans import ViewPlan, make_plan
from shmscope.sampling.references import Reference, References
from shmscope.sampling.sharing import Sharing
from shmscope.sampling.topics import ValuesTopic
from shmscope.sampling.trace import Trace
from shmscope.sources.arrays import ArraySource, MemoryArray
from shmscope.sources.snapshots import Snapshot
from shmscope.sources.subjects import Subject


class View:
    """What one values topic shows, however many watch it.

    Args:
        topic: What somebody asks for.
        references: Finds what is subtracted.
        spell: Of demand, in which it was first asked for.
    """

    def __init__(
        self, topic: ValuesTopic, references: References, spell: int | None = None
    ) -> None:
        self.topic = topic
        self.spell = spell
        self.trouble: str | None = None  # the error last delivered
        self.schema: dict[str, Any] | None = None
        self._references = references
        self._basis: tuple[ArrayLayout, ArrayLayout | None] | None = None
        self._plan: ViewPlan | None = None
        self._gathered: Gathered | None = None

    def ready(self, trace: Trace) -> bool:
        """Whether all that is read can be read without waiting.

        Raises:
            ShmscopeError: what is to be subtracted is not there.
        """
        reference = self._reference()
        return trace.source.ready() and (reference is None or reference.ready())

    def resolve(self, trace: Trace) -> dict[str, Any] | None:
        """Fit the topic to the array's layout; return a schema where that has changed.

        Raises:
            LayoutError: the layout that was asked for does not fit the segment.
            SelectionError: the selection does not fit, or what else was asked for.
            UnknownArrayError: there is no array like that to be subtracted.
            UnknownCopyError: nor such a copy.
        """
        layout, reference = self._source(trace).layout, self._reference()
        basis = layout, None if reference is None else reference.layout
        if basis == self._basis:
            return None
        plan = make_plan(self.topic, layout, reference)
        self._gathered = None if plan.is_whole else Gathered(plan)
        self._plan, self._basis = plan, basis
        words: Subject | LayoutRule = self.topic.layout or trace.subject
        self.schema = schema(trace.id, self.topic, plan, words, len(layout.shape))
        return self.schema

    def look(self, trace: Trace, sharing: Sharing | None = None) -> tuple[int, dict[str, Any]]:
        """Copy what is looked at and return how many bytes that were, and the frame.

        `resolve` comes first.

        Args:
            trace: The array.
            sharing: Copies that others have made, or will look for.

        Raises:
            SourceError: the array cannot be read now.
        """
        plan, source, reference = self._plan, self._source(trace), self._reference()
        assert plan is not None
        copies = sharing if sharing is not None and self._gathered is None else Sharing()
        is_field = self.topic.lens.field is not None
        layouts = (plan.layout, plan.reference_layout) if is_field else (None, None)

        def look(selection: Selection) -> tuple[Snapshot, Snapshot | None]:
            straight = selection.ordered(None)  # turned round as a view: reading so would be slow
            key = trace.id, self.topic.layout, plan.layout, straight
            found = _turned(copies.look(key, lambda: source.look(straight, layouts[0])), selection)
            if reference is None:
                return found, None
            return found, _turned(reference.look(straight, layouts[1]), selection)

        exposure = expose(plan, look) if self._gathered is None else self._gathered.expose(look)
        taking = exposure.taking
        own = Snapshot(exposure.values, taking.own, taking.attempts, taking.taken_unix_s)
        trace.note_copy(own)
        return taking.read_bytes - copies.take_shared_bytes(), frame(exposure, plan)

    def _reference(self) -> Reference | None:
        """Return what is subtracted, if anything is."""
        against = self.topic.lens.against
        return None if against is None else self._references.get(self.topic.array, against)

    def _source(self, trace: Trace) -> ArraySource:
        """Return what to read: the array, or its memory as the topic wants to see it."""
        rule = self.topic.layout
        return trace.source if rule is None else seen_as(trace, rule)


def _turned(snapshot: Snapshot, selection: Selection) -> Snapshot:
    """Return a copy with its axes in the order of a selection."""
    if selection.order is None:
        return snapshot
    return replace(snapshot, values=snapshot.values.transpose(selection.order))


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
    array: ArrayId,
    topic: ValuesTopic,
    plan: ViewPlan,
    words: Subject | LayoutRule,
    dimensions: int,
) -> dict[str, Any]:
    """Return what the frames of a plan hold.

    Args:
        array: Its id.
        topic: What was asked for.
        plan: What that comes to.
        words: Have unit and labels.
        dimensions: Of the array; a field may have more axes.
    """
    shape = plan.layout.shape
    labelled = words.labels is not None and len(shape) == dimensions
    return {
        "array": str(array),
        "dtype": format_dtype(plan.dtype),
        "shape": list(shape),
        "select": str(plan.sent),
        "axes": _axes(plan.sent),
        "selected": _axes(plan.chosen),
        "window": [list(places) for places in plan.window],
        "reduced": None if plan.factors is None else list(plan.factors),
        "how": plan.how,
        "thinned": _thinned(plan),
        "order": None if topic.lens.order is None else list(topic.lens.order),
        "field": topic.lens.field,
        "part": topic.lens.part,
        "against": _said(topic.lens.against),
        "kind": kind_of(plan.dtype),
        "fields": describe_fields(plan.dtype),
        "unit": _unit(words.unit, plan.part),
        "labels": list(words.labels or ()) if labelled else None,
    }


def _axes(selection: Selection) -> list[dict[str, int]]:
    return [_axis(axis) for axis in selection.kept]


def _axis(axis: AxisSelection) -> dict[str, int]:
    return {"axis": axis.axis, "start": axis.start, "step": axis.step, "count": axis.count}


def _thinned(plan: ViewPlan) -> int | None:
    k = math.prod(plan.strides_within)
    return k if k > 1 else None


def _said(against: Against | None) -> dict[str, Any] | None:
    if against is None:
        return None
    return {"array": str(against)} if isinstance(against, ArrayId) else {"copy": against}


def _unit(unit: str | None, part: Part | None) -> str | None:
    return "rad" if part == "phase" else unit


def frame(exposure: Exposure, plan: ViewPlan) -> dict[str, Any]:
    """Return an exposure as the stream carries it."""
    values, taking = exposure.values, exposure.taking
    content: dict[str, Any] = (
        {"values": as_column(values)}
        if values.dtype.names is None
        else {"columns": as_columns(values)}
    )
    return {
        "taken_unix_s": taking.taken_unix_s,
        "verdict": taking.verdict,
        "attempts": taking.attempts,
        "coverage": exposure.coverage,
        "difference": _difference(exposure, plan),
        "shape": list(values.shape),
        **content,
    }


def _difference(exposure: Exposure, plan: ViewPlan) -> dict[str, Any] | None:
    """Return what is known of the difference, with indices in the array."""
    if exposure.tally is None:
        return None
    found = exposure.tally.summary()
    for where in ("at", "first"):
        if found[where] is not None:
            axes = zip(plan.windowed.kept, found[where], strict=True)
            found[where] = [axis.start + place * axis.step for axis, place in axes]
    return found
