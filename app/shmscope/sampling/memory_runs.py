"""An array's memory, cut into runs of bytes that are read at once.

The order of the elements does not matter here: however the strides of an array run, its memory is
cut from its first byte to its last.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from shmscope.layout.array import ArrayLayout

Axes: TypeAlias = "tuple[tuple[int, int], ...]"  # length and stride of each, the widest first


class Run(NamedTuple):
    """Bytes of a segment that are read at once.

    Attributes:
        offset: Its first byte in the segment.
        size_bytes: Up to the end of its last element.
        elements: How many it holds.
    """

    offset: int
    size_bytes: int
    elements: int


@dataclass(frozen=True, slots=True)
class MemoryRuns:
    """Runs that are alike, but for shorter ones at the end of the axis that is cut.

    Attributes:
        offset: The array's first byte in the segment.
        outer: Axes of which every combination of indices has runs of its own.
        cut: Length and stride of the axis that is cut.
        length: How much of that axis a run holds.
        inner: Axes that a run holds whole.
        itemsize: Bytes of an element.
    """

    offset: int
    outer: Axes
    cut: tuple[int, int]
    length: int
    inner: Axes
    itemsize: int

    @property
    def count(self) -> int:
        """How many runs there are."""
        return self._pieces * math.prod(_lengths(self.outer))

    @property
    def elements(self) -> int:
        """How many elements all of them hold; one that a stride of 0 repeats is one."""
        return math.prod(_lengths((*self.outer, self.cut, *self.inner)))

    @property
    def axes(self) -> Axes:
        """The axes of a run."""
        return ((self.length, self.cut[1]), *self.inner)

    @property
    def size_bytes(self) -> int:
        """Bytes of a run that is not a shorter one."""
        return _span(self.axes, self.itemsize)

    @property
    def alignment(self) -> int:
        """The largest of 1, 2, 4 and 8 that every element of the segment is a multiple of."""
        strides = [stride for _, stride in (*self.outer, *self.axes)]
        return math.gcd(8, self.offset, self.itemsize, *strides)

    def run(self, index: int) -> Run:
        """Return where a run lies; `index` counts them in memory order."""
        above, piece = divmod(index, self._pieces)
        first = piece * self.length
        offset = self.offset + first * self.cut[1]
        for count, stride in reversed(self.outer):
            above, at = divmod(above, count)
            offset += at * stride
        length = min(self.length, self.cut[0] - first)
        size_bytes = _span(((length, self.cut[1]), *self.inner), self.itemsize)
        return Run(offset, size_bytes, length * math.prod(_lengths(self.inner)))

    @property
    def _pieces(self) -> int:
        return -(-self.cut[0] // self.length)


def cut_runs(layout: ArrayLayout, whole_bytes: int, run_bytes: int) -> MemoryRuns:
    """Cut an array that is not empty.

    Args:
        layout: The array.
        whole_bytes: An array that spans no more is one run.
        run_bytes: Else a run spans no more, unless a single element does.
    """
    axes, item = _memory_axes(layout), layout.dtype.itemsize
    most = whole_bytes if _span(axes, item) <= whole_bytes else run_bytes
    at = next((at for at in range(len(axes)) if _span(axes[at + 1 :], item) <= most), len(axes) - 1)
    inner, (count, stride) = axes[at + 1 :], axes[at]
    room = (most - _span(inner, item)) // stride + 1
    length = min(max(room, 1), count)
    return MemoryRuns(layout.extent[0], axes[:at], axes[at], length, inner, item)


def _memory_axes(layout: ArrayLayout) -> Axes:
    """Return the axes in memory order, all forward, merged where they lie without gaps."""
    axes = zip(layout.shape, layout.strides, strict=True)
    found = [(abs(stride), length) for length, stride in axes if length > 1 and stride]
    merged: list[tuple[int, int]] = []
    for stride, length in sorted(found, reverse=True):
        wider = merged.pop() if merged and merged[-1][1] == length * stride else (1, stride)
        merged.append((wider[0] * length, stride))
    return tuple(merged) or ((1, layout.dtype.itemsize),)


def _lengths(axes: Axes) -> list[int]:
    return [length for length, _ in axes]


def _span(axes: Axes, itemsize: int) -> int:
    """Return the bytes from the first element to the end of the last."""
    return sum((length - 1) * stride for length, stride in axes) + itemsize
