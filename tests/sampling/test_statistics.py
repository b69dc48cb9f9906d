"""Statistics by blocks, against numpy's of the whole."""

from __future__ import annotations

import math
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.layout.strategies import Lying, lying_arrays
from tests.sampling.scanning import Memory, arrays, scanned, statistics_of

from shmscope.errors import SourceGoneError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.selection import Selection
from shmscope.sampling import scan as scanning
from shmscope.sampling.scan import Scan
from shmscope.sampling.statistics import Moments, Statistics
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
    assert memory.reads == 0


def test_budget_ends_a_turn_and_the_next_goes_on() -> None:
    array = np.arange(500_000, dtype="f8")
    scan, memory = Scan(ArrayLayout.contiguous(array.dtype, array.shape)), Memory(array.tobytes())
    coverages = []
    while not scan.finished:
        assert scan.advance(memory.read, 1_000_000) <= 1_000_000 + scanning.BLOCK_BYTES
        coverages.append(scan.summary()[0].coverage)
    assert coverages == pytest.approx([0.262144, 0.524288, 0.786432, 1.0])
    check(scan.summary()[0], array)


def test_budget_of_nothing_still_gets_on() -> None:
    array = np.arange(500_000, dtype="f8")
    scan = Scan(ArrayLayout.contiguous(array.dtype, array.shape))
    assert scan.advance(Memory(array.tobytes()).read, 0) == scanning.BLOCK_BYTES


def test_strewn_elements_cost_their_runs() -> None:
    column = ArrayLayout(np.dtype("f4"), (1_000_000,), (1 << 20,))
    asked: list[Selection] = []

    def read(_: ArrayLayout, selection: Selection) -> np.ndarray[Any, Any]:
        asked.append(selection)
        return np.zeros(selection.shape, "f4")

    Scan(column).advance(read, 32 << 20)
    assert sum(selection.points for selection in asked) < 4096


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
    largest = 0

    def read(_: ArrayLayout, selection: Selection) -> np.ndarray[Any, Any]:
        nonlocal largest
        block = np.zeros(selection.shape, layout.dtype)
        largest = max(largest, block.nbytes)
        return block

    scan = Scan(layout)
    tracemalloc.start()
    try:
        for _ in range(20):
            scan.advance(read, 1)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert largest <= scanning.BLOCK_BYTES
    assert peak < 8 << 20
    assert not scan.finished


def test_error_of_a_read_passes_and_nothing_is_counted_twice() -> None:
    array = np.arange(100_000, dtype="f8")
    scan, memory = Scan(ArrayLayout.contiguous(array.dtype, array.shape)), Memory(array.tobytes())
    scan.advance(memory.read, 1)

    def fail(_layout: ArrayLayout, _selection: Selection) -> np.ndarray[Any, Any]:
        raise SourceGoneError("gone")

    with pytest.raises(SourceGoneError):
        scan.advance(fail, 1)
    while not scan.finished:
        scan.advance(memory.read, 1)
    check(scan.summary()[0], array)


def test_moments_of_nothing_are_unknown() -> None:
    found = Moments(Strewn(np.dtype("f8"), 0, 1)).summary("x", 0.0)
    assert (found.count, found.minimum, found.mean, found.deviation) == (0, None, None, None)
