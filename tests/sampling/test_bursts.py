"""Looks at one word back to back, and what a few such bursts tell."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import pytest
from tests.sampling.stepping import Clock

from shmscope.sampling.bursts import (
    ENOUGH_CHANGES,
    LEAST_CHANGES,
    MOST_LOOKS,
    PERIOD_S,
    TIGHT_S,
    WINDOW_S,
    Burst,
    BurstMeter,
    burst_tightly,
)
from shmscope.sampling.probes import Word

READ_S = 2e-6
WORD = Word(24, 4)


class Ticking:
    """A word that holds `value` of the time, on a clock that every read moves on."""

    def __init__(self, value: Callable[[float], int], read_s: float = READ_S) -> None:
        self.clock = Clock(1000.0)
        self._value, self._read_s = value, read_s
        self.reads = 0

    def read_into(self, buffer: memoryview, offset: int) -> None:
        assert (offset, len(buffer)) == WORD
        self.reads += 1
        self.clock.now_s += self._read_s
        buffer[:] = self._value(self.clock.now_s).to_bytes(4, "little")


def tight_burst(ticking: Ticking) -> Burst:
    burst, size = burst_tightly(ticking.read_into, WORD, ticking.clock)
    assert size == 4 * ticking.reads
    return burst


def found(changes: int, last_s: float = 0.0, watched_s: float = TIGHT_S) -> Burst:
    burst = Burst(WORD, 1.0)
    burst.last_s, burst.watched_s, burst.looks, burst.changes = last_s, watched_s, 2500, changes
    return burst


def test_every_difference_is_counted_once() -> None:
    burst = tight_burst(Ticking(lambda now_s: int(now_s * 10_000)))
    assert burst.changes == pytest.approx(50, abs=1)
    assert burst.looks == pytest.approx(TIGHT_S / READ_S, rel=0.01)
    assert burst.watched_s == pytest.approx(TIGHT_S, rel=0.01)
    assert burst.last_s == pytest.approx(1000 + TIGHT_S, rel=0.01)


def test_word_that_stands_still_has_no_changes() -> None:
    assert tight_burst(Ticking(lambda _: 7)).changes == 0


def test_burst_ends_where_the_clock_stands_still() -> None:
    burst = tight_burst(Ticking(lambda _: 7, read_s=0.0))
    assert burst.looks == MOST_LOOKS


def test_time_that_others_ran_is_taken_off_with_what_happened_in_it() -> None:
    ticking = Ticking(lambda now_s: int(now_s * 10_000))
    burst = Burst(WORD, 0.0002)
    for look in range(1000):
        ticking.clock.now_s += 0.01 * (look % 100 == 99)
        burst.look(ticking.read_into, ticking.clock)
    assert burst.looks == 989
    assert burst.watched_s == pytest.approx(989 * READ_S)
    assert burst.lasted_s == pytest.approx(999 * READ_S + 0.1)
    assert burst.changes == pytest.approx(989 * READ_S * 10_000, abs=1)


def test_nothing_is_known_of_less_than_three_bursts_or_eight_changes() -> None:
    meter = BurstMeter()
    assert meter.rate() is None
    meter.start(0.0)
    for changes in (100, 100):
        meter.add(found(changes))
        assert meter.rate() is None
    meter.stop()
    meter.start(0.0)
    for _ in range(LEAST_CHANGES - 1):
        meter.add(found(1))
        assert meter.rate() is None
    meter.add(found(1))
    assert meter.rate() is not None


def test_rate_is_of_no_more_bursts_than_hold_enough_changes() -> None:
    meter = BurstMeter()
    meter.start(0.0)
    for changes in (1000, 1000, *[1] * ENOUGH_CHANGES):
        meter.add(found(changes))
    rate = meter.rate()
    assert rate is not None
    assert rate.per_s == pytest.approx(1 / TIGHT_S)
    assert rate.looks_per_s == pytest.approx(2500 / TIGHT_S)
    assert rate.sure_per_s == pytest.approx((32 - math.sqrt(32)) / 32 / TIGHT_S)


def test_burst_in_which_nothing_could_be_watched_tells_no_rate() -> None:
    meter = BurstMeter()
    meter.start(0.0)
    for _ in range(3):
        meter.add(found(10, watched_s=0.0))
    assert meter.rate() is None


def test_old_bursts_are_forgotten() -> None:
    meter = BurstMeter()
    meter.start(0.0)
    for at in range(1000):
        meter.add(found(1, at * PERIOD_S))
    assert len(meter._bursts) <= WINDOW_S / PERIOD_S + 1


def test_bursts_come_at_uneven_times_twice_a_second() -> None:
    meter = BurstMeter()
    meter.start(100.0)
    dues = [meter.due_s]
    for _ in range(200):
        meter.add(found(1, dues[-1] + TIGHT_S))
        dues.append(meter.due_s)
    assert dues[0] == 100.0
    assert (dues[-1] - dues[0]) / 200 == pytest.approx(PERIOD_S, rel=0.01)
    gaps = [later - earlier for earlier, later in pairwise(dues)]
    assert min(gaps) > 0.5 * PERIOD_S
    assert max(gaps) < 1.5 * PERIOD_S
    assert len({round(gap, 4) for gap in gaps[1:]}) >= 2


@pytest.mark.parametrize("per_s", [60, 80, 100, 150])
def test_bursts_fall_evenly_into_the_period_of_a_writer(per_s: float) -> None:
    meter = BurstMeter()
    meter.start(100.0)
    phases = []
    for _ in range(60):
        phases.append(meter.due_s * per_s % 1)
        meter.add(found(1, meter.due_s + TIGHT_S))
    for tenth in range(10):
        assert 3 <= sum(int(phase * 10) == tenth for phase in phases) <= 10


def test_bursts_that_nobody_wants_are_never_due() -> None:
    meter = BurstMeter()
    assert (meter.wanted, meter.due_s) == (False, math.inf)
    meter.start(5.0)
    assert (meter.wanted, meter.due_s) == (True, 5.0)
    meter.skip(20.0)
    assert 20.0 < meter.due_s <= 20.0 + 1.5 * PERIOD_S
    meter.stop()
    assert (meter.wanted, meter.due_s) == (False, math.inf)
