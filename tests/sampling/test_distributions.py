"""Percentiles, histograms and different values, against numpy's of the whole."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.sampling.scanning import Memory, arrays, scanned, statistics_of

from shmscope.layout.array import ArrayLayout
from shmscope.sampling import scan as scanning
from shmscope.sampling import statistics_rows
from shmscope.sampling.distributions import MOST_BINS, PERCENTS, Distribution, Ordered, distribution
from shmscope.sampling.scan import Scan
from shmscope.sampling.strewn import Strewn

FEW = settings(max_examples=300)
STEP = 16
SIZE = 1 << 16


def distribution_of(array: np.ndarray[Any, Any]) -> Distribution:
    found = statistics_of(array).distribution
    assert found is not None
    return found


def sampled(array: np.ndarray[Any, Any], most: int, blocks: int = 1) -> np.ndarray[Any, Any]:
    strewn = Strewn(array.dtype, array.size, most)
    place = 0
    for block in np.array_split(array.reshape(-1), blocks):
        strewn.add(block, place)
        place += block.size
    return strewn.ordered()


def finite_of(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    finite = np.asarray(array[np.isfinite(array)]).reshape(-1)
    return finite.astype(np.float64) if finite.dtype.kind == "f" else finite


@FEW
@given(arrays())
@example(np.array([2**64 - 1, 0, 2**63], "u8"))
@example(np.array([-(2**63), 2**63 - 1], "i8"))
@example(np.array([-1.7e308, 1.7e308, 0.0]))
@example(np.array([math.nan, math.inf]))
@example(np.array([5e-324, 0.0]))
@example(np.arange(-128, 128, dtype="i1"))
@example(np.arange(70_000, dtype="<i4"))
@example(np.arange(-30_000, 35_000, 3, dtype=">i2"))
def test_what_is_found_is_numpys(array: np.ndarray[Any, Any]) -> None:
    found, finite = distribution_of(array), finite_of(array)
    assert found.sample == finite.size
    if array.dtype.kind == "f":
        assert (found.distinct, found.at_least) == (None, False)
    else:
        assert (found.distinct, found.at_least) == (len(np.unique(finite)), False)
    if not finite.size:
        assert (found.percentiles, found.histogram) == (None, None)
        return
    wide = np.percentile(finite.astype(np.longdouble), PERCENTS)
    largest = float(np.abs(finite.astype(np.float64)).max())
    assert found.percentiles == pytest.approx(wide.astype(float), rel=1e-12, abs=1e-15 * largest)


@FEW
@given(arrays())
@example(np.array([-1.7e308, 1.7e308, 0.0]))
@example(np.array([1.0, np.nextafter(1.0, 2.0)]))
def test_every_finite_element_is_in_its_bin(array: np.ndarray[Any, Any]) -> None:
    found, finite = distribution_of(array).histogram, finite_of(array)
    if found is None:
        assert not finite.size
        return
    bins = len(found.counts)
    assert found.counts.sum() == finite.size
    assert 1 <= bins <= MOST_BINS
    assert found.lo == finite.min()
    if array.dtype.kind != "f":
        lo, hi, width = int(found.lo), int(found.hi), (int(found.hi) - int(found.lo)) // bins
        assert (hi - lo) == width * bins
        assert hi - width <= int(finite.max()) < hi
        edges = [lo + at * width for at in range(bins)]
        expected = [sum(edge <= int(one) < edge + width for one in finite) for edge in edges]
        assert found.counts.tolist() == expected
    else:
        assert found.hi == finite.max()
        assert bins == (1 if found.lo == found.hi else MOST_BINS)


def test_bins_of_floats_are_numpys() -> None:
    array = np.random.default_rng(1).normal(size=10_000)
    found = distribution_of(array).histogram
    assert found is not None
    counts, edges = np.histogram(array, MOST_BINS)
    assert found.counts.tolist() == counts.tolist()
    assert (found.lo, found.hi) == (edges[0], edges[-1])


def test_evenly_spread_integers_make_a_flat_histogram_and_no_comb() -> None:
    for dtype in ("u1", "i4"):  # counted, and sorted
        found = distribution_of(np.repeat(np.arange(87, 230), 100).astype(dtype)).histogram
        assert found is not None
        assert set(found.counts[:-1].tolist()) == {300}


def test_booleans_are_two_bins() -> None:
    found = distribution_of(np.array([True, False, True]))
    assert (found.distinct, found.percentiles) == (2, (0.02, 0.1, 0.5, 1, 1, 1, 1))
    assert found.histogram is not None
    assert (found.histogram.lo, found.histogram.hi) == (0, 2)
    assert found.histogram.counts.tolist() == [1, 2]


# Samples


@FEW
@given(st.integers(0, 5000), st.integers(1, 300), st.integers(1, 50))
def test_sample_is_evenly_strewn_however_it_comes(size: int, most: int, blocks: int) -> None:
    places = sampled(np.arange(size), most, blocks)
    step = max(-(-size // most), 1)
    assert len(places) <= most
    assert (places // step).tolist() == list(range(len(places)))
    assert size // step <= len(places) <= -(-size // step)
    assert places.tolist() == sampled(np.arange(size), most).tolist()


@pytest.mark.parametrize("width", [STEP, 2 * STEP, 7 * STEP, 13 * STEP, 64 * STEP, 233 * STEP])
def test_sample_of_an_image_sees_every_column_alike(width: int) -> None:
    columns = np.arange(SIZE) % width
    every_kth = columns[::STEP]
    assert len(np.unique(every_kth)) == width // STEP, "the naive sample sees so few of them"
    sample = sampled(columns, SIZE // STEP)
    assert len(sample) == SIZE // STEP
    found = np.bincount(sample // (width // STEP), minlength=STEP)[:STEP] / len(sample)
    assert found == pytest.approx(np.full(STEP, 1 / STEP), rel=0.1)
    expected = np.percentile(columns[: SIZE // width * width], PERCENTS)
    assert np.percentile(sample, PERCENTS) == pytest.approx(expected, abs=max(1.0, 0.02 * width))


@pytest.mark.parametrize("period", [STEP, STEP / 3, 5 * STEP, 100.0])
def test_sample_of_a_wave_sees_all_of_its_phases(period: float) -> None:
    wave = np.sin(np.arange(SIZE) * (2 * math.pi / period))
    sample = sampled(wave, SIZE // STEP)
    assert np.percentile(sample, PERCENTS) == pytest.approx(np.percentile(wave, PERCENTS), abs=0.06)


def scanned_in_part(array: np.ndarray[Any, Any], most: int) -> Distribution:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanning, "FIELD_SAMPLE", most)
        return distribution_of(array)


def test_percentiles_of_a_sample_are_close_and_its_histogram_ends_where_the_array_does() -> None:
    array = np.random.default_rng(2).normal(size=200_000)
    array[[17, 100_001]] = -50, 60
    found = scanned_in_part(array, 10_000)
    assert found.sample == 10_000
    assert found.percentiles == pytest.approx(np.percentile(array, PERCENTS), abs=0.1)
    assert found.histogram is not None
    assert (found.histogram.lo, found.histogram.hi) == (-50, 60)
    assert found.histogram.counts.sum() == 10_000


def test_a_sample_knows_at_least_some_of_the_values() -> None:
    found = scanned_in_part(np.arange(200_000, dtype="i8"), 10_000)
    assert (found.distinct, found.at_least) == (10_000, True)


@pytest.mark.parametrize("dtype", ["u1", "i2", "?"])
def test_small_integers_are_counted_every_one(dtype: str) -> None:
    array = np.zeros(300_000, dtype)
    array[123_457] = 1
    found = distribution_of(array)
    assert (found.sample, found.distinct, found.at_least) == (300_000, 2, False)


@pytest.mark.parametrize("dtype", ["f8", "i4", "u1"])
def test_what_is_scanned_in_part_is_spread_nearly_as_all_of_it(dtype: str) -> None:
    array = np.linspace(0, 250, 4_000_000).astype(dtype)  # its beginning is like no other part
    scan = Scan(ArrayLayout.contiguous(array.dtype, array.shape))
    scan.advance(Memory(array).opened, 7 * scanning.BLOCK_BYTES)
    [row] = statistics_rows.rows(scan.summary(), None)
    assert row["coverage"] < 0.25
    assert row["mean"] == pytest.approx(array.mean(), abs=25)
    assert row["std"] == pytest.approx(array.std(), abs=12)
    assert row["percentiles"]["50"] == pytest.approx(np.median(array), abs=25)
    assert 0 < row["histogram"]["counts"].sum() == row["sample"] <= row["count"]
    assert row["distinct"] is None or row["distinct"]["at_least"]


def test_percentiles_sharpen_while_the_scan_goes_on() -> None:
    array = np.random.default_rng(3).permutation(np.arange(2_000_000.0))
    scan, samples = Scan(ArrayLayout.contiguous(array.dtype, array.shape)), []
    while not scan.finished:
        scan.advance(Memory(array).opened, 1 << 20)
        found = scan.summary()[0].distribution
        assert found is not None
        assert found.percentiles is not None
        assert found.percentiles[3] == pytest.approx(1e6, rel=0.05)
        samples.append(found.sample)
    assert samples == sorted(samples)
    assert 5 < len(set(samples)) < len(samples), "not sorted anew for every look"
    assert samples[-1] == 250_000, "all of the sample in the end"


def test_every_field_of_records_has_its_own() -> None:
    dtype = np.dtype([("size", "u2"), ("bid", "f4", (2,)), ("id", ">i8")])
    array = np.zeros(50, dtype)
    array["size"], array["id"] = np.arange(50), np.arange(50) % 7
    array["bid"] = np.arange(100).reshape(50, 2)
    found = scanned(Memory(array.tobytes()), ArrayLayout.contiguous(dtype, (50,)))
    spreads = [one.distribution for one in found]
    assert [one and one.sample for one in spreads] == [50, 100, 50]
    assert [one and one.distinct for one in spreads] == [50, None, 7]
    assert [one and one.percentiles and one.percentiles[3] for one in spreads] == [24.5, 49.5, 3]


def test_many_fields_share_the_memory_of_a_sample() -> None:
    dtype = np.dtype([(f"f{number}", "<i2") for number in range(4000)])
    scan = Scan(ArrayLayout.contiguous(dtype, (1 << 20,)))
    rooms = [len(one._strewn._values) for one in scan._gatherings]  # type: ignore[attr-defined]  # all are Moments
    assert sum(rooms) <= scanning.MOST_SAMPLE


# As they are told


def test_rows_are_plain_data() -> None:
    [row] = statistics_rows.rows([statistics_of(np.array([1, 2, 2, 5], "i4"))], 0.5)
    assert row["distinct"] == {"count": 3, "at_least": False}
    assert row["percentiles"]["50"] == 2.0
    assert list(row["percentiles"]) == ["1", "5", "25", "50", "75", "95", "99"]
    assert (row["histogram"]["lo"], row["histogram"]["hi"]) == (1, 6)
    assert row["histogram"]["counts"].tolist() == [1, 2, 0, 0, 1]
    assert row["histogram"]["counts"].dtype.str == "<u4"


def test_counts_beyond_32_bits_are_told_as_doubles() -> None:
    ordered = Ordered(np.array([0, 1]), np.array([3, 5 << 32]))
    found = distribution(ordered, 0, 1, whole=True)
    assert found.histogram is not None
    told = statistics_rows._histogram(found.histogram)["counts"]
    assert (told.dtype.str, told.tolist()) == ("<f8", [3, 5 << 32])
    assert found.percentiles == (1,) * len(PERCENTS)


def test_edges_that_a_browser_cannot_hold_as_integers_are_told_as_doubles() -> None:
    found = distribution_of(np.array([0, 2**64 - 1], "u8")).histogram
    assert found is not None
    told = statistics_rows._histogram(found)
    assert (told["lo"], told["hi"]) == (0, 2.0**64)
    assert isinstance(told["hi"], float)
