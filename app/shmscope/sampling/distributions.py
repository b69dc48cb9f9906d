"""How values are spread: percentiles, a histogram, and how many different ones there are.

Values come in order, each with the number of elements up to it, so that elements one by one and
counts of every value are worked on alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

PERCENTS = (1, 5, 25, 50, 75, 95, 99)
MOST_BINS = 64

Number = float | int


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Equal bins from `lo` to `hi`; each holds its lower edge, the last one of floats both.

    Attributes:
        lo: The least element.
        hi: The largest element; of integers the upper edge of the last bin, which is a whole number
            of integers wide as the others are, and lies above the largest.
        counts: Elements in each bin; one bin where all floats are equal.
    """

    lo: Number
    hi: Number
    counts: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """How the finite elements of an array are spread.

    Attributes:
        sample: How many elements it was made of.
        distinct: Different values among them; None for floats.
        at_least: Whether elements that were not looked at may have further values.
        percentiles: One for each of `PERCENTS`; None where there is no finite element.
        histogram: None where there is no finite element.
    """

    sample: int
    distinct: int | None
    at_least: bool
    percentiles: tuple[float, ...] | None
    histogram: Histogram | None


class Ordered:
    """Elements in order.

    Args:
        values: Values, shape (n,), ascending.
        counts: How many elements have each of them, shape (n,); without it, one.
    """

    def __init__(
        self, values: np.ndarray[Any, Any], counts: npt.NDArray[np.int64] | None = None
    ) -> None:
        self.values = values
        self._ends = None if counts is None else np.cumsum(counts)

    def __len__(self) -> int:
        if self._ends is None or not len(self._ends):
            return len(self.values)
        return int(self._ends[-1])

    def at(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return the elements at `places`, counted from 0."""
        if self._ends is not None:
            places = self._ends.searchsorted(places, "right")
        return self.values[places].astype(np.float64)

    def below(self, edges: np.ndarray[Any, Any]) -> npt.NDArray[np.int64]:
        """Return how many elements are less than each of `edges`, of the values' own dtype."""
        found = self.values.searchsorted(edges)
        return found if self._ends is None else np.concatenate(([0], self._ends))[found]

    @property
    def distinct(self) -> int:
        """How many different values there are."""
        return int(np.count_nonzero(self.values[1:] != self.values[:-1])) + min(len(self), 1)


def distribution(
    ordered: Ordered, low: Any, high: Any, bins: int = MOST_BINS, *, whole: bool
) -> Distribution:
    """Return how elements are spread.

    Args:
        ordered: Finite elements: integers, or doubles.
        low: Least of all elements, also of those that are not among these; so `high`.
        high: Largest of all elements.
        bins: At most so many are in the histogram.
        whole: Whether these are all finite elements of the array.
    """
    is_integer = ordered.values.dtype.kind in "iu"
    edges = None
    if len(ordered):
        edges = _integer_edges(int(low), int(high), bins) if is_integer else _edges(low, high, bins)
    return Distribution(
        sample=len(ordered),
        distinct=ordered.distinct if is_integer else None,
        at_least=is_integer and not whole,
        percentiles=_percentiles(ordered) if len(ordered) else None,
        histogram=None if edges is None else _histogram(ordered, edges),
    )


def _percentiles(ordered: Ordered) -> tuple[float, ...]:
    """Return percentiles by linear interpolation, as numpy does without being told otherwise."""
    places = np.array(PERCENTS) / 100 * (len(ordered) - 1)
    before = np.floor(places).astype(np.int64)
    low, high = ordered.at(before), ordered.at(np.minimum(before + 1, len(ordered) - 1))
    part = places - before
    with np.errstate(over="ignore", invalid="ignore"):
        found = low + (high - low) * part
    wide = low * (1 - part) + high * part  # where the difference is beyond a double
    return tuple(np.where(np.isfinite(found), found, wide).tolist())


def _integer_edges(low: int, high: int, most: int) -> list[int]:
    """Return edges of equal bins, none of which holds more integers than another.

    Bins of 2.2 integers would hold 2 or 3 of them, and the histogram would look like a comb.
    """
    width = -(-(high - low + 1) // most)
    bins = -(-(high - low + 1) // width)
    return [low + at * width for at in range(bins + 1)]


def _edges(low: Any, high: Any, bins: int) -> list[float] | None:
    low, high = float(low), float(high)
    if not np.isfinite([low, high]).all():  # a long double beyond all doubles
        return None
    if low == high:
        return [low, high]
    part = np.arange(bins + 1) / bins
    edges: list[float] = np.maximum.accumulate(low * (1 - part) + high * part).tolist()
    return [low, *edges[1:-1], high]


def _histogram(ordered: Ordered, edges: list[Any]) -> Histogram:
    inner = ordered.below(np.array(edges[1:-1], ordered.values.dtype))
    counts = np.diff(np.concatenate(([0], inner, [len(ordered)])))
    return Histogram(edges[0], edges[-1], counts)
