"""Statistics of numbers, gathered block by block in as few passes over each as may be.

Minimum and maximum come first, and tell nearly all of the rest where to go on: if they are finite,
everything is, and if zero is not between them there are none. Sum and sum of squares follow, of the
elements as they are. Where the deviation is small beside the mean, the difference of such sums has
lost its digits: there a pivot near the values is subtracted first.

Means and deviations of blocks are merged by the parallel formula. Source: Chan, Golub, LeVeque,
"Updating formulae and a pairwise algorithm for computing sample variances", 1979.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from shmscope.sampling.distributions import MOST_BINS, Distribution, Ordered, distribution
from shmscope.sampling.statistics import Statistics, plain
from shmscope.sampling.strewn import Strewn

Doubles = npt.NDArray[np.float64]

LEAST_PART = 1e-3  # of the squares' sum must be left; else as many digits are lost
ROW = 8192  # elements; the library that multiplies wakes other threads for more
GROWTH = 1.25  # of the sample, before it is sorted again


class Moments:
    """Minimum, maximum, mean and deviation of everything added so far.

    Args:
        strewn: Keeps a sample of it.
    """

    def __init__(self, strewn: Strewn) -> None:
        self.count = self.zeros = self.nan = self.inf = self.at_limit = self._finite = 0
        self.strange: int | None = None
        self._low: Any = None
        self._high: Any = None
        self._pivot = 0.0
        self._mean = self._spread = 0.0  # the mean is reckoned from the pivot
        self._strewn = strewn
        self._ordered: Ordered | None = None
        self._sorted = 0  # elements of the sample that were put in order

    def add(self, block: np.ndarray[Any, Any], place: int) -> None:
        """Add a block of numbers of any shape, the first of which stands at `place`.

        What is beyond a double is infinite; that numpy warns of it is for the caller to prevent.
        """
        if not block.size:
            return
        self._strewn.add(block, place)
        self.count += block.size
        low, high = block.min(), block.max()
        if not (math.isfinite(low) and math.isfinite(high)):
            block = self._finite_part(block, place)
            if not block.size:
                return
            low, high = block.min(), block.max()
        self._widen(low, high)
        self._count(block, low, high)
        self._merge(block.size, *self._sums(block))

    def add_zeros(self, count: int, place: int) -> None:
        """Add as many zeros, the first of which stands at `place`."""
        self._strewn.add_zeros(count, place)
        self.count += count
        self.zeros += count
        zero = self._strewn.dtype.type(0)
        self._widen(zero, zero)
        self._merge(count, -self._pivot, 0.0)

    def _finite_part(self, block: np.ndarray[Any, Any], place: int) -> np.ndarray[Any, Any]:
        finite = np.isfinite(block)
        if finite.all():  # long doubles beyond all doubles
            return block
        first = place + int(np.argmin(finite))
        self.strange = first if self.strange is None else min(self.strange, first)
        self.nan += int(np.isnan(block).sum())
        self.inf += int(np.isinf(block).sum())
        kept: np.ndarray[Any, Any] = block[finite]
        return kept

    def _widen(self, low: Any, high: Any) -> None:
        self._low = low if self._low is None else min(self._low, low)
        self._high = high if self._high is None else max(self._high, high)

    def _count(self, block: np.ndarray[Any, Any], low: Any, high: Any) -> None:
        """Count what stands at zero and at the limit of the dtype."""
        if low <= 0 <= high:
            self.zeros += int(np.count_nonzero(block == 0))  # faster than of the block itself
        if block.dtype.kind in "iu" and high == np.iinfo(block.dtype).max:
            self.at_limit += int(np.count_nonzero(block == high))

    def _sums(self, block: np.ndarray[Any, Any]) -> tuple[float, float]:
        """Return a block's mean, reckoned from the pivot, and its sum of squared deviations."""
        mean, spread, squares = _reckon(self._reckoned(block))
        if not spread >= LEAST_PART * squares or math.isinf(squares):
            self._move_pivot(mean if math.isfinite(mean) else float(block.flat[0]) - self._pivot)
            mean, spread, _ = _reckon(self._reckoned(block))
        return mean, spread

    def _reckoned(self, block: np.ndarray[Any, Any]) -> Doubles:
        """Return a block's elements as doubles, reckoned from the pivot."""
        doubles: Doubles = np.ascontiguousarray(block, np.float64)
        if self._pivot:
            is_own = not np.may_share_memory(doubles, block)
            doubles = np.subtract(doubles, self._pivot, out=doubles if is_own else None)
        return doubles.reshape(-1)

    def _move_pivot(self, by: float) -> None:
        if math.isfinite(by):
            self._pivot += by
            self._mean -= by

    def _merge(self, count: int, mean: float, spread: float) -> None:
        if not self._finite:
            self._finite, self._mean, self._spread = count, mean, spread
            return
        part = count / (self._finite + count)
        apart = mean - self._mean
        self._spread += spread + apart * apart * (self._finite * part)
        self._mean += apart * part
        self._finite += count

    def summary(self, field: str | None, coverage: float, bins: int = MOST_BINS) -> Statistics:
        """Return the statistics of what was added."""
        found = self._finite > 0
        return Statistics(
            field,
            self.count,
            plain(self._low),
            plain(self._high),
            self._pivot + self._mean if found else None,
            math.sqrt(self._spread / self._finite) if found else None,
            self.zeros,
            self.nan,
            self.inf,
            coverage,
            self.at_limit,
            self.strange,
            self._distribution(coverage, bins),
        )

    def _distribution(self, coverage: float, bins: int) -> Distribution:
        """Return how the sample is spread; while more is to come it is not sorted at every look."""
        kept = self._strewn.kept
        if self._ordered is None or coverage == 1 or kept >= GROWTH * self._sorted:
            self._ordered, self._sorted = Ordered(self._strewn.ordered()), kept
        whole = self._strewn.is_whole and coverage == 1
        return distribution(self._ordered, self._low, self._high, bins, whole=whole)


def _reckon(doubles: Doubles) -> tuple[float, float, float]:
    """Return mean, sum of squared deviations, and sum of squares."""
    total, squares = float(np.add.reduce(doubles)), _squares(doubles)
    mean = total / len(doubles)
    if math.isinf(squares):
        return mean, math.inf, squares
    return mean, max(squares - total * mean, 0.0), squares


def _squares(doubles: Doubles) -> float:
    """Return the sum of squares."""
    rows = (doubles[at : at + ROW] for at in range(0, len(doubles), ROW))
    return sum(float(row @ row) for row in rows)
