from __future__ import annotations

import gc
import multiprocessing
import os
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.shared_memory import SharedMemory
from typing import Any

import numpy as np
import pytest
from tests.publishing import programs
from tests.publishing.programs import (
    SHAPE,
    blocks_of,
    slots_of,
    total_of,
    write_once,
    writing_threads,
)

import shmscope
from shmscope.layout.control import (
    CLAIMED,
    FREE,
    HEADER_BYTES,
    SLOT_BYTES,
    Header,
    Slots,
    is_clean,
    parse_slots,
)
from shmscope.publishing.array import SharedArray


def fork_and(action: Any) -> int:
    """Run `action` in a forked child; return its exit code."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*multi-threaded", DeprecationWarning)
        child = os.fork()
    if child == 0:
        code = 1
        with suppress(BaseException):
            action()
            code = 0
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_child_forked_in_a_section_leaves_the_parents_counters_alone(
    counted: SharedArray,
) -> None:
    section = counted.writing()
    with section:
        before = slots_of(counted.name)[0].tobytes()
        assert fork_and(lambda: section.__exit__(None, None, None)) == 0
        assert fork_and(lambda: write_once(counted)) == 0
        slots = slots_of(counted.name)
        assert slots[0].tobytes() == before
        assert (slots["begin"][1], slots["end"][1]) == (1, 1)
        assert slots["pid"][1] != os.getpid()
    assert total_of(counted.name) == 2


def test_a_forked_child_does_not_give_away_the_slots_of_the_parents_threads(
    counted: SharedArray,
) -> None:
    with writing_threads(counted, 3):
        write_once(counted)
        before = slots_of(counted.name)[:4].tobytes()
        assert fork_and(gc.collect) == 0
        assert fork_and(lambda: write_once(counted)) == 0
        assert fork_and(counted.close) == 0
        slots = slots_of(counted.name)
        assert slots[:4].tobytes() == before
        assert slots["state"][:6].tolist() == [CLAIMED] * 5 + [
            FREE
        ]  # the child's slot is the dead's


def test_an_item_assignment_within_a_section_is_part_of_it(counted: SharedArray) -> None:
    with counted.writing():
        counted[0] = 1
        slots = slots_of(counted.name)
        assert (slots["begin"][0], slots["end"][0]) == (1, 0)
    slots = slots_of(counted.name)
    assert (slots["begin"][0], slots["end"][0]) == (1, 1)
    assert counted.array[0] == 1


def test_a_section_within_a_section_is_one_more_and_ends_none_but_itself(
    counted: SharedArray,
) -> None:
    with counted.writing():
        with counted.writing():
            slots = slots_of(counted.name)
            assert (slots["begin"][0], slots["end"][0]) == (2, 0)
        slots = slots_of(counted.name)
        assert (slots["begin"][0], slots["end"][0]) == (2, 1)
    slots = slots_of(counted.name)
    assert (slots["begin"][0], slots["end"][0]) == (2, 2)


def test_a_write_while_a_section_ends_leaves_it_ended(
    counted: SharedArray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted() -> float:
        monkeypatch.undo()
        write_once(counted)  # as a signal's handler may
        return 1.0

    with counted.writing():
        monkeypatch.setattr("shmscope.publishing.section._now_s", interrupted)
    slots = slots_of(counted.name)
    assert slots["begin"][0] == slots["end"][0]
    write_once(counted)
    assert slots_of(counted.name)["end"][0] == slots["end"][0] + 1


def test_an_exception_ends_its_section(counted: SharedArray) -> None:
    with pytest.raises(ZeroDivisionError), counted.writing():
        raise ZeroDivisionError
    slots = slots_of(counted.name)
    assert (slots["begin"][0], slots["end"][0]) == (1, 1)


def test_an_item_assignment_is_one_write(counted: SharedArray) -> None:
    counted[2:5] = 7
    counted[3] += 1
    assert counted.array.tolist() == [0, 0, 7, 8, 7] + [0] * 11
    assert total_of(counted.name) == 2


def test_a_store_that_would_not_be_counted_is_refused(counted: SharedArray) -> None:
    with pytest.raises(ValueError, match="read-only"):
        counted[2:5] += 1
    with pytest.raises(ValueError, match="read-only"):
        counted.array[0] = 1
    assert total_of(counted.name) == 0


def test_a_section_notes_when_it_ended_and_who_wrote(name: str) -> None:
    with shmscope.create(name, SHAPE, label="stépper " + "é" * 40) as array:
        write_once(array)
        slot = slots_of(name)[0]
        assert 0 < slot["wrote_s"] <= time.monotonic()
        assert slot["thread"] == threading.get_native_id()
        label: bytes = slot["label"]
        assert label.decode().startswith("stépper ééé")


def first_slots(block: int) -> Slots:
    header = Header.unpack(os.pread(block, HEADER_BYTES, 0))
    return parse_slots(os.pread(block, header.slots_used * SLOT_BYTES, header.slots_offset))


def test_a_copy_that_verifies_is_never_torn(name: str) -> None:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    with shmscope.create(name, 1 << 14) as array, blocks_of(name)[0].open("rb", 0) as block:
        child = context.Process(target=programs.fill_without_end, args=(name, theirs))
        child.start()
        assert ours.recv() == "ready"
        clean = torn = 0
        while clean < 50 or torn < 5:
            before = first_slots(block.fileno())
            copy = array.array.copy()
            if is_clean(before, first_slots(block.fileno())):
                clean += 1
                assert copy.min() == copy.max()
            else:
                torn += 1
        ours.send("stop")
        child.join()


def test_a_withdrawn_array_is_written_on_by_old_writers_and_new_ones(counted: SharedArray) -> None:
    write_once(counted)
    counted.unlink()
    write_once(counted)
    assert counted.writes == 2
    with ThreadPoolExecutor() as pool:
        pool.submit(write_once, counted).result()  # counts nowhere, and stops no program
    assert counted.writes == 2


def test_a_block_that_took_the_name_of_another_is_not_claimed_by_mistake(name: str) -> None:
    memory = SharedMemory(name, create=True, size=128)
    view: np.ndarray[Any, Any] = np.ndarray(SHAPE, "f8", memory.buf)
    first = shmscope.publish(name, view)
    first.unlink()
    second = shmscope.publish(name, view)
    write_once(first)
    write_once(second)
    assert total_of(name) == 1
    second.unlink()
    memory.unlink()
    del first, second, view
    memory.close()
