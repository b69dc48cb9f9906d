"""Whole arrays, scanned block by block under a budget of bytes.

Numpy runs over one block of 256 KiB, as doubles, at a time, which stays in cache: reading it once
from memory serves all of its statistics together.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from shmscope.layout.array import ArrayLayout
from shmscope.layout.dtypes import flat_fields
from shmscope.layout.runs import plan_read
from shmscope.layout.selection import AxisSelection, Selection
from shmscope.sampling.statistics import Gathering, Statistics, gathering

BLOCK_BYTES = 256 * 1024
SPAN_BYTES = 16 << 20  # of the segment that a block may be strewn over
FIELD_SAMPLE = 1 << 18  # elements
MOST_SAMPLE = 1 << 20  # elements of all fields

ReadSelection = Callable[[ArrayLayout, Selection], np.ndarray[Any, Any]]


class Scan:
    """One pass over an array, as far as the budget goes each time.

    Args:
        layout: The array; its blocks are read in the order in which they lie in memory.
    """

    def __init__(self, layout: ArrayLayout) -> None:
        self._layout = flattened(layout)
        self._fields = _numeric_fields(layout.dtype)
        self._gatherings = [self._gathering(path) for _, path in self._fields]
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
            for (_, path), one in zip(self._fields, self._gatherings, strict=True):
                one.add(_descend(block, path))
        return size

    def summary(self) -> list[Statistics]:
        """Return what is known so far, one entry a numeric field."""
        coverage = self._done / self._layout.size if self._layout.size else 1.0
        pairs = zip(self._fields, self._gatherings, strict=True)
        return [one.summary(name, coverage) for (name, _), one in pairs]

    def _gathering(self, path: tuple[str, ...]) -> Gathering:
        leaf = _descend(np.empty(0, self._layout.dtype), path)
        most = max(min(FIELD_SAMPLE, MOST_SAMPLE // len(self._fields)), 1)
        return gathering(leaf.dtype, self._layout.size * math.prod(leaf.shape[1:]), most)

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
