"""Watches as they are stored: newest samples, one watch a wish, and limits."""

from __future__ import annotations

import numpy as np
import pytest
from tests.sampling.stepping import Clock

from shmscope.errors import LimitError, UnknownWatchError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.names import ArrayId
from shmscope.sampling.gauges import FittedGauge, Gauge
from shmscope.sampling.watches import (
    KEPT_S,
    MOST_SAMPLES,
    Samples,
    Watches,
)
from shmscope.sources.ceilings import DEFAULT

# Samples


def test_samples_come_oldest_first_with_their_ages() -> None:
    samples = Samples()
    for at in range(3):
        samples.add(100.0 + at, at)
    ages_s, values = samples.last(104.0)
    assert (ages_s.tolist(), values.tolist()) == ([4, 3, 2], [0, 1, 2])
    assert (ages_s.dtype.str, values.dtype.str) == ("<f4", "<f8")


@pytest.mark.parametrize("count", [MOST_SAMPLES - 1, MOST_SAMPLES, 2 * MOST_SAMPLES + 7])
def test_the_newest_samples_are_kept_and_no_more(count: int) -> None:
    samples = Samples()
    for at in range(count):
        samples.add(at * 1e-3, at)
    ages_s, values = samples.last(count * 1e-3)
    assert values.tolist() == list(range(count))[-MOST_SAMPLES:]
    assert ages_s[-1] == pytest.approx(1e-3)


def test_samples_older_than_five_minutes_are_told_no_more() -> None:
    samples = Samples()
    for at in range(1000):
        samples.add(at, at)
    assert samples.last(1000.0)[1].tolist() == list(range(1000 - int(KEPT_S), 1000))
    assert samples.last(1e9)[1].tolist() == []


# The store


def fitted(select: str = "...") -> FittedGauge:
    return Gauge("mean", select).fit(ArrayLayout.contiguous(np.dtype("f4"), (200,)))


def array_id(number: int) -> ArrayId:
    return ArrayId("box", f"1-{number}", "heat")


def test_the_same_wish_is_the_same_watch_at_the_rate_asked_last() -> None:
    watches = Watches(Clock(0.0))
    first, is_new = watches.add(array_id(1), fitted("0:3"), 10.0, "V")
    again, is_new_again = watches.add(array_id(1), fitted("0:3, ..."), 2.0, "V")
    assert again is first
    assert (is_new, is_new_again, first.rate_hz) == (True, False, 2.0)
    other, _ = watches.add(array_id(2), fitted("0:3"), 10.0, "V")
    assert other is not first
    assert watches.of(array_id(1)) == (first,)


def test_limits_of_one_array_and_of_all_are_named() -> None:
    watches = Watches(Clock(0.0))
    for number in range(DEFAULT.watches):
        watches.add(array_id(number // DEFAULT.array_watches), fitted(f"{number}:"), 10.0, None)
    for array, value, limit in [
        (array_id(0), DEFAULT.array_watches + 1, DEFAULT.array_watches),
        (array_id(99), DEFAULT.watches + 1, DEFAULT.watches),
    ]:
        with pytest.raises(LimitError) as caught:
            watches.add(array, fitted("1:199"), 10.0, None)
        assert (caught.value.value, caught.value.limit) == (value, limit)
    watches.drop(array_id(0), watches.of(array_id(0))[0].number)
    watches.add(array_id(0), fitted("1:199"), 10.0, None)


def test_unknown_watch_is_not_dropped() -> None:
    watches = Watches(Clock(0.0))
    watch, _ = watches.add(array_id(1), fitted(), 10.0, None)
    for array, number in [(array_id(1), watch.number + 1), (array_id(2), watch.number)]:
        with pytest.raises(UnknownWatchError) as caught:
            watches.drop(array, number)
        assert caught.value.value == number
    watches.drop(array_id(1), watch.number)
    assert watches.of(array_id(1)) == ()
