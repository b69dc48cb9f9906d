"""Rates and rhythms of counters that are looked at twice a second."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from shmscope.sampling.rates import (
    HISTORY_SAMPLES,
    SLOW_WINDOW_S,
    WINDOW_S,
    Cadence,
    History,
    RateMeter,
)

TICK_S = 0.5
START_S = 1000.0

Counter = Callable[[float], int]  # seconds since the start -> writes finished


def steady(per_s: float) -> Counter:
    return lambda elapsed_s: int(elapsed_s * per_s + 1e-9)


def until_stop(counter: Counter, stop_s: float) -> Counter:
    return lambda elapsed_s: counter(min(elapsed_s, stop_s))


def rates(counter: Counter, seconds: float) -> list[float]:
    """Return the rate shown at every tick, the first at the start."""
    meter, shown = RateMeter(), []
    for tick in range(int(seconds / TICK_S) + 1):
        meter.update(START_S + tick * TICK_S, counter(tick * TICK_S))
        shown.append(meter.per_s)
    return shown


def first_late_s(counter: Counter, seconds: float) -> float | None:
    """Return when, since the start, a writer is first called late."""
    cadence = Cadence()
    for tick in range(int(seconds / TICK_S) + 1):
        cadence.update(START_S + tick * TICK_S, counter(tick * TICK_S))
        if cadence.is_late(START_S + tick * TICK_S):
            return tick * TICK_S
    return None


def test_one_look_tells_no_rate() -> None:
    meter = RateMeter()
    assert meter.per_s == 0.0
    meter.update(START_S, 10**6)
    assert meter.per_s == 0.0
    assert np.isnan(meter.latest_per_s)


@pytest.mark.parametrize("per_s", [2, 10, 1000, 1_000_000])
def test_steady_rate_is_known_after_two_looks(per_s: int) -> None:
    assert rates(steady(per_s), 30)[1:] == pytest.approx([per_s] * 60)


def test_writer_every_five_seconds_is_shown_steadily() -> None:
    shown = rates(steady(0.2), 120)[int(SLOW_WINDOW_S / TICK_S) :]
    assert shown == pytest.approx([0.2] * len(shown))


@pytest.mark.parametrize("per_s", [0.5, 1.0, 1.5, 1.9])
def test_slow_writer_does_not_flicker(per_s: float) -> None:
    shown = rates(steady(per_s), 120)[int(SLOW_WINDOW_S / TICK_S) :]
    assert shown == pytest.approx([per_s] * len(shown), rel=0.2)


def test_burst_is_shown_while_it_is_in_the_window_and_no_longer() -> None:
    shown = rates(until_stop(steady(100), 1.0), 60)
    assert max(shown) == pytest.approx(100)
    assert shown[-1] == 0.0


def test_fast_writer_that_stopped_is_not_shown_as_a_slow_one() -> None:
    stop_s = 30.0
    shown = rates(until_stop(steady(1000), stop_s), 60)
    for tick, rate in enumerate(shown):
        paused_s = tick * TICK_S - stop_s
        if paused_s > WINDOW_S:
            assert rate <= 1 / paused_s
    assert shown[-1] == 0.0


def test_writer_that_slows_down_is_shown_slow_within_seconds() -> None:
    def counter(elapsed_s: float) -> int:
        return int(min(elapsed_s, 30) * 1000 + max(elapsed_s - 30, 0) * 1)

    shown = rates(counter, 60)
    assert shown[int(36 / TICK_S)] == pytest.approx(1, rel=0.5)


def test_counter_that_falls_is_no_negative_rate() -> None:
    meter = RateMeter()
    meter.update(START_S, 100)
    meter.update(START_S + 1, 7)
    assert meter.per_s == meter.latest_per_s == 0.0


def test_two_looks_at_once_are_no_infinite_rate() -> None:
    meter = RateMeter()
    meter.update(START_S, 1)
    meter.update(START_S, 5)
    assert meter.per_s == meter.latest_per_s == 0.0


def test_latest_rate_is_of_the_last_two_looks() -> None:
    meter = RateMeter()
    for at, count in ((0.0, 0), (0.5, 100), (1.0, 101)):
        meter.update(START_S + at, count)
    assert meter.latest_per_s == pytest.approx(2)


def test_meter_forgets_what_is_older_than_its_window() -> None:
    meter = RateMeter()
    for tick in range(10_000):
        meter.update(START_S + tick * TICK_S, tick)
    assert len(meter._samples) <= SLOW_WINDOW_S / TICK_S + 2


def test_rhythm_is_unknown_before_four_pauses() -> None:
    cadence = Cadence()
    for count in range(4):
        cadence.update(START_S + count, count)
    assert cadence.longest_pause_s is None
    cadence.update(START_S + 4, 4)
    assert cadence.longest_pause_s == 1.0


@pytest.mark.parametrize(("per_s", "late_after_s"), [(1000, 2.0), (2, 2.0), (1, 4.0), (0.2, 20.0)])
def test_writer_is_late_after_four_of_its_own_pauses_and_two_seconds(
    per_s: float, late_after_s: float
) -> None:
    stop_s = 60.0
    found = first_late_s(until_stop(steady(per_s), stop_s), 120)
    assert found is not None
    assert late_after_s < found - stop_s <= late_after_s + 2 * TICK_S


@pytest.mark.parametrize("per_s", [1000, 10, 1, 0.2, 0.05])
def test_steady_writer_is_never_late(per_s: float) -> None:
    assert first_late_s(steady(per_s), 300) is None


def test_bursty_writer_is_not_late_between_its_bursts() -> None:
    def counter(elapsed_s: float) -> int:
        bursts, into_s = divmod(elapsed_s, 5.0)
        return int(bursts) * 100 + min(int(into_s * 100), 100)

    assert first_late_s(counter, 300) is None


def test_writer_of_which_nothing_is_known_is_never_late() -> None:
    assert first_late_s(lambda _: 7, 300) is None


def test_late_writer_that_writes_again_is_late_no_more() -> None:
    cadence = Cadence()
    for count in range(6):
        cadence.update(START_S + count, count)
    assert cadence.is_late(START_S + 20)
    cadence.update(START_S + 20, 6)
    assert not cadence.is_late(START_S + 20.5)


def test_one_long_pause_is_forgiven_after_sixteen_others() -> None:
    cadence = Cadence()
    cadence.update(START_S, 0)
    cadence.update(START_S + 100, 1)
    for count in range(2, 18):
        cadence.update(START_S + 100 + count, count)
    assert cadence.longest_pause_s == pytest.approx(2, abs=1)


def test_history_is_oldest_first_with_nan_before_anything_was_measured() -> None:
    history = History()
    assert np.isnan(history.last()).all()
    for value in (1.0, 2.0, 3.0):
        history.append(value)
    assert np.isnan(history.last(5)[:2]).all()
    assert history.last(5)[2:].tolist() == [1, 2, 3]
    assert history.last(2).tolist() == [2, 3]
    assert history.last().dtype == np.float32


def test_history_holds_five_minutes() -> None:
    history = History()
    for value in range(10_000):
        history.append(float(value))
    assert history.last().tolist() == list(range(10_000 - HISTORY_SAMPLES, 10_000))
    assert HISTORY_SAMPLES * TICK_S == 300
