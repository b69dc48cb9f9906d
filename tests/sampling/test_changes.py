"""How often an array changes, as looking tells it: on a clock that moves when it is told."""

from __future__ import annotations

import math
import re
from bisect import bisect
from dataclasses import fields
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sampling.simulated import READ_S, START_S, Simulation, steady, write_whole
from tests.sampling.stepping import Clock

from shmscope.errors import SourceGoneError, SourceTruncatedError
from shmscope.layout.array import ArrayLayout
from shmscope.sampling.bursts import MOST_LOOKS, TIGHT_S
from shmscope.sampling.changes import PAUSE_S, Changes, ChangeWatch
from shmscope.sampling.closer_looks import LOOSE_S
from shmscope.sampling.pace import FASTEST_S, SLOWEST_S
from shmscope.sampling.probes import LOOK_BYTES, RUN_BYTES

Numbers = np.ndarray[tuple[int], np.dtype[np.uint32]]


@pytest.mark.parametrize(
    ("per_s", "settle_s", "tolerance"),
    [
        (0.2, 25, 0.1),
        (1, 6, 0.1),
        (5, 4, 0.15),
        (20, 4, 0.1),
        (50, 4, 0.1),
        (70, 4, 0.2),
        (100, 4, 0.1),
        (333, 4, 0.1),
        (1_000, 5, 0.1),
        (10_000, 5, 0.05),
    ],
)
def test_steady_writer_of_any_pace_is_read_right(
    per_s: float, settle_s: float, tolerance: float
) -> None:
    simulation = Simulation(1024, steady(per_s))
    simulation.run(settle_s + 20)
    assert simulation.per_s[int(settle_s / 0.5) :] == pytest.approx([per_s] * 40, rel=tolerance)


def test_writer_faster_than_any_look_is_read_as_the_rate_of_looking_at_most() -> None:
    simulation = Simulation(1024, steady(10_000_000))
    simulation.run(5)
    shown = simulation.now()
    assert shown.burst_looks_per_s == pytest.approx(500_000, rel=0.01)
    assert shown.per_s == pytest.approx(shown.burst_looks_per_s)


def test_looks_are_as_many_as_are_shown() -> None:
    simulation = Simulation(1024, steady(20))
    simulation.run(10)
    before = simulation.opened
    simulation.run(2)
    assert simulation.now().looks_per_s == pytest.approx((simulation.opened - before) / 2, rel=0.1)


@pytest.mark.parametrize("per_s", [0.2, 5, 10_000])
def test_array_that_nobody_writes_is_looked_at_about_twice_a_second(per_s: float) -> None:
    simulation = Simulation(1024, lambda elapsed_s: steady(per_s)(min(elapsed_s, 6)))
    simulation.run(20)
    before = len(simulation.reads)
    simulation.run(10)
    assert len(simulation.reads) - before <= 10 / SLOWEST_S + 1


def test_writer_that_stops_is_shown_as_stopped_within_seconds() -> None:
    simulation = Simulation(1024, lambda elapsed_s: steady(10_000)(min(elapsed_s, 6)))
    simulation.run(6)
    assert simulation.now().per_s > 9000
    simulation.run(1)
    assert simulation.now().burst_looks_per_s is None
    assert simulation.now().per_s < 60
    simulation.run(4)
    assert simulation.now().per_s <= 0.25
    assert simulation.now().last_change_age_s == pytest.approx(5, abs=0.1)
    assert simulation.latest[-4:] == [0.0] * 4


def test_writer_that_begins_after_a_long_rest_is_seen_at_once() -> None:
    simulation = Simulation(1024, lambda elapsed_s: steady(10_000)(max(elapsed_s - 30, 0)))
    simulation.run(34)
    assert simulation.now().per_s == pytest.approx(10_000, rel=0.05)


def test_one_change_alone_is_no_rate() -> None:
    simulation = Simulation(1024, lambda elapsed_s: int(elapsed_s > 0.02))
    simulation.run(20)
    assert set(simulation.per_s) == {0.0}
    assert simulation.now().last_change_age_s == pytest.approx(20, abs=0.1)


@settings(max_examples=50)
@given(st.lists(st.floats(0.0001, 3.0), min_size=1, max_size=60))
def test_no_more_changes_are_found_than_there_were_writes(pauses: list[float]) -> None:
    times = list(accumulate(pauses))
    simulation = Simulation(1024, lambda elapsed_s: bisect(times, elapsed_s))
    simulation.run(times[-1] + 2)
    found = sum(each * 0.5 for each in simulation.latest if not math.isnan(each))
    assert simulation.watch._total <= len(times)
    assert found == pytest.approx(simulation.watch._total, rel=0.1)


def test_calm_looks_come_twice_a_second_and_never_in_bursts() -> None:
    simulation = Simulation(1024, steady(10_000))
    simulation.run(20, eager=False)
    assert len(simulation.reads) <= 20 / SLOWEST_S + 1
    shown = simulation.now()
    assert shown.burst_looks_per_s is None
    assert shown.per_s == pytest.approx(1 / SLOWEST_S, rel=0.05)


def test_calm_looks_that_take_turns_find_what_changed_meanwhile() -> None:
    simulation = Simulation(1024, steady(10))
    for _ in range(10):
        simulation.look(eager=False)
        simulation.run(10, watched=False)
    simulation.look(eager=False)
    assert simulation.now().per_s == pytest.approx(0.1)
    assert simulation.now().looks_per_s == pytest.approx(0.1)


def test_eager_looks_begin_at_once_and_end_with_their_bursts() -> None:
    simulation = Simulation(1024, steady(10_000))
    simulation.run(5, eager=False)
    before = len(simulation.reads)
    simulation.look(eager=True)
    assert len(simulation.reads) == before + 1
    simulation.run(5)
    assert simulation.now().burst_looks_per_s is not None
    before = len(simulation.reads)
    simulation.run(5, eager=False)
    assert len(simulation.reads) - before <= 5 / SLOWEST_S + 1
    assert simulation.now().burst_looks_per_s is None
    assert simulation.now().per_s == pytest.approx(1 / SLOWEST_S, rel=0.05)


def test_bursts_take_a_hundredth_of_the_time() -> None:
    simulation = Simulation(1024, steady(10_000))
    simulation.run(5)
    before_s, reads = simulation.elapsed_s, len(simulation.reads)
    simulation.run(50)
    spent_s = (len(simulation.reads) - reads) * READ_S
    assert 0.005 < spent_s / (simulation.elapsed_s - before_s) < 0.012


@pytest.mark.parametrize(("per_s", "least_bytes"), [(100, 100), (10_000, 8000)])
def test_burst_opens_the_segment_for_no_longer_than_it_takes(per_s: int, least_bytes: int) -> None:
    simulation = Simulation(1024, steady(per_s))
    simulation.run(2)
    while simulation.elapsed_s < 6:
        opened_s, reads = simulation.clock.now_s, len(simulation.reads)
        simulation.look()
        assert simulation.clock.now_s - opened_s <= TIGHT_S + 4 * READ_S
        assert {size for _, size in simulation.reads[reads:]} <= {4, 4096}
        simulation.clock.now_s = max(simulation.watch.due_s, simulation.clock.now_s)
    assert sum(size == 4 for _, size in simulation.reads) > least_bytes
    assert simulation.is_closed


def test_burst_looks_at_the_word_that_changes_most_often() -> None:
    def store(array: Numbers, writes: int) -> None:
        array += np.uint32(writes % 8 == 0)
        array[777] = writes

    simulation = Simulation(1024, steady(10_000), store)
    simulation.run(5)
    watched = {offset for offset, size in simulation.reads if size == 4}
    assert watched == {777 * 4}
    assert simulation.now().per_s == pytest.approx(10_000, rel=0.05)


def test_clock_that_stands_still_ends_a_burst_all_the_same() -> None:
    simulation = Simulation(1024, steady(10_000))
    simulation.run(5)
    simulation.clock.now_s = simulation.watch._closer._tight.due_s
    simulation.read_s = 0.0
    before = len(simulation.reads)
    simulation.look()
    assert len(simulation.reads) - before == pytest.approx(MOST_LOOKS, rel=0.01)


def test_ring_of_which_each_write_changes_one_element_is_told_by_its_elements() -> None:
    def store(array: Numbers, writes: int) -> None:
        array[:] = (writes - np.arange(array.size)) // array.size  # element i changes at i + k * n

    simulation = Simulation(1000, steady(10_000), store)
    simulation.run(8)
    shown = simulation.now()
    assert shown.per_s == pytest.approx(60, rel=0.1)
    assert shown.elements_per_s == pytest.approx(10_000, rel=0.15)


def test_elements_are_those_of_the_last_look_that_found_any() -> None:
    def store(array: Numbers, writes: int) -> None:
        array[: 10 * (writes % 2 + 1)] = writes

    simulation = Simulation(1024, lambda elapsed_s: steady(2)(min(elapsed_s, 9.8)), store)
    simulation.run(10)
    shown = simulation.now()
    assert shown.elements in (10, 20)
    assert shown.elements_per_s == pytest.approx(2 * 15, rel=0.15)
    simulation.run(10)
    assert simulation.now().elements == shown.elements


def test_what_happened_while_nobody_looked_is_no_change() -> None:
    simulation = Simulation(1024, lambda elapsed_s: int(elapsed_s > 5))
    simulation.run(4)
    simulation.watch.rest()
    simulation.run(4, watched=False)
    simulation.run(4)
    assert simulation.now().last_change_age_s is None
    assert all(each == 0 or math.isnan(each) for each in simulation.latest)


def test_who_forgets_to_rest_is_taken_for_resting_after_a_while() -> None:
    simulation = Simulation(1024, lambda elapsed_s: int(elapsed_s > 5))
    simulation.run(4)
    simulation.run(PAUSE_S + 10, watched=False)
    assert simulation.now().looks_per_s == 0
    simulation.run(4)
    assert simulation.now().last_change_age_s is None


def test_resting_watch_keeps_nothing_but_what_it_last_saw() -> None:
    simulation = Simulation(LOOK_BYTES // 4, steady(10_000))
    simulation.run(5)
    simulation.watch.rest()
    probes = simulation.watch._probes
    assert probes is not None
    assert probes._copy is None
    assert probes._changes.size == 0
    simulation.run(3, watched=False)
    shown = simulation.now()
    assert (shown.per_s, shown.looks_per_s, shown.burst_looks_per_s) == (0.0, 0.0, None)
    assert shown.elements == LOOK_BYTES // 4
    assert shown.elements_per_s == 0
    assert shown.last_change_age_s == pytest.approx(3, abs=0.1)
    assert np.isnan(simulation.latest[-1])


def test_sparkline_has_a_gap_where_nobody_looked_and_none_where_somebody_did() -> None:
    simulation = Simulation(1024, steady(20))
    simulation.run(10)
    assert simulation.latest[3:] == pytest.approx([20] * 17, rel=0.15)
    simulation.watch.rest()
    simulation.run(10, watched=False)
    assert np.isnan(simulation.latest[-18:]).all()
    simulation.run(10)
    assert simulation.latest[-17:] == pytest.approx([20] * 17, rel=0.15)


@pytest.mark.parametrize("eager", [True, False])
def test_sparkline_of_an_idle_array_has_no_gaps(*, eager: bool) -> None:
    simulation = Simulation(1024, lambda _: 0)
    simulation.run(60, eager=eager)
    assert set(simulation.latest[2:]) == {0.0}


def test_sparkline_shows_what_bursts_tell() -> None:
    simulation = Simulation(1024, steady(10_000))
    simulation.run(10)
    assert simulation.latest[-8:] == pytest.approx([10_000] * 8, rel=0.05)


@pytest.mark.parametrize("fault", [SourceGoneError("gone"), SourceTruncatedError("cut")])
def test_source_in_trouble_is_told_and_begun_anew_afterwards(fault: Exception) -> None:
    simulation = Simulation(1024, steady(20))
    simulation.run(5)
    simulation.fault = fault
    simulation.clock.now_s = simulation.watch.due_s
    with pytest.raises(type(fault)):
        simulation.look()
    failed_s = simulation.clock.now_s
    assert simulation.watch.due_s == pytest.approx(failed_s + SLOWEST_S)
    assert simulation.now().looks_per_s == 0
    simulation.fault = None
    changed_s = failed_s - (simulation.now().last_change_age_s or 0)
    simulation.clock.now_s = simulation.watch.due_s
    simulation.look()  # the array did change meanwhile: how often nobody knows
    age_s = simulation.now().last_change_age_s
    assert age_s is not None
    assert simulation.clock.now_s - age_s == pytest.approx(changed_s)
    simulation.run(5)
    assert simulation.now().per_s == pytest.approx(20, rel=0.1)


def test_source_that_fails_in_a_burst_leaves_nothing_behind() -> None:
    simulation = Simulation(1024, steady(10_000))
    simulation.run(5)
    closer = simulation.watch._closer
    while closer._burst is None:
        simulation.run(0.001)
    simulation.clock.now_s = closer.due_s
    assert simulation.watch._look_due_s > closer.due_s
    simulation.fault = SourceGoneError("gone")
    with pytest.raises(SourceGoneError):
        simulation.look()
    assert closer.due_s == math.inf
    assert simulation.watch._closer._burst is None
    assert simulation.is_closed
    simulation.fault = None
    simulation.run(5)
    assert simulation.now().per_s == pytest.approx(10_000, rel=0.05)


def test_look_before_its_time_reads_nothing() -> None:
    simulation = Simulation(1024, steady(20))
    assert simulation.look() == 4096
    assert simulation.look() == 0
    assert simulation.watch.due_s == pytest.approx(START_S + FASTEST_S)


def test_look_that_takes_long_is_followed_by_a_longer_rest() -> None:
    simulation = Simulation(1024, steady(20))

    def slow_store(array: Numbers, writes: int) -> None:
        simulation.clock.now_s += 0.1
        write_whole(array, writes)

    simulation.store = slow_store
    simulation.look()
    assert simulation.watch.due_s >= START_S + 0.4


def test_look_tells_the_bytes_that_it_read() -> None:
    simulation = Simulation(LOOK_BYTES, steady(10_000))
    told = 0
    while simulation.elapsed_s < 2:
        told += simulation.look()
        simulation.clock.now_s = max(simulation.watch.due_s, simulation.clock.now_s)
    read = sum(size for _, size in simulation.reads)
    assert told <= read <= told * 1.001  # a burst's first look has nothing to differ from


@pytest.mark.parametrize("shape", [(0,), (3, 0)])
def test_empty_array_is_never_read_and_never_changes(shape: tuple[int, ...]) -> None:
    clock = Clock(START_S)
    watch = ChangeWatch(ArrayLayout.contiguous(np.dtype("f4"), shape), clock)
    simulation = Simulation(1, steady(20))
    assert watch.look(simulation.reader, eager=True) == 0
    assert watch.due_s > START_S
    assert not simulation.opened
    watch.rest()
    shown = watch.changes(START_S)
    assert (shown.compared, shown.coverage, shown.looks_per_s) == (0, 1.0, 0.0)


def test_large_array_that_is_written_whole_is_read_right_from_a_part_of_it() -> None:
    simulation = Simulation(1 << 20, steady(5))
    simulation.run(10)
    shown = simulation.now()
    assert shown.coverage == LOOK_BYTES / (4 << 20)
    assert shown.compared == shown.elements == LOOK_BYTES // 4
    assert shown.per_s == pytest.approx(5, rel=0.15)


def test_documentation_has_every_figure_and_no_other() -> None:
    text = (Path(__file__).parents[2] / "docs/changes.md").read_text()
    table = "".join(re.findall(r"^\| (`.*?) \|", text, re.MULTILINE))
    assert set(re.findall("`([a-z_]+)`", table)) == {field.name for field in fields(Changes)}
    assert f"up to {LOOK_BYTES >> 10} KiB" in text
    assert f"in {LOOK_BYTES // RUN_BYTES} runs of {RUN_BYTES >> 10} KiB" in text
    assert f"between 1/{1 / FASTEST_S:.0f} s and {SLOWEST_S} s" in text
    assert f"every millisecond for {LOOSE_S * 1e3:.0f} of them" in text
    assert f"{TIGHT_S * 1e3:.0f} milliseconds back to back" in text
