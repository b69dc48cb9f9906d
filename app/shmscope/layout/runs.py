"""From a selection to byte runs: which pieces of a segment must be read to see it.

The naive way reads the whole array and slices it: a 16 GiB array costs 16 GiB for every look at
one row. The other naive way reads element by element: a system call for each. So the axes are
ordered by stride and split in two: the inner ones span one run of bytes that is read whole, and
every combination of the outer ones is a run of its own. The split is where that costs least, a run
counting `RUN_COST_BYTES` more than it holds: as much as is read in the time of a system call. A
run that is not wanted whole is read in pieces of 8 MiB.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from shmscope.layout.array import ArrayLayout
from shmscope.layout.selection import Selection

RUN_COST_BYTES = 16 * 1024
MAX_SCRATCH_BYTES = 8 << 20
LINE_BYTES = 64

# Fills the buffer with the segment's bytes from an offset on.
ReadInto = Callable[[memoryview, int], None]


@dataclass(frozen=True, slots=True)
class _Axis:
    count: int
    stride: int
    output: int  # which axis of the result this is


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """Byte runs of a segment, and how the array lies in them.

    Attributes:
        base: Byte of the first element selected.
        outer: Axes of which every index is a run of its own, slowest first.
        inner: Axes that lie within a run, slowest first.
        low: Bytes from the first element of a run down to where the run begins; not positive.
        span_bytes: Bytes of a run.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    base: int
    outer: tuple[_Axis, ...]
    inner: tuple[_Axis, ...]
    low: int
    span_bytes: int

    @property
    def read_bytes(self) -> int:
        """Bytes that reading the whole selection takes."""
        if 0 in self.shape:
            return 0
        return self.span_bytes * math.prod(axis.count for axis in self.outer)

    @property
    def cost_bytes(self) -> int:
        """What reading the whole selection costs, in bytes that could be read in the same time."""
        runs = math.prod(axis.count for axis in self.outer)
        return self.read_bytes + runs * RUN_COST_BYTES

    def read(
        self, read_into: ReadInto, result: np.ndarray[Any, Any] | None = None, further: int = 0
    ) -> np.ndarray[Any, Any]:
        """Read the selection into a C-contiguous array and return that.

        Args:
            read_into: Fills a buffer from an offset of the segment; raises when it cannot.
            result: Of the selection's shape and dtype; without it, a new one is made.
            further: Bytes from the selection to another one like it, which is read instead.
        """
        if result is None:
            result = empty_aligned(self.shape, self.dtype)
        if not result.size:
            return result
        if self.is_straight:
            read_into(result.reshape(-1).view(np.uint8).data, self.base + further)
            return result
        self._gather(result, read_into, further)
        return result

    @property
    def is_bounded(self) -> bool:
        """Whether reading takes no more memory than the result and about 8 MiB."""
        low, high = _span(list(self.inner[1:]), self.dtype.itemsize)
        return high - low <= MAX_SCRATCH_BYTES or self.is_straight

    @property
    def is_straight(self) -> bool:
        """Whether the selection is one run in the order of the result."""
        wanted = self.dtype.itemsize
        for axis in reversed(self.inner):  # elements that overlap may span as much as a run
            if axis.count > 1 and axis.stride != wanted:
                return False
            wanted *= axis.count
        in_order = [axis.output for axis in self.inner]
        return not self.outer and in_order == sorted(in_order)

    def _gather(self, result: np.ndarray[Any, Any], read_into: ReadInto, further: int) -> None:
        axes = (*self.outer, *self.inner)
        target = result.transpose([axis.output for axis in axes])
        for index, offset in self._offsets():
            for piece, start, inner in self._pieces():
                low, high = _span(inner, self.dtype.itemsize)
                scratch = empty_aligned((high - low,), np.dtype(np.uint8))
                read_into(scratch.data, offset + start + low + further)
                shape = tuple(axis.count for axis in inner)
                strides = tuple(axis.stride for axis in inner)
                target[index + piece] = np.ndarray(shape, self.dtype, scratch, -low, strides)

    def _pieces(self) -> Iterator[tuple[tuple[slice, ...], int, list[_Axis]]]:
        """Cut a run along its slowest axis into pieces that are not too long.

        Yields:
            Which part of that axis, the offset of its first element in the run, and its axes.
        """
        if not self.inner:
            yield (), 0, []
            return
        slowest, *rest = self.inner
        low, high = _span(rest, self.dtype.itemsize)
        room = max(MAX_SCRATCH_BYTES - (high - low), 0) // max(abs(slowest.stride), 1) + 1
        for first in range(0, slowest.count, room):
            count = min(room, slowest.count - first)
            cut = _Axis(count, slowest.stride, slowest.output)
            yield (slice(first, first + count),), first * slowest.stride, [cut, *rest]

    def _offsets(self) -> Iterator[tuple[tuple[int, ...], int]]:
        for index in product(*(range(axis.count) for axis in self.outer)):
            steps = zip(index, self.outer, strict=True)
            yield index, self.base + sum(at * axis.stride for at, axis in steps)


def plan_read(layout: ArrayLayout, selection: Selection) -> ReadPlan:
    """Return how to read `selection` of an array that lies as `layout` says."""
    base = layout.offset + sum(
        axis.start * layout.strides[axis.axis] for axis in selection.axes if axis.count
    )
    axes = [
        _Axis(axis.count, axis.step * layout.strides[axis.axis], output)
        for output, axis in enumerate(selection.kept)
    ]
    axes.sort(key=lambda axis: abs(axis.stride), reverse=True)
    plans = (_split(layout.dtype, selection.shape, base, axes, at) for at in range(len(axes) + 1))
    return min(plans, key=lambda plan: (not plan.is_bounded, plan.cost_bytes))


def empty_aligned(shape: tuple[int, ...], dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """Return a new array to be read into, at a multiple of 64 bytes.

    Large arrays of numpy's own begin 16 bytes behind a page, where the kernel copies at less than
    half the speed.
    """
    room = np.empty(math.prod(shape) * dtype.itemsize + LINE_BYTES, np.uint8)
    return np.ndarray(shape, dtype, room, -room.__array_interface__["data"][0] % LINE_BYTES)


def _split(
    dtype: np.dtype[Any], shape: tuple[int, ...], base: int, axes: list[_Axis], at: int
) -> ReadPlan:
    low, high = _span(axes[at:], dtype.itemsize)
    return ReadPlan(dtype, shape, base, tuple(axes[:at]), tuple(axes[at:]), low, high - low)


def _span(axes: list[_Axis], itemsize: int) -> tuple[int, int]:
    spans = [(axis.count - 1) * axis.stride for axis in axes if axis.count]
    low = sum(span for span in spans if span < 0)
    return low, sum(span for span in spans if span > 0) + itemsize
