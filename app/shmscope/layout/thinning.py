"""How much must be left out, and into which pieces a large whole is cut."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

# From a place to before another one, of every axis.
Box: TypeAlias = tuple[tuple[int, int], ...]
# Whether something with these numbers along its axes is small enough.
Fits: TypeAlias = Callable[[Sequence[int]], bool]


def steps_within(shape: Sequence[int], most: int, caps: Sequence[int]) -> tuple[int, ...]:
    """Return the step along each axis that leaves at most `most` points, and of each axis its cap.

    No axis may be longer than a common cap, found by bisection: counting a step up until the rest
    is small enough would take minutes for an axis of 2**40. Then, from the last axis on, those that
    can have one element more get it.
    """
    lengths = [max(min(count, own), 1) for count, own in zip(shape, caps, strict=True)]
    every = range(1, max((1, *lengths)) + 1)
    cap = bisect_right(every, most, key=lambda cap: _left(shape, _capped(lengths, cap)))
    caps = _capped(lengths, cap)
    for axis in reversed(range(len(shape))):
        wider = [*caps[:axis], min(cap + 1, lengths[axis]), *caps[axis + 1 :]]
        if _left(shape, wider) <= most:
            caps = wider
    return tuple(_step(count, cap) for count, cap in zip(shape, caps, strict=True))


def lengths_that_fit(shape: Sequence[int], axes: Sequence[int], fits: Fits) -> tuple[int, ...]:
    """Return the lengths of pieces of a grid of `shape`: shorter along `axes`, first ones first.

    Where not even a single element fits they are all 1.
    """
    lengths = [max(length, 1) for length in shape]
    for axis in axes:
        if fits(lengths):
            break
        lengths[axis] = _longest(lengths, axis, fits)
    return tuple(lengths)


def steps_that_fit(counts: Sequence[int], axes: Sequence[int], fits: Fits) -> tuple[int, ...]:
    """Return the steps by which `counts` must be thinned: larger along `axes`, first ones first."""
    steps = [1] * len(counts)
    for axis in axes:
        if fits(steps):
            break
        candidates = range(1, max(counts[axis], 1) + 1)

        def too_small(step: int, axis: int = axis) -> bool:
            return fits([*steps[:axis], step, *steps[axis + 1 :]])

        at = bisect_left(candidates, x=True, key=too_small)
        steps[axis] = candidates[min(at, len(candidates) - 1)]
    return tuple(steps)


@dataclass(frozen=True, slots=True)
class Grid:
    """A shape cut into boxes, numbered in C order.

    Attributes:
        shape: What is cut.
        lengths: Of a box along every axis; the last ones may be shorter.
    """

    shape: tuple[int, ...]
    lengths: tuple[int, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """Number of boxes along every axis."""
        axes = zip(self.shape, self.lengths, strict=True)
        return tuple(-(-length // piece) for length, piece in axes)

    @property
    def size(self) -> int:
        """Number of boxes."""
        return math.prod(self.counts)

    def box(self, number: int) -> Box:
        """Return one of the boxes."""
        found: list[tuple[int, int]] = []
        axes = zip(self.shape, self.lengths, self.counts, strict=True)
        for length, piece, count in reversed(list(axes)):
            number, at = divmod(number, count)
            found.append((at * piece, min((at + 1) * piece, length)))
        return tuple(reversed(found))


def scaled(box: Box, factors: Sequence[int], shape: Sequence[int]) -> Box:
    """Return the part of `shape` that a box stands for, `factors` elements of it for each own."""
    axes = zip(box, factors, shape, strict=True)
    return tuple((low * k, min(high * k, length)) for (low, high), k, length in axes)


def slices(box: Box) -> tuple[Any, ...]:
    """Return a box as numpy takes it, without making a scalar of what has no axes."""
    return (*(slice(low, high) for low, high in box), ...)


def _longest(lengths: Sequence[int], axis: int, fits: Fits) -> int:
    def too_long(length: int) -> bool:
        return not fits([*lengths[:axis], length, *lengths[axis + 1 :]])

    return max(bisect_left(range(1, lengths[axis] + 1), x=True, key=too_long), 1)


def _capped(lengths: Sequence[int], cap: int) -> list[int]:
    return [max(min(length, cap), 1) for length in lengths]


def _step(count: int, cap: int) -> int:
    return max(-(-count // cap), 1)


def _left(shape: Sequence[int], caps: Sequence[int]) -> int:
    """Return how many points are left where no axis is longer than its cap."""
    axes = zip(shape, caps, strict=True)
    return math.prod(-(-count // _step(count, cap)) for count, cap in axes)
