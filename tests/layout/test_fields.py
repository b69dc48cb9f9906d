"""A field as an array of its own, and parts of complex values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.layout.strategies import ELEMENTS, records

from shmscope.errors import SelectionError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.dtypes import flat_fields
from shmscope.layout.fields import field_layout
from shmscope.layout.lens import Part, fit_window, part_dtype, part_of

NESTED = st.recursive(st.sampled_from(ELEMENTS).map(np.dtype), records, max_leaves=5)
TICK = np.dtype([("time", "<i8"), ("at", [("x", "<f4"), ("y", "<f8", (2, 3))], (4,))])


@given(records(NESTED), st.lists(st.integers(0, 3), max_size=2), st.booleans())
def test_every_field_lies_where_numpy_finds_it(
    dtype: np.dtype[Any], shape: list[int], turned: bool
) -> None:
    size = int(np.prod(shape)) * dtype.itemsize
    buffer = bytearray(at * 37 % 251 for at in range(size + 3))
    whole = np.ndarray(shape, dtype, buffer, 3)
    layout = ArrayLayout(dtype, tuple(shape), whole.strides, 3)
    if turned and whole.size:
        whole = whole[::-1] if whole.ndim else whole
        steps = tuple(-s if at == 0 else s for at, s in enumerate(layout.strides))
        start = 3 + sum((n - 1) * s for n, s in zip(shape[:1], layout.strides, strict=False))
        layout = ArrayLayout(dtype, layout.shape, steps, start)
    for name, path in flat_fields(dtype):
        expected: np.ndarray[Any, Any] = whole
        for part in path:
            expected = expected[part]
        found = field_layout(layout, name)
        assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
        if expected.size:
            assert found.view(buffer).tobytes() == expected.tobytes()


def test_a_fields_own_axes_follow_those_of_the_array_and_of_what_it_lies_in() -> None:
    layout = ArrayLayout.contiguous(TICK, (5,), 16)
    found = field_layout(layout, "at.y")
    assert found == ArrayLayout(
        np.dtype("<f8"), (5, 4, 2, 3), (TICK.itemsize, 52, 24, 8), 16 + 8 + 4
    )


@pytest.mark.parametrize(
    ("dtype", "name", "says"),
    [
        (TICK, "at", "its fields are time, at.x, at.y"),
        (TICK, "at.z", "has no field 'at.z'"),
        ("<f4", "price", "it has no fields"),
    ],
)
def test_a_field_that_is_not_there_is_refused_by_name(dtype: Any, name: str, says: str) -> None:
    with pytest.raises(SelectionError, match=says) as caught:
        field_layout(ArrayLayout.contiguous(np.dtype(dtype), (2,)), name)
    assert (caught.value.field, caught.value.value) == ("field", name)


@pytest.mark.parametrize(
    ("part", "expected"),
    [("real", [3, 0]), ("imaginary", [4, -1]), ("magnitude", [5, 1]),
     ("phase", [np.arctan2(4, 3), -np.pi / 2])],
)  # fmt: skip
@pytest.mark.parametrize(
    ("dtype", "floats"), [("<c8", "<f4"), (">c8", "<f4"), ("<c16", "<f8"), ("G", "<f8")]
)
def test_a_part_of_complex_values_is_a_float(
    part: Part, expected: list[float], dtype: str, floats: str
) -> None:
    found = part_of(np.array([3 + 4j, -1j], dtype), part)
    assert found.dtype == part_dtype(np.dtype(dtype), part) == floats
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_only_complex_values_have_parts() -> None:
    with pytest.raises(SelectionError, match="no phase part") as caught:
        part_dtype(np.dtype("<f4"), "phase")
    assert caught.value.field == "part"


def test_a_window_is_clipped_to_the_selection() -> None:
    assert fit_window(((0, 99), (3, 4)), (10, 4)) == ((0, 10), (3, 4))
    assert fit_window(None, (10, 0)) == ((0, 10), (0, 0))


@pytest.mark.parametrize(
    ("window", "says", "limit"),
    [(((10, 12),), "begins after the selection's 10 elements", 10), (((0, 1), (0, 1)), "2 ent", 1)],
)
def test_a_window_beside_the_selection_is_refused(window: Any, says: str, limit: int) -> None:
    with pytest.raises(SelectionError, match=says) as caught:
        fit_window(window, (10,))
    assert (caught.value.field, caught.value.limit) == ("window", limit)
