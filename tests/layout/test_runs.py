from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.layout.strategies import Index, Lying, as_text, indices, lying_arrays

from shmscope.errors import SourceTruncatedError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.runs import RUN_COST_BYTES, plan_read
from shmscope.layout.selection import parse_selection

ROWS = COLUMNS = 1 << 16
HUGE = ArrayLayout.contiguous(np.dtype("<f4"), (ROWS, COLUMNS))  # 16 GiB


@dataclass
class Memory:
    """A segment that notes which of its bytes are read."""

    data: bytearray
    reads: list[tuple[int, int]] = field(default_factory=list)

    def read_into(self, buffer: memoryview, offset: int) -> None:
        self.reads.append((offset, offset + len(buffer)))
        buffer[:] = self.data[offset : offset + len(buffer)]


@dataclass
class Addresses:
    """A segment of any size whose every aligned word holds its own number."""

    read_bytes: int = 0
    reads: int = 0

    def read_into(self, buffer: memoryview, offset: int) -> None:
        self.reads += 1
        self.read_bytes += len(buffer)
        start, count = offset // 4, len(buffer) // 4
        buffer[:] = np.arange(start, start + count).astype("<f4").tobytes()


@st.composite
def arrays_and_indices(draw: st.DrawFn) -> tuple[Lying, Index]:
    lying = draw(lying_arrays())
    return lying, draw(indices(lying.view.shape))


@given(arrays_and_indices())
def test_reading_a_selection_gives_what_numpy_gives(drawn: tuple[Lying, Index]) -> None:
    lying, index = drawn
    plan = plan_read(lying.layout, parse_selection(as_text(index), lying.view.shape))
    expected = lying.view[index if ... in index else (*index, ...)]  # not a scalar
    found = plan.read(Memory(lying.buffer).read_into)
    assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
    assert found.tobytes() == expected.tobytes()
    assert found.flags.c_contiguous


@given(arrays_and_indices())
def test_what_is_read_is_what_was_announced_and_within_the_array(
    drawn: tuple[Lying, Index],
) -> None:
    lying, index = drawn
    memory = Memory(lying.buffer)
    plan = plan_read(lying.layout, parse_selection(as_text(index), lying.view.shape))
    plan.read(memory.read_into)
    low, high = lying.layout.extent
    assert sum(stop - start for start, stop in memory.reads) == plan.read_bytes
    assert all(low <= start <= stop <= high for start, stop in memory.reads)


@given(arrays_and_indices())
def test_reading_costs_no_more_than_element_by_element_or_all_at_once(
    drawn: tuple[Lying, Index],
) -> None:
    lying, index = drawn
    plan = plan_read(lying.layout, parse_selection(as_text(index), lying.view.shape))
    low, high = lying.layout.extent
    elements = math.prod(plan.shape)
    assert plan.cost_bytes <= elements * (RUN_COST_BYTES + plan.dtype.itemsize)
    assert plan.cost_bytes <= RUN_COST_BYTES + high - low


@pytest.mark.parametrize(
    ("text", "reads", "most_bytes"),
    [
        ("77", 1, 4 * COLUMNS),
        ("-1, ::-1", 1, 4 * COLUMNS),
        ("5:9", 1, 16 * COLUMNS),
        ("0:65536:8192, 0:100", 8, 8 * 400),
        ("40000, 3", 1, 4),
        ("::4096, 9", 16, 64),
        ("77, ::4", 1, 4 * COLUMNS),
        ("77, ::1024", 1, 4 * COLUMNS),
        ("77, ::16384", 4, 16),
        ("10:10", 0, 0),
    ],
)
def test_a_look_at_16_gib_touches_only_what_it_shows(
    text: str, reads: int, most_bytes: int
) -> None:
    memory = Addresses()
    selection = parse_selection(text, HUGE.shape)
    plan = plan_read(HUGE, selection)
    found = plan.read(memory.read_into)
    assert found.shape == selection.shape
    assert memory.reads == reads
    assert memory.read_bytes == plan.read_bytes <= most_bytes


def test_a_row_of_16_gib_holds_its_own_numbers() -> None:
    row = plan_read(HUGE, parse_selection("255, ::-257", HUGE.shape)).read(Addresses().read_into)
    assert np.array_equal(row, np.arange(256 * COLUMNS - 1, 255 * COLUMNS - 1, -257, dtype="<f4"))


def test_a_reduced_view_of_16_gib_reads_the_rows_that_it_shows() -> None:
    reduced, _ = parse_selection("...", HUGE.shape).reduced(1 << 14)
    plan = plan_read(HUGE, reduced)
    assert plan.shape == (128, 128)
    assert plan.read_bytes <= 128 * 4 * COLUMNS


@pytest.mark.parametrize("text", ["::64, 0", "::-64, 7", "::2, :2", "::-1, 3999"])
def test_a_thin_selection_of_a_large_array_takes_little_memory(text: str) -> None:
    layout = ArrayLayout.contiguous(np.dtype("<f4"), (1 << 14, 4000))
    selection = parse_selection(text, layout.shape)
    longest = 0
    addresses = Addresses()

    def read_into(buffer: memoryview, offset: int) -> None:
        nonlocal longest
        longest = max(longest, len(buffer))
        addresses.read_into(buffer, offset)

    found = plan_read(layout, selection).read(read_into)
    rows, columns = np.ogrid[: 1 << 14, :4000]
    assert np.array_equal(found, (rows * 4000 + columns).astype("<f4")[selection.index])
    assert longest <= 9 << 20


def test_a_contiguous_selection_is_one_read_without_a_copy() -> None:
    buffers: list[memoryview] = []
    layout = ArrayLayout.contiguous(np.dtype("<f4"), (8, 8), 32)
    plan = plan_read(layout, parse_selection("2:4", layout.shape))
    result = plan.read(lambda buffer, _: buffers.append(buffer))
    assert [np.shares_memory(np.frombuffer(buffer, "u1"), result) for buffer in buffers] == [True]


def test_a_repeated_axis_is_read_once() -> None:
    memory = Memory(bytearray(range(8)))
    layout = ArrayLayout(np.dtype("u1"), (1000, 8), (0, 1))
    found: np.ndarray[Any, Any] = plan_read(layout, parse_selection("...", layout.shape)).read(
        memory.read_into
    )
    assert memory.reads == [(0, 8)]
    assert (found == np.arange(8)).all()


def test_repeated_elements_that_span_as_much_as_a_run_are_not_taken_for_one() -> None:
    layout = ArrayLayout(np.dtype("u1"), (2, 2), (3, 0))
    memory = Memory(bytearray(range(4)))
    found = plan_read(layout, parse_selection("...", (2, 2))).read(memory.read_into)
    assert found.tolist() == [[0, 0], [3, 3]]


def test_a_step_beyond_64_bits_reads_the_first_element() -> None:
    memory = Memory(bytearray(range(8)))
    layout = ArrayLayout.contiguous(np.dtype("u1"), (2, 4))
    plan = plan_read(layout, parse_selection(f"::{10**18}, 1:3", layout.shape))
    assert plan.read(memory.read_into).tolist() == [[1, 2]]


def test_a_read_that_fails_is_not_swallowed() -> None:
    def fail(buffer: memoryview, offset: int) -> None:
        raise SourceTruncatedError(f"{len(buffer)} bytes at {offset} are gone")

    for text in ("...", "::2, ::-1"):
        plan = plan_read(HUGE, parse_selection(text, HUGE.shape).reduced(100)[0])
        with pytest.raises(SourceTruncatedError):
            plan.read(fail)


@pytest.mark.parametrize("columns", [":", "::2", "::-1"])
def test_selection_further_on_is_read_into_the_same_array(columns: str) -> None:
    array = np.arange(60, dtype="u1").reshape(10, 6)
    layout = ArrayLayout.contiguous(array.dtype, array.shape)
    memory = Memory(bytearray(array.tobytes()))
    plan = plan_read(layout, parse_selection(f"0:2, {columns}", array.shape))
    result = np.empty(plan.shape, plan.dtype)
    assert plan.read(memory.read_into, result, 3 * 6) is result
    expected = array[parse_selection(f"3:5, {columns}", array.shape).index]
    np.testing.assert_array_equal(result, expected)
