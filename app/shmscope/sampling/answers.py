"""Answers for those who ask once: values, statistics, and layouts to keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

from shmscope.errors import SelectionError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.hand import LayoutRule
from shmscope.layout.lens import Lens, Part, part_of
from shmscope.layout.names import ArrayId
from shmscope.layout.selection import Selection, parse_selection
from shmscope.sampling.fitting import keep
from shmscope.sampling.kept import Origin
from shmscope.sampling.observer import Observer
from shmscope.sampling.plans import seen
from shmscope.sampling.roster import Roster, Surveys
from shmscope.sampling.scan import Scan
from shmscope.sampling.statistics import Statistics
from shmscope.sampling.trace import Trace
from shmscope.sources.snapshots import Snapshot

FULL_SCAN_BYTES = 16 << 30
FRESH_S = 0.5
_NO_LENS = Lens()


class Settle(Protocol):
    """Waits until something is known to the sampler."""

    def __call__(self, known: Callable[[], bool], timeout_s: float) -> None:
        """Have a tick come at once and wait until `known`, but no longer than `timeout_s`."""


class Answers:
    """Answers from any thread.

    Args:
        roster: The arrays.
        observer: Told what was read.
        surveys: Find what nobody published, or None.
        settle: Waits for the sampler's next tick.
    """

    def __init__(
        self, roster: Roster, observer: Observer, surveys: Surveys | None, settle: Settle
    ) -> None:
        self._roster = roster
        self._observer = observer
        self._surveys = surveys
        self._settle = settle

    def values(
        self, array: ArrayId, select: str, lens: Lens = _NO_LENS, max_points: int | None = None
    ) -> tuple[Trace, Selection, Snapshot]:
        """Copy a selection now.

        Args:
            array: Of which array.
            select: numpy's basic selection, as text.
            lens: Which field and part of it, and the order of its axes.
            max_points: More elements are refused.

        Raises:
            UnknownArrayError: no array has this id.
            SelectionError: the selection does not fit.
            SourceError: the array cannot be read now.
        """
        trace = self._roster.trace(array)
        selection, layout = _fitted(trace.layout, select, lens, max_points)
        found = trace.source.look(selection, layout)
        return trace, selection, self._noted(trace, found, lens.part)

    def values_at_once(
        self, array: ArrayId, select: str, lens: Lens, max_points: int, most_points: int
    ) -> tuple[Selection, Snapshot] | None:
        """Do what `values` does if it takes some microseconds only, else return None.

        It never waits: an event loop may call it.

        Args:
            array: Of which array.
            select: numpy's basic selection, as text.
            lens: Which field and part of it, and the order of its axes.
            max_points: More elements are refused.
            most_points: Of more elements, None is returned.

        Raises:
            ShmscopeError: as `values` does.
        """
        trace = self._roster.trace(array)
        selection, layout = _fitted(trace.layout, select, lens, max_points)
        if selection.points > most_points:
            return None
        found = trace.source.look_at_once(selection, layout)
        return None if found is None else (selection, self._noted(trace, found, lens.part))

    def _noted(self, trace: Trace, snapshot: Snapshot, part: Part | None) -> Snapshot:
        trace.note_copy(snapshot)
        self._observer.note_read(snapshot.values.nbytes)
        if part is None:
            return snapshot
        return replace(snapshot, values=part_of(snapshot.values, part))

    def statistics(self, array: ArrayId, budget_bytes: int = FULL_SCAN_BYTES) -> list[Statistics]:
        """Scan an array now, as far as the budget goes.

        Raises:
            UnknownArrayError: no array has this id.
            SourceError: the array cannot be read now.
        """
        trace = self._roster.trace(array)
        scan = Scan(trace.layout)
        self._observer.note_read(scan.advance(trace.source.scan, budget_bytes))
        return scan.summary()

    def keep_layout(
        self, array: ArrayId, rule: LayoutRule, origin: Origin, timeout_s: float = 2.0
    ) -> None:
        """Have an array seen as `rule` says, and wait until it is, but no longer than that.

        Raises:
            UnknownArrayError: no array has this id.
            LayoutError: the layout does not fit, or its program publishes the array.
        """
        keep(self._roster.kept, self._roster.trace(array), rule, origin)
        self._settle(self._roster.is_up_to_date, timeout_s)

    def forget_layout(self, array: ArrayId, timeout_s: float = 2.0) -> None:
        """Have an array seen as before, and wait until it is, but no longer than that.

        Raises:
            UnknownArrayError: no array has this id.
        """
        self._roster.trace(array)
        self._roster.kept.forget(array)
        self._settle(self._roster.is_up_to_date, timeout_s)

    def freshen(self, timeout_s: float = 2.0) -> None:
        """Wait until what is known is at most half a second old, but no longer than so."""
        if self._surveys is not None:
            self._surveys.wait_fresh(FRESH_S, timeout_s)
            self._roster.ask()
            self._settle(self._roster.is_fresh, timeout_s)


@lru_cache(maxsize=512)  # who asks once asks again
def _fitted(
    array: ArrayLayout, select: str, lens: Lens, max_points: int | None
) -> tuple[Selection, ArrayLayout | None]:
    """Return what is selected of an array, and the layout of the field where it is of one."""
    layout, _ = seen(array, lens)
    selection = parse_selection(select, layout.shape).ordered(lens.order)
    if max_points is not None and selection.points > max_points:
        raise SelectionError(
            f"the selection {select!r} has {selection.points} elements, "
            f"more than max_points={max_points}",
            value=selection.points,
            limit=max_points,
        )
    return selection, layout if lens.field is not None else None
