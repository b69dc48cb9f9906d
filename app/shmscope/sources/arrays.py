"""Arrays that can be read, whatever they lie in: one protocol over memory and Managers."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from shmscope.errors import ShmscopeError, SourceError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.runs import plan_read
from shmscope.layout.selection import Selection, cut, parse_selection
from shmscope.sources.managers import ManagerObject
from shmscope.sources.readings import Fetched, Reading
from shmscope.sources.rooms import room_for
from shmscope.sources.segments import OpenSegment, Segment
from shmscope.sources.snapshots import Snapshot, Witness, take, take_once

AT_ONCE_COST_BYTES = 512 * 1024  # some 50 microseconds
_plan_read = lru_cache(maxsize=512)(plan_read)  # who looks once looks again


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
        plan = _plan_read(layout or self.layout, selection)
        if plan.cost_bytes > AT_ONCE_COST_BYTES or not self._witness.is_quick:
            return None
        opened = self.segment.open_at_once()
        if opened is None:
            return None
        try:
            self._check(opened)
            values, verdict = take_once(self._witness, lambda: plan.read(opened.read_into))
        finally:
            os.close(opened.fd)
        return None if verdict == "torn" else Snapshot(values, verdict, 1, time.time())

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


class ManagerArray:
    """A Manager's object: fetched whole and slowly, on a thread of its own.

    A Manager that hangs stops nobody but its own thread. The thread ends when nobody has asked for
    some seconds, and its connection with it.

    Args:
        manager: The object.
        layout: As it was when it was published.
        witness: Tells whether anybody writes.
        fastest_hz: How often it is fetched while somebody asks.
        linger_s: How long it is fetched on after the last one asked.
    """

    def __init__(
        self,
        manager: ManagerObject,
        layout: ArrayLayout,
        witness: Witness,
        *,
        fastest_hz: float = 2.0,
        linger_s: float = 3.0,
    ) -> None:
        self.layout = layout
        self.fastest_hz = fastest_hz
        self._linger_s = linger_s
        self._manager = manager
        self._witness = witness
        self._lock = threading.Lock()
        self._fetching = threading.Lock()
        self._wanted_until = 0.0
        self._thread: threading.Thread | None = None
        self._value: Snapshot | None = None
        self._error: ShmscopeError | None = None
        self._look_s = 0.0
        self._closing = threading.Event()

    @property
    def error(self) -> ShmscopeError | None:
        """What the last look met, None where it went well or nobody looked."""
        return self._error

    @property
    def cost(self) -> ReadCost:
        """Seconds a look, looks per second: none while nobody looks."""
        return ReadCost(self._look_s, self.fastest_hz if self._thread is not None else 0.0)

    def ready(self) -> bool:
        """Whether a value has been fetched; starts fetching."""
        with self._lock:
            self._wanted_until = time.monotonic() + self._linger_s
            if self._thread is None and not self._closing.is_set():
                self._thread = threading.Thread(target=self._poll, name="manager", daemon=True)
                self._thread.start()
        return self._value is not None or self._error is not None

    def look(self, selection: Selection, layout: ArrayLayout | None = None) -> Snapshot:
        """Return `selection` of the value last fetched, or fetch it where there is none.

        Raises:
            SourceError: the Manager is gone, refuses or hangs.
        """
        if not self.ready():
            self._fetch_first()
        found, error = self._value, self._error
        if error is not None:
            raise error
        if found is None:
            raise SourceError("the Manager has not answered yet")
        return replace(found, values=_cut(found.values, selection, layout))

    def look_at_once(
        self,
        selection: Selection,
        layout: ArrayLayout | None = None,
    ) -> None:
        """Return nothing: a value may have to be fetched."""

    @contextmanager
    def scan(self, layout: ArrayLayout) -> Iterator[Reading]:
        """Give the bytes of the value last fetched."""
        values = self.look(parse_selection("...", self.layout.shape)).values
        if (values.size, values.dtype) != (layout.size, layout.dtype):
            raise _changed()
        yield Fetched(values)

    def close(self) -> None:
        """End the fetching."""
        self._closing.set()

    def _poll(self) -> None:
        over = False
        while not over:
            with self._fetching:
                self._fetch()
            self._closing.wait(1 / self.fastest_hz)
            over = self._is_over()

    def _is_over(self) -> bool:
        """Whether nobody asks any more; lets go of everything where that is so."""
        with self._lock:
            if not self._closing.is_set() and time.monotonic() <= self._wanted_until:
                return False
            with self._fetching:
                self._manager.close()
            self._thread = None
            self._value = self._error = None
            return True

    def _fetch_first(self) -> None:
        """Wait for the first value, whichever thread fetches it."""
        with self._fetching:
            if self._value is None and self._error is None:
                self._fetch()

    def _fetch(self) -> None:
        started = time.perf_counter()
        try:
            found = take(self._witness, self._manager.read)
            layout = ArrayLayout.contiguous(found.values.dtype, found.values.shape)
        except ShmscopeError as error:
            self._error = error
            return
        self._look_s = (time.perf_counter() - started) / found.attempts
        self._value, self.layout, self._error = found, layout, None


def _cut(
    values: np.ndarray[Any, Any], selection: Selection, layout: ArrayLayout | None = None
) -> np.ndarray[Any, Any]:
    """Return `selection` of `values`, which may have another shape than it was made for."""
    try:
        return cut(values if layout is None else layout.seen_in(values), selection)
    except (IndexError, TypeError, ValueError):
        raise _changed() from None


def _changed() -> SourceError:
    return SourceError("the Manager's object changed its shape meanwhile; the next look is right")
