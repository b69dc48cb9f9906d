"""Bursts: many looks at one word, for writers that are faster than spaced looks.

A word is stored at once and lies in one element, so that every difference between two looks is at
least one store. Bursts begin at uneven times, by the golden ratio: bursts every half second would
find a writer of 100 Hz always at the same point of its period, and count 0 or 200 of it.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from shmscope.layout.runs import ReadInto
from shmscope.sampling.probes import GOLDEN, Word

PERIOD_S = 0.5
WINDOW_S = 30.0
LEAST_BURSTS = 3
LEAST_CHANGES = 8
ENOUGH_CHANGES = 32
TIGHT_S = 0.005
TIGHT_PAUSE_S = 0.0002
MOST_LOOKS = 20_000  # of a tight one, where the clock stands still


class Burst:
    """What is seen of a word.

    Where the machine lets this process wait for longer than `pause_s` between two looks, neither
    that time nor a difference over it is counted.

    Attributes:
        last_s: When the word was last looked at, on the clock.
        watched_s: Seconds in which it was watched.
        looks: How often it was looked at in them.
        changes: How often it was not as at the look before.
    """

    def __init__(self, word: Word, pause_s: float) -> None:
        self.last_s = self.watched_s = 0.0
        self.looks = self.changes = 0
        self._word, self._pause_s = word, pause_s
        self._began_s = math.nan
        self._buffer = bytearray(word.size_bytes)
        self._view = memoryview(self._buffer)
        self._before = b""

    @property
    def lasted_s(self) -> float:
        """Seconds since the first look, pauses and all."""
        return self.last_s - self._began_s

    def look(self, read_into: ReadInto, clock: Callable[[], float]) -> int:
        """Look once more and return how many bytes were read.

        Raises:
            SourceError: the memory cannot be read now.
        """
        read_into(self._view, self._word.offset)
        now_s, value = clock(), bytes(self._buffer)
        elapsed_s = now_s - self.last_s
        if not self._before:
            self._began_s = now_s
        elif elapsed_s <= self._pause_s:
            self.looks += 1
            self.watched_s += elapsed_s
            self.changes += value != self._before
        self._before, self.last_s = value, now_s
        return self._word.size_bytes


def burst_tightly(read_into: ReadInto, word: Word, clock: Callable[[], float]) -> tuple[Burst, int]:
    """Look at `word` back to back for `TIGHT_S`; return what was seen, and bytes read.

    Raises:
        SourceError: the memory cannot be read now.
    """
    burst = Burst(word, TIGHT_PAUSE_S)
    size = burst.look(read_into, clock)
    while burst.lasted_s < TIGHT_S and burst.looks < MOST_LOOKS:
        size += burst.look(read_into, clock)
    return burst, size


@dataclass(frozen=True, slots=True)
class BurstRate:
    """What bursts tell of a writer.

    Attributes:
        per_s: Changes of the word per second.
        sure_per_s: The same less one standard deviation of a random writer.
        looks_per_s: Looks per second within the bursts.
    """

    per_s: float
    sure_per_s: float
    looks_per_s: float


class BurstMeter:
    """When bursts are due, and what the last ones tell together."""

    def __init__(self) -> None:
        self.due_s = math.inf
        self._begun_s = 0.0
        self._number = 0
        self._bursts: deque[Burst] = deque()

    @property
    def wanted(self) -> bool:
        """Whether there are to be bursts."""
        return self.due_s < math.inf

    def start(self, now_s: float) -> None:
        """Want bursts from now on."""
        self._begun_s, self._number, self.due_s = now_s, 0, now_s

    def stop(self) -> None:
        """Want none any more, and forget those that were."""
        self.due_s = math.inf
        self._bursts = deque()

    def add(self, burst: Burst) -> None:
        """Note a burst, and when the next one is due."""
        self.skip(burst.last_s)
        self._bursts.append(burst)
        while self._bursts[0].last_s < burst.last_s - WINDOW_S:
            self._bursts.popleft()

    def skip(self, now_s: float) -> None:
        """Have the next burst come later than `now_s`."""
        while self.due_s <= now_s:
            self._number += 1
            uneven = self._number * GOLDEN % 1 / 2
            self.due_s = self._begun_s + PERIOD_S * (self._number + uneven)

    def rate(self) -> BurstRate | None:
        """Return what as many of the last bursts tell as hold enough changes, None for too few."""
        bursts = changes = looks = 0
        watched_s = 0.0
        for burst in reversed(tuple(self._bursts)):  # another thread may add one meanwhile
            bursts, changes, looks = bursts + 1, changes + burst.changes, looks + burst.looks
            watched_s += burst.watched_s
            if bursts >= LEAST_BURSTS and changes >= ENOUGH_CHANGES:
                break
        if bursts < LEAST_BURSTS or changes < LEAST_CHANGES or not watched_s:
            return None
        sure = changes - math.sqrt(changes)
        return BurstRate(changes / watched_s, sure / watched_s, looks / watched_s)
