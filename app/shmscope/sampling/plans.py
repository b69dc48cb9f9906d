"""What a wish for values comes to: which elements are read, and what becomes of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from shmscope.errors import SelectionError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.differences import difference_dtype
from shmscope.layout.fields import field_layout
from shmscope.layout.lens import How, Lens, Part, Window, check_axes, fit_window, part_dtype
from shmscope.layout.reduction import can_reduce, reduced_dtype
from shmscope.layout.runs import plan_read
from shmscope.layout.selection import Selection, parse_selection
from shmscope.layout.thinning import Grid, lengths_that_fit, steps_that_fit
from shmscope.sampling.references import Reference
from shmscope.sampling.topics import ValuesTopic

MOST_BYTES = 64 << 20
MOST_COST_BYTES = 128 << 20
PIECE_BYTES = 16 << 20
THINNED_PRICE = 4  # so many times as much may be read rather than leave anything out


class _Cutting(NamedTuple):
    """A way to cut a frame.

    Attributes:
        grid: Its boxes.
        steps: By which a block is thinned where a box is still too large.
        price: Bytes that seeing everything once costs, and more where something is left out.
    """

    grid: Grid
    steps: tuple[int, ...]
    price: int


@dataclass(frozen=True)
class ViewPlan:
    """How to make the frames of a topic; all lists of axes are in the order that is shown.

    Attributes:
        layout: Of what is read: the array, or a field of it.
        reference_layout: Of what is subtracted, or None.
        chosen: The selection, before window and reduction.
        window: Places of it that are shown.
        factors: How many elements one of the frame stands for along each axis; None for 1.
        how: What is done to them; None where they are as they are.
        part: Of complex values.
        source_dtype: Of the values before they are reduced.
    """

    layout: ArrayLayout
    reference_layout: ArrayLayout | None
    chosen: Selection
    window: Window
    factors: tuple[int, ...] | None
    how: How | None
    part: Part | None
    source_dtype: np.dtype[Any]

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the values shown."""
        return reduced_dtype(self.source_dtype, self.how)

    @cached_property
    def windowed(self) -> Selection:
        """All elements that are looked at."""
        return self.chosen.windowed(self.window)

    @cached_property
    def sent(self) -> Selection:
        """The elements that those of a frame stand for, or begin with."""
        return self.windowed if self.factors is None else self.windowed.thinned(self.factors)

    @property
    def steps(self) -> tuple[int, ...]:
        """The factors, 1 where nothing is reduced."""
        return self.factors or (1,) * len(self.window)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of a frame."""
        return (*self.sent.shape, 2) if self.how == "envelope" else self.sent.shape

    @property
    def is_direct(self) -> bool:
        """Whether the elements sent are all that must be read."""
        return self.how in (None, "stride") and self.reference_layout is None

    @property
    def is_whole(self) -> bool:
        """Whether one look can read everything."""
        return self.is_direct or self._fits(self.windowed, MOST_BYTES, MOST_COST_BYTES)

    @property
    def grid(self) -> Grid:
        """The frame, cut into boxes of which each is read at once."""
        return self._cutting.grid

    @property
    def strides_within(self) -> tuple[int, ...]:
        """The steps by which the elements of a block that is too large to be read are thinned."""
        return self._cutting.steps

    @cached_property
    def _cutting(self) -> _Cutting:
        """The way to cut the frame by which everything is seen soonest.

        The more axes are cut, the shorter are the runs of bytes that are read, and the more of
        them: at some point it is better to leave some of a block's elements out.
        """
        shape, axes = self.sent.shape, self._slowest
        if self.is_whole:
            lengths = tuple(max(count, 1) for count in shape)
            return _Cutting(Grid(shape, lengths), (1,) * len(shape), 0)
        ways = [self._cut_along(axes[: depth + 1]) for depth in range(len(axes))]
        return min(ways, key=lambda way: way.price)

    def _cut_along(self, axes: Sequence[int]) -> _Cutting:
        def fits(lengths: Sequence[int]) -> bool:
            return self._fits(self._block(lengths), PIECE_BYTES, PIECE_BYTES)

        grid = Grid(self.sent.shape, lengths_that_fit(self.sent.shape, axes, fits))
        block = self._block(grid.lengths)

        def fits_thinned(steps: Sequence[int]) -> bool:
            return self._fits(block.thinned(steps), MOST_BYTES, MOST_COST_BYTES)

        steps = steps_that_fit(block.shape, self._slowest, fits_thinned)
        left_out = math.prod(steps) * (THINNED_PRICE if max(steps) > 1 else 1)
        cost_bytes = plan_read(self.layout, block.thinned(steps)).cost_bytes
        return _Cutting(grid, steps, grid.size * cost_bytes * left_out)

    @cached_property
    def preview(self) -> tuple[int, ...]:
        """Steps that thin what is sent to what one look can read."""

        def fits(steps: Sequence[int]) -> bool:
            return self._fits(self.sent.thinned(steps), MOST_BYTES, MOST_COST_BYTES)

        return steps_that_fit(self.sent.shape, self._slowest, fits)

    @property
    def _slowest(self) -> list[int]:
        """The axes, those that are far apart in memory first."""
        strides = [abs(axis.step * self.layout.strides[axis.axis]) for axis in self.windowed.kept]
        return sorted(range(len(strides)), key=lambda axis: -strides[axis])

    def _block(self, lengths: Sequence[int]) -> Selection:
        """Return what elements of the frame stand for, as many along each axis, from the first."""
        axes = zip(lengths, self.steps, self.windowed.shape, strict=True)
        return self.windowed.windowed([(0, min(n * k, count)) for n, k, count in axes])

    def _fits(self, selection: Selection, most_bytes: int, most_cost_bytes: int) -> bool:
        layouts = [self.layout, self.reference_layout or self.layout]
        if selection.points * max(each.dtype.itemsize for each in layouts) > most_bytes:
            return False
        return max(plan_read(each, selection).cost_bytes for each in layouts) <= most_cost_bytes


def make_plan(topic: ValuesTopic, array: ArrayLayout, reference: Reference | None) -> ViewPlan:
    """Return how to show an array of this layout.

    Raises:
        SelectionError: selection or lens do not fit it.
    """
    lens = topic.lens
    layout, dtype = seen(array, lens)
    compared = None
    if reference is not None:
        _check_shape(array, reference)
        compared, other = seen(reference.layout, lens)
        dtype = difference_dtype(dtype, other)
    chosen = parse_selection(topic.select, layout.shape).ordered(lens.order)
    window = fit_window(lens.window, chosen.shape)
    how: How = lens.reduce if can_reduce(dtype) else "stride"
    windowed = chosen.windowed(window)
    factors = _factors(topic, layout, windowed, how)
    if how == "stride" and compared is None:
        factors = _affordable(layout, windowed, factors)
    how_at_all = None if factors is None else how
    return ViewPlan(layout, compared, chosen, window, factors, how_at_all, lens.part, dtype)


def seen(layout: ArrayLayout, lens: Lens) -> tuple[ArrayLayout, np.dtype[Any]]:
    """Return what is read of an array, and the dtype of what is seen of it.

    Raises:
        SelectionError: it has no such field, or its values no such part.
    """
    if lens.field is not None:
        layout = field_layout(layout, lens.field)
    return layout, part_dtype(layout.dtype, lens.part)


def _check_shape(array: ArrayLayout, reference: Reference) -> None:
    if array.shape != reference.layout.shape:
        other = list(reference.layout.shape)
        raise SelectionError(
            f"against: {reference.name[:80]} has the shape {other}, this array {list(array.shape)}",
            value=str(other),
            limit=str(list(array.shape)),
            field="against",
        )


def _factors(
    topic: ValuesTopic, layout: ArrayLayout, windowed: Selection, how: How
) -> tuple[int, ...] | None:
    caps = topic.lens.most
    if caps is not None:
        check_axes("most", caps, windowed.shape)
    most = min(topic.max_points, MOST_BYTES // layout.dtype.itemsize)
    factors = windowed.steps(most, caps)
    if factors is not None and how == "envelope":
        return windowed.steps(most // 2, caps)
    return factors


def _affordable(
    layout: ArrayLayout, windowed: Selection, factors: tuple[int, ...] | None
) -> tuple[int, ...] | None:
    """Return factors of which reading every k-th element takes no longer than it may."""
    sent = windowed if factors is None else windowed.thinned(factors)
    caps = sent.shape
    while sent.points > 1 and plan_read(layout, sent).cost_bytes > MOST_COST_BYTES:
        factors = windowed.steps(sent.points * 3 // 4, caps)
        sent = windowed.thinned(factors or (1,) * len(caps))
    return factors
