"""A segment in memory on a clock of its own, with a writer that keeps its time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from tests.sampling.stepping import Clock

from shmscope.layout.array import ArrayLayout
from shmscope.layout.runs import ReadInto
from shmscope.sampling.changes import Changes, ChangeWatch

READ_S = 2e-6  # what a read costs: the clock moves on
LATE_S = 0.0004  # how late a thread wakes
START_S = 1000.0

Writes = Callable[[float], int]  # seconds since the start -> writes done
Store = Callable[[np.ndarray[tuple[int], np.dtype[np.uint32]], int], None]


def steady(per_s: float) -> Writes:
    return lambda elapsed_s: int((elapsed_s + 0.0037) * per_s)


def write_whole(array: np.ndarray[tuple[int], np.dtype[np.uint32]], writes: int) -> None:
    array[:] = writes


@dataclass
class Simulation:
    """An array of 32-bit integers that is written as time goes by, and a watch of it.

    Attributes:
        writes: How many writes are done by when.
        store: Makes the array as it is after so many writes.
        fault: What reading raises, if anything.
        reads: Offset and size of every read.
        shown: What was shown at every half second.
        latest: What the sparkline got at every half second.
    """

    size: int
    writes: Writes
    store: Store = write_whole
    fault: Exception | None = None
    reads: list[tuple[int, int]] = field(default_factory=list)
    shown: list[Changes] = field(default_factory=list)
    latest: list[float] = field(default_factory=list)
    opened: int = 0
    is_closed: bool = True
    read_s: float = READ_S

    def __post_init__(self) -> None:
        self.array = np.zeros(self.size, np.uint32)
        self.clock = Clock(START_S)
        layout = ArrayLayout.contiguous(self.array.dtype, self.array.shape)
        self.watch = ChangeWatch(layout, self.clock)
        self._ticked_s = START_S
        self._written = -1

    @property
    def elapsed_s(self) -> float:
        return self.clock.now_s - START_S

    @property
    def per_s(self) -> list[float]:
        """Return the rate shown at every half second."""
        return [changes.per_s for changes in self.shown]

    @contextmanager
    def reader(self) -> Iterator[ReadInto]:
        self.opened += 1
        self.is_closed = False
        try:
            yield self._read_into
        finally:
            self.is_closed = True

    def look(self, *, eager: bool = True) -> int:
        return self.watch.look(self.reader, eager=eager)

    def run(self, seconds: float, *, eager: bool = True, watched: bool = True) -> None:
        """Look whenever it is time, for so long, and note what is shown every half second."""
        end_s = self.clock.now_s + seconds
        while self.clock.now_s < end_s:
            if watched:
                self.look(eager=eager)
            due_s = self.watch.due_s + LATE_S if watched else end_s
            tick_s = self._ticked_s + 0.5
            if tick_s <= max(due_s, self.clock.now_s):
                self.clock.now_s = max(tick_s, self.clock.now_s)
                self._tick(tick_s)
            else:
                self.clock.now_s = max(due_s, self.clock.now_s)

    def now(self) -> Changes:
        return self.watch.changes(self.clock.now_s)

    def _tick(self, tick_s: float) -> None:
        self._ticked_s = tick_s
        self.watch.tick(tick_s)
        self.latest.append(self.watch.latest_per_s)
        self.shown.append(self.watch.changes(tick_s))

    def _read_into(self, buffer: memoryview, offset: int) -> None:
        if self.fault is not None:
            raise self.fault
        self.clock.now_s += self.read_s
        writes = self.writes(self.elapsed_s)
        if writes != self._written:
            self.store(self.array, writes)
            self._written = writes
        buffer[:] = self.array.view(np.uint8).data[offset : offset + len(buffer)]
        self.reads.append((offset, len(buffer)))
