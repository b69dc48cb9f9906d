"""Statistics by blocks, against numpy's of the whole."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.layout.strategies import Lying, lying_arrays
from tests.sampling.scanning import SQUARE_FITS, Memory, arrays, check, scanned, statistics_of

from shmscope.layout.array import ArrayLayout
from shmscope.sampling import scan as scanning
from shmscope.sampling.counts import LEAST_PAIRED, Counts
from shmscope.sampling.moments import Moments
from shmscope.sampling.statistics import Statistics
from shmscope.sampling.strewn import Strewn

FEW = settings(max_examples=300)


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


@pytest.mark.parametrize("dtype", ["u1", "i1"])
@pytest.mark.parametrize("size", [LEAST_PAIRED - 1, LEAST_PAIRED, LEAST_PAIRED + 1])
def test_bytes_are_counted_alike_one_at_a_time_and_in_pairs(dtype: str, size: int) -> None:
    array = np.random.default_rng(size).integers(0, 256, size + 3, np.uint8).view(dtype)[3:]
    at_once, by_ones = Counts(array.dtype), Counts(array.dtype)
    at_once.add(array, 0)
    for at in range(0, size, LEAST_PAIRED // 2):
        by_ones.add(array[at : at + LEAST_PAIRED // 2], at)
    found, expected = at_once.summary(None, 1.0), by_ones.summary(None, 1.0)
    check(found, array)
    assert replace(found, distribution=None) == replace(expected, distribution=None)
    each = np.unique(array, return_counts=True)[1]
    assert histogram_of(found) == histogram_of(expected) == each.reshape(64, 4).sum(1).tolist()


def histogram_of(found: Statistics) -> list[int]:
    assert found.distribution is not None
    assert found.distribution.histogram is not None
    return [int(count) for count in found.distribution.histogram.counts]


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


def test_moments_of_nothing_are_unknown() -> None:
    found = Moments(Strewn(np.dtype("f8"), 0, 1)).summary("x", 0.0)
    assert (found.count, found.minimum, found.mean, found.deviation) == (0, None, None, None)
