"""Watches of real arrays: even while nobody looks, honest about trouble, and no great cost."""

from __future__ import annotations

import math
import os
import time
from multiprocessing import Manager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.sampling.stepping import Clock, Stepped, bodies
from tests.waiting import until

import shmscope
from shmscope.errors import SelectionError, UnknownArrayError
from shmscope.layout.hand import parse_rule
from shmscope.layout.names import ArrayId
from shmscope.sampling import watches as module
from shmscope.sampling.gauges import Gauge
from shmscope.sampling.topics import ArrayTopic, ValuesTopic
from shmscope.sampling.watches import RETRY_S, TURN_S, Watch
from shmscope.sources.arrays import MemoryArray
from shmscope.sources.ceilings import DEFAULT

Shared = shmscope.SharedArray


def watched(stepped: Stepped, gauge: Gauge, rate_hz: float = 10.0) -> Watch:
    watch, _ = stepped.sampler.keeping.watch(stepped.id, gauge, rate_hz)
    return watch


def values_of(stepped: Stepped, watch: Watch) -> list[float]:
    values: list[float] = watch.samples.last(stepped.clock.now_s)[1].tolist()
    return values


def row_of(stepped: Stepped, watch: Watch) -> dict[str, Any]:
    return stepped.sampler.keeping.watch_row(watch)


@pytest.mark.parametrize("rate_hz", [0.5, 10.0, 60.0])
def test_number_is_sampled_evenly_though_nobody_looks_at_a_page(
    stepped: Stepped, shared: Shared, rate_hz: float
) -> None:
    stepped.step()
    watch = watched(stepped, Gauge("value", "2, 1"), rate_hz)
    assert stepped.run(4.0) == []
    shared[2, 1] = 5
    stepped.run(4.0)
    ages_s, values = watch.samples.last(stepped.clock.now_s)
    assert len(values) == pytest.approx(8.0 * rate_hz, abs=1)
    assert np.diff(ages_s) == pytest.approx(np.full(len(values) - 1, -1 / rate_hz), abs=1e-4)
    assert (values[0], values[-1]) == (1, 5)
    assert np.count_nonzero(np.diff(values)) == 1


@pytest.mark.usefixtures("shared")
def test_watch_is_told_with_its_trace_where_its_array_is(stepped: Stepped) -> None:
    stepped.step()
    watch = watched(stepped, Gauge("mean", "..., 1:3"))
    stepped.sampler.keeping.copy(stepped.id)
    stepped.run(1.0)
    stepped.sampler.demand.add(ArrayTopic(stepped.id))
    [body] = bodies(stepped.step(), "frame")
    [row] = body["watches"]
    assert set(taken := row.pop("values").tolist()) == {1.5}
    assert 10 <= len(taken) <= 12  # ten times a second from the first on, as sums of floats go
    assert row.pop("age_s")[-1] < 0.11
    assert row == {
        "number": watch.number, "kind": "mean", "select": "0:6, 1:3", "field": None, "part": None,
        "label": "mean of [:, 1:3]", "rate_hz": 10.0, "unit": "V", "latest": 1.5, "problem": None,
    }  # fmt: skip
    assert [copy["shape"] for copy in body["copies"]] == [[6, 4]]


@pytest.mark.usefixtures("shared")
def test_dropped_watch_is_read_no_more(stepped: Stepped) -> None:
    stepped.step()
    watch = watched(stepped, Gauge("mean"))
    stepped.run(1.0)
    stepped.sampler.keeping.watches.drop(stepped.id, watch.number)
    count = len(values_of(stepped, watch))
    stepped.run(2.0)
    assert len(values_of(stepped, watch)) == count


@pytest.mark.usefixtures("shared")
def test_faster_rate_is_heeded_at_once(stepped: Stepped) -> None:
    stepped.step()
    watch = watched(stepped, Gauge("mean"), 0.1)
    stepped.run(1.0)
    watched(stepped, Gauge("mean"), 20.0)
    stepped.run(1.0)
    assert len(values_of(stepped, watch)) == pytest.approx(21, abs=1)


def test_phase_is_told_in_radians_and_all_else_in_the_arrays_unit(
    stepped: Stepped, name: str
) -> None:
    with shmscope.create(name, 4, "c8", unit="V") as shared:
        shared[:] = 1j
        stepped.step()
        phase, size = (watched(stepped, Gauge("max", part=part)) for part in ("phase", "magnitude"))
        stepped.run(0.2)
        told = [(row_of(stepped, one)["latest"], one.unit) for one in (phase, size)]
    assert told == [(pytest.approx(math.pi / 2), "rad"), (1.0, "V")]


@pytest.mark.usefixtures("shared")
def test_what_does_not_fit_is_refused_and_not_watched(stepped: Stepped) -> None:
    stepped.step()
    for gauge in (Gauge("value", "1"), Gauge("mean", "9, 0"), Gauge("mean", part="phase")):
        with pytest.raises(SelectionError):
            watched(stepped, gauge)
    assert stepped.sampler.keeping.rows(stepped.id)["watches"] == []
    with pytest.raises(UnknownArrayError):
        stepped.sampler.keeping.watch(ArrayId("box", "0-0", "nobody"), Gauge("mean"), 10.0)


# In trouble


def test_cut_memory_is_a_problem_in_words_and_mends_itself(stepped: Stepped, name: str) -> None:
    with shmscope.create(name, 100_000, "f4") as shared:
        shared[:] = 3
        stepped.step()
        watch = watched(stepped, Gauge("mean"))
        stepped.run(1.0)
        os.truncate(f"/dev/shm/{name}", 4096)
        stepped.run(2.0)
        row = row_of(stepped, watch)
        assert row["latest"] is None
        assert row["problem"] == "the segment ends after 4096 bytes; 400000 are needed"
        assert math.isnan(row["values"][-1])
        os.truncate(f"/dev/shm/{name}", 400_000)
        stepped.run(1.0)
        row = row_of(stepped, watch)
        assert (row["problem"], row["latest"]) == (None, pytest.approx(3 * 1024 / 100_000))


def test_failing_watch_is_looked_at_twice_a_second_only(stepped: Stepped, shared: Shared) -> None:
    stepped.step()
    watch = watched(stepped, Gauge("mean"), 60.0)
    stepped.run(0.2)
    os.truncate(f"/dev/shm/{shared.name}", 0)
    count = len(values_of(stepped, watch))
    stepped.run(10 * RETRY_S)
    assert len(values_of(stepped, watch)) - count == pytest.approx(10, abs=1)


def seen_as(stepped: Stepped, array: ArrayId, dtype: str) -> None:
    rule = parse_rule({"dtype": dtype, "shape": [-1]}, pattern="*")
    stepped.sampler.roster.kept.keep(array, rule, "configured")
    stepped.survey()


def test_array_that_is_seen_otherwise_is_fitted_anew(stepped: Stepped, name: str) -> None:
    path = Path("/dev/shm") / name
    path.write_bytes(np.arange(16, dtype="<f4").tobytes())
    try:
        stepped.survey()
        array = stepped.id
        seen_as(stepped, array, "<f4")
        watch = watched(stepped, Gauge("value", "12"))
        stepped.run(0.5)
        assert row_of(stepped, watch)["latest"] == 12
        seen_as(stepped, array, "<f8")
        stepped.run(1.0)
        row = row_of(stepped, watch)
        assert row["problem"] == "index 12 is outside axis 0, which has 8 elements"
        assert row["latest"] is None
        seen_as(stepped, array, "<f4")
        stepped.run(1.0)
        assert (row_of(stepped, watch)["problem"], row_of(stepped, watch)["latest"]) == (None, 12)
    finally:
        path.unlink()


def test_watch_ends_ten_seconds_after_its_array(stepped: Stepped, shared: Shared) -> None:
    stepped.step()
    array = stepped.id
    watch = watched(stepped, Gauge("mean"))
    stepped.run(1.0)
    shared.unlink()
    stepped.run(9.5)
    assert row_of(stepped, watch)["problem"] == "the array is not there any more"
    assert stepped.sampler.keeping.watches.of(array) == (watch,)
    stepped.run(2.0)
    assert stepped.sampler.keeping.watches.of(array) == ()


def test_managers_object_is_watched_as_fast_as_it_is_fetched(name: str) -> None:
    with Stepped(name, time.monotonic()) as stepped, Manager() as manager:
        listed = shmscope.publish(name, manager.list([1.0, 2.0, 6.0]))
        stepped.step()
        watch = watched(stepped, Gauge("max"), 60.0)
        stepped.step()
        first = row_of(stepped, watch)
        unanswered = (None, "the Manager has not answered yet")
        assert (first["latest"], first["problem"]) in (unanswered, (6.0, None))
        until(stepped.trace.source.ready)
        stepped.run(4.0)
        assert row_of(stepped, watch)["latest"] == 6
        assert len(values_of(stepped, watch)) == pytest.approx(1 + 4.0 * 2, abs=1)
        listed.unlink()


# What it costs


class Slow:
    """Reads that take a while on the clock, and are counted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, clock: Clock, takes_s: float) -> None:
        self.reads = 0
        look = MemoryArray.look

        def slow(source: MemoryArray, *what: Any) -> Any:
            self.reads += 1
            clock.now_s += takes_s
            return look(source, *what)

        monkeypatch.setattr(MemoryArray, "look", slow)


@pytest.mark.usefixtures("shared")
def test_slow_look_rests_until_it_is_paid_for(
    stepped: Stepped, monkeypatch: pytest.MonkeyPatch
) -> None:
    stepped.step()
    watched(stepped, Gauge("mean"), 60.0)
    slow = Slow(monkeypatch, stepped.clock, 0.1)
    stepped.run(10.0)
    assert slow.reads == pytest.approx(10.0 * DEFAULT.cpu_share / 0.1, abs=2)


def six_slow_watches(stepped: Stepped, monkeypatch: pytest.MonkeyPatch) -> Slow:
    stepped.step()
    for row in range(6):
        watched(stepped, Gauge("mean", str(row)), 60.0)
    return Slow(monkeypatch, stepped.clock, 0.02)


@pytest.mark.usefixtures("shared")
def test_many_slow_watches_together_take_no_more_than_the_ceiling(
    stepped: Stepped, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = six_slow_watches(stepped, monkeypatch)
    stepped.run(10.0)
    first_looks = 6 * 0.02
    assert slow.reads * 0.02 - first_looks == pytest.approx(10.0 * DEFAULT.cpu_share, rel=0.1)


@pytest.mark.usefixtures("shared")
def test_turn_of_the_watches_ends_so_that_others_have_theirs(
    stepped: Stepped, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = six_slow_watches(stepped, monkeypatch)
    before_s = stepped.clock.now_s
    due_s = stepped.sampler.step()
    assert slow.reads == 3
    assert stepped.clock.now_s - before_s < TURN_S + 0.03
    assert due_s <= stepped.clock.now_s
    stepped.sampler.step()
    assert slow.reads == 6


@pytest.mark.usefixtures("shared")
def test_look_that_fails_in_an_unknown_way_is_not_tried_again_at_once(
    stepped: Stepped, monkeypatch: pytest.MonkeyPatch
) -> None:
    stepped.step()
    watched(stepped, Gauge("mean"))

    def fail(*_: object) -> None:
        raise RuntimeError("unknown")

    monkeypatch.setattr(module.Watch, "look", fail)
    with pytest.raises(RuntimeError):
        stepped.sampler.step()
    stepped.step(RETRY_S / 2)
    with pytest.raises(RuntimeError):
        stepped.step(RETRY_S)


@pytest.mark.usefixtures("shared")
def test_views_and_watches_of_one_array_do_not_hinder_each_other(stepped: Stepped) -> None:
    stepped.step()
    watch = watched(stepped, Gauge("mean"), 10.0)
    stepped.sampler.demand.add(ValuesTopic(stepped.id, "...", 100), 10.0)
    news = stepped.run(5.0)
    assert len(bodies(news, "frame")) == pytest.approx(50, abs=1)
    assert len(values_of(stepped, watch)) == pytest.approx(50, abs=1)
