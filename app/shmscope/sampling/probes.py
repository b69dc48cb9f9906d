"""What a look compares: runs of an array's memory, with what was in them at the look before.

The naive way copies the whole array and compares it with the copy before: an array of 16 GiB costs
16 GiB a look, and as much memory. Here a look reads at most 64 KiB. A larger array is cut into runs
of 2 KiB, a look compares 32 of them, and every sixteenth look they move on, so that in the end
every run has its turn. Those in which something changed stay, but never more than half.

Where this was measured, a look of one run of 64 KiB read for 7 microseconds, of 32 runs of 2 KiB
for 75, of 256 runs of 256 bytes for 550, and of one run of 1 MiB for 600.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import reduce
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from shmscope.layout.array import ArrayLayout
from shmscope.layout.runs import ReadInto
from shmscope.sampling.memory_runs import cut_runs

LOOK_BYTES = 64 << 10
RUN_BYTES = 2 << 10
STAY_LOOKS = 16
GOLDEN = (math.sqrt(5) - 1) / 2

Bytes: TypeAlias = "npt.NDArray[np.uint8]"
Differing: TypeAlias = "npt.NDArray[np.bool_]"


class Word(NamedTuple):
    """An aligned piece of one element, which the machine stores at once.

    Attributes:
        offset: Its first byte in the segment.
        size_bytes: 1, 2, 4 or 8.
    """

    offset: int
    size_bytes: int


class Probes:
    """The runs that looks compare, and the copy of them from the look before.

    Args:
        layout: An array that is not empty.

    Attributes:
        elements: How many a look compares.
        coverage: What part of the array they are, 0 to 1.
        read_bytes: Bytes that the last look read.
    """

    def __init__(self, layout: ArrayLayout) -> None:
        self._runs = runs = cut_runs(layout, LOOK_BYTES, RUN_BYTES)
        each_bytes = max(runs.size_bytes, RUN_BYTES)  # a shorter run costs as much
        self._count = min(max(LOOK_BYTES // each_bytes, 1), runs.count)
        self._pitch = -(-runs.size_bytes // 8) * 8  # of the copy, from one probe to the next
        self._word = runs.alignment
        self._shape = (*(length for length, _ in runs.axes), runs.itemsize // self._word)
        self._strides = (*(stride for _, stride in runs.axes), self._word)
        self._copy: Bytes | None = None
        self._changes: Bytes = np.zeros((0, 0), np.uint8)  # of every word, in the last looks
        self._looks = 0
        self._cursor = 0
        self._step = _coprime(round(runs.count * GOLDEN), runs.count)
        self.read_bytes = 0
        self._hold(self._next_places(self._count, set()))

    def forget(self) -> None:
        """Let go of the copy and its memory: the next look has nothing to compare with."""
        self._copy = None
        self._changes = np.zeros((0, 0), np.uint8)

    def look(self, read_into: ReadInto) -> int | None:
        """Return how many elements are not as they were at the look before; None at a first look.

        Bytes are compared: NaN equals NaN, and 0.0 does not equal -0.0.

        Raises:
            SourceError: the memory cannot be read now; `forget` must come next.
        """
        copy = np.zeros(self._count * self._pitch, np.uint8)  # what a short run lacks stays equal
        self.read_bytes = 0
        self._read(read_into, copy, range(self._count))
        before, self._copy = self._copy, copy
        if before is None:
            self._changes = np.zeros((self._count, math.prod(self._shape)), np.uint8)
            return None
        found = self._compare(before, copy)
        self._looks += 1
        if self._looks % STAY_LOOKS == 0:
            self._move_on(read_into, copy)
        return found

    def hottest(self) -> Word | None:
        """Return the word that changed most often in the last looks, None where none did."""
        if not self._changes.any():
            return None
        at = int(self._changes.argmax())
        probe, word = divmod(at, self._changes.shape[1])
        index = np.unravel_index(word, self._shape)
        steps = (int(i) * stride for i, stride in zip(index, self._strides, strict=True))
        return Word(self._held[probe].offset + sum(steps), self._word)

    def _read(self, read_into: ReadInto, copy: Bytes, probes: Iterable[int]) -> None:
        buffer = copy.data
        for probe in probes:
            run, at = self._held[probe], probe * self._pitch
            read_into(buffer[at : at + run.size_bytes], run.offset)
            self.read_bytes += run.size_bytes

    def _compare(self, before: Bytes, copy: Bytes) -> int:
        differing: Differing = self._words(before) != self._words(copy)
        if not differing.any():
            return 0
        self._changes += differing.reshape(self._changes.shape)
        return int(np.count_nonzero(_any_of_last(differing)))

    def _words(self, copy: Bytes) -> np.ndarray[Any, Any]:
        """Return the words of a copy by probe, by the axes of a run, by word of an element."""
        shape, strides = (self._count, *self._shape), (self._pitch, *self._strides)
        return np.ndarray(shape, f"u{self._word}", copy, 0, strides)

    def _move_on(self, read_into: ReadInto, copy: Bytes) -> None:
        """Move the quietest probes, half of them or more, and copy what is where they come."""
        if self._count < self._runs.count:
            scores = self._changes.max(axis=1)
            staying = min(self._count // 2, int(np.count_nonzero(scores)))
            moving = np.argsort(scores, kind="stable")[: self._count - staying].tolist()
            places = dict(enumerate(self._places))
            kept = {places[probe] for probe in places.keys() - moving}
            places.update(zip(moving, self._next_places(len(moving), kept), strict=True))
            self._hold(list(places.values()))
            self._changes[moving] = 0
            copy.reshape(self._count, self._pitch)[moving] = 0
            self._read(read_into, copy, moving)
        self._changes >>= 1  # what was hot long ago is forgotten

    def _next_places(self, count: int, kept: set[int]) -> list[int]:
        """Return runs that no probe has: evenly spread, and every one in its turn."""
        found: list[int] = []
        while len(found) < count:
            self._cursor = (self._cursor + self._step) % self._runs.count
            if self._cursor not in kept:
                found.append(self._cursor)
        return found

    def _hold(self, places: list[int]) -> None:
        self._places = places
        self._held = [self._runs.run(place) for place in places]
        self.elements = sum(run.elements for run in self._held)
        self.coverage = self.elements / self._runs.elements


def _coprime(wish: int, count: int) -> int:
    """Return the first number from `wish` on that has no divisor in common with `count`."""
    step = max(wish, 1)
    while math.gcd(step, count) != 1:
        step += 1
    return step


def _any_of_last(differing: Differing) -> Differing:
    """Return where anything along the last axis is true; numpy itself is slow at short ones."""
    words = differing.shape[-1]
    if words > 16:
        return np.asarray(differing.any(axis=-1))
    return reduce(np.logical_or, (differing[..., word] for word in range(words)))
