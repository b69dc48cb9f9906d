"""One sampler for everybody: what is asked for is sampled once, and nothing else is."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from tests.sampling.stepping import HOST, Stepped, bodies, kinds
from tests.sources.reading import SHM
from tests.waiting import until

import shmscope
from shmscope.errors import (
    SelectionError,
    SourceTruncatedError,
    UnknownArrayError,
)
from shmscope.layout.array import ArrayLayout
from shmscope.layout.control import Description, Process, plan_header
from shmscope.layout.names import ArrayId, block_prefix
from shmscope.layout.selection import Selection
from shmscope.sampling.demand import Demand
from shmscope.sampling.sampler import SCAN_BYTES, TICK_S, Sampler, SamplerThread
from shmscope.sampling.topics import ArrayTopic, OverviewTopic, ValuesTopic
from shmscope.sampling.views import View
from shmscope.sources.arrays import MemoryArray
from shmscope.sources.snapshots import Snapshot

Shared = shmscope.SharedArray


class Spy:
    """Counts how often values are read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reads: Counter[str] = Counter()
        look, scan = MemoryArray.look, MemoryArray.scan

        def spied_look(source: MemoryArray, selection: Selection) -> Snapshot:
            self.reads["look"] += 1
            return look(source, selection)

        def spied_scan(source: MemoryArray, layout: ArrayLayout, selection: Selection) -> object:
            self.reads["scan"] += 1
            return scan(source, layout, selection)

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
    [row] = stepped.sampler.rows()
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
    scan = MemoryArray.scan

    def counted(source: MemoryArray, layout: ArrayLayout, selection: Selection) -> object:
        found = scan(source, layout, selection)
        read.append(found.nbytes)
        return found

    monkeypatch.setattr(MemoryArray, "scan", counted)
    size = 2 * SCAN_BYTES + 100
    with shmscope.create(name, size, "u1", reserve=False):
        stepped.step()
        stepped.sampler.demand.add(ArrayTopic(stepped.id))
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


# What goes wrong


def test_withdrawn_array_is_gone_once(stepped: Stepped, shared: Shared) -> None:
    stepped.step()
    values, array = stepped.values(), ArrayTopic(stepped.id)
    stepped.sampler.demand.add(values, 10.0)
    stepped.sampler.demand.add(array)
    stepped.tick()
    shared.unlink()
    news = stepped.run(1.2)
    assert kinds(news, values).count("gone") == 1
    assert kinds(news, array).count("gone") == 1
    assert stepped.sampler.rows() == []


def test_array_withdrawn_between_two_ticks_ends_no_step(stepped: Stepped, shared: Shared) -> None:
    stepped.step()
    stepped.sampler.demand.add(stepped.values(), 10.0)
    stepped.step()
    shared.unlink()
    [gone] = stepped.step(0.1)
    assert gone.kind == "gone"
    assert "not published any more" in gone.body["detail"]


@pytest.mark.parametrize("make", [lambda i: ValuesTopic(i, "...", 10), ArrayTopic])
def test_unknown_array_is_an_error_said_once(
    stepped: Stepped, make: Callable[[ArrayId], ValuesTopic | ArrayTopic]
) -> None:
    unknown = ArrayId(HOST, "1-2", "nothing")
    stepped.sampler.demand.add(make(unknown), 10.0)
    news = stepped.run(10.0)
    assert kinds(news) == ["error"]
    assert isinstance(news[0].error, UnknownArrayError)
    with pytest.raises(UnknownArrayError):
        stepped.sampler.row(unknown)


def test_array_that_was_unknown_is_shown_when_it_comes(stepped: Stepped, name: str) -> None:
    with shmscope.create(name, 3):
        stepped.step()
        topic = stepped.values()
    stepped.tick()
    stepped.sampler.demand.add(topic, 10.0)
    assert kinds(stepped.step()) == ["error"]
    with shmscope.create(name, 3):  # another inode: another id
        assert kinds(stepped.tick()) == []


@pytest.mark.usefixtures("shared")
def test_selection_that_does_not_fit_is_an_error_said_once(stepped: Stepped) -> None:
    stepped.step()
    stepped.sampler.demand.add(stepped.values("9"), 10.0)
    news = stepped.run(5.0)
    assert kinds(news) == ["error"]
    assert isinstance(news[0].error, SelectionError)


def test_truncated_array_is_an_error_said_once_and_mends(
    stepped: Stepped, shared: Shared, name: str
) -> None:
    stepped.step()
    stepped.sampler.demand.add(stepped.values(), 10.0)
    stepped.step()
    os.truncate(SHM / name, 10)
    news = stepped.run(5.0)
    assert kinds(news)[-1] == "error"
    assert kinds(news).count("error") == 1
    assert isinstance(news[-1].error, SourceTruncatedError)
    os.truncate(SHM / name, shared.array.nbytes)
    assert kinds(stepped.run(1.0))[:2] == ["schema", "frame"]


@pytest.mark.usefixtures("shared")
def test_unknown_failure_of_one_view_starves_no_other(
    stepped: Stepped, monkeypatch: pytest.MonkeyPatch
) -> None:
    stepped.step()
    bad, good = stepped.values("0"), stepped.values("1")
    look = View.look

    def fail(view: View, trace: object) -> object:
        if view.topic == bad:
            raise RuntimeError("unknown")
        return look(view, trace)  # type: ignore[arg-type]  # it is a trace

    monkeypatch.setattr(View, "look", fail)
    stepped.sampler.demand.add(bad, 10.0)
    stepped.sampler.demand.add(good, 10.0)
    with pytest.raises(RuntimeError):
        stepped.step()
    assert kinds(stepped.step(0.01), good) == ["schema", "frame"]


def test_array_published_anew_in_another_layout_is_another_schema(
    stepped: Stepped, name: str
) -> None:
    with shmscope.create(name, 12, "u1") as shared:
        stepped.step()
        topic = stepped.values()
        stepped.sampler.demand.add(topic, 10.0)
        [schema] = bodies(stepped.step(), "schema")
        assert schema["shape"] == [12]
        block = next(SHM.glob(f"{block_prefix(name)}*"))
        encoded = Description(
            name, "shared_memory", ArrayLayout.contiguous(np.dtype("<u2"), (3, 2)), segment=name
        ).encode()
        put(block.name, encoded, *target(name))
        [schema] = bodies(stepped.tick(), "schema")
        assert (schema["shape"], schema["dtype"]) == ([3, 2], "<u2")
        assert shared.array.size == 12


# Blocks that lie

OTHER = Process(1, 1, 1)


def target(name: str) -> tuple[int, int]:
    status = (SHM / name).stat()
    return status.st_dev, status.st_ino


def put(file: str, encoded: bytes, device: int = 0, inode: int = 0) -> None:
    """Write a control block with any description."""
    header = plan_header(encoded, device, inode, OTHER, time.monotonic_ns(), 4)
    block = header.pack() + encoded
    (SHM / file).write_bytes(block.ljust(header.total_bytes, b"\0"))


def layout(shape: list[int], dtype: str = "<f4", strides: list[int] | None = None) -> str:
    more = "" if strides is None else f', "strides": {strides}'
    return f'{{"dtype": "{dtype}", "shape": {shape}{more}}}'


def described(name: str, layout: str, more: str = "", mechanism: str = "shared_memory") -> bytes:
    return f'{{"name": "{name}", "mechanism": "{mechanism}", "layout": {layout}{more}}}'.encode()


MANAGER = ', "address": "/nowhere", "token": "x", "authkey": '
LIES: dict[str, Callable[[str, str], bytes]] = {
    "beyond its segment": lambda name, segment: described(
        name, layout([1 << 20]), f', "segment": "{segment}"'
    ),
    "huge": lambda name, segment: described(
        name, layout([1 << 60], "u1"), f', "segment": "{segment}"'
    ),
    "huge rows far apart": lambda name, segment: described(
        name, layout([2, 1 << 40], "u1", [1 << 50, 2]), f', "segment": "{segment}"'
    ),
    "one element, repeated": lambda name, segment: described(
        name, layout([1 << 40], "<f4", [0]), f', "segment": "{segment}"'
    ),
    "large elements, repeated": lambda name, segment: described(
        name, layout([1 << 40], "S1000000", [0]), f', "segment": "{segment}"'
    ),
    "text that is none": lambda name, segment: described(
        name, layout([24], "<U1"), f', "segment": "{segment}"'
    ),
    "times without a unit": lambda name, segment: described(
        name, layout([12], "<M8"), f', "segment": "{segment}"'
    ),
    "key that is no hexadecimal": lambda name, _: described(
        name, layout([3]), MANAGER + '"zz"', "Manager"
    ),
    "manager that is none": lambda name, _: described(
        name, layout([3]), MANAGER + '"00"', "Manager"
    ),
    "manager without an address": lambda name, _: described(name, layout([3]), "", "Manager"),
    "segment that is not there": lambda name, _: described(
        name, layout([3]), ', "segment": "nothing-here"'
    ),
    "segment outside": lambda name, _: described(name, layout([3]), ', "segment": "../x"'),
    "no layout": lambda name, _: described(name, "null"),
    "no JSON": lambda _name, _: b"\xff" * 100,
    "nested": lambda _name, _: b"[" * 60_000,
}


@pytest.fixture
def liar(name: str, shared: Shared, request: pytest.FixtureRequest) -> str:
    """Put a control block that lies beside a good one, and return its file name."""
    file = f"{block_prefix(name)}000000000000"
    assert shared.array.size
    put(file, LIES[request.param](f"{name}_liar", name), *target(name))
    return file


@pytest.mark.parametrize("liar", LIES, indirect=True)
@pytest.mark.usefixtures("liar")
def test_block_that_lies_stops_no_other(stepped: Stepped, name: str) -> None:
    stepped.step()
    stepped.sampler.demand.add(OverviewTopic())
    for array in stepped.ids:
        stepped.sampler.demand.add(ValuesTopic(array, "...", 4 << 20), 10.0)
        stepped.sampler.demand.add(ArrayTopic(array))
    [good] = [array for array in stepped.ids if array.name == name]
    frames = [found for found in stepped.run(1.0) if found.kind == "frame"]
    shown = Counter(type(f.topic) for f in frames if getattr(f.topic, "array", good) == good)
    assert shown[ValuesTopic] >= 9
    assert shown[ArrayTopic] >= 2
    assert shown[OverviewTopic] >= 2


@pytest.mark.parametrize("content", [b"", b"SHMSCOPE", os.urandom(5000), b"\0" * 5000])
@pytest.mark.usefixtures("shared")
def test_file_that_is_no_block_is_passed_over(stepped: Stepped, name: str, content: bytes) -> None:
    (SHM / f"{block_prefix(name)}000000000000").write_bytes(content)
    stepped.step()
    assert [array.name for array in stepped.ids] == [name]


@pytest.mark.usefixtures("shared")
def test_pipe_and_link_in_place_of_a_block_are_passed_over(stepped: Stepped, name: str) -> None:
    os.mkfifo(SHM / f"{block_prefix(name)}000000000000")
    (SHM / f"{block_prefix(name)}000000000001").symlink_to("/dev/zero")
    stepped.step()
    assert [array.name for array in stepped.ids] == [name]


@pytest.mark.parametrize("liar", ["key that is no hexadecimal"], indirect=True)
def test_block_that_is_passed_over_is_logged_once(
    stepped: Stepped, liar: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "shmscope"):
        stepped.tick(5)
    assert [liar in record.getMessage() for record in caplog.records] == [True]


def test_random_slots_are_shown_without_an_error(
    stepped: Stepped, shared: Shared, name: str
) -> None:
    assert shared.array.size
    block = next(SHM.glob(f"{block_prefix(name)}*"))
    content = block.read_bytes()
    start = len(content) - 256 * 128
    used = (200).to_bytes(4, "little")
    noise = np.random.default_rng(1).bytes(256 * 128)
    states = bytearray(noise)
    for slot in range(200):  # claimed and left in turn
        states[slot * 128 : slot * 128 + 4] = (1 + slot % 2).to_bytes(4, "little")
    block.write_bytes(content[:28] + used + content[32:start] + bytes(states))
    stepped.sampler.demand.add(OverviewTopic())
    stepped.sampler.demand.add(ArrayTopic(ArrayId(HOST, "x", name)))
    stepped.tick(3)
    [row] = stepped.sampler.rows()
    assert len(row["writers"]) == 200


# Asked once


def test_look_once_and_scan_once(stepped: Stepped, shared: Shared, spy: Spy) -> None:
    stepped.step()
    trace, selection, snapshot = stepped.sampler.look_once(stepped.id, "0")
    assert snapshot.values.tolist() == shared[0].tolist()
    assert (str(selection), trace.id) == ("0, 0:4", stepped.id)
    [entry] = stepped.sampler.scan_once(stepped.id)
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
    host = stepped.sampler.host_row()
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
