"""Counters of many arrays, looked at together: kept as counts, made into rates when somebody asks.

The naive way reckons a rate for every counter at every tick. Here all counters of a roster share
the times of their ticks, and each keeps its counts only; one that stands still keeps nothing.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from shmscope.sampling.rates import HISTORY_SAMPLES, SLOW_WINDOW_S, SPARE, Float32s, rate

KEPT = HISTORY_SAMPLES + 1  # so many counts make so many rates less one


class Ticks:
    """When counters were looked at, a number for each time.

    Attributes:
        number: Of the tick under way, or of the last one.
        worth: How many the tick under way stands for: those before it were left out.
        told: Of the last one that is over: so far other threads may ask.
        times: When each was, seconds, and the number of the first that is kept.
    """

    def __init__(self) -> None:
        self.number = self.told = -1
        self.worth = 1
        self.times: tuple[list[float], int] = ([], 0)

    @contextmanager
    def at(self, now_s: float, worth: int = 1) -> Iterator[None]:
        """Have a tick last until the end of the block: what counters note belongs to it.

        Args:
            now_s: When it is.
            worth: How many it stands for, at most `SPARE`, spread evenly over the time since the
                last one: whoever counted meanwhile is taken to have counted evenly.
        """
        times, first = self.times
        if len(times) > KEPT + SPARE:
            times, first = self.times = times[-KEPT:], first + len(times) - KEPT
        self.worth = worth if times else 1
        times += _between(times[-1] if times else now_s, now_s, self.worth)
        self.number += self.worth
        try:
            yield
        finally:
            self.told = self.number


class Counter:
    """The last five minutes of one counter. Noted by one thread, asked by any.

    Args:
        ticks: When it is looked at. A tick at which nothing is noted finds the count as it was.
    """

    def __init__(self, ticks: Ticks) -> None:
        self._ticks = ticks
        self._place: tuple[array[int], int] = (array("Q"), 0)  # and the number of the first's tick

    def note(self, count: int) -> None:
        """Note that the counter stands at `count` at the tick under way."""
        counts, first = self._place
        if first + len(counts) != self._ticks.number or len(counts) > KEPT + SPARE:
            counts = self._caught_up(count)
        counts.append(count)

    def hold(self) -> None:
        """Note, at the tick under way, that the counter stands where it stood."""
        counts, first = self._place
        if counts and first + len(counts) <= self._ticks.number:
            self.note(counts[-1])

    @property
    def per_s(self) -> float:
        """Counted per second now, as `rates.rate` has it."""
        times, counts = self._samples(KEPT)
        if len(times) < 2:
            return 0.0
        since = bisect_right(times, times[-1] - SLOW_WINDOW_S) - 1
        since = min(max(since, 0), len(times) - 2)
        if counts[since] == counts[-1]:
            return 0.0
        return rate(list(zip(times[since:], counts[since:], strict=True)))

    def last(self, samples: int = HISTORY_SAMPLES) -> Float32s:
        """Return the last rates from tick to tick, oldest first.

        Returns:
            Shape (samples,), float32, NaN where there was nothing yet.
        """
        times, counts = self._samples(samples + 1)
        found = np.full(samples, np.nan, np.float32)
        if len(times) > 1:
            found[samples - len(times) + 1 :] = _slopes(times, counts)
        return found

    def _caught_up(self, count: int) -> array[int]:
        """Return room for the next count, those filled in that were not noted."""
        counts, first = self._place
        number, left_out = self._ticks.number, self._ticks.worth - 1
        if not counts:
            self._place = (counts, number)
            return counts
        missed = min(number - left_out - first - len(counts), KEPT)
        before = counts[-1]
        counts = counts + array("Q", [before]) * missed
        counts.extend(_even(before, count, left_out))
        counts = counts[-KEPT:]
        self._place = (counts, number - len(counts))
        return counts

    def _samples(self, most: int) -> tuple[list[float], array[int]]:
        """Return the times and counts of the last ticks, at most so many."""
        counts, first = self._place
        known = len(counts)  # another thread may add one meanwhile
        times, first_time = self._ticks.times
        end = max(first + known, self._ticks.told + 1)
        start = max(end - most, first, first_time)
        if not known:
            return [], counts
        held = array("Q", [counts[known - 1]]) * (end - max(first + known, start))
        return times[start - first_time : end - first_time], counts[start - first : known] + held


def _between(before_s: float, now_s: float, worth: int) -> list[float]:
    """Return so many times after `before_s`, the last of them `now_s`."""
    step_s = (now_s - before_s) / worth
    return [*(before_s + step_s * tick for tick in range(1, worth)), now_s]


def _even(before: int, count: int, between: int) -> list[int]:
    """Return so many counts between two of which the later is; one that fell stands till then."""
    counted = max(count - before, 0)
    return [before + counted * tick // (between + 1) for tick in range(1, between + 1)]


def _slopes(times: list[float], counts: array[int]) -> Float32s:
    """Return the rates between one sample and the next; a counter that fell has not counted."""
    elapsed = np.diff(np.array(times))
    before, after = (np.frombuffer(counts, np.uint64)[part] for part in (np.s_[:-1], np.s_[1:]))
    counted = np.where(after > before, after - before, 0)
    rates = np.zeros(len(elapsed))
    np.divide(counted, elapsed, out=rates, where=elapsed > 0)
    return rates.astype(np.float32)
