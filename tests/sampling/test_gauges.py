"""Gauges: what number they read of an array, what they are called, and which there cannot be."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.sampling.scanning import Memory, arrays

from shmscope.errors import LimitError, SelectionError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.runs import plan_read
from shmscope.sampling.gauges import MOST_COST_BYTES, MOST_ELEMENTS, Gauge, Kind

RECORD = np.dtype([("price", "<f4"), ("at", [("x", "<i8"), ("y", "<f8", (2,))]), ("side", "S4")])
NUMPYS: dict[Kind, Any] = {
    "mean": np.nanmean, "min": np.nanmin, "max": np.nanmax, "std": np.nanstd, "sum": np.nansum,
}  # fmt: skip


def read(gauge: Gauge, array: np.ndarray[Any, Any]) -> float:
    array = np.ascontiguousarray(array)
    fitted = gauge.fit(ArrayLayout.contiguous(array.dtype, array.shape))
    plan = plan_read(fitted.layout, fitted.selection)
    return fitted.measure(plan.read(Memory(array.tobytes()).read_into))


def label(gauge: Gauge, dtype: Any = "f4", shape: tuple[int, ...] = (6, 4)) -> str:
    return gauge.fit(ArrayLayout.contiguous(np.dtype(dtype), shape)).label


@given(arrays(), st.sampled_from(sorted(NUMPYS)))
@example(np.array([math.nan, math.inf, -math.inf]), "mean")
@example(np.array([math.nan, math.nan]), "sum")
@example(np.array([2**64 - 1, 2**64 - 1], "u8"), "sum")
@example(np.array([True, False, True]), "mean")
@example(np.array([60_000, 60_000], "f2"), "sum")
@pytest.mark.filterwarnings("ignore")
def test_number_is_numpys_without_the_nan(array: np.ndarray[Any, Any], kind: Kind) -> None:
    if not array.size:
        with pytest.raises(SelectionError, match="no element"):
            read(Gauge(kind), array)
        return
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = read(Gauge(kind), array)
    assert not caught
    wide = array.astype(np.float64)
    expected = math.nan if np.isnan(wide).all() else float(NUMPYS[kind](wide))
    assert found == pytest.approx(expected, rel=1e-9, nan_ok=True)


def test_value_is_that_of_one_element() -> None:
    array = np.arange(24, dtype=">i2").reshape(6, 4)
    assert read(Gauge("value", "3, -1"), array) == 15
    assert read(Gauge("value", "3:4, 2:3"), array) == 14
    assert read(Gauge("value"), np.array(2.5)) == 2.5
    assert math.isnan(read(Gauge("value", "0"), np.array([math.nan])))


def test_whatever_is_not_zero_is_true() -> None:
    array = np.frombuffer(bytes([0, 2, 255, 1]), "?")
    assert [read(Gauge("value", str(at)), array) for at in range(4)] == [0, 1, 1, 1]
    assert read(Gauge("mean"), array) == 0.75


def test_field_of_records_and_part_of_complex_values() -> None:
    records = np.zeros(3, RECORD)
    records["price"], records["at"]["y"] = [1, 2, 4.5], [[1, 2], [3, 4], [5, 6]]
    assert read(Gauge("max", field="price"), records) == 4.5
    assert read(Gauge("sum", "..., 1", field="at.y"), records) == 12
    assert read(Gauge("value", "1, 0", field="at.y"), records) == 3
    phasors = np.array([3 + 4j, -1j], "c8")
    assert read(Gauge("value", "0", part="magnitude"), phasors) == 5
    assert read(Gauge("min", part="phase"), phasors) == pytest.approx(-math.pi / 2)


@pytest.mark.parametrize(
    ("gauge", "expected"),
    [
        (Gauge("value", "3, 0"), "[3, 0]"),
        (Gauge("value", "-1, 0"), "[5, 0]"),
        (Gauge("mean", "0:3"), "mean of [0:3]"),
        (Gauge("mean", "..., ::2"), "mean of [:, 0:4:2]"),
        (Gauge("max"), "max"),
        (Gauge("max", "0:99, :"), "max"),
    ],
)
def test_label_is_short_and_says_what_is_looked_at(gauge: Gauge, expected: str) -> None:
    assert label(gauge) == expected


def test_label_names_field_and_part() -> None:
    assert label(Gauge("mean", field="price"), RECORD, (5,)) == "mean of price"
    assert label(Gauge("value", "2", field="price"), RECORD, (5,)) == "price [2]"
    assert label(Gauge("mean", part="magnitude"), "c8") == "mean of magnitude"
    assert label(Gauge("value", "0, 0", part="real"), "c8") == "real of [0, 0]"
    assert label(Gauge("value", part="real"), "c8", ()) == "real"
    assert label(Gauge("value"), "f4", ()) == "value"


def test_the_same_said_otherwise_has_the_same_key() -> None:
    layout = ArrayLayout.contiguous(np.dtype("f4"), (6, 4))
    same = [Gauge("mean", text).fit(layout).key for text in ("0:3", "-6:3, ...", "0:3, 0:4")]
    assert len(set(same)) == 1
    assert Gauge("max", "0:3").fit(layout).key not in same
    assert Gauge("mean", "0:4").fit(layout).key not in same


@pytest.mark.parametrize(
    ("gauge", "dtype", "field"),
    [
        (Gauge("mean"), RECORD, "field"),
        (Gauge("mean", field="at"), RECORD, "field"),
        (Gauge("mean", field="nothing"), RECORD, "field"),
        (Gauge("mean", field="side"), RECORD, "kind"),
        (Gauge("mean", field="price"), "f4", "field"),
        (Gauge("mean"), "c8", "part"),
        (Gauge("mean", part="real"), "f4", "part"),
        (Gauge("mean"), "S4", "kind"),
        (Gauge("mean"), "M8[s]", "kind"),
        (Gauge("value", "0:2"), "f4", "select"),
        (Gauge("mean", "0:0"), "f4", "select"),
    ],
)
def test_what_cannot_be_read_as_one_number_is_refused_by_its_field(
    gauge: Gauge, dtype: Any, field: str
) -> None:
    with pytest.raises(SelectionError) as caught:
        gauge.fit(ArrayLayout.contiguous(np.dtype(dtype), (5,)))
    assert caught.value.field == field


def test_too_many_elements_are_refused_with_the_limit() -> None:
    most = ArrayLayout.contiguous(np.dtype("u1"), (MOST_ELEMENTS,))
    Gauge("mean").fit(most)
    with pytest.raises(LimitError) as caught:
        Gauge("mean").fit(ArrayLayout.contiguous(np.dtype("u1"), (MOST_ELEMENTS + 1,)))
    assert (caught.value.value, caught.value.limit) == (MOST_ELEMENTS + 1, MOST_ELEMENTS)


def test_few_elements_far_apart_are_refused_with_the_limit() -> None:
    column = ArrayLayout(np.dtype("f4"), (1 << 20,), (1 << 20,))
    with pytest.raises(LimitError) as caught:
        Gauge("mean").fit(column)
    assert caught.value.limit == MOST_COST_BYTES
