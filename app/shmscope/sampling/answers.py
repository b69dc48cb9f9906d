"""Answers for those who ask once: values, statistics, and layouts to keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from shmscope.errors import SelectionError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.hand import LayoutRule
from shmscope.layout.lens import Lens, part_dtype, part_of
from shmscope.layout.names import ArrayId
from shmscope.layout.selection import Selection, parse_selection, parts
from shmscope.sampling.distributions import MOST_BINS
from shmscope.sampling.fitting import keep
from shmscope.sampling.kept import Origin
from shmscope.sampling.observer import Observer
from shmscope.sampling.plans import seen
from shmscope.sampling.roster import Roster, Surveys
from shmscope.sampling.scan import Opening, Scan
from shmscope.sampling.statistics import Statistics
from shmscope.sampling.trace import Trace
from shmscope.sources.readings import Noted, Reading
from shmscope.sources.snapshots import Snapshot

FULL_SCAN_BYTES = 16 << 30
FRESH_S = 0.5
_NO_LENS = Lens()


@dataclass(frozen=True, slots=True)
class Chosen:
    """Values that somebody asks for once, before they are read.

    Attributes:
        layout: Of the field that they are of; None where they are of the array itself.
        basis: The array's, which they were chosen of.
    """

    trace: Trace
    selection: Selection
    layout: ArrayLayout | None
    lens: Lens
    basis: ArrayLayout

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the values as they are seen."""
        return part_dtype((self.layout or self.trace.layout).dtype, self.lens.part)

    @property
    def size_bytes(self) -> int:
        """What all of them take."""
        return self.selection.points * self.dtype.itemsize


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
        """Copy a selection now; the arguments and errors are those of `choose` and `look`."""
        chosen = self.choose(array, select, lens, max_points)
        return chosen.trace, chosen.selection, self.look(chosen)

    def choose(
        self, array: ArrayId, select: str, lens: Lens = _NO_LENS, max_points: int | None = None
    ) -> Chosen:
        """Return what a selection is of an array, without reading it.

        Args:
            array: Of which array.
            select: numpy's basic selection, as text.
            lens: Which field and part of it, and the order of its axes.
            max_points: More elements are refused.

        Raises:
            UnknownArrayError: no array has this id.
            SelectionError: the selection does not fit.
        """
        trace = self._roster.trace(array)
        basis = trace.layout
        selection, layout = _fitted(basis, select, lens, max_points)
        return Chosen(trace, selection, layout, lens, basis)

    def holds(self, chosen: Chosen) -> bool:
        """Whether `choose` would still return the same for the same array and wish."""
        trace = self._roster.by_id.get(chosen.trace.id)
        if trace is None or trace is not chosen.trace:
            return False
        trace.hurry()
        return trace.layout is chosen.basis

    def look(self, chosen: Chosen) -> Snapshot:
        """Copy what was chosen now.

        Raises:
            SourceError: the array cannot be read now.
        """
        return self._noted(chosen, chosen.trace.source.look(chosen.selection, chosen.layout))

    def look_at_once(self, chosen: Chosen) -> Snapshot | None:
        """Do what `look` does if it takes some microseconds only, else return None.

        It never waits: an event loop may call it.

        Raises:
            SourceError: the array cannot be read now.
        """
        found = chosen.trace.source.look_at_once(chosen.selection, chosen.layout)
        return None if found is None else self._noted(chosen, found)

    def look_in_parts(self, chosen: Chosen, most_points: int) -> Iterator[tuple[Chosen, Snapshot]]:
        """Copy what was chosen part by part, in C order; nothing is held between two of them.

        Args:
            chosen: The values.
            most_points: Elements of a part.

        Raises:
            SourceError: the array cannot be read now, or any more.
        """
        for part in parts(chosen.selection, most_points):
            one = replace(chosen, selection=part)
            yield one, self.look(one)

    def _noted(self, chosen: Chosen, snapshot: Snapshot) -> Snapshot:
        chosen.trace.note_copy(snapshot)
        self._observer.note_read(snapshot.values.nbytes)
        if chosen.lens.part is None:
            return snapshot
        return replace(snapshot, values=part_of(snapshot.values, chosen.lens.part))

    def statistics(
        self, array: ArrayId, budget_bytes: int = FULL_SCAN_BYTES, bins: int = MOST_BINS
    ) -> list[Statistics]:
        """Scan an array now, as far as the budget goes.

        Args:
            array: Which array.
            budget_bytes: At most so much is read.
            bins: At most so many are in a histogram.

        Raises:
            UnknownArrayError: no array has this id.
            SourceError: the array cannot be read now.
        """
        trace = self._roster.trace(array)
        scan = Scan(trace.layout)
        scan.advance(self._noting(trace.source.scan), budget_bytes)
        return scan.summary(bins)

    def _noting(self, opening: Opening) -> Opening:
        """Have the observer told of all that is read, even if it is not read to its end."""

        @contextmanager
        def noting(layout: ArrayLayout) -> Iterator[Reading]:
            with opening(layout) as reading:
                yield Noted(reading, self._observer.note_read)

        return noting

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
