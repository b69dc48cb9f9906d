"""numpy's basic selection as text: ``0:10, ::2, -1, ...``.

A selection is parsed once against a shape and is from then on a plain table of starts, steps and
counts, one an axis, which can be reduced, formatted and turned into byte offsets without numpy.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from shmscope.errors import SelectionError
from shmscope.layout.thinning import steps_within

MAX_TEXT = 1000
_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class AxisSelection:
    """What is taken along one axis.

    Attributes:
        axis: Index of the axis in the whole array.
        start: First index taken, counted from 0.
        step: Distance to the next one; negative runs backwards; 1 where less than two are taken.
        count: How many are taken.
        dropped: Whether an integer took the axis away.
    """

    axis: int
    start: int
    step: int
    count: int
    dropped: bool = False

    @property
    def index(self) -> int | slice:
        """The entry as numpy takes it."""
        if self.dropped:
            return self.start
        stop = self.start + self.count * self.step
        return slice(self.start, stop if stop >= 0 else None, self.step)

    def thinned(self, step: int) -> AxisSelection:
        """Return every `step`-th of what this takes."""
        count = -(-self.count // step)
        return replace(self, step=self.step * step if count > 1 else 1, count=count)

    def windowed(self, low: int, high: int) -> AxisSelection:
        """Return the places from `low` to before `high` of what this takes."""
        count = high - low
        start = self.start + low * self.step if count else 0  # backwards it would lie before 0
        return replace(self, start=start, step=self.step if count > 1 else 1, count=count)

    def __str__(self) -> str:
        if self.dropped:
            return str(self.start)
        stop = self.start + self.count * self.step
        end = str(stop) if stop >= 0 else ""
        step = "" if self.step == 1 else f":{self.step}"
        return f"{self.start}:{end}{step}"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is taken of a whole array.

    Attributes:
        axes: One entry an axis of the array.
        order: Which of the axes that are left comes first, and so on; None for the array's order.
    """

    axes: tuple[AxisSelection, ...]
    order: tuple[int, ...] | None = None

    def __str__(self) -> str:
        return ", ".join(str(axis) for axis in self.axes) or "..."

    @property
    def kept(self) -> tuple[AxisSelection, ...]:
        """The axes that are left in the result, in its order."""
        left = tuple(axis for axis in self.axes if not axis.dropped)
        return left if self.order is None else tuple(left[at] for at in self.order)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the result."""
        return tuple(axis.count for axis in self.kept)

    @property
    def index(self) -> tuple[int | slice, ...]:
        """The selection as numpy takes it."""
        return tuple(axis.index for axis in self.axes)

    @property
    def points(self) -> int:
        """Number of elements in the result."""
        return math.prod(self.shape)

    def ordered(self, order: tuple[int, ...] | None) -> Selection:
        """Return the same with the axes of the result in another order.

        Raises:
            SelectionError: `order` does not name every axis that is left once.
        """
        left = sum(not axis.dropped for axis in self.axes)
        if order is not None and sorted(order) != list(range(left)):
            raise SelectionError(
                f"order {list(order)} must name each of the {left} axes that the selection keeps, "
                f"counted from 0, once",
                value=str(list(order)),
                limit=left,
                field="order",
            )
        return replace(self, order=order)

    def windowed(self, window: Sequence[tuple[int, int]]) -> Selection:
        """Return a part of this: of every axis of the result the places from low to before high."""
        parts = zip(self.kept, window, strict=True)
        return self._with([axis.windowed(*part) for axis, part in parts])

    def thinned(self, steps: Sequence[int]) -> Selection:
        """Return every k-th of what this takes, with a step for every axis of the result."""
        return self._with([axis.thinned(k) for axis, k in zip(self.kept, steps, strict=True)])

    def _with(self, kept: Sequence[AxisSelection]) -> Selection:
        changed = {axis.axis: axis for axis in kept}
        return replace(self, axes=tuple(changed.get(axis.axis, axis) for axis in self.axes))

    def steps(self, most: int, caps: Sequence[int] | None = None) -> tuple[int, ...] | None:
        """Return the step along every axis of the result that leaves at most `most` points.

        Of the longest axes every k-th element is kept, so that the result is as small as it must
        be. None where nothing must be left out. One point is always kept.

        Args:
            most: Elements that may be left in all.
            caps: Elements that may be left along each axis.
        """
        steps = steps_within(self.shape, max(most, 1), self.shape if caps is None else caps)
        return None if all(step == 1 for step in steps) else steps

    def reduced(self, most: int) -> tuple[Selection, tuple[int, ...] | None]:
        """Return a selection of at most `most` points and the steps taken, None where none were."""
        steps = self.steps(most)
        return (self, None) if steps is None else (self.thinned(steps), steps)


def cut(values: np.ndarray[Any, Any], selection: Selection) -> np.ndarray[Any, Any]:
    """Return `selection` of an array at hand, C-contiguous."""
    found = values[(*selection.index, ...)]  # without the dots one element would be a scalar
    if selection.order is not None:
        found = found.transpose(selection.order)
    return np.ascontiguousarray(found).reshape(selection.shape)


def parts(selection: Selection, most: int) -> Iterator[Selection]:
    """Yield a selection in parts of at most `most` elements, in the order of the result.

    Put one behind the other, they are the elements in C order; of no elements there is no part.
    """
    shape, axis, inner = selection.shape, len(selection.shape), 1
    while axis and inner * shape[axis - 1] <= most:
        axis -= 1
        inner *= shape[axis]
    if not axis:
        yield from [selection] if inner else []
        return
    length = max(most // max(inner, 1), 1)
    rest = [(0, count) for count in shape[axis:]]
    for index in product(*map(range, shape[: axis - 1])):
        before = [(at, at + 1) for at in index]
        for low in range(0, shape[axis - 1], length):
            window = (low, min(low + length, shape[axis - 1]))
            yield selection.windowed([*before, window, *rest])


def parse_selection(text: str, shape: Sequence[int]) -> Selection:
    """Parse `text` as numpy's basic selection of an array of `shape`.

    Integers, slices with any step but 0, and one ``...``; missing axes are taken whole.

    Raises:
        SelectionError: with the entry that is wrong and the limit it breaks.
    """
    if len(text) > MAX_TEXT:
        raise SelectionError(
            f"a selection may be {MAX_TEXT} characters long, this one is {len(text)}",
            value=len(text),
            limit=MAX_TEXT,
        )
    entries = [entry.strip() for entry in text.strip().strip("[]").split(",")]
    if entries and not entries[-1]:
        entries.pop()  # a trailing comma, or nothing at all
    entries = _spread(entries, len(shape))
    axes = (_parse_axis(entry, axis, shape[axis]) for axis, entry in enumerate(entries))
    return Selection(tuple(axes))


def _spread(entries: list[str], dimensions: int) -> list[str]:
    """Put whole axes where the ellipsis stands, or at the end."""
    if entries.count("...") > 1:
        raise SelectionError("a selection may hold one '...'", value=", ".join(entries), limit=1)
    given = len(entries) - entries.count("...")
    if given > dimensions:
        raise SelectionError(
            f"{given} axes are selected of an array that has {dimensions}",
            value=given,
            limit=dimensions,
        )
    at = entries.index("...") if "..." in entries else len(entries)
    return entries[:at] + [":"] * (dimensions - given) + entries[at + 1 :]


def _parse_axis(entry: str, axis: int, length: int) -> AxisSelection:
    if ":" not in entry:
        return _parse_index(entry, axis, length)
    parts = [_parse_integer(part, entry) for part in entry.split(":")]
    if len(parts) > 3:
        raise SelectionError(f"{entry!r} has more than two colons", value=entry, limit=2)
    if len(parts) == 3 and parts[2] == 0:
        raise SelectionError(f"{entry!r} has a step of 0", value=entry)
    indices = range(length)[slice(*parts)]
    start = indices.start if len(indices) else 0
    step = indices.step if len(indices) > 1 else 1
    return AxisSelection(axis, start, step, len(indices))


def _parse_index(entry: str, axis: int, length: int) -> AxisSelection:
    index = _parse_integer(entry, entry)
    if index is None:
        raise SelectionError(f"entry {axis + 1} of the selection is empty", value=entry)
    if not -length <= index < length:
        raise SelectionError(
            f"index {index} is outside axis {axis}, which has {length} elements",
            value=index,
            limit=length,
        )
    return AxisSelection(axis, index % length, 1, 1, dropped=True)


def _parse_integer(text: str, entry: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not _INTEGER.fullmatch(text):
        raise SelectionError(
            f"{entry[:60]!r} is neither an integer, a slice nor '...'", value=entry[:60]
        )
    return int(text)
