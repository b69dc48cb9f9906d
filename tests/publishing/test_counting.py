from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import BaseContext
from multiprocessing.shared_memory import SharedMemory
from typing import Any, Literal

import pytest
from tests.publishing import programs
from tests.publishing.programs import (
    SHAPE,
    Segment,
    slots_of,
    total_of,
    write_once,
    writing_threads,
)

import shmscope
from shmscope.errors import SlotsExhaustedError
from shmscope.layout.control import (
    CLAIMED,
    LEFT,
    is_clean,
)
from shmscope.publishing import api
from shmscope.publishing.array import Published, SharedArray

START_METHODS = ["fork", "spawn", "forkserver"]
WRITES = 200

StartMethod = Literal["fork", "spawn", "forkserver"]


@dataclass
class Shared:
    """Something published, and what a child publishes to get at the same thing."""

    handle: Published[Any]
    target: Any


@contextmanager
def created(_context: BaseContext, name: str) -> Iterator[Shared]:
    with shmscope.create(name, SHAPE) as array:
        yield Shared(array, None)


@contextmanager
def shared_memory(_context: BaseContext, name: str) -> Iterator[Shared]:
    memory = SharedMemory(name, create=True, size=128)
    try:
        segment = Segment(memory)
        handle = shmscope.publish(name, segment.view())
        yield Shared(handle, segment)
        handle.unlink()
    finally:
        memory.unlink()
        del handle
        memory._mmap = memory._buf = None  # type: ignore[attr-defined]  # views of it are still about


@contextmanager
def array(context: BaseContext, name: str) -> Iterator[Shared]:
    values = context.Array("d", SHAPE[0])
    handle = shmscope.publish(name, values)
    yield Shared(handle, values)
    handle.unlink()


@contextmanager
def managed_list(context: BaseContext, name: str) -> Iterator[Shared]:
    with context.Manager() as manager:
        proxy = manager.list([0.0] * SHAPE[0])
        handle = shmscope.publish(name, proxy)
        yield Shared(handle, proxy)
        handle.unlink()


MECHANISMS = [created, shared_memory, array, managed_list]


@pytest.fixture
def two_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let blocks have room for two writers."""
    monkeypatch.setattr(api, "DEFAULT_SLOTS", 2)


@contextmanager
def dying_writer(name: str) -> Iterator[None]:
    """Have another process in a write section; it is killed at the end."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=programs.die_in_a_section, args=(name, None, theirs))
    child.start()
    try:
        assert ours.recv() == "ready"
        yield
    finally:
        child.kill()
        child.join()


@pytest.mark.parametrize("method", START_METHODS)
@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_every_write_of_every_process_is_counted(
    mechanism: Any, method: StartMethod, name: str
) -> None:
    context: BaseContext = multiprocessing.get_context(method)
    with mechanism(context, name) as shared:
        targets = [shared.handle, shared.handle, shared.target, shared.target]
        children = [
            context.Process(target=programs.write, args=(name, target, WRITES))  # type: ignore[attr-defined]  # every context has it
            for target in targets
        ]
        for child in children:
            child.start()
        for child in children:
            child.join()
        assert [child.exitcode for child in children] == [0] * len(children)
        assert total_of(name) == len(children) * WRITES
        slots = slots_of(name)
        assert (slots["begin"] == slots["end"]).all()
        assert not (slots["state"] == CLAIMED).any()


def test_every_thread_has_a_slot_of_its_own(counted: SharedArray) -> None:
    with writing_threads(counted, 4) as threads:
        slots = slots_of(counted.name)
        claimed = slots[slots["state"] == CLAIMED]
        assert set(claimed["thread"].tolist()) == {thread.native_id for thread in threads}
        assert claimed["end"].tolist() == [1, 1, 1, 1]
        assert set(claimed["pid"].tolist()) == {os.getpid()}
    assert not (slots_of(counted.name)["state"] == CLAIMED).any()
    assert total_of(counted.name) == 4


def test_threads_that_write_at_once_lose_no_count(counted: SharedArray) -> None:
    def write_many() -> None:
        for _ in range(2000):
            write_once(counted)

    threads = [threading.Thread(target=write_many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert total_of(counted.name) == 8000


@pytest.mark.usefixtures("two_slots")
def test_more_threads_than_slots_may_write_one_after_another(
    counted: SharedArray,
) -> None:
    for _ in range(7):
        thread = threading.Thread(target=write_once, args=(counted,))
        thread.start()
        thread.join()
    assert total_of(counted.name) == 7
    assert slots_of(counted.name)["state"].tolist() == [LEFT, LEFT]


@pytest.mark.usefixtures("two_slots")
def test_more_living_writers_than_slots_are_told_the_limit(
    name: str,
) -> None:
    with shmscope.create(name, SHAPE) as array:
        with (
            writing_threads(array, 2),
            pytest.raises(SlotsExhaustedError, match="has 2 writer") as e,
        ):
            array.writing()
        assert e.value.limit == 2
        write_once(array)
        assert total_of(name) == 3


def test_a_handle_counts_its_own_threads_writes(counted: SharedArray) -> None:
    assert counted.writes == 0
    with writing_threads(counted, 2):
        for _ in range(3):
            write_once(counted)
        assert counted.writes == 3


def test_a_writer_that_died_in_a_section_is_seen_until_another_takes_its_place(
    counted: SharedArray,
) -> None:
    with dying_writer(counted.name):
        slots = slots_of(counted.name)
        assert (slots["begin"][0], slots["end"][0]) == (1, 0)
        assert not is_clean(slots, slots)
    assert slots_of(counted.name).tobytes() == slots.tobytes()
    write_once(counted)
    slots = slots_of(counted.name)
    assert (slots["begin"][0], slots["end"][0], slots["state"][0]) == (1, 1, CLAIMED)
    assert slots["pid"][:2].tolist() == [os.getpid(), 0]


@pytest.mark.usefixtures("two_slots")
def test_the_slot_of_a_killed_writer_is_claimed_again_when_no_other_is_left(
    counted: SharedArray,
) -> None:
    write_once(counted)
    with dying_writer(counted.name):
        assert total_of(counted.name) == 1
    with writing_threads(counted, 1):
        slots = slots_of(counted.name)
        assert slots["pid"].tolist() == [os.getpid()] * 2
        assert is_clean(slots, slots)
        assert total_of(counted.name) == 2


@pytest.mark.usefixtures("two_slots")
def test_a_slot_goes_on_counting_where_its_last_owner_stopped(
    counted: SharedArray,
) -> None:
    context = multiprocessing.get_context("fork")
    for total in (WRITES, 2 * WRITES, 3 * WRITES):
        child = context.Process(target=programs.write, args=(counted.name, counted, WRITES))
        child.start()
        child.join()
        assert total_of(counted.name) == total
    write_once(counted)
    assert counted.writes == 1
    assert slots_of(counted.name)["state"].tolist().count(CLAIMED) == 1
