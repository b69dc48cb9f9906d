"""Statistics by blocks, against numpy's of the whole."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.layout.strategies import Lying, lying_arrays
from tests.sampling.scanning import Memory, arrays, scanned, statistics_of

from shmscope.errors import SourceGoneError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.runs import MAX_SCRATCH_BYTES
from shmscope.sampling import scan as scanning
from shmscope.sampling.moments import Moments
from shmscope.sampling.scan import Scan
from shmscope.sampling.statistics import Statistics
from shmscope.sampling.strewn import Strewn

SQUARE_FITS = 1e150  # beyond it the square of a double is infinite, and so is the deviation
FEW = settings(max_examples=300)


def check(found: Statistics, array: np.ndarray[Any, Any]) -> None:
    """Compare with what numpy says of the whole array, in long doubles."""
    kind = array.dtype.kind
    finite = array[np.isfinite(array)]
    assert found.count == array.size
    assert found.zeros == int((array == 0).sum())
    assert found.nan == (int(np.isnan(array).sum()) if kind == "f" else 0)
    assert found.inf == (int(np.isinf(array).sum()) if kind == "f" else 0)
    if not finite.size:
        assert (found.minimum, found.maximum) == (None, None)
        assert (found.mean, found.deviation) == (None, None)
        return
    wide = finite.astype(np.longdouble)
    largest = float(np.abs(wide).max())
    assert found.minimum == finite.min().item()
    assert found.maximum == finite.max().item()
    assert found.mean == pytest.approx(float(wide.mean()), rel=1e-12, abs=1e-14 * largest)
    if largest < SQUARE_FITS:
        loss = max(1e-14 * largest, 1 / SQUARE_FITS)
        assert found.deviation == pytest.approx(float(wide.std()), rel=1e-9, abs=loss)


@FEW
@given(arrays())
@example(np.array([2**64 - 1, 0, 2**63], "u8"))
@example(np.array([2**64 - 1, 2**64 - 1], "u8"))
@example(np.array([-(2**63), 2**63 - 1], "i8"))
@example(np.array([math.nan, math.inf, -math.inf]))
@example(np.array([65504, -65504, 65504], "f2"))
@example(np.array([], "f8"))
@example(np.array(7, "i2"))
def test_statistics_are_numpys(array: np.ndarray[Any, Any]) -> None:
    check(statistics_of(array), array)


@FEW
@given(arrays(), st.integers(1, 40), st.integers(0, 200))
def test_scan_in_any_blocks_under_any_budget_finds_the_same(
    array: np.ndarray[Any, Any], block_bytes: int, budget_bytes: int
) -> None:
    layout = ArrayLayout.contiguous(array.dtype, array.shape)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanning, "BLOCK_BYTES", block_bytes)
        [found] = scanned(Memory(array.tobytes()), layout, budget_bytes)
    check(found, array)


@FEW
@given(lying_arrays(), st.integers(1, 60), st.integers(1, 200))
def test_array_that_lies_oddly_is_scanned_element_by_element_once(
    lying: Lying, block_bytes: int, span_bytes: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanning, "BLOCK_BYTES", block_bytes)
        patch.setattr(scanning, "SPAN_BYTES", span_bytes)
        found = scanned(Memory(lying.buffer), lying.layout)
    if lying.view.dtype.names is not None:
        for entry, name in zip(found, lying.view.dtype.names, strict=True):
            check(entry, lying.view[name])
    elif lying.view.dtype.kind in "biuf":
        check(found[0], lying.view)
    else:
        assert not found


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i4", "i8", "u8"])
def test_deviation_survives_a_huge_offset(dtype: str) -> None:
    offset = {"f2": 2000, "f4": 1e7, "f8": 1e15, "i4": 2**30, "i8": 2**52, "u8": 2**52}[dtype]
    block = np.arange(300_000) % 7
    array = (block + offset).astype(dtype)
    check(statistics_of(array), array)
    deviation = statistics_of(array).deviation
    assert deviation == pytest.approx(2.0, rel=2e-2)


@pytest.mark.parametrize("first", [0.0, 1e15, -3e200])
def test_deviation_survives_whatever_came_before(first: float) -> None:
    later = 1e15 + np.arange(400_000) % 7
    moments = Moments(Strewn(later.dtype, later.size + 10, 100))
    with np.errstate(over="ignore", invalid="ignore"):
        moments.add(np.full(10, first), 0)
        moments.add(later, 10)
    array = np.concatenate([np.full(10, first), later])
    found = moments.summary(None, 1.0)
    assert found.mean == pytest.approx(float(array.astype("g").mean()), rel=1e-12)
    if abs(first) < SQUARE_FITS:
        assert found.deviation == pytest.approx(float(array.astype("g").std()), rel=1e-9)


def test_first_strange_element_is_that_of_memory_in_whatever_order_it_is_scanned() -> None:
    array = np.zeros(16 * scanning.BLOCK_BYTES // 8)
    array[[100_001, 1_900_000]] = math.nan, math.inf
    assert statistics_of(array).strange == 100_001


def test_mean_of_float16_beyond_its_range_is_right() -> None:
    assert statistics_of(np.full(10_000, 60_000, "f2")).mean == 60_000


def test_signalling_nan_warns_nobody() -> None:
    array = np.frombuffer(bytes.fromhex("0100807f0000803f"), "<f4")
    found = statistics_of(array)
    assert (found.nan, found.mean) == (1, 1.0)


def test_numbers_whose_sum_is_beyond_a_double_are_no_error() -> None:
    assert statistics_of(np.full(4, 1e308)).mean == 1e308
    found = statistics_of(np.array([-1e308, 1e308]))
    assert (found.minimum, found.maximum) == (-1e308, 1e308)


def test_whatever_is_not_zero_is_true() -> None:
    layout = ArrayLayout.contiguous(np.dtype("?"), (4,))
    [found] = scanned(Memory(bytes([0, 1, 2, 255])), layout)
    assert (found.zeros, found.mean, found.minimum, found.maximum) == (1, 0.75, 0, 1)


def test_integers_keep_all_their_digits() -> None:
    found = statistics_of(np.array([2**64 - 1, 2**63 + 1], "u8"))
    assert (found.minimum, found.maximum) == (2**63 + 1, 2**64 - 1)
    assert isinstance(found.maximum, int)


def test_records_have_statistics_of_every_numeric_field() -> None:
    inner = np.dtype([("bid", "f4"), ("who", "S3")])
    dtype = np.dtype([("time", "M8[s]"), ("size", "u2"), ("quote", inner, (2,)), ("open", "?")])
    array = np.zeros(5, dtype)
    array["size"] = [1, 2, 3, 4, 5]
    array["quote"]["bid"] = np.arange(10).reshape(5, 2)
    array["open"][1] = True
    found = scanned(Memory(array.tobytes()), ArrayLayout.contiguous(dtype, (5,)))
    assert [entry.field for entry in found] == ["size", "quote.bid", "open"]
    for entry, column in zip(
        found, (array["size"], array["quote"]["bid"], array["open"]), strict=True
    ):
        check(entry, column)


@pytest.mark.parametrize("dtype", ["c16", "S4", "<U2", "M8[s]", "V5"])
def test_what_has_no_order_has_no_statistics(dtype: str) -> None:
    layout = ArrayLayout.contiguous(np.dtype(dtype), (4,))
    memory = Memory(bytes(layout.size_bytes))
    assert scanned(memory, layout) == []
    assert memory.reads == []


def test_budget_ends_a_turn_and_the_next_goes_on() -> None:
    array = np.arange(4 * scanning.BLOCK_BYTES // 8, dtype="f8")
    scan, memory = Scan(ArrayLayout.contiguous(array.dtype, array.shape)), Memory(array.tobytes())
    coverages = []
    while not scan.finished:
        assert scan.advance(memory.opened, 1_000_000) <= 1_000_000 + scanning.BLOCK_BYTES
        coverages.append(scan.summary()[0].coverage)
    assert coverages == [0.25, 0.5, 0.75, 1.0]
    check(scan.summary()[0], array)


def test_budget_of_nothing_still_gets_on() -> None:
    array = np.arange(500_000, dtype="f8")
    scan = Scan(ArrayLayout.contiguous(array.dtype, array.shape))
    assert scan.advance(Memory(array.tobytes()).opened, 0) == scanning.BLOCK_BYTES


class Endless:
    """Zeros without end, every one of which is read."""

    def __init__(self) -> None:
        self.reads: list[int] = []

    @contextmanager
    def opened(self, _layout: ArrayLayout) -> Iterator[Endless]:
        yield self

    def read_into(self, buffer: memoryview, _offset: int) -> None:
        np.frombuffer(buffer, np.uint8)[:] = 0
        self.reads.append(len(buffer))

    def hole_end(self, offset: int) -> int:
        return offset


def test_strewn_elements_cost_their_runs() -> None:
    column = ArrayLayout(np.dtype("f4"), (1_000_000,), (1 << 20,))
    memory = Endless()
    Scan(column).advance(memory.opened, 32 << 20)
    assert len(memory.reads) < 4096


@pytest.mark.parametrize(
    "layout",
    [
        ArrayLayout.contiguous(np.dtype("f8"), (1 << 40,)),
        ArrayLayout.contiguous(np.dtype("u1"), (3, 1 << 33)),
        ArrayLayout(np.dtype("f8"), (2, 1 << 30), (1 << 40, 16)),
        ArrayLayout(np.dtype("f8"), (2, 3, 1 << 30), (1 << 40, 1 << 35, 16)),
        ArrayLayout(np.dtype("f4"), (1 << 30, 1000), (8192, 8)),
        ArrayLayout(np.dtype("f4"), (1 << 40,), (0,)),
        ArrayLayout.contiguous(np.dtype([("a", "f8"), ("b", "S100")]), (1 << 30, 2)),
    ],
    ids=lambda layout: f"{layout.shape} {layout.strides}",
)
def test_memory_that_a_scan_takes_does_not_grow_with_the_array(layout: ArrayLayout) -> None:
    scan, memory = Scan(layout), Endless()
    tracemalloc.start()
    try:
        for _ in range(20):
            scan.advance(memory.opened, 1)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert max(memory.reads) <= MAX_SCRATCH_BYTES
    assert peak < 16 << 20
    assert not scan.finished


def fail(_buffer: memoryview, _offset: int) -> None:
    raise SourceGoneError("gone")


def test_error_of_a_read_passes_and_nothing_is_counted_twice() -> None:
    array = np.arange(400_000, dtype="f8")
    scan, memory = Scan(ArrayLayout.contiguous(array.dtype, array.shape)), Memory(array.tobytes())
    scan.advance(memory.opened, 1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory, "read_into", fail)
        with pytest.raises(SourceGoneError):
            scan.advance(memory.opened, 1)
    while not scan.finished:
        scan.advance(memory.opened, 1)
    check(scan.summary()[0], array)


# Holes


@FEW
@given(
    st.sampled_from(["f8", "u1", ">i4", [("a", "f4"), ("b", "i8", (2,)), ("c", "?")]]),
    st.integers(1, 400),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 2000)), max_size=3),
    st.integers(1, 60),
    st.integers(0, 20),
)
def test_what_was_never_written_counts_as_zeros(
    dtype: Any, size: int, holes: list[tuple[int, int]], block_bytes: int, offset: int
) -> None:
    layout = ArrayLayout.contiguous(np.dtype(dtype), (size,), offset)
    data = np.random.default_rng(size).integers(0, 100, layout.size_bytes + offset, np.uint8)
    holes = [(start, min(start + length, len(data))) for start, length in holes]
    for start, end in holes:
        data[start:end] = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanning, "BLOCK_BYTES", block_bytes)
        skipped, read = scanned(Memory(data, holes), layout), scanned(Memory(data), layout)
    for one, other in zip(skipped, read, strict=True):
        assert one.mean == pytest.approx(other.mean, rel=1e-12)
        assert one.deviation == pytest.approx(other.deviation, rel=1e-9)
        assert one.distribution is not None
        assert other.distribution is not None
        assert one.distribution.percentiles == other.distribution.percentiles
        assert exact(one) == exact(other)


def exact(found: Statistics) -> Statistics:
    """Leave out what is rounded, or compared on its own."""
    return replace(found, mean=None, deviation=None, distribution=None)


def test_holes_are_not_read() -> None:
    size = 64 * scanning.BLOCK_BYTES
    data = np.zeros(size, "u1")
    data[-8:] = 1
    memory = Memory(data, [(0, size - scanning.BLOCK_BYTES // 2)])
    [found] = scanned(memory, ArrayLayout.contiguous(np.dtype("f8"), (size // 8,)))
    assert memory.reads == [(size - scanning.BLOCK_BYTES, scanning.BLOCK_BYTES)]
    assert (found.count, found.zeros, found.maximum) == (
        size // 8,
        size // 8 - 1,
        data[-8:].view("f8")[0],
    )


def test_moments_of_nothing_are_unknown() -> None:
    found = Moments(Strewn(np.dtype("f8"), 0, 1)).summary("x", 0.0)
    assert (found.count, found.minimum, found.mean, found.deviation) == (0, None, None, None)
