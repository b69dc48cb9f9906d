"""What a look compares, against numpy's view of the same bytes."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.layout.strategies import PACKED, Lying, lying_arrays

from shmscope.layout.array import ArrayLayout
from shmscope.sampling.memory_runs import MemoryRuns, Run, cut_runs
from shmscope.sampling.probes import LOOK_BYTES, RUN_BYTES, STAY_LOOKS, Probes

FEW = settings(max_examples=100)
GIBIBYTE = 1 << 30


class Memory:
    """Bytes in place of a segment, and what was read of them."""

    def __init__(self, data: Any) -> None:
        self._data = memoryview(data).cast("B")
        self.reads: list[tuple[int, int]] = []

    def read_into(self, buffer: memoryview, offset: int) -> None:
        assert offset + len(buffer) <= len(self._data)
        buffer[:] = self._data[offset : offset + len(buffer)]
        self.reads.append((offset, len(buffer)))


def probes_of(array: np.ndarray[Any, Any]) -> Probes:
    return Probes(ArrayLayout.contiguous(array.dtype, array.shape))


def once(view: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return an array with every element that lies in memory once."""
    return view[tuple(0 if stride == 0 else slice(None) for stride in view.strides)]


def element_bytes(view: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return a copy of the bytes of every element, one row each."""
    whole = np.ascontiguousarray(view)
    return whole.reshape(-1).view(np.uint8).reshape(whole.size, -1).copy()


def offsets(view: np.ndarray[Any, Any], layout: ArrayLayout) -> list[int]:
    """Return the byte of the segment at which each element begins, in order."""
    indices = zip(np.indices(view.shape), layout.strides, strict=True)
    steps = np.zeros(view.shape, int) + sum(index * stride for index, stride in indices)
    return sorted(set((layout.offset + steps).reshape(-1).tolist()))


def starts(runs: MemoryRuns, run: Run) -> list[int]:
    """Return where the elements of a run begin."""
    (_, stride), *_ = runs.axes
    inner = np.zeros(1, int)
    for length, step in runs.inner:
        inner = (inner[:, None] + np.arange(length) * step).reshape(-1)
    length = run.elements // inner.size
    return (run.offset + np.arange(length)[:, None] * stride + inner).reshape(-1).tolist()


@FEW
@given(lying_arrays().filter(lambda lying: lying.view.size), st.integers(1, 60))
def test_runs_hold_every_element_once_and_none_that_is_too_long(
    lying: Lying, run_bytes: int
) -> None:
    runs = cut_runs(lying.layout, 0, run_bytes)
    each = [runs.run(index) for index in range(runs.count)]
    found = [start for run in each for start in starts(runs, run)]
    assert sorted(found) == offsets(lying.view, lying.layout)
    assert runs.elements == len(found)
    for run in each:
        assert run.size_bytes <= max(run_bytes, lying.layout.dtype.itemsize)
        assert max(starts(runs, run)) + lying.layout.dtype.itemsize == run.offset + run.size_bytes


@FEW
@given(lying_arrays().filter(lambda lying: lying.view.size), st.data())
def test_elements_found_different_are_those_whose_bytes_are(
    lying: Lying, data: st.DataObject
) -> None:
    probes, memory = Probes(lying.layout), Memory(lying.buffer)
    assert probes.look(memory.read_into) is None
    before = element_bytes(once(lying.view))
    for at in data.draw(st.lists(st.integers(0, len(lying.buffer) - 1), max_size=5)):
        lying.buffer[at] ^= data.draw(st.integers(0, 255))
    after = element_bytes(once(lying.view))
    assert probes.look(memory.read_into) == int((before != after).any(axis=1).sum())
    assert probes.look(memory.read_into) == 0
    assert (probes.elements, probes.coverage) == (len(before), 1.0)


@FEW
@given(lying_arrays().filter(lambda lying: lying.view.size), st.data())
def test_hottest_word_is_the_aligned_piece_of_an_element_that_changed_most(
    lying: Lying, data: st.DataObject
) -> None:
    probes, memory = Probes(lying.layout), Memory(lying.buffer)
    probes.look(memory.read_into)
    assert probes.hottest() is None
    itemsize = lying.layout.dtype.itemsize
    start = data.draw(st.sampled_from(offsets(lying.view, lying.layout)))
    byte = start + data.draw(st.integers(0, itemsize - 1))
    for at in range(5):
        lying.buffer[byte] ^= 1
        lying.buffer[start] ^= 2 * (at == 0)
        probes.look(memory.read_into)
    word = probes.hottest()
    assert word is not None
    assert word.size_bytes in (1, 2, 4, 8)
    assert word.offset % word.size_bytes == 0
    assert start <= word.offset <= byte < word.offset + word.size_bytes <= start + itemsize


@pytest.mark.parametrize("dtype", ["?", "<f2", ">f4", "<f8", "g", "<c16", "S3", "V40", "<M8[ns]"])
def test_element_of_any_type_counts_once_however_much_of_it_changed(dtype: str) -> None:
    array = np.zeros(500, dtype)
    probes, memory = probes_of(array), Memory(array.view("u1"))
    probes.look(memory.read_into)
    array[3:10].view("u1")[:] = 7
    assert probes.look(memory.read_into) == 7


def test_nan_equals_itself_and_minus_zero_does_not_equal_zero() -> None:
    array = np.array([np.nan, 0.0, 1.0])
    probes, memory = probes_of(array), Memory(array.view("u1"))
    probes.look(memory.read_into)
    assert probes.look(memory.read_into) == 0
    array[1] = -0.0
    assert probes.look(memory.read_into) == 1


@pytest.mark.parametrize("size", [1, 100, LOOK_BYTES // 4])
def test_array_that_fits_a_look_is_compared_whole_in_one_read(size: int) -> None:
    array = np.zeros(size, "u4")
    probes, memory = probes_of(array), Memory(array.view("u1"))
    probes.look(memory.read_into)
    assert memory.reads == [(0, 4 * size)]
    assert (probes.elements, probes.coverage, probes.read_bytes) == (size, 1.0, 4 * size)


def test_larger_array_is_compared_in_part_at_places_far_apart() -> None:
    array = np.zeros(1 << 20, "u4")
    probes, memory = probes_of(array), Memory(array.view("u1"))
    probes.look(memory.read_into)
    places = sorted(offset for offset, _ in memory.reads)
    assert len(places) == LOOK_BYTES // RUN_BYTES
    assert probes.read_bytes == LOOK_BYTES
    assert probes.coverage == LOOK_BYTES / array.nbytes
    gaps = np.diff([*places, array.nbytes])
    assert gaps.max() <= 3 * array.nbytes / len(places)


@pytest.mark.parametrize("size", [LOOK_BYTES // 4 + 1, 50_000, 1 << 18])
def test_every_part_has_its_turn(size: int) -> None:
    array = np.zeros(size, "u4")
    probes, memory = probes_of(array), Memory(array.view("u1"))
    turns = -(-array.nbytes // LOOK_BYTES)
    for _ in range(turns * STAY_LOOKS + 1):
        probes.look(memory.read_into)
    seen = np.zeros(array.nbytes, bool)
    for offset, length in memory.reads:
        seen[offset : offset + length] = True
    assert seen.all()


def test_every_part_has_its_turn_where_another_changes_all_the_time() -> None:
    array = np.zeros(1 << 18, "u4")
    probes, memory = probes_of(array), Memory(array.view("u1"))
    for _ in range(2 * array.nbytes // LOOK_BYTES * STAY_LOOKS + 1):
        probes.look(memory.read_into)
        array[: array.size // 2] += 1
    seen = np.zeros(array.nbytes, bool)
    for offset, length in memory.reads:
        seen[offset : offset + length] = True
    assert seen.all()


def test_moving_probe_takes_nothing_for_a_change() -> None:
    array = np.arange(1 << 18, dtype="u4")  # every part of it is different
    probes, memory = probes_of(array), Memory(array.view("u1"))
    assert {probes.look(memory.read_into) for _ in range(20 * STAY_LOOKS)} == {None, 0}


def test_place_that_changes_is_found_and_not_left() -> None:
    array = np.zeros(1 << 18, "u4")
    probes, memory = probes_of(array), Memory(array.view("u1"))
    found: list[int | None] = []
    for _ in range(2 * array.nbytes // LOOK_BYTES * STAY_LOOKS):
        array[123_456] += 1
        found.append(probes.look(memory.read_into))
    first = found.index(1)
    assert set(found[first:]) == {1}
    word = probes.hottest()
    assert word is not None
    assert word.offset == 123_456 * 4


def test_column_of_a_table_is_read_for_little_more_than_it_holds() -> None:
    table = np.zeros((100, 1000), "u4")
    layout = ArrayLayout(table.dtype, (100,), (4000,), 8)
    probes, memory = Probes(layout), Memory(table.view("u1").reshape(-1))
    probes.look(memory.read_into)
    assert probes.read_bytes == 4 * probes.elements == 4 * (LOOK_BYTES // RUN_BYTES)
    table[:, 1] = 1
    assert probes.look(memory.read_into) == 0
    table[:, 2] = 1
    assert probes.look(memory.read_into) == probes.elements


def test_part_of_a_small_table_is_compared_whole() -> None:
    table = np.zeros((1000, 4))
    probes = Probes(ArrayLayout(table.dtype, (1000, 3), (32, 8)))
    memory = Memory(table.view("u1").reshape(-1))
    probes.look(memory.read_into)
    assert (probes.coverage, len(memory.reads)) == (1.0, 1)
    table[:, 3] = 1
    assert probes.look(memory.read_into) == 0


def test_element_larger_than_a_look_is_compared_alone() -> None:
    array = np.zeros(3, "V200000")
    probes, memory = probes_of(array), Memory(array.view("u1"))
    probes.look(memory.read_into)
    assert (probes.elements, len(memory.reads)) == (1, 1)
    array.view("u1")[:] = 1
    assert probes.look(memory.read_into) == 1


@pytest.mark.parametrize("dtype", PACKED)
def test_array_of_sixteen_gibibytes_costs_what_a_look_compares(dtype: Any) -> None:
    def read_into(buffer: memoryview, offset: int) -> None:
        assert offset + len(buffer) <= 16 * GIBIBYTE
        read.append(len(buffer))

    read: list[int] = []
    kind = np.dtype(dtype)
    layout = ArrayLayout.contiguous(kind, (16 * GIBIBYTE // kind.itemsize,))
    tracemalloc.start()
    try:
        probes = Probes(layout)
        for _ in range(2 * STAY_LOOKS):
            probes.look(read_into)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
    assert sum(read) <= LOOK_BYTES * (2 * STAY_LOOKS + 2)
    assert 0 < probes.coverage < 1e-5
