"""Watches: numbers of arrays that the server looks at by itself, and their traces.

The naive way looks from the page: what happens while nobody has it open is lost, and two pages look
twice. Here the sampler looks, from when a watch was asked for until it is dropped or its array has
been gone for a while, and every watch pays for its looks out of the sampler's budget.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import chain
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from shmscope.errors import (
    LimitError,
    ShmscopeError,
    SourceError,
    SourceGoneError,
    UnknownWatchError,
)
from shmscope.layout.names import ArrayId
from shmscope.sampling.budget import Account, Budget, Tier
from shmscope.sampling.gauges import FittedGauge
from shmscope.sampling.pace import next_due_s
from shmscope.sampling.trace import Trace

MOST_SAMPLES = 3000
KEPT_S = 300.0
TURN_S = 0.05  # after which others have their turn
RETRY_S = 0.5


class Samples:
    """The newest samples of a number; may be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times_s = np.full(MOST_SAMPLES, math.nan)
        self._values = np.full(MOST_SAMPLES, math.nan)
        self._count = 0

    def add(self, now_s: float, value: float) -> None:
        """Add a sample; the oldest makes room for it."""
        with self._lock:
            at = self._count % MOST_SAMPLES
            self._times_s[at], self._values[at] = now_s, value
            self._count += 1

    def last(self, now_s: float) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float64]]:
        """Return age and value of the samples of the last five minutes, oldest first."""
        with self._lock:
            order = np.arange(max(self._count - MOST_SAMPLES, 0), self._count) % MOST_SAMPLES
            times_s, values = self._times_s[order], self._values[order]
        first = int(times_s.searchsorted(now_s - KEPT_S))
        return (now_s - times_s[first:]).astype(np.float32), values[first:]


class Watch:
    """One number of one array, while it is watched.

    Attributes:
        number: Its number; no other watch ever has it.
        gauge: What it looks at.
        unit: Of the number, where there is one.
        rate_hz: How often it is looked at, where nothing is in the way.
        due_s: When the next look is due, on the clock.
        problem: Why the last look failed, None where it did not.
        samples: What the looks found, NaN where they failed.
        account: Pays for the looks.
    """

    def __init__(
        self,
        number: int,
        array: ArrayId,
        gauge: FittedGauge,
        rate_hz: float,
        unit: str | None,
    ) -> None:
        self.number = number
        self.array = array
        self.gauge = gauge
        self.unit = "rad" if gauge.gauge.part == "phase" else unit
        self.rate_hz = rate_hz
        self.due_s = -math.inf
        self.problem: str | None = None
        self.samples = Samples()
        self.account = Account(Tier.WATCHES)

    def pace(self, rate_hz: float) -> None:
        """Be looked at so often, from now on."""
        if rate_hz != self.rate_hz:
            self.rate_hz, self.due_s = rate_hz, -math.inf

    def look(self, trace: Trace | None, now_s: float) -> int:
        """Take a sample and return how many bytes were read."""
        try:
            value, read_bytes = self._read(trace)
            self.problem = None
        except ShmscopeError as error:
            value, read_bytes = math.nan, 0
            self.problem = error.detail
        self.samples.add(now_s, value)
        return read_bytes

    def _read(self, trace: Trace | None) -> tuple[float, int]:
        if trace is None:
            raise SourceGoneError("the array is not there any more")
        source = trace.source
        if not source.ready():
            raise SourceError("the Manager has not answered yet")
        gauge = self.gauge
        if source.layout != gauge.array:
            gauge = self.gauge = gauge.gauge.fit(source.layout)
        snapshot = source.look(gauge.selection, gauge.layout)
        trace.note_copy(snapshot)
        return gauge.measure(snapshot.values), snapshot.values.nbytes


class Watches:
    """The watches of every array; `look` is called by one thread, all else by any.

    Args:
        clock: Seconds.
        budget: What looks are paid out of.
    """

    def __init__(self, clock: Callable[[], float], budget: Budget | None = None) -> None:
        self._clock = clock
        self._budget = budget or Budget(clock=clock)
        self._lock = threading.Lock()
        self._numbers = 0
        self._watches: Mapping[ArrayId, tuple[Watch, ...]] = MappingProxyType({})

    def add(
        self, array: ArrayId, gauge: FittedGauge, rate_hz: float, unit: str | None
    ) -> tuple[Watch, bool]:
        """Watch `array` from now on; return the watch, and whether it is a new one.

        One that is there already is looked at as often as was asked last.

        Raises:
            LimitError: there are too many.
        """
        most = self._budget.ceiling
        with self._lock:
            for watch in self.of(array):
                if watch.gauge.key == gauge.key:
                    watch.pace(rate_hz)
                    return watch, False
            _check("watches of this array", len(self.of(array)) + 1, most.array_watches)
            _check("watches of all arrays", len(list(self._all())) + 1, most.watches)
            self._numbers += 1
            watch = Watch(self._numbers, array, gauge, rate_hz, unit)
            self._replace({**self._watches, array: (*self.of(array), watch)})
            return watch, True

    def of(self, array: ArrayId) -> tuple[Watch, ...]:
        """Return the watches of `array`, the oldest first."""
        return self._watches.get(array, ())

    def drop(self, array: ArrayId, number: int) -> None:
        """Watch no more.

        Raises:
            UnknownWatchError: `array` has no watch of this number.
        """
        with self._lock:
            rest = tuple(watch for watch in self.of(array) if watch.number != number)
            if len(rest) == len(self.of(array)):
                raise UnknownWatchError(
                    f"{array.name} has no watch with the number {number}", value=number
                )
            self._replace({**self._watches, array: rest})

    def forget_but(self, arrays: Collection[ArrayId]) -> None:
        """Watch no array but these."""
        with self._lock:
            self._replace({key: kept for key, kept in self._watches.items() if key in arrays})

    def look(self, by_id: Mapping[ArrayId, Trace], note_read: Callable[[int], None]) -> float:
        """Take the samples that are due, as many as a turn allows; return when the next one is."""
        watches = sorted(self._all(), key=lambda watch: watch.due_s)
        started_s = self._clock()
        for watch in watches:
            if watch.due_s > started_s or self._clock() > started_s + TURN_S:
                break
            if not self._budget.holds(watch.account):
                self._look_at(watch, by_id.get(watch.array), note_read)
        return min((self._next_s(watch) for watch in watches), default=math.inf)

    def _look_at(self, watch: Watch, trace: Trace | None, note_read: Callable[[int], None]) -> None:
        now_s, due_s = self._clock(), watch.due_s
        watch.due_s = now_s + RETRY_S  # stands where the look fails in an unknown way
        with self._budget.paid_by(watch.account) as bill:
            bill.read_bytes = watch.look(trace, now_s)
        note_read(bill.read_bytes)
        if trace is not None and watch.problem is None:
            period_s = 1 / min(watch.rate_hz, trace.source.fastest_hz)
            watch.due_s = next_due_s(due_s, period_s, self._clock())

    def _next_s(self, watch: Watch) -> float:
        return max(watch.due_s, self._budget.free_s(watch.account))

    def _all(self) -> Iterator[Watch]:
        return chain.from_iterable(self._watches.values())

    def _replace(self, watches: Mapping[ArrayId, tuple[Watch, ...]]) -> None:
        self._watches = MappingProxyType({key: kept for key, kept in watches.items() if kept})


def _check(what: str, value: int, limit: int) -> None:
    if value > limit:
        raise LimitError(
            f"there would be {value} {what}; there may be {limit}", value=value, limit=limit
        )
