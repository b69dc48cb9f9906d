"""Arrays in Managers: fetched whole, each on a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from shmscope.errors import ShmscopeError, SourceError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.selection import Selection, cut, parse_selection
from shmscope.sources.arrays import ReadCost
from shmscope.sources.managers import ManagerObject
from shmscope.sources.readings import Fetched, Reading
from shmscope.sources.snapshots import Snapshot, Witness, take


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

    def state(self) -> None:
        """Return nothing: the value that was fetched last is older than the counters."""

    def state_at_once(self) -> None:
        """Return nothing, as `state` does."""

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
