"""One array minus another, and what is said of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from shmscope.errors import SelectionError
from shmscope.layout.differences import Tally, difference, difference_dtype
from shmscope.layout.thinning import Grid, slices

Values = np.ndarray[Any, Any]
NAN, INF = np.nan, np.inf
DTYPES = ["?", "i1", ">i4", "<i8", "<f4", ">f8", "<c8", "<f2"]


def subtracted(this: Any, that: Any) -> Values:
    left, right = np.asarray(this), np.asarray(that)
    return difference(left, right, difference_dtype(left.dtype, right.dtype))


def tallied(found: Values, lengths: tuple[int, ...] | None = None) -> dict[str, Any]:
    """Tally a difference as a whole, or in boxes."""
    tally = Tally()
    grid = Grid(found.shape, lengths or found.shape)
    for number in range(grid.size):
        box = grid.box(number)
        tally.add(found[slices(box)], [low for low, _ in box], [1] * len(box))
    return tally.summary()


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Values, Values]:
    dtype = np.dtype(draw(st.sampled_from(DTYPES)))
    shape = draw(npst.array_shapes(min_dims=1, max_dims=3, max_side=5))
    this, that = (draw(npst.arrays(dtype, shape)) for _ in range(2))
    same = draw(npst.arrays("?", shape))
    return this, np.where(same, this, that).astype(dtype)


@given(pairs())
def test_elements_differ_where_they_are_not_equal(drawn: tuple[Values, Values]) -> None:
    this, that = drawn
    found = subtracted(this, that)
    equal = (this == that) | ((this != this) & (that != that))  # noqa: PLR0124 - NaN
    np.testing.assert_array_equal(found == 0, equal)
    summary = tallied(found)
    assert (summary["differing"], summary["of"]) == (int((~equal).sum()), this.size)
    first = np.argwhere(~equal)
    assert summary["first"] == (first[0].tolist() if len(first) else None)


@given(pairs(), st.data())
def test_a_tally_of_boxes_is_that_of_the_whole(
    drawn: tuple[Values, Values], data: st.DataObject
) -> None:
    found = subtracted(*drawn)
    lengths = tuple(data.draw(st.integers(1, length)) for length in found.shape)
    whole, boxes = tallied(found), tallied(found, lengths)
    at = [boxes.pop("at"), whole.pop("at")]
    assert boxes == whole
    for place in at if whole["largest"] else []:
        assert abs(found[tuple(place)].item()) == pytest.approx(whole["largest"], rel=1e-12)


@given(pairs())
def test_the_largest_is_numpys_of_what_is_finite(drawn: tuple[Values, Values]) -> None:
    found = subtracted(*drawn)
    with np.errstate(all="ignore"):
        sizes = np.abs(found.astype("<c16" if found.dtype.kind == "c" else "<f8"))
    finite = sizes[np.isfinite(sizes) & (sizes > 0)]
    summary = tallied(found)
    if finite.size:
        assert summary["largest"] == pytest.approx(finite.max())
    else:
        assert summary["largest"] == (None if summary["differing"] else 0)
        assert summary["at"] is None


def test_equal_nan_and_infinities_do_not_differ_but_nan_and_a_number_do() -> None:
    found = subtracted([NAN, NAN, INF, INF, 1.0], [NAN, 1.0, INF, -INF, 1.0])
    np.testing.assert_array_equal(found, [0, NAN, 0, INF, 0])
    assert tallied(found) == {
        "differing": 2, "of": 5, "largest": None, "at": None, "first": [1],
    }  # fmt: skip


def test_integers_are_exact_and_wrap_beyond_64_bits_only() -> None:
    found = subtracted(np.array([2**63 - 1, 7], "<u8"), np.array([0, 2**63 - 1], "<u8"))
    assert found.tolist() == [2**63 - 1, 8 - 2**63]
    assert tallied(found)["largest"] == 2**63 - 1
    assert subtracted(np.array([-(2**63)]), np.array([0]))[0] == -(2**63)


def test_the_least_integer_has_its_size() -> None:
    assert tallied(np.array([-(2**63), 5]))["largest"] == 2**63


def test_booleans_differ_by_one_whatever_their_bytes_hold() -> None:
    this = np.array([2, 0, 1, 0], "u1").view("?")
    that = np.array([1, 3, 0, 0], "u1").view("?")
    found = subtracted(this, that)
    assert (found.dtype, found.tolist()) == ("i1", [0, -1, 1, 0])


@pytest.mark.parametrize(
    ("this", "that", "expected"),
    [
        ("<f4", "<f4", "<f8"),
        ("?", "?", "|i1"),
        ("?", "u1", "<i8"),
        ("<u8", "<i2", "<i8"),
        ("<i8", "<f2", "<f8"),
        ("<f8", "<c8", "<c16"),
    ],
)
def test_a_difference_has_room_for_both(this: str, that: str, expected: str) -> None:
    assert difference_dtype(np.dtype(this), np.dtype(that)) == expected


@pytest.mark.parametrize("dtype", ["S3", "<U2", "V4", "<M8[s]", [("a", "<f4")]])
def test_what_is_no_number_cannot_be_compared(dtype: Any) -> None:
    with pytest.raises(SelectionError, match="cannot be compared") as caught:
        difference_dtype(np.dtype("<f4"), np.dtype(dtype))
    assert caught.value.field == "against"
