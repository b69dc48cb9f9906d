"""Arrays that can be read, whatever they lie in: one protocol, and those that lie in memory."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from shmscope.layout.array import ArrayLayout
from shmscope.layout.runs import plan_read
from shmscope.layout.selection import Selection
from shmscope.sources.readings import Reading
from shmscope.sources.rooms import room_for
from shmscope.sources.segments import OpenSegment, Segment
from shmscope.sources.small_copies import plan_small
from shmscope.sources.snapshots import Snapshot, Witness, take, take_once


@dataclass(frozen=True, slots=True)
class ReadCost:
    """What reading costs the program that is read.

    Attributes:
        look_s: Seconds that one look takes of a Manager's time.
        looks_per_s: How often it is looked at now.
    """

    look_s: float
    looks_per_s: float

    @property
    def share(self) -> float:
        """Part of the Manager's time that goes into being read."""
        return min(self.look_s * self.looks_per_s, 1.0)


class ArraySource(Protocol):
    """Something that an array can be read from."""

    @property
    def layout(self) -> ArrayLayout:
        """What is known of the array by now; a Manager's list may grow."""

    @property
    def fastest_hz(self) -> float:
        """How often it may be looked at."""

    @property
    def cost(self) -> ReadCost | None:
        """What reading costs the program, or None where it costs nothing."""

    def look(self, selection: Selection, layout: ArrayLayout | None = None) -> Snapshot:
        """Return a copy of `selection`, C-contiguous, of shape `selection.shape`.

        Args:
            selection: What to copy.
            layout: What it is a selection of: the array itself, or a part of it such as a field.

        Raises:
            SourceError: it cannot be read now.
        """

    def look_at_once(
        self, selection: Selection, layout: ArrayLayout | None = None
    ) -> Snapshot | None:
        """Return what `look` does if it takes some microseconds only, else None.

        It never waits, not for a second copy either: an event loop may call it.

        Raises:
            SourceError: it cannot be read now.
        """

    def state(self) -> bytes | None:
        """Return what stands for the writes by now, as `Snapshot.state` does, without a copy.

        None while a write goes on, where nobody counts, and where the memory is not all there.

        Raises:
            SourceError: it cannot be read now.
        """

    def state_at_once(self) -> bytes | None:
        """Return what `state` does if it takes some microseconds only, else None.

        Raises:
            SourceError: it cannot be read now.
        """

    def scan(self, layout: ArrayLayout) -> AbstractContextManager[Reading]:
        """Open the array to be read block by block, without asking whether anybody writes.

        Args:
            layout: What it is taken for: the array itself, its axes in any order.

        Raises:
            SourceError: it cannot be read now.
        """

    def ready(self) -> bool:
        """Whether `look` has something to return without waiting; asks for it where it has not."""

    def close(self) -> None:
        """Let go of whatever is held."""


class MemoryArray:
    """An array in a segment: read where it lies, as much as is asked for.

    Args:
        segment: Where it lies.
        layout: How.
        owner: User id of whoever says so, who must be one that may; None where nobody is believed
            but the bytes themselves or the user of this program.
        witness: Tells whether anybody writes.
    """

    fastest_hz = 60.0
    cost = None

    def __init__(
        self, segment: Segment, layout: ArrayLayout, owner: int | None, witness: Witness
    ) -> None:
        self.segment = segment
        self.layout = layout
        self._owner = owner
        self._witness = witness

    def look(self, selection: Selection, layout: ArrayLayout | None = None) -> Snapshot:
        """Copy `selection` out of the segment.

        Raises:
            SourceGoneError: nobody holds the segment any more.
            SourceForbiddenError: it belongs to another user than its control block.
            SourceTruncatedError: it is shorter than the layout says.
        """
        plan = plan_read(layout or self.layout, selection)
        with self.opened() as opened:
            return take(
                self._witness,
                lambda: plan.read(opened.read_into, room_for(plan.shape, plan.dtype)),
            )

    def look_at_once(
        self, selection: Selection, layout: ArrayLayout | None = None
    ) -> Snapshot | None:
        """Copy `selection` if it is small, lies in /dev/shm, and is found whole at first.

        Raises:
            SourceForbiddenError: it belongs to another user than its control block.
            SourceTruncatedError: it is shorter than the layout says.
        """
        small = plan_small(layout or self.layout, selection)
        if small is None or not self._witness.is_quick:
            return None
        opened = self.segment.open_at_once()
        if opened is None:
            return None
        try:
            self._check(opened)
            values, verdict, state = take_once(self._witness, lambda: small.make(opened))
        finally:
            os.close(opened.fd)
        return None if verdict == "torn" else Snapshot(values, verdict, 1, time.time(), state)

    def state(self) -> bytes | None:
        """Return what stands for the writes by now.

        Raises:
            SourceGoneError: nobody holds the segment any more.
            SourceForbiddenError: it belongs to another user than its control block.
        """
        with self.opened() as opened:
            return self._state(opened)

    def state_at_once(self) -> bytes | None:
        """Return what stands for the writes by now, if the segment lies in /dev/shm.

        Raises:
            SourceForbiddenError: it belongs to another user than its control block.
        """
        opened = self.segment.open_at_once() if self._witness.is_quick else None
        if opened is None:
            return None
        try:
            self._check(opened)
            return self._state(opened)
        finally:
            os.close(opened.fd)

    def _state(self, opened: OpenSegment) -> bytes | None:
        if opened.size_bytes < self.layout.extent[1]:
            return None
        return self._witness.state(self._witness.read())

    def scan(
        self,
        layout: ArrayLayout,  # noqa: ARG002 - as the protocol has it
    ) -> AbstractContextManager[Reading]:
        """Open the segment for one look, in which it is read as it is: for statistics."""
        return self.opened()

    @contextmanager
    def opened(self) -> Iterator[OpenSegment]:
        """Open the segment for one look.

        Raises:
            SourceGoneError: nobody holds the segment any more.
            SourceForbiddenError: it belongs to another user than its control block.
        """
        with self.segment.opened() as opened:
            self._check(opened)
            yield opened

    def _check(self, opened: OpenSegment) -> None:
        if self._owner is not None:
            opened.check_owner(self._owner)

    def seen_as(self, layout: ArrayLayout) -> MemoryArray:
        """Return the same memory as another array."""
        return MemoryArray(self.segment, layout, self._owner, self._witness)

    def ready(self) -> bool:
        """Return True: memory can always be read."""
        return True

    def close(self) -> None:
        """Do nothing: no descriptor is held."""
