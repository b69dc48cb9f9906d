"""Counters that are kept as counts: their rates are those of one that reckons at every tick."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shmscope.sampling.counters import KEPT, Counter, Ticks
from shmscope.sampling.rates import HISTORY_SAMPLES, SPARE, History, RateMeter

MOST = (1 << 64) - 1
STEPS = st.one_of(st.just(0), st.integers(0, 5), st.integers(-3, 3), st.integers(0, MOST))
PAUSES_S = st.sampled_from([0.0, 0.25, 0.5, 0.5, 0.5, 2.0, 7.0, 40.0])


class Pair:
    """A counter, and what reckons at every tick."""

    def __init__(self, ticks: Ticks) -> None:
        self.ticks = ticks
        self.counter = Counter(ticks)
        self.meter, self.history = RateMeter(), History()
        self._count: int | None = None

    def tick(self, now_s: float, count: int) -> None:
        with self.ticks.at(now_s):
            if count != self._count:
                self.counter.note(count)
        self._count = count
        self.meter.update(now_s, count)
        self.history.append(self.meter.latest_per_s)

    def check(self) -> None:
        assert self.counter.per_s == self.meter.per_s
        assert np.array_equal(self.counter.last(), self.history.last(), equal_nan=True)
        assert np.array_equal(self.counter.last(7), self.history.last(7), equal_nan=True)
        assert self.counter.last().dtype == np.float32


def run(moves: Sequence[tuple[float, int]], before: int = 0) -> Pair:
    ticks = Ticks()
    for number in range(before):
        with ticks.at(number / 2):
            pass
    pair, now_s, count = Pair(ticks), before / 2, 0
    for pause_s, step in moves:
        now_s, count = now_s + pause_s, (count + step) % (MOST + 1)
        pair.tick(now_s, count)
        pair.check()
    return pair


@given(st.lists(st.tuples(PAUSES_S, STEPS), max_size=80), st.integers(0, 3))
def test_rates_are_those_of_a_meter_at_every_tick(
    moves: list[tuple[float, int]], before: int
) -> None:
    run(moves, before)


@pytest.mark.parametrize("every", [1, 3, 50, 700, 10_000])
@pytest.mark.parametrize("before", [0, KEPT + SPARE + 5])
def test_rates_are_the_same_after_any_time(every: int, before: int) -> None:
    ticks = Ticks()
    for number in range(before):
        with ticks.at(number / 2):
            pass
    pair = Pair(ticks)
    for number in range(2 * (KEPT + SPARE) + 100):
        pair.tick((before + number) / 2, number // every)
        if number % 97 == 0:
            pair.check()
    pair.check()


def test_history_is_kept_for_five_minutes_and_no_longer() -> None:
    pair = run([(0.5, 1)] * 3)
    for number in range(5 * KEPT):
        pair.tick(10 + number / 2, number)
    assert len(pair.counter._place[0]) <= KEPT + SPARE + 1
    assert len(pair.ticks.times[0]) <= KEPT + SPARE + 1
    assert not np.isnan(pair.counter.last(HISTORY_SAMPLES)).any()


def test_nothing_is_known_of_a_counter_that_was_never_noted() -> None:
    ticks = Ticks()
    counter = Counter(ticks)
    with ticks.at(1.0):
        counter.hold()
    assert np.isnan(counter.last()).all()
    assert counter.per_s == 0


def test_counter_that_stands_still_is_not_ahead_of_the_tick_under_way() -> None:
    pair = run([(0.5, 2), (0.5, 2), (0.5, 0)])
    with pair.ticks.at(100.0):
        pair.check()  # as others may ask meanwhile
        pair.counter.hold()
        assert pair.counter.last(1).tolist() == [0.0]
        assert pair.counter.per_s < pair.meter.per_s


@given(
    st.lists(st.tuples(st.integers(1, SPARE), st.integers(0, 1 << 40)), min_size=1, max_size=40),
    st.integers(0, 3),
)
def test_ticks_left_out_are_as_if_all_had_counted_evenly(
    moves: list[tuple[int, int]], before: int
) -> None:
    seldom, often = Ticks(), Ticks()
    few, many = Counter(seldom), Counter(often)
    for ticks in (seldom, often):
        for number in range(before):
            with ticks.at(number / 2):
                pass
    now, count = before, 0
    with seldom.at(now / 2), often.at(now / 2):
        few.note(count)
        many.note(count)
    for worth, each in moves:
        for _ in range(worth):
            now, count = now + 1, count + each
            with often.at(now / 2):
                many.note(count)
        with seldom.at(now / 2, worth):
            if each:
                few.note(count)
    assert np.array_equal(few.last(), many.last(), equal_nan=True)
    assert few.per_s == many.per_s
    assert seldom.times[0][-KEPT:] == often.times[0][-KEPT:]
    assert len(seldom.times[0]) <= KEPT + 2 * SPARE


def test_counter_that_fell_while_ticks_were_left_out_has_not_counted() -> None:
    ticks = Ticks()
    counter = Counter(ticks)
    for now_s, worth, count in ((0.0, 1, 10), (2.0, 4, 3), (4.0, 4, 11)):
        with ticks.at(now_s, worth):
            counter.note(count)
    assert counter.last(8).tolist() == [0, 0, 0, 0, 4, 4, 4, 4]


def test_tick_that_failed_is_over() -> None:
    ticks = Ticks()
    with pytest.raises(OSError), ticks.at(1.0):  # noqa: PT011 - it is our own
        raise OSError
    assert ticks.told == ticks.number == 0
