"""How long the rows of an array are, and how many numbers make up one of its points.

In a picture the element below is like the one above it: the mean squared difference of elements a
row apart dips far below that of elements half a row apart. The naive way takes the highest peak of
the autocorrelation, which a tone has too, and a picture at every multiple of its row. So of the
dips one counts that divides the array, and where the step from the end of one row to the beginning
of the next is larger than those within a row, which a tone does not have. Where these steps are
tells also whether a header stands before the first row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from shmscope.layout.guesses.channels import channels_of
from shmscope.layout.guesses.headers import SIZES_BYTES
from shmscope.layout.guesses.lengths import Values
from shmscope.layout.guesses.variogram import levelled, mean_square_differences

Indices: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"

MOST_ELEMENTS = 1 << 17
_LEAST_POINTS = 6  # of a row
_LEAST_ROWS = 3
_TRIED = 6
# How a row's length, one octave of it, and dividing the array weigh against the depth of its dip.
_OCTAVE, _FITTING, _JUMPING = 0.03, 0.3, 0.03
_AS_GOOD = 0.05
_LEAST_DIP, _SURE_DIP = 0.25, 0.4
_JUMP = 4.0
# How much more elements a row apart may differ than neighbours, with and without a jump.
_ALIKE, _VERY_ALIKE = 50.0, 5.0


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of an array.

    Attributes:
        length: Elements of a row, all channels counted.
        channels: Elements of a point; 1 for plain numbers.
        start: Elements of a header before the first row.
        dip: How much less elements a row apart differ than others; 0 to 1.
        jump: How much larger the step from row to row is than those within, in their spread.
    """

    length: int
    channels: int = 1
    start: int = 0
    dip: float = 0.0
    jump: float = 0.0


@dataclass(frozen=True, slots=True)
class Elements:
    """Elements of an array that follow each other, and where.

    Attributes:
        values: The elements; finite or not.
        first: Index of the first of them in the segment.
        count: Elements of the whole segment.
        item_bytes: Bytes of an element.
        is_padded: Whether what is left behind the last whole row may be padding.
    """

    values: Values
    first: int
    count: int
    item_bytes: int
    is_padded: bool = False

    def divides(self, length: int, start: int = 0) -> bool:
        """Whether rows of `length` make up the segment behind the first `start` elements."""
        return (self.count - start) % length == 0


def find_rows(elements: Elements) -> Rows | None:
    """Return the rows of an array, or None where nothing tells of any."""
    values = levelled(elements.values[:MOST_ELEMENTS])
    if not values.any():
        return None
    differences = mean_square_differences(values)
    channels = channels_of(values, differences)
    dips = _dips(elements, differences, channels)
    good = [
        rows
        for length, dip in dips
        if (rows := _judged(elements, values, Rows(length, channels, 0, dip), differences))
    ]
    if not good:
        return Rows(channels) if channels > 1 and elements.divides(channels) else None
    most = max(_merit(rows) for rows in good)
    return min(
        (rows for rows in good if _merit(rows) > most - _AS_GOOD), key=lambda rows: rows.length
    )


def _dips(elements: Elements, differences: Values, channels: int) -> list[tuple[int, float]]:
    """Return the lengths at which rows may be alike, and how much: deep, short and fitting ones."""
    around = differences[::channels]
    low = np.flatnonzero((around[1:-1] <= around[:-2]) & (around[1:-1] <= around[2:])) + 1
    low = low[(low >= _LEAST_POINTS) & (low <= 2 * around.size // _LEAST_ROWS)]
    sums = np.concatenate([[0.0], np.cumsum(around)])
    plain = np.minimum(_mean(sums, low // 4, low * 3 // 4), _mean(sums, low * 5 // 4, low * 7 // 4))
    depths = 1 - around[low] / np.maximum(plain, 1e-12)
    fits = elements.count % (low * channels) == 0
    order = np.argsort(
        _OCTAVE * np.log2(np.maximum(low, 1)) - depths - _FITTING * fits, kind="stable"
    )
    return [(int(low[at]) * channels, float(depths[at])) for at in order[:_TRIED]]


def _mean(sums: Values, start: Indices, stop: Indices) -> Values:
    """Return means of stretches by the running sum; infinity for those that are not there."""
    stop = np.minimum(stop, sums.size - 1)
    count = np.maximum(stop - start, 1)
    means: Values = np.where(
        stop > start, (sums[stop] - sums[np.minimum(start, stop)]) / count, np.inf
    )
    return means


def _judged(elements: Elements, values: Values, rows: Rows, differences: Values) -> Rows | None:
    """Return rows with their jump and their start, or None where there is too little to them."""
    unlike = differences[rows.length] / max(float(differences[rows.channels]), 1e-12)
    if rows.dip < _LEAST_DIP or unlike > _ALIKE:
        return None
    steps = _steps(values, rows)
    jump = _jump(steps, rows, -elements.first)
    fits = elements.divides(rows.length)
    if jump >= _JUMP and (fits or elements.is_padded):
        if _is_mosaic(steps, rows, -elements.first):
            return replace(rows, length=rows.length // 2, channels=1, jump=jump)
        return replace(rows, jump=jump)
    is_sure = fits and rows.dip >= _SURE_DIP and unlike < _VERY_ALIKE
    return _behind_header(elements, steps, rows) or (rows if is_sure else None)


def _is_mosaic(steps: Values, rows: Rows, start: int) -> bool:
    """Whether rows of two channels are two rows of one: the mosaic of a colour camera."""
    if rows.channels != 2 or rows.length % 4:
        return False
    half = replace(rows, length=rows.length // 2)
    return all(_jump(part, half, start) >= _JUMP for part in np.split(steps, 2))


def _behind_header(elements: Elements, steps: Values, rows: Rows) -> Rows | None:
    """Return rows that begin behind a header that makes them fit."""
    for header in SIZES_BYTES:
        start, rest = divmod(header, elements.item_bytes)
        if rest or not elements.divides(rows.length, start):
            continue
        jump = _jump(steps, rows, start - elements.first)
        if jump >= _JUMP:
            return replace(rows, start=start, jump=jump)
    return None


def _steps(values: Values, rows: Rows) -> Values:
    """Return the mean step from each element of a row to the same of the next point."""
    steps = np.abs(values[rows.channels :] - values[: -rows.channels])
    whole = steps[: steps.size // rows.length * rows.length].reshape(-1, rows.length)
    means: Values = whole.mean(axis=0)
    return means


def _jump(steps: Values, rows: Rows, start: int) -> float:
    """Return how much larger than others the steps are into elements from `start` on."""
    points = np.roll(steps, -start)[: rows.length].reshape(-1, rows.channels).mean(axis=1)
    edge, others = float(points[-1]), points[:-1]
    if edge < 1.3 * max(float(others[0]), float(others[-1])):
        return 0.0
    middle = float(np.median(others))
    spread = 1.4826 * float(np.median(np.abs(others - middle)))
    return min((edge - middle) / max(spread, 0.01 * middle, 1e-9), 1e3)


def _merit(rows: Rows) -> float:
    return rows.dip + _JUMPING * (rows.jump > 0)
