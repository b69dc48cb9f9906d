"""Statistics of whole arrays, scanned block by block under a budget of bytes.

Numpy runs over one block of 256 KiB, as doubles, at a time, which stays in cache: reading it once
from memory serves the minimum, maximum, mean and deviation together. Means and deviations of blocks
are merged by the parallel formula. Source: Chan, Golub, LeVeque, "Updating formulae and a pairwise
algorithm for computing sample variances", 1979.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from shmscope.layout.array import ArrayLayout
from shmscope.layout.dtypes import flat_fields
from shmscope.layout.runs import plan_read
from shmscope.layout.selection import AxisSelection, Selection

BLOCK_BYTES = 256 * 1024
SPAN_BYTES = 16 << 20  # of the segment that a block may be strewn over

ReadSelection = Callable[[ArrayLayout, Selection], np.ndarray[Any, Any]]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What is known of all elements of one field.

    Attributes:
        field: Dotted name of the field; None for a plain array.
        count: Elements looked at, NaN and infinities included.
        minimum: Of the finite elements, None where there are none; so the next three.
        zeros: Elements equal to zero.
        coverage: Part of the array that was looked at, 0 to 1.
        at_limit: Elements at the largest value that an integer dtype can hold.
        strange: Place of the first element that is NaN or infinite, in the order of the scan; None
            where there is none.
    """

    field: str | None
    count: int
    minimum: float | int | None
    maximum: float | int | None
    mean: float | None
    deviation: float | None
    zeros: int
    nan: int
    inf: int
    coverage: float
    at_limit: int = 0
    strange: int | None = None


class Moments:
    """Minimum, maximum, mean and deviation of everything added so far."""

    def __init__(self) -> None:
        self.count = self.zeros = self.nan = self.inf = self.at_limit = self._finite = 0
        self.strange: int | None = None
        self._low: Any = None
        self._high: Any = None
        self._pivot = 0.0  # near the values: small deviations from a large mean keep their digits
        self._mean = self._spread = 0.0

    def add(self, block: np.ndarray[Any, Any]) -> None:
        """Add a block of numbers or booleans of any shape."""
        if not block.size:
            return
        if block.dtype.kind == "b":
            block = block.view(np.uint8) != 0  # whatever a C program calls true
        before, self.count = self.count, self.count + block.size
        self.zeros += block.size - int(np.count_nonzero(block))
        if block.dtype.kind == "f":
            block = self._finite_part(block, before)
        if block.size:
            self._merge(block)

    def _finite_part(self, block: np.ndarray[Any, Any], before: int) -> np.ndarray[Any, Any]:
        finite = np.isfinite(block)
        if finite.all():
            return block
        if self.strange is None:
            self.strange = before + int(np.argmin(finite))
        self.nan += int(np.isnan(block).sum())
        self.inf += int(np.isinf(block).sum())
        kept: np.ndarray[Any, Any] = block[finite]
        return kept

    def _merge(self, block: np.ndarray[Any, Any]) -> None:
        low, high = block.min(), block.max()
        self._low = low if self._low is None else min(self._low, low)
        self._high = high if self._high is None else max(self._high, high)
        if block.dtype.kind in "iu" and high == np.iinfo(block.dtype).max:
            self.at_limit += int(np.count_nonzero(block == high))
        with np.errstate(over="ignore", invalid="ignore"):
            if not self._finite:
                self._pivot = float(block.flat[0])
            work = np.subtract(block, self._pivot, dtype=np.float64)
            mean = float(work.mean())
            work -= mean
            work *= work
            spread = float(work.sum())
            total = self._finite + block.size
            apart = mean - self._mean
            self._mean += apart * block.size / total
            self._spread += spread + apart * apart * self._finite * block.size / total
        self._finite = total

    def summary(self, field: str | None, coverage: float) -> Statistics:
        """Return the statistics of what was added."""
        found = self._finite > 0
        return Statistics(
            field,
            self.count,
            _plain(self._low),
            _plain(self._high),
            self._pivot + self._mean if found else None,
            math.sqrt(self._spread / self._finite) if found else None,
            self.zeros,
            self.nan,
            self.inf,
            coverage,
            self.at_limit,
            self.strange,
        )


class Scan:
    """One pass over an array, as far as the budget goes each time.

    Args:
        layout: The array; its blocks are read in the order in which they lie in memory.
    """

    def __init__(self, layout: ArrayLayout) -> None:
        self._layout = flattened(layout)
        self._fields = _numeric_fields(layout.dtype)
        self._moments = [Moments() for _ in self._fields]
        self._axis, self._length = _cut(self._layout)
        self._done = 0

    @property
    def finished(self) -> bool:
        """Whether every element was looked at."""
        return self._done >= self._layout.size or not self._fields

    def advance(self, read: ReadSelection, budget_bytes: int) -> int:
        """Look at the next blocks, at least one, and return how many bytes were read.

        Args:
            read: Reads a selection of a layout.
            budget_bytes: Stop once as much time was spent as so many bytes of doubles take.
        """
        spent = size = 0
        while not self.finished and spent < max(budget_bytes, 1):
            selection = self._next_block()
            block = read(self._layout, selection)
            self._done += selection.points
            spent += _cost_bytes(self._layout, selection)
            size += block.nbytes
            for (_, path), moments in zip(self._fields, self._moments, strict=True):
                moments.add(_descend(block, path))
        return size

    def summary(self) -> list[Statistics]:
        """Return what is known so far, one entry a numeric field."""
        coverage = self._done / self._layout.size if self._layout.size else 1.0
        pairs = zip(self._fields, self._moments, strict=True)
        return [moments.summary(name, coverage) for (name, _), moments in pairs]

    def _next_block(self) -> Selection:
        shape, cut = self._layout.shape, self._axis
        outer, start = divmod(self._done // math.prod(shape[cut + 1 :]), shape[cut])
        count = min(self._length, shape[cut] - start)
        axes = [AxisSelection(cut, start, 1, count)]
        axes += [AxisSelection(axis, 0, 1, shape[axis]) for axis in range(cut + 1, len(shape))]
        for axis in reversed(range(cut)):
            outer, index = divmod(outer, shape[axis])
            axes.insert(0, AxisSelection(axis, index, 1, 1))
        return Selection(tuple(axes))


def _cut(layout: ArrayLayout) -> tuple[int, int]:
    """Return the axis that blocks are cut along, and how many elements of it make a block."""
    last = len(layout.shape) - 1
    axis = next((axis for axis in range(last) if _is_small(layout, axis + 1)), last)
    one_bytes = _worked_bytes(layout) * math.prod(layout.shape[axis + 1 :])
    length = min(BLOCK_BYTES // max(one_bytes, 1), SPAN_BYTES // max(abs(layout.strides[axis]), 1))
    return axis, max(length, 1)


def _is_small(layout: ArrayLayout, axis: int) -> bool:
    """Whether all from `axis` on makes no more than a block."""
    size = _worked_bytes(layout) * math.prod(layout.shape[axis:])
    span = layout.shape[axis] * abs(layout.strides[axis])
    return size <= BLOCK_BYTES and span <= SPAN_BYTES


def _worked_bytes(layout: ArrayLayout) -> int:
    """Return what an element takes while it is worked on: bytes become doubles."""
    return max(layout.dtype.itemsize, 8)


def _cost_bytes(layout: ArrayLayout, selection: Selection) -> int:
    return max(plan_read(layout, selection).cost_bytes, selection.points * _worked_bytes(layout))


def flattened(layout: ArrayLayout) -> ArrayLayout:
    """Return the same elements in memory order, as one axis where they lie without gaps."""
    axes = sorted(zip(layout.strides, layout.shape, strict=True), key=lambda axis: -abs(axis[0]))
    shape = tuple(length for _, length in axes)
    ordered = ArrayLayout(layout.dtype, shape, tuple(stride for stride, _ in axes), layout.offset)
    if ordered.is_contiguous or not shape:
        return ArrayLayout.contiguous(layout.dtype, (layout.size,), layout.offset)
    return ordered


def _numeric_fields(dtype: np.dtype[Any]) -> list[tuple[str | None, tuple[str, ...]]]:
    """Return the name and path of every field that has a minimum and a maximum."""
    if dtype.names is None:
        return [(None, ())] if dtype.kind in "biuf" else []
    return [(name, path) for name, path in flat_fields(dtype) if _leaf(dtype, path).kind in "biuf"]


def _leaf(dtype: np.dtype[Any], path: tuple[str, ...]) -> np.dtype[Any]:
    for name in path:
        dtype = dtype[name].base
    return dtype


def _descend(block: np.ndarray[Any, Any], path: tuple[str, ...]) -> np.ndarray[Any, Any]:
    for name in path:
        block = block[name]
    return block


def _plain(value: Any) -> float | int | None:
    """Return a numpy scalar as the number that JSON knows, without loss for integers."""
    if value is None:
        return None
    return int(value) if value.dtype.kind in "biu" else float(value)
