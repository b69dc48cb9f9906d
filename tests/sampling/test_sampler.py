"""One sampler for everybody: what is asked for is sampled once, and nothing else is."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from tests.sampling.stepping import HOST, Stepped, bodies, kinds
from tests.waiting import until

import shmscope
from shmscope.layout.array import ArrayLayout
from shmscope.layout.names import ArrayId
from shmscope.layout.selection import Selection
from shmscope.sampling.demand import Demand
from shmscope.sampling.rates import TICK_S
from shmscope.sampling.sampler import Sampler, SamplerThread
from shmscope.sampling.scans import SCAN_BYTES
from shmscope.sampling.topics import ArrayTopic, OverviewTopic, ValuesTopic
from shmscope.sources.arrays import MemoryArray
from shmscope.sources.segments import OpenSegment
from shmscope.sources.snapshots import Snapshot

Shared = shmscope.SharedArray


class Spy:
    """Counts how often values are read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reads: Counter[str] = Counter()
        look, scan = MemoryArray.look, MemoryArray.scan

        def spied_look(
            source: MemoryArray, selection: Selection, layout: ArrayLayout | None = None
        ) -> Snapshot:
            self.reads["look"] += 1
            return look(source, selection, layout)

        def spied_scan(source: MemoryArray, layout: ArrayLayout) -> object:
            self.reads["scan"] += 1
            return scan(source, layout)

        monkeypatch.setattr(MemoryArray, "look", spied_look)
        monkeypatch.setattr(MemoryArray, "scan", spied_scan)

    def taken(self) -> dict[str, int]:
        found = dict(self.reads)
        self.reads.clear()
        return found


@pytest.fixture
def spy(monkeypatch: pytest.MonkeyPatch) -> Spy:
    return Spy(monkeypatch)


# Demand


def test_topic_is_demanded_once_however_many_ask() -> None:
    demand = Demand()
    tickets = [demand.add(OverviewTopic()) for _ in range(3)]
    assert demand.topics() == [OverviewTopic()]
    for ticket in tickets[:2]:
        demand.drop(ticket)
    assert demand.topics() == [OverviewTopic()]
    demand.drop(tickets[2])
    assert demand.topics() == []


def test_the_fastest_rate_of_all_who_ask_counts() -> None:
    demand, topic = Demand(), ValuesTopic(ArrayId("h", "s", "n"), "...", 10)
    slow, fast = demand.add(topic, 1.0), demand.add(topic, 30.0)
    assert demand.values() == {topic: 30.0}
    demand.drop(fast)
    assert demand.values() == {topic: 1.0}
    demand.drop(slow)
    assert demand.values() == {}


def test_dropping_twice_is_dropping_once() -> None:
    demand = Demand()
    first, second = demand.add(OverviewTopic()), demand.add(OverviewTopic())
    demand.drop(first)
    demand.drop(first)
    assert demand.topics() == [OverviewTopic()]
    demand.drop(second)


# What is read for whom


def test_nobody_subscribed_nothing_is_read_or_delivered(
    stepped: Stepped, shared: Shared, spy: Spy
) -> None:
    assert stepped.run(10.0) == []
    assert spy.taken() == {}
    [row] = stepped.sampler.reports.rows()
    assert row["writes"] == shared.writes == 1


@pytest.mark.usefixtures("shared")
def test_overview_reads_no_values(stepped: Stepped, spy: Spy) -> None:
    stepped.sampler.demand.add(OverviewTopic())
    assert stepped.run(10.0)
    assert spy.taken() == {}


@pytest.mark.usefixtures("shared")
def test_overview_is_delivered_once_a_tick_however_many_watch(stepped: Stepped) -> None:
    for _ in range(5):
        stepped.sampler.demand.add(OverviewTopic())
    stepped.step()
    assert kinds(stepped.run(10.0)) == ["frame"] * 20


@pytest.mark.usefixtures("shared")
def test_newcomer_gets_the_overview_at_once(stepped: Stepped) -> None:
    stepped.step()
    stepped.sampler.demand.add(OverviewTopic())
    assert kinds(stepped.step(0.01)) == ["frame"]
    assert kinds(stepped.step(0.01)) == []


def test_overview_tells_of_every_array_by_name(stepped: Stepped, name: str) -> None:
    stepped.sampler.demand.add(OverviewTopic())
    with shmscope.create(f"{name}_b", 3), shmscope.create(f"{name}_a", 3, unit="°C"):
        [body] = bodies(stepped.step(), "frame")
    assert [row["name"] for row in body["arrays"]] == [f"{name}_a", f"{name}_b"]
    assert body["arrays"][0]["unit"] == "°C"
    assert body["host"]["name"] == HOST


@pytest.mark.usefixtures("shared")
def test_two_subscribers_of_one_topic_are_one_look(stepped: Stepped, spy: Spy) -> None:
    stepped.step()
    topic = stepped.values()
    for _ in range(2):
        stepped.sampler.demand.add(topic, 10.0)
    assert kinds(stepped.step()) == ["schema", "frame"]
    assert spy.taken()["look"] == 1


@pytest.mark.usefixtures("shared")
def test_two_selections_are_two_looks(stepped: Stepped, spy: Spy) -> None:
    stepped.step()
    stepped.sampler.demand.add(stepped.values("0"), 10.0)
    stepped.sampler.demand.add(stepped.values("1"), 10.0)
    stepped.step()
    assert spy.taken()["look"] == 2


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("rate_hz", [0.1, 1.0, 10.0, 30.0, 60.0])
def test_values_are_looked_at_as_often_as_is_asked(
    stepped: Stepped, spy: Spy, rate_hz: float
) -> None:
    stepped.step()
    stepped.sampler.demand.add(stepped.values(), rate_hz)
    stepped.run(10.0 - 1e-3)
    assert spy.taken()["look"] == pytest.approx(10.0 * rate_hz, abs=1)


@pytest.mark.usefixtures("shared")
def test_no_array_is_looked_at_more_often_than_its_source_allows(
    stepped: Stepped, spy: Spy
) -> None:
    stepped.step()
    stepped.sampler.demand.add(stepped.values(), 1000.0)
    stepped.run(1.0 - 1e-3)
    assert spy.taken()["look"] == 60


@pytest.mark.usefixtures("shared")
def test_faster_rate_is_heeded_at_once(stepped: Stepped, spy: Spy) -> None:
    stepped.step()
    stepped.sampler.demand.add(stepped.values(), 0.1)
    stepped.run(1.0)
    spy.taken()
    stepped.sampler.demand.add(stepped.values(), 20.0)
    stepped.run(1.0)
    assert spy.taken()["look"] == pytest.approx(20, abs=1)


@pytest.mark.usefixtures("shared")
def test_last_one_to_leave_ends_the_looking(stepped: Stepped, spy: Spy) -> None:
    stepped.step()
    tickets = [stepped.sampler.demand.add(stepped.values(), 10.0) for _ in range(2)]
    stepped.run(1.0)
    for ticket in tickets:
        stepped.sampler.demand.drop(ticket)
    spy.taken()
    assert stepped.run(5.0) == []
    assert spy.taken() == {}


def test_frame_holds_the_values_and_its_schema_comes_first(
    stepped: Stepped, shared: Shared
) -> None:
    stepped.step()
    stepped.sampler.demand.add(stepped.values("1:3, ::2"), 10.0)
    [schema, frame] = [found.body for found in stepped.step()]
    assert schema["select"] == "1:3, 0:4:2"
    assert schema["shape"] == [6, 4]
    assert (schema["dtype"], schema["unit"], schema["reduced"]) == ("<f4", "V", None)
    assert frame["verdict"] == "clean"
    assert frame["shape"] == [2, 2]
    assert frame["values"].tolist() == shared[1:3, ::2].reshape(-1).tolist()


@pytest.mark.usefixtures("shared")
def test_schema_is_not_said_twice(stepped: Stepped) -> None:
    stepped.step()
    stepped.sampler.demand.add(stepped.values(), 10.0)
    assert kinds(stepped.run(1.0)).count("schema") == 1


@pytest.mark.usefixtures("shared")
def test_large_selection_is_thinned(stepped: Stepped) -> None:
    stepped.step()
    stepped.sampler.demand.add(stepped.values(max_points=6), 10.0)
    [schema, frame] = [found.body for found in stepped.step()]
    assert schema["reduced"] == [2, 2]
    assert frame["values"].size == 6


def test_array_topic_tells_row_history_and_statistics(stepped: Stepped, shared: Shared) -> None:
    stepped.step()
    stepped.sampler.demand.add(ArrayTopic(stepped.id))
    shared[:] = 2
    [body] = bodies(stepped.tick(), "frame")
    assert body["row"]["writes"] == 2
    assert body["row"]["writes_per_s"] == pytest.approx(1 / TICK_S)
    assert body["history"]["writes_per_s"][-1] == pytest.approx(1 / TICK_S)
    assert body["history"]["writers"][0]["label"] == "me"
    [entry] = body["statistics"]
    assert (entry["min"], entry["mean"], entry["max"], entry["coverage"]) == (2, 2, 2, 1)
    assert entry["age_s"] == 0


@pytest.mark.usefixtures("shared")
def test_statistics_are_scanned_while_somebody_watches_the_array(
    stepped: Stepped, spy: Spy
) -> None:
    stepped.step()
    ticket = stepped.sampler.demand.add(ArrayTopic(stepped.id))
    stepped.tick(3)
    assert spy.taken() == {"scan": 3}
    stepped.sampler.demand.drop(ticket)
    stepped.tick(3)
    assert spy.taken() == {}


def test_a_tick_scans_no_more_than_its_budget(
    stepped: Stepped, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    read_into = OpenSegment.read_into

    def counted(opened: OpenSegment, buffer: memoryview, offset: int) -> None:
        read_into(opened, buffer, offset)
        read.append(len(buffer))

    size = 2 * SCAN_BYTES + 100
    with shmscope.create(name, size, "u1") as shared:
        shared[:] = 1
        stepped.step()
        stepped.sampler.demand.add(ArrayTopic(stepped.id))
        monkeypatch.setattr(OpenSegment, "read_into", counted)
        stepped.tick()
    assert 0 < sum(read) <= SCAN_BYTES


# The clock


@pytest.mark.usefixtures("shared")
def test_step_says_when_the_next_thing_is_due(stepped: Stepped) -> None:
    start_s = stepped.clock()
    assert stepped.sampler.step() == pytest.approx(start_s + TICK_S)
    stepped.sampler.demand.add(stepped.values(), 10.0)
    assert stepped.sampler.step() == pytest.approx(start_s + 0.1)


@pytest.mark.usefixtures("shared")
def test_late_ticks_are_not_made_up_for(stepped: Stepped) -> None:
    stepped.sampler.demand.add(OverviewTopic())
    stepped.step()
    assert kinds(stepped.step(10.0)) == ["frame"]
    assert stepped.sampler.step() == pytest.approx(stepped.clock() + TICK_S)
    assert stepped.sampler.observer.tick_late_s > 1


@pytest.mark.usefixtures("shared")
def test_slightly_late_ticks_do_not_push_the_next_ones(stepped: Stepped) -> None:
    start_s = stepped.clock()
    stepped.step()
    stepped.step(TICK_S + 0.1)
    assert stepped.sampler.step() == pytest.approx(start_s + 2 * TICK_S)


# Asked once


def test_look_once_and_scan_once(stepped: Stepped, shared: Shared, spy: Spy) -> None:
    stepped.step()
    trace, selection, snapshot = stepped.sampler.answers.values(stepped.id, "0")
    assert snapshot.values.tolist() == shared[0].tolist()
    assert (str(selection), trace.id) == ("0, 0:4", stepped.id)
    [entry] = stepped.sampler.answers.statistics(stepped.id)
    assert (entry.minimum, entry.maximum, entry.count) == (0, 3, 24)
    assert spy.taken() == {"look": 1, "scan": 1}
    stepped.tick()
    assert stepped.trace.facts is not None
    assert stepped.trace.facts.copies == 1


@pytest.mark.usefixtures("shared")
def test_host_row_tells_what_watching_costs(stepped: Stepped) -> None:
    stepped.step()
    stepped.sampler.demand.add(stepped.values(), 30.0)
    stepped.sampler.demand.clients = 1
    stepped.run(5.0)
    host = stepped.sampler.reports.host()
    assert host["shm"]["size_bytes"] >= host["shm"]["used_bytes"]
    observer = host["observer"]
    assert (observer["clients"], observer["views"]) == (1, 1)
    assert observer["bytes_read_per_s"] == pytest.approx(30 * 6 * 4 * 4, rel=0.2)


# The thread


class Counted(Sampler):
    """A sampler that counts its steps, and fails at the first ones."""

    def __init__(self, fail: int = 0) -> None:
        super().__init__(HOST, lambda _: None)
        self.steps = 0
        self.closed = False
        self._fail = fail

    def step(self) -> float:
        self.steps += 1
        if self.steps <= self._fail:
            raise RuntimeError("step failed")
        return time.monotonic() + 1000

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def no_thread_left() -> Iterator[None]:
    yield
    assert "sampler" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.usefixtures("no_thread_left")
def test_thread_wakes_for_new_demand_and_ends() -> None:
    sampler = Counted()
    with SamplerThread(sampler):
        until(lambda: sampler.steps == 1)
        sampler.demand.add(OverviewTopic())
        until(lambda: sampler.steps == 2)
    assert sampler.closed


@pytest.mark.usefixtures("no_thread_left")
def test_thread_survives_a_step_that_fails(caplog: pytest.LogCaptureFixture) -> None:
    sampler = Counted(fail=1)
    with SamplerThread(sampler):
        until(lambda: sampler.steps >= 2)
    assert "a sampler step failed" in caplog.text
