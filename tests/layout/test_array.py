from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.layout.strategies import JSON, Lying, dtypes, lying_arrays

from shmscope.errors import LayoutError
from shmscope.layout.array import MAX_BYTES, MAX_DIMENSIONS, ArrayLayout

FLOATS = np.dtype("<f4")
SHAPES = st.lists(st.integers(0, 5), max_size=5).map(tuple)


@given(lying_arrays())
def test_a_view_by_layout_is_the_array(lying: Lying) -> None:
    view = lying.layout.view(lying.buffer)
    assert view.tobytes() == lying.view.tobytes()
    assert (view.dtype, view.shape) == (lying.view.dtype, lying.view.shape)
    assert lying.layout.size == view.size
    assert lying.layout.size_bytes == view.nbytes


@given(lying_arrays())
def test_an_array_fits_its_buffer_and_nothing_shorter_than_its_extent(lying: Lying) -> None:
    low, high = lying.layout.extent
    assert 0 <= low <= high <= len(lying.buffer)
    lying.layout.check_fits(high)
    if high:
        with pytest.raises(LayoutError, match=f"needs? {high:,} bytes") as caught:
            lying.layout.check_fits(high - 1)
        error = caught.value
        assert (error.field, error.value, error.limit) == ("shape", high, high - 1)


@given(lying_arrays())
def test_the_extent_holds_every_byte_that_a_change_shows_in(lying: Lying) -> None:
    low, high = lying.layout.extent
    before = lying.view.tobytes()
    lying.buffer[:low] = bytes(low)
    lying.buffer[high:] = bytes(len(lying.buffer) - high)
    assert lying.view.tobytes() == before


@given(lying_arrays())
def test_contiguity_is_what_numpy_calls_it(lying: Lying) -> None:
    assert lying.layout.is_contiguous == lying.view.flags.c_contiguous


@given(dtypes(), SHAPES, st.integers(0, 1000))
def test_a_contiguous_layout_has_numpys_strides(
    dtype: np.dtype[Any], shape: tuple[int, ...], offset: int
) -> None:
    layout = ArrayLayout.contiguous(dtype, shape, offset)
    assert layout.is_contiguous
    assert layout.extent == (offset, offset + layout.size_bytes)
    if layout.size:
        assert layout.strides == np.empty(shape, dtype).strides


@given(lying_arrays())
def test_layouts_survive_json(lying: Lying) -> None:
    assert ArrayLayout.parse(json.loads(json.dumps(lying.layout.format()))) == lying.layout


@given(dtypes(), SHAPES)
def test_a_layout_without_strides_and_offset_is_contiguous(
    dtype: np.dtype[Any], shape: tuple[int, ...]
) -> None:
    whole = ArrayLayout.contiguous(dtype, shape)
    data = {"dtype": whole.format()["dtype"], "shape": list(shape)}
    assert ArrayLayout.parse(data) == whole


@given(JSON)
def test_hostile_json_is_a_layout_error(data: object) -> None:
    with pytest.raises(LayoutError):
        ArrayLayout.parse(data)


NUMBERS = st.integers() | st.integers(-3, 9) | st.sampled_from([MAX_BYTES, -MAX_BYTES])


@given(
    st.lists(NUMBERS, max_size=4) | JSON,
    st.none() | st.lists(NUMBERS, max_size=4) | JSON,
    NUMBERS | JSON,
)
def test_hostile_fields_are_a_layout_error_or_a_layout(
    shape: object, strides: object, offset: object
) -> None:
    data = {"dtype": "<f4", "shape": shape, "strides": strides, "offset": offset}
    try:
        layout = ArrayLayout.parse(data)
    except LayoutError:
        return
    assert layout.extent[0] >= 0
    assert ArrayLayout.parse(json.loads(json.dumps(layout.format()))) == layout


def test_what_does_not_fit_is_told_in_a_sentence() -> None:
    layout = ArrayLayout.contiguous(FLOATS, (4, 1024, 1024), 64)
    with pytest.raises(LayoutError) as caught:
        layout.check_fits(4096)
    assert caught.value.detail == (
        "shape: 4 x 1024 x 1024 elements of 4 bytes at offset 64 need 16,777,280 bytes; "
        "the segment has 4,096"
    )


MANY = (1,) * (MAX_DIMENSIONS + 1)


@pytest.mark.parametrize(
    ("shape", "strides", "offset", "field", "complaint"),
    [
        ((2,), (4, 4), 0, "strides", "2 strides for 1 axes"),
        ((-1,), (4,), 0, "shape", "negative length"),
        (MANY, MANY, 0, "shape", "33 axes; 32 are allowed"),
        ((1 << 62, 2), (4, 4), 0, "shape", r"more than 2\*\*62 elements"),
        ((1 << 62, 0, 2), (4, 4, 4), 0, "shape", r"more than 2\*\*62 elements"),
        ((2,), (2 << 62,), 0, "strides", r"beyond 2\*\*62 bytes"),
        ((3,), (-4,), 7, "offset", "begin 1 bytes before its segment"),
        ((3,), (4,), -1, "offset", "begin 1 bytes before its segment"),
    ],
)
def test_a_layout_that_cannot_be_says_what_is_wrong(
    shape: tuple[int, ...], strides: tuple[int, ...], offset: int, field: str, complaint: str
) -> None:
    with pytest.raises(LayoutError, match=complaint) as caught:
        ArrayLayout(FLOATS, shape, strides, offset)
    assert caught.value.field == field


@pytest.mark.parametrize("field", ["dtype", "shape", "strides", "offset"])
@given(data=st.sampled_from([1.5, "x", {}, True, [None], 1 << 63, [-1 << 63]]))
def test_a_field_that_cannot_be_read_is_named(field: str, data: object) -> None:
    with pytest.raises(LayoutError) as caught:
        ArrayLayout.parse({"dtype": "<f4", "shape": [2], "strides": [4], field: data})
    assert caught.value.field == field
