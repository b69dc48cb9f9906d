"""Blocks made one element each, against numpy's own answer block by block."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from shmscope.layout.lens import How
from shmscope.layout.reduction import can_reduce, reduce_blocks, reduced_dtype

Values = np.ndarray[Any, Any]
DTYPES = ["?", "i1", "<i4", ">i8", "<u8", "<f2", "<f4", ">f4", "<f8", "g"]
SHAPES = npst.array_shapes(min_dims=0, max_dims=3, max_side=70)


@st.composite
def blocked(draw: st.DrawFn) -> tuple[Values, tuple[int, ...]]:
    """Draw an array, perhaps transposed, perhaps with NaN and infinities, and the blocks' sizes."""
    dtype = np.dtype(draw(st.sampled_from(DTYPES)))
    shape = draw(SHAPES.filter(lambda shape: np.prod(shape) < 20_000))
    seed = draw(st.integers(0, 2**32 - 1))
    generator = np.random.default_rng(seed)
    values = (generator.standard_normal(shape) * 50).astype(dtype if dtype.kind != "u" else "<i8")
    values = np.asarray(values).astype(dtype)
    if dtype.kind == "f":
        strange = draw(st.sampled_from([[], [np.nan], [np.inf], [np.nan, np.inf, -np.inf]]))
        for what in strange:
            values[generator.random(shape) < draw(st.sampled_from([0.02, 0.7]))] = what
    values = values.transpose(draw(st.permutations(range(values.ndim))))
    factors = tuple(draw(st.integers(1, length + 2)) for length in values.shape)
    return values, factors


def block_by_block(
    values: Values, factors: tuple[int, ...], reduce: Callable[[Values], Any]
) -> Values:
    """Reduce as the words say it: one block after the other."""
    shape = tuple(-(-length // k) for length, k in zip(values.shape, factors, strict=True))
    found = np.empty(shape, np.longdouble)
    for index in product(*map(range, shape)):
        places = (slice(at * k, at * k + k) for at, k in zip(index, factors, strict=True))
        block = values[tuple(places)].astype(np.longdouble)
        known = block[~np.isnan(block)]
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            found[index] = reduce(known) if known.size else np.nan
    return found


def assert_alike(found: Values, expected: Values) -> None:
    exact = found.dtype.itemsize > 2 or found.dtype.kind != "f"
    with np.errstate(all="ignore"):
        expected = expected.astype(found.dtype)
        np.testing.assert_allclose(
            found.astype("f8"), expected.astype("f8"), rtol=1e-6 if exact else 1e-3, atol=1e-6
        )


@given(blocked())
def test_a_mean_is_numpys_of_every_block_without_nan(
    drawn: tuple[Values, tuple[int, ...]],
) -> None:
    found = reduce_blocks(*drawn, "mean")
    assert found.dtype == reduced_dtype(drawn[0].dtype, "mean")
    assert_alike(found, block_by_block(*drawn, np.mean))


@given(blocked(), st.sampled_from(["min", "max"]))
def test_ends_are_numpys_of_every_block_without_nan(
    drawn: tuple[Values, tuple[int, ...]], how: How
) -> None:
    found = reduce_blocks(*drawn, how)
    assert found.dtype == drawn[0].dtype.newbyteorder("=")
    expected = block_by_block(*drawn, np.min if how == "min" else np.max)
    np.testing.assert_array_equal(found, expected.astype(found.dtype))


@given(blocked())
def test_an_envelope_is_both_ends_on_an_axis_of_its_own(
    drawn: tuple[Values, tuple[int, ...]],
) -> None:
    found = reduce_blocks(*drawn, "envelope")
    np.testing.assert_array_equal(found[..., 0], reduce_blocks(*drawn, "min"))
    np.testing.assert_array_equal(found[..., 1], reduce_blocks(*drawn, "max"))


@given(blocked())
def test_a_stride_takes_the_first_of_every_block(
    drawn: tuple[Values, tuple[int, ...]],
) -> None:
    values, factors = drawn
    expected = values[tuple(slice(None, None, k) for k in factors)]
    np.testing.assert_array_equal(reduce_blocks(values, factors, "stride"), expected)


def test_nan_alone_is_nan_and_infinities_of_both_signs_have_no_mean() -> None:
    values = np.array([np.nan, np.nan, np.inf, np.nan, np.inf, -np.inf, 1.0])
    np.testing.assert_array_equal(
        reduce_blocks(values, (2,), "mean"), [np.nan, np.inf, np.nan, 1.0]
    )
    np.testing.assert_array_equal(
        reduce_blocks(values, (2,), "envelope"),
        [[np.nan, np.nan], [np.inf, np.inf], [-np.inf, np.inf], [1, 1]],
    )


def test_a_mean_of_booleans_is_a_share_whatever_their_bytes_hold() -> None:
    values = np.array([0, 2, 255, 0, 1, 0], "u1").view("?")
    assert reduce_blocks(values, (4,), "mean").tolist() == [0.5, 0.5]
    assert reduce_blocks(values, (4,), "max").view("u1").tolist() == [1, 1]


def test_a_mean_does_not_overflow_its_integers() -> None:
    values = np.full(1000, 2**63 - 1, "<i8")
    assert reduce_blocks(values, (1000,), "mean").tolist() == [float(2**63 - 1)]


def test_a_mean_of_many_floats_of_four_bytes_is_summed_in_eight() -> None:
    values = np.full(1 << 22, 0.1, "<f4")
    found = reduce_blocks(values, (1 << 22,), "mean")
    assert found.dtype == "<f4"
    assert found[0] == np.float32(0.1)


def test_signalling_nan_raise_no_warning() -> None:
    values = np.array([0x7F800001, 0x3F800000], "<u4").view("<f4")
    assert reduce_blocks(values, (2,), "mean").tolist() == [1.0]
    assert reduce_blocks(values, (2,), "min").tolist() == [1.0]


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [("<f2", "<f4"), (">f4", "<f4"), ("<f8", "<f8"), ("g", "<f8"), ("u1", "<f8"), ("?", "<f8")],
)
def test_a_mean_is_sent_as_a_float(dtype: str, expected: str) -> None:
    assert reduced_dtype(np.dtype(dtype), "mean") == expected
    assert reduced_dtype(np.dtype(dtype), "max") == np.dtype(dtype)


@pytest.mark.parametrize("dtype", ["<c8", "S3", "<U2", "V4", "<M8[s]", "<m8[s]"])
def test_what_is_no_real_number_is_not_reduced(dtype: str) -> None:
    assert not can_reduce(np.dtype(dtype))
