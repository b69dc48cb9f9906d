"""numpy's basic selection as text: ``0:10, ::2, -1, ...``.

A selection is parsed once against a shape and is from then on a plain table of starts, steps and
counts, one an axis, which can be reduced, formatted and turned into byte offsets without numpy.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from shmscope.errors import SelectionError

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

    def __str__(self) -> str:
        if self.dropped:
            return str(self.start)
        stop = self.start + self.count * self.step
        end = str(stop) if stop >= 0 else ""
        step = "" if self.step == 1 else f":{self.step}"
        return f"{self.start}:{end}{step}"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is taken of a whole array: one entry an axis, in order."""

    axes: tuple[AxisSelection, ...]

    def __str__(self) -> str:
        return ", ".join(str(axis) for axis in self.axes) or "..."

    @property
    def kept(self) -> tuple[AxisSelection, ...]:
        """The axes that are left in the result."""
        return tuple(axis for axis in self.axes if not axis.dropped)

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

    def reduced(self, most: int) -> tuple[Selection, tuple[int, ...] | None]:
        """Return a selection of at most `most` points and the extra step along each kept axis.

        Of the longest axes every k-th element is kept, so that the result is as small as it must
        be. The steps are None where nothing had to be left out. One point is always kept.
        """
        steps = _steps(self.shape, max(most, 1))
        if all(step == 1 for step in steps):
            return self, None
        kept = zip(self.kept, steps, strict=True)
        thinned = {axis.axis: axis.thinned(step) for axis, step in kept}
        return Selection(tuple(thinned.get(axis.axis, axis) for axis in self.axes)), steps


def _steps(shape: Sequence[int], most: int) -> tuple[int, ...]:
    """Return the step along each axis that leaves at most `most` points.

    No axis may be longer than a common cap, found by bisection: counting a step up until the rest
    is small enough would take minutes for an axis of 2**40. Then, from the last axis on, those that
    can have one element more get it.
    """
    longest = max((1, *shape))
    every = range(1, longest + 1)
    cap = bisect_right(every, most, key=lambda cap: _left(shape, [cap] * len(shape)))
    caps = [cap] * len(shape)
    for axis in reversed(range(len(shape))):
        wider = [*caps[:axis], cap + 1, *caps[axis + 1 :]]
        if _left(shape, wider) <= most:
            caps = wider
    return tuple(_step(count, cap) for count, cap in zip(shape, caps, strict=True))


def _step(count: int, cap: int) -> int:
    return max(-(-count // cap), 1)


def _left(shape: Sequence[int], caps: Sequence[int]) -> int:
    """Return how many points are left where no axis is longer than its cap."""
    axes = zip(shape, caps, strict=True)
    return math.prod(-(-count // _step(count, cap)) for count, cap in axes)


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
