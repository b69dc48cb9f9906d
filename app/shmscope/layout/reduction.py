"""Blocks of an array made one element each: their mean, least, greatest, both, or first element.

The naive way, numpy's nanmean over a reshaped array, makes masks and copies of the whole and goes
through the smallest axis innermost. Here the axes are reduced one after the other, those that are
far apart in memory first: then rows are added to rows, which is fast, and little is left for the
last axis. NaN are looked for in the result; only where there are some, the slow way is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from shmscope.layout.lens import How, as_native

FEW = 16  # elements of a block that lie side by side


def reduced_dtype(dtype: np.dtype[Any], how: How | None) -> np.dtype[Any]:
    """Return the dtype of what values of `dtype` become."""
    if how != "mean":
        return dtype
    return np.dtype("<f4" if dtype.kind == "f" and dtype.itemsize <= 4 else "<f8")


def can_reduce(dtype: np.dtype[Any]) -> bool:
    """Whether values of `dtype` have a mean, a least and a greatest: real numbers and booleans."""
    return dtype.kind in "biuf"


def reduce_blocks(
    values: np.ndarray[Any, Any], factors: Sequence[int], how: How
) -> np.ndarray[Any, Any]:
    """Return one element for every block of `values`, of which the last may be smaller.

    NaN are passed over; a block of NaN alone is NaN. Infinities count as values.

    Args:
        values: Any dtype for ``stride``, else one that `can_reduce`; no axis is empty.
        factors: Elements of a block along every axis.
        how: ``envelope`` appends an axis of two, the least and the greatest.
    """
    if how == "stride":
        return values[tuple(slice(None, None, k) for k in factors)]
    with np.errstate(all="ignore"):  # signalling NaN, infinities of both signs, overflow
        plain = as_native(values)
        if how == "mean":
            return _means(plain, factors).astype(reduced_dtype(values.dtype, how), copy=False)
        if how == "envelope":
            ends = [_ends(plain, factors, "min"), _ends(plain, factors, "max")]
            return np.stack(ends, axis=-1)
        return _ends(plain, factors, how)


def _ends(values: np.ndarray[Any, Any], factors: Sequence[int], how: How) -> np.ndarray[Any, Any]:
    found = _fold(np.minimum if how == "min" else np.maximum, values, factors)
    if values.dtype.kind != "f" or not np.isnan(found).any():
        return found
    quiet = np.where(np.isnan(values), values.dtype.type(np.nan), values)  # fmin passes over those
    return _fold(np.fmin if how == "min" else np.fmax, quiet, factors)


def _means(values: np.ndarray[Any, Any], factors: Sequence[int]) -> np.ndarray[Any, Any]:
    sums = _fold(np.add, values, factors, np.result_type(values.dtype, np.float64))
    counts = _counts(values.shape, factors)
    if np.isnan(sums).any():
        known = ~np.isnan(values)
        counts = _fold(np.add, known, factors, np.dtype(np.float64))
        sums = _fold(np.add, np.where(known, values, values.dtype.type(0)), factors, sums.dtype)
    means: np.ndarray[Any, Any] = sums / counts
    return means


def _counts(shape: Sequence[int], factors: Sequence[int]) -> np.ndarray[Any, Any]:
    """Return how many elements every block has, to be broadcast."""
    counts: np.ndarray[Any, Any] = np.ones((1,) * len(shape))
    for axis, (length, k) in enumerate(zip(shape, factors, strict=True)):
        along = np.minimum(k, length - np.arange(0, length, k))
        counts = counts * along.reshape(-1, *(1,) * (len(shape) - axis - 1))
    return counts


def _fold(
    ufunc: np.ufunc,
    values: np.ndarray[Any, Any],
    factors: Sequence[int],
    dtype: np.dtype[Any] | None = None,
) -> np.ndarray[Any, Any]:
    axes = sorted(range(values.ndim), key=lambda axis: -abs(values.strides[axis]))
    for axis in axes:
        if factors[axis] > 1:
            values = _fold_axis(ufunc, values, axis, factors[axis], dtype or values.dtype)
    return values if dtype is None else values.astype(dtype, copy=False)


def _fold_axis(
    ufunc: np.ufunc, values: np.ndarray[Any, Any], axis: int, k: int, dtype: np.dtype[Any]
) -> np.ndarray[Any, Any]:
    length = values.shape[axis]
    whole = length - length % k
    before: tuple[slice, ...] = (slice(None),) * axis
    found = []
    if whole:
        blocks = values[(*before, slice(0, whole))]
        shape = (*values.shape[:axis], whole // k, k, *values.shape[axis + 1 :])
        found.append(_fold_blocks(ufunc, blocks.reshape(shape), axis + 1, dtype))
    if whole < length:
        rest = values[(*before, slice(whole, length))]
        found.append(ufunc.reduce(rest, axis=axis, dtype=dtype, keepdims=True))
    return found[0] if len(found) == 1 else np.concatenate(found, axis)


def _fold_blocks(
    ufunc: np.ufunc, blocks: np.ndarray[Any, Any], axis: int, dtype: np.dtype[Any]
) -> np.ndarray[Any, Any]:
    """Reduce one whole axis; a short innermost one element by element, which numpy is slow at."""
    if axis < blocks.ndim - 1 or blocks.shape[axis] > FEW:
        found: np.ndarray[Any, Any] = ufunc.reduce(blocks, axis=axis, dtype=dtype)
        return found
    found = blocks[..., 0].astype(dtype)
    for at in range(1, blocks.shape[axis]):
        ufunc(found, blocks[..., at], out=found)
    return found
