"""Whole arrays, scanned block by block under a budget of bytes.

Numpy runs over one block of 1 MiB, as doubles, at a time, which stays in cache: reading it once
from memory serves all of its statistics together. Of smaller blocks, Python takes as long as numpy.

Of a file in memory the kernel knows which pages were never written. They are zeros, and are counted
without being read: an array of 16 GiB of which little is in use costs what is in use.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeAlias

import numpy as np

from shmscope.layout.array import ArrayLayout
from shmscope.layout.dtypes import flat_fields
from shmscope.layout.runs import RUN_COST_BYTES, ReadPlan, empty_aligned, plan_read
from shmscope.layout.selection import AxisSelection, Selection
from shmscope.sampling.counts import Counts
from shmscope.sampling.distributions import MOST_BINS
from shmscope.sampling.moments import Moments
from shmscope.sampling.statistics import Gathering, Statistics
from shmscope.sampling.strewn import Strewn, strewn_order
from shmscope.sources.deadline import check_deadline
from shmscope.sources.readings import Reading

BLOCK_BYTES = 1 << 20
SPAN_BYTES = 16 << 20  # of the segment that a block may be strewn over
FIELD_SAMPLE = 1 << 18  # elements
MOST_SAMPLE = 1 << 20  # elements of all fields

MOST_PARTS = 1024  # an array is scanned in

Room: TypeAlias = "tuple[ReadPlan, int, np.ndarray[Any, Any]]"
Opening = Callable[[ArrayLayout], AbstractContextManager[Reading]]


class Scan:
    """One pass over an array, as far as the budget goes each time.

    Its parts are taken in an order in which those that were looked at lie evenly over all of it: so
    statistics of some of them are close to what those of all will be. Within a part, blocks come in
    the order in which they lie in memory.

    Args:
        layout: The array.
    """

    def __init__(self, layout: ArrayLayout) -> None:
        self._layout = flattened(layout)
        self._fields = _numeric_fields(layout.dtype)
        self._gatherings = [self._gathering(path) for _, path in self._fields]
        self._axis, self._length = _cut(self._layout)
        self._row = math.prod(self._layout.shape[self._axis + 1 :])  # elements
        self._rows = self._layout.size // max(self._row, 1)
        blocks = -(-self._rows // self._length)
        self._part = max(-(-blocks // MOST_PARTS), 1) * self._length  # rows
        self._order = iter(strewn_order(-(-self._rows // self._part)))
        self._at = self._end = 0  # rows of the part that is under way
        self._done = 0
        self._rooms: dict[int, Room] = {}  # by how many rows there are; of few lengths

    @property
    def finished(self) -> bool:
        """Whether every element was looked at."""
        return self._done >= self._layout.size or not self._fields

    def advance(self, opening: Opening, budget_bytes: int) -> int:
        """Look at the next blocks, at least one, and return how many bytes were read.

        Args:
            opening: Opens the array.
            budget_bytes: Stop once as much time was spent as so many bytes of doubles take.

        Raises:
            OverdueError: whoever asked for it waits no more.
        """
        if self.finished:
            return 0
        with opening(self._layout) as reading, np.errstate(over="ignore", invalid="ignore"):
            return self._advance(reading, max(budget_bytes, 1))

    def summary(self, bins: int = MOST_BINS) -> list[Statistics]:
        """Return what is known so far, one entry a numeric field.

        Args:
            bins: At most so many are in a histogram.
        """
        coverage = self._done / self._layout.size if self._layout.size else 1.0
        pairs = zip(self._fields, self._gatherings, strict=True)
        return [one.summary(name, coverage, bins) for (name, _), one in pairs]

    def _gathering(self, path: tuple[str, ...]) -> Gathering:
        leaf = _descend(np.empty(0, self._layout.dtype), path)
        most = max(min(FIELD_SAMPLE, MOST_SAMPLE // len(self._fields)), 1)
        return gathering(leaf.dtype, self._layout.size * math.prod(leaf.shape[1:]), most)

    def _advance(self, reading: Reading, budget_bytes: int) -> int:
        spent = size = 0
        while not self.finished and spent < budget_bytes:
            check_deadline()
            if self._at == self._end:
                self._at = next(self._order) * self._part
                self._end = min(self._at + self._part, self._rows)
            if self._skip_hole(reading):
                spent += RUN_COST_BYTES
                continue
            block, cost_bytes = self._read_block(reading)
            self._take(block)
            spent += cost_bytes
            size += block.nbytes
        return size

    def _skip_hole(self, reading: Reading) -> bool:
        """Count the rows that nobody ever wrote without reading them, where they fill a block."""
        layout = self._layout
        if not layout.is_contiguous:
            return False
        row_bytes = self._row * layout.dtype.itemsize
        start = layout.offset + self._at * row_bytes
        rows = min((reading.hole_end(start) - start) // max(row_bytes, 1), self._end - self._at)
        if rows < self._length:
            return False
        for (_, path), one in zip(self._fields, self._gatherings, strict=True):
            each = math.prod(_descend(np.empty(0, layout.dtype), path).shape[1:])
            one.add_zeros(rows * self._row * each, self._at * self._row * each)
        self._pass(rows)
        return True

    def _read_block(self, reading: Reading) -> tuple[np.ndarray[Any, Any], int]:
        """Return the next block and what it cost."""
        indices, rows = self._next_rows()
        if rows not in self._rooms:
            self._rooms[rows] = self._room(rows)
        plan, cost_bytes, block = self._rooms[rows]
        steps = zip(indices, self._layout.strides, strict=False)  # blocks are cut along the last
        return plan.read(reading.read_into, block, sum(at * step for at, step in steps)), cost_bytes

    def _next_rows(self) -> tuple[list[int], int]:
        """Return where the next block begins on the outer axes, and how many rows it has."""
        shape, at, indices = self._layout.shape, self._at, []
        for axis in range(self._axis, -1, -1):
            at, index = divmod(at, shape[axis])
            indices.append(index)
        rows = min(self._length, shape[self._axis] - indices[0], self._end - self._at)
        return indices[::-1], rows

    def _room(self, rows: int) -> Room:
        """Return how to read the first rows of all, and as many of any others, and to where."""
        counts = [1] * self._axis + [rows, *self._layout.shape[self._axis + 1 :]]
        axes = (AxisSelection(axis, 0, 1, count) for axis, count in enumerate(counts))
        selection = Selection(tuple(axes))
        plan = plan_read(self._layout, selection)
        cost_bytes = max(plan.cost_bytes, selection.points * _worked_bytes(self._layout))
        return plan, cost_bytes, empty_aligned(selection.shape, self._layout.dtype)

    def _take(self, block: np.ndarray[Any, Any]) -> None:
        for (_, path), one in zip(self._fields, self._gatherings, strict=True):
            leaf = _descend(block, path)
            one.add(leaf, self._at * self._row * (leaf.size // block.size))
        self._pass(block.size // self._row)

    def _pass(self, rows: int) -> None:
        self._at += rows
        self._done += rows * self._row


def gathering(dtype: np.dtype[Any], size: int, most: int) -> Gathering:
    """Return what gathers the statistics of numbers or booleans.

    Args:
        dtype: What they are.
        size: How many there are.
        most: How many of them, or of their counts, may be held.
    """
    if dtype.kind == "b" or (dtype.kind in "iu" and 1 << 8 * dtype.itemsize <= most):
        return Counts(dtype)
    return Moments(Strewn(dtype, size, most))


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
