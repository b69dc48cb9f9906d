"""From counters to rates, and how regular a writer is."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from operator import itemgetter
from typing import Protocol

import numpy as np
import numpy.typing as npt

TICK_S = 0.5  # between two looks at a counter, and two samples of its history
WINDOW_S = 2.0
SLOW_WINDOW_S = 30.0
SLOW_WRITES = 4
HISTORY_SAMPLES = 600
SPARKLINE_SAMPLES = 60
SPARE = 120  # so many samples are added until the last five minutes are moved to the front

Float32s = npt.NDArray[np.float32]


class RateMeter:
    """Writes per second of one counter.

    The rate is taken over the last two seconds; where fewer than four writes fell into them, over
    as much more as holds four, up to thirty, so that a writer every five seconds does not flicker
    between 0 and 2. It is never more than one write in the time since the last was seen, so that a
    fast writer that stopped is not shown as a slow one.
    """

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()

    def update(self, now_s: float, count: int) -> None:
        """Note that the counter stood at `count` at `now_s`."""
        self._samples.append((now_s, count))
        while len(self._samples) > 2 and self._samples[1][0] <= now_s - SLOW_WINDOW_S:
            self._samples.popleft()

    @property
    def per_s(self) -> float:
        """Writes per second now."""
        return rate(tuple(self._samples))  # another thread may add one meanwhile

    @property
    def latest_per_s(self) -> float:
        """Writes per second between the last two looks."""
        if len(self._samples) < 2:
            return float("nan")
        return _slope(self._samples[-2], self._samples[-1])


def rate(samples: Sequence[tuple[float, int]]) -> float:
    """Return a counter's rate per second, as `RateMeter` has it.

    Args:
        samples: When it was looked at, seconds, and where it stood; the oldest first, and the first
            at least thirty seconds old where there is one.
    """
    if len(samples) < 2 or samples[0][1] == samples[-1][1]:
        return 0.0
    now_s, count = last = samples[-1]
    recent = samples[bisect_left(samples, now_s - WINDOW_S, key=_time_of)]
    if count - recent[1] >= SLOW_WRITES:
        return _slope(recent, last)
    earlier = (past for _, past in reversed(samples) if count - past >= SLOW_WRITES)
    start = next(earlier, samples[0][1])
    first = next(sample for sample in samples if sample[1] == start)
    changed_s = _changed_s(samples)
    slow = _slope(first, (changed_s, count))
    paused_s = now_s - changed_s
    return min(slow, 1 / paused_s) if paused_s > 0 else slow


_time_of = itemgetter(0)


def _changed_s(samples: Sequence[tuple[float, int]]) -> float:
    """Return when the counter was first seen where it stands."""
    found = samples[-1]
    for sample in reversed(samples):
        if sample[1] != found[1]:
            break
        found = sample
    return found[0]


def _slope(first: tuple[float, int], last: tuple[float, int]) -> float:
    elapsed = last[0] - first[0]
    return max(last[1] - first[1], 0) / elapsed if elapsed > 0 else 0.0


class Cadence:
    """What a writer's rhythm has been: the longest of its recent pauses.

    A writer is late when it has paused for longer than four times the longest pause of its last
    sixteen, and for more than two seconds. Four pauses must have been seen: before that nobody
    knows.
    """

    LATE_AFTER_S = 2.0
    PATIENCE = 4.0
    LEAST_PAUSES = 4

    def __init__(self) -> None:
        self._pauses: deque[float] = deque(maxlen=16)
        self._count: int | None = None
        self._changed_s = 0.0

    def update(self, now_s: float, count: int) -> None:
        """Note that the writer had finished `count` writes at `now_s`."""
        if self._count is None:
            self._count, self._changed_s = count, now_s
        elif count != self._count:
            self._pauses.append(now_s - self._changed_s)
            self._count, self._changed_s = count, now_s

    @property
    def longest_pause_s(self) -> float | None:
        """The longest recent pause, or None while too few were seen."""
        return max(self._pauses) if len(self._pauses) >= self.LEAST_PAUSES else None

    def is_late(
        self, now_s: float, after_s: float = LATE_AFTER_S, patience: float = PATIENCE
    ) -> bool:
        """Whether the writer should have written by now.

        Args:
            now_s: When.
            after_s: The shortest pause that is too long.
            patience: How many times its longest recent pause it may pause.
        """
        return now_s > self.late_from_s(after_s, patience)

    def late_from_s(self, after_s: float = LATE_AFTER_S, patience: float = PATIENCE) -> float:
        """Return when the writer will have paused for too long; infinity while nobody knows.

        Args:
            after_s: The shortest pause that is too long.
            patience: How many times its longest recent pause it may pause.
        """
        longest = self.longest_pause_s
        return math.inf if longest is None else self._changed_s + max(after_s, patience * longest)


class Past(Protocol):
    """What a rate was in the last five minutes."""

    def last(self, samples: int = HISTORY_SAMPLES) -> Float32s:
        """Return the last `samples`, oldest first, NaN where there was nothing yet; float32."""


class History:
    """The last five minutes of one rate, a sample at every tick of the counters."""

    def __init__(self) -> None:
        values = np.full(HISTORY_SAMPLES + SPARE, np.nan, np.float32)
        self._values, self._end = self._place = (values, HISTORY_SAMPLES)

    def append(self, per_s: float, worth: int = 1) -> None:
        """Add the newest sample, for so many ticks as it is worth, at most `SPARE`."""
        if self._end + worth > len(self._values):
            self._values = np.concatenate((self.last(), np.empty(SPARE, np.float32)))
            self._end = HISTORY_SAMPLES
        self._values[self._end : self._end + worth] = per_s
        self._end += worth
        self._place = self._values, self._end  # at once: another thread may ask meanwhile

    def last(self, samples: int = HISTORY_SAMPLES) -> Float32s:
        """Return the last `samples`, oldest first, NaN where there was nothing yet; float32."""
        values, end = self._place
        return values[end - samples : end].copy()
