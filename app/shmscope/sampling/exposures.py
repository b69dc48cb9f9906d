"""Frames made of what is read: part, difference and reduction, at once or piece by piece.

What one look can read is read and reduced at once. The naive way with more than that reads all of
it all the same, and a look at 16 GiB takes seconds. Here such a frame begins as every n-th element,
which is cheap. From then on boxes of it are read, reduced and put in their places, as many a look
as its budget allows, round after round.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np

from shmscope.layout.differences import Tally, difference
from shmscope.layout.lens import part_of
from shmscope.layout.reduction import reduce_blocks
from shmscope.layout.runs import plan_read
from shmscope.layout.selection import Selection
from shmscope.layout.thinning import Box, Grid, lengths_that_fit, scaled, slices
from shmscope.sampling.plans import ViewPlan
from shmscope.sources.snapshots import Snapshot, Verdict

BUDGET_BYTES: Final = 64 << 20
AT_ONCE: Final = 1 << 19  # elements that are worked on while they are in cache
_BAD: Final[tuple[Verdict, ...]] = ("clean", "unverified", "torn")

Values: TypeAlias = "np.ndarray[Any, Any]"
# Reads a selection of the array, and of what is subtracted from it where there is something.
Look: TypeAlias = Callable[[Selection], tuple[Snapshot, Snapshot | None]]


@dataclass(slots=True)
class Taking:
    """How the copies were that were made for a frame.

    Attributes:
        verdict: The worst of any.
        own: The worst of those of the array itself.
        attempts: The most that one took.
        taken_unix_s: When the last one was finished.
        read_bytes: Of all together.
    """

    verdict: Verdict = "clean"
    own: Verdict = "clean"
    attempts: int = 0
    taken_unix_s: float = 0.0
    read_bytes: int = 0

    def copy(self, look: Look, selection: Selection) -> tuple[Values, Values | None]:
        """Make a copy, and one of what is subtracted."""
        this, that = look(selection)
        self.own = max(self.own, this.verdict, key=_BAD.index)
        self.taken_unix_s = max(self.taken_unix_s, this.taken_unix_s)
        for one in (this, that):
            if one is not None:
                self.verdict = max(self.verdict, one.verdict, key=_BAD.index)
                self.attempts = max(self.attempts, one.attempts)
                self.read_bytes += one.values.nbytes
        return this.values, None if that is None else that.values


@dataclass(frozen=True, slots=True)
class Exposure:
    """A frame's values.

    Attributes:
        values: What is shown, in the order of the plan.
        taking: How the copies were that were made for it now.
        coverage: What part of the values is there; the rest is shown by single elements.
        tally: What is known of the difference, where there is one.
    """

    values: Values
    taking: Taking
    coverage: float = 1.0
    tally: Tally | None = None


def expose(plan: ViewPlan, look: Look) -> Exposure:
    """Make a frame of a plan that one look can read."""
    taking = Taking()
    if plan.is_direct:
        this, _ = taking.copy(look, plan.sent)
        return Exposure(part_of(this, plan.part), taking)
    values = np.empty(plan.shape, plan.dtype)
    tally = _new_tally(plan)
    everything: Box = tuple((0, count) for count in plan.sent.shape)
    _develop(plan, taking.copy(look, plan.windowed), tally, everything, values)
    return Exposure(values, taking, 1.0, tally)


class Gathered:
    """A frame that is gathered in rounds.

    Args:
        plan: What it holds.
    """

    def __init__(self, plan: ViewPlan) -> None:
        self._plan = plan
        self._values: Values | None = None
        self._at = 0  # the next box of the round
        self._rounds = 0
        self._tally, self._finished = _new_tally(plan), _new_tally(plan)

    def expose(self, look: Look) -> Exposure:
        """Read as much as the budget allows, at first every n-th element, and return the frame."""
        taking = Taking()
        if self._values is None:
            self._values = self._preview(look, taking)
        else:
            self._advance(look, taking, self._values)
        tally = self._finished if self._rounds else self._tally
        return Exposure(self._values.copy(), taking, self._coverage, tally and replace(tally))

    @property
    def _coverage(self) -> float:
        return 1.0 if self._rounds else self._at / self._plan.grid.size

    def _preview(self, look: Look, taking: Taking) -> Values:
        plan = self._plan
        values = _seen(plan, *taking.copy(look, plan.sent.thinned(plan.preview)))
        for axis, k in enumerate(plan.preview):
            values = np.repeat(values, k, axis)
        values = values[tuple(slice(count) for count in plan.sent.shape)].astype(plan.dtype)
        return np.stack([values, values], axis=-1) if plan.how == "envelope" else values

    def _advance(self, look: Look, taking: Taking, values: Values) -> None:
        spent = 0
        while spent < BUDGET_BYTES:
            box = self._plan.grid.box(self._at)
            selection = _selection(self._plan, box)
            _develop(self._plan, taking.copy(look, selection), self._tally, box, values)
            spent += plan_read(self._plan.layout, selection).cost_bytes
            self._at += 1
            if self._at == self._plan.grid.size:
                self._at, self._rounds = 0, self._rounds + 1
                self._finished, self._tally = self._tally, _new_tally(self._plan)
                return


def _new_tally(plan: ViewPlan) -> Tally | None:
    return None if plan.reference_layout is None else Tally()


def _selection(plan: ViewPlan, box: Box) -> Selection:
    """Return what must be read for a box of the frame."""
    part = plan.windowed.windowed(scaled(box, plan.steps, plan.windowed.shape))
    return part.thinned(plan.strides_within)


def _develop(
    plan: ViewPlan,
    pair: tuple[Values, Values | None],
    tally: Tally | None,
    box: Box,
    values: Values,
) -> None:
    """Make what was read for a box of a frame into that box."""
    this, that = pair
    within, axes = plan.strides_within, range(len(box))
    blocks = [-(-k // step) for k, step in zip(plan.steps, within, strict=True)]
    origin = [low * k for (low, _), k in zip(box, plan.steps, strict=True)]
    grid = _small_grid([high - low for low, high in box], blocks, this.strides)
    for number in range(grid.size):
        small = grid.box(number)
        source = scaled(small, blocks, this.shape)
        cut = slices(source)
        found = _seen(plan, this[cut], None if that is None else that[cut])
        if tally is not None:
            places = [origin[at] + source[at][0] * within[at] for at in axes]
            tally.add(found, places, within)
        there = slices(tuple((box[at][0] + a, box[at][0] + b) for at, (a, b) in enumerate(small)))
        values[there] = reduce_blocks(found, blocks, plan.how or "stride")


def _small_grid(shape: Sequence[int], blocks: Sequence[int], strides: Sequence[int]) -> Grid:
    """Cut a box into boxes that are worked on at once, and lie together."""
    axes = sorted(range(len(shape)), key=lambda axis: -abs(strides[axis]))

    def fits(lengths: Sequence[int]) -> bool:
        return math.prod(n * k for n, k in zip(lengths, blocks, strict=True)) <= AT_ONCE

    return Grid(tuple(shape), lengths_that_fit(shape, axes, fits))


def _seen(plan: ViewPlan, this: Values, that: Values | None) -> Values:
    """Return the part that is wanted, or its difference."""
    found = part_of(this, plan.part)
    if that is None:
        return found
    return difference(found, part_of(that, plan.part), plan.source_dtype)
