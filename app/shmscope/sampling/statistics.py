"""Statistics of all elements of a field, gathered block by block.

Means and deviations of blocks are merged by the parallel formula. Source: Chan, Golub, LeVeque,
"Updating formulae and a pairwise algorithm for computing sample variances", 1979.

Of integers of one or two bytes, and of booleans, every value is counted instead: that takes no
longer, and everything else follows from the counts exactly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from shmscope.sampling.distributions import Distribution, Ordered, distribution
from shmscope.sampling.strewn import Strewn

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What is known of all elements of one field.

    Attributes:
        field: Dotted name of the field; None for a plain array.
        count: Elements looked at, NaN and infinities included.
        minimum: Of the finite elements, None where there are none; so the next three.
        zeros: Elements equal to zero.
        coverage: Part of the array that was looked at, 0 to 1.
        at_limit: Elements at the largest value that an integer dtype can hold.
        strange: Place of the first element that is NaN or infinite, in the order of the scan; None
            where there is none.
    """

    field: str | None
    count: int
    minimum: float | int | None
    maximum: float | int | None
    mean: float | None
    deviation: float | None
    zeros: int
    nan: int
    inf: int
    coverage: float
    at_limit: int = 0
    strange: int | None = None
    distribution: Distribution | None = None


class Gathering(Protocol):
    """Statistics of a field while its elements go by."""

    def add(self, block: np.ndarray[Any, Any]) -> None:
        """Take in a block of elements of any shape."""

    def summary(self, field: str | None, coverage: float) -> Statistics:
        """Return the statistics of what was added; `coverage` is its part of the array."""


def gathering(dtype: np.dtype[Any], size: int, most: int) -> Gathering:
    """Return what gathers the statistics of numbers or booleans.

    Args:
        dtype: What they are.
        size: How many there are.
        most: How many of them, or of their counts, may be held.
    """
    if dtype.kind == "b" or (dtype.kind in "iu" and 1 << 8 * dtype.itemsize <= most):
        return Counts(dtype)
    return Moments(Strewn(dtype, size, most))


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
        self._pivot = 0.0  # near the values: small deviations from a large mean keep their digits
        self._mean = self._spread = 0.0
        self._strewn = strewn

    def add(self, block: np.ndarray[Any, Any]) -> None:
        """Add a block of numbers of any shape."""
        if not block.size:
            return
        self._strewn.add(block)
        before, self.count = self.count, self.count + block.size
        self.zeros += block.size - int(np.count_nonzero(block))
        if block.dtype.kind == "f":
            block = self._finite_part(block, before)
        if block.size:
            self._merge(block)

    def _finite_part(self, block: np.ndarray[Any, Any], before: int) -> np.ndarray[Any, Any]:
        finite = np.isfinite(block)
        if finite.all():
            return block
        if self.strange is None:
            self.strange = before + int(np.argmin(finite))
        self.nan += int(np.isnan(block).sum())
        self.inf += int(np.isinf(block).sum())
        kept: np.ndarray[Any, Any] = block[finite]
        return kept

    def _merge(self, block: np.ndarray[Any, Any]) -> None:
        low, high = block.min(), block.max()
        self._low = low if self._low is None else min(self._low, low)
        self._high = high if self._high is None else max(self._high, high)
        if block.dtype.kind in "iu" and high == np.iinfo(block.dtype).max:
            self.at_limit += int(np.count_nonzero(block == high))
        with np.errstate(over="ignore", invalid="ignore"):
            if not self._finite:
                self._pivot = float(block.flat[0])
            work = np.subtract(block, self._pivot, dtype=np.float64)
            mean = float(work.mean())
            work -= mean
            work *= work
            spread = float(work.sum())
            total = self._finite + block.size
            apart = mean - self._mean
            self._mean += apart * block.size / total
            self._spread += spread + apart * apart * self._finite * block.size / total
        self._finite = total

    def summary(self, field: str | None, coverage: float) -> Statistics:
        """Return the statistics of what was added."""
        found = self._finite > 0
        return Statistics(
            field,
            self.count,
            _plain(self._low),
            _plain(self._high),
            self._pivot + self._mean if found else None,
            math.sqrt(self._spread / self._finite) if found else None,
            self.zeros,
            self.nan,
            self.inf,
            coverage,
            self.at_limit,
            self.strange,
            self._distribution() if coverage == 1 else None,
        )

    def _distribution(self) -> Distribution:
        ordered, whole = Ordered(self._strewn.ordered()), self._strewn.is_whole
        return distribution(ordered, self._low, self._high, whole=whole)


class Counts:
    """How often each value of a small integer or of a boolean came so far.

    Args:
        dtype: Of one or two bytes; so every value is an index.
    """

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self._dtype = dtype.newbyteorder("=")
        self._highest = 0 if dtype.kind == "b" else int(np.iinfo(dtype).max)
        self._counts = np.zeros(2 if dtype.kind == "b" else 1 << 8 * dtype.itemsize, np.int64)

    def add(self, block: np.ndarray[Any, Any]) -> None:
        """Count the values of a block of any shape."""
        if self._dtype.kind == "b":
            true = np.count_nonzero(block.view(np.uint8))  # whatever a C program calls true
            self._counts += (block.size - true, true)
        elif block.size:
            native = block.astype(self._dtype, copy=False).reshape(-1)
            found = np.bincount(native.view(f"u{self._dtype.itemsize}"))
            self._counts[: len(found)] += found

    def summary(self, field: str | None, coverage: float) -> Statistics:
        """Return the statistics of what was counted."""
        values, counts = self._present()
        total, found = int(counts.sum()), len(counts) > 0
        mean = float(counts @ values) / max(total, 1)
        variance = float(counts @ (values - mean) ** 2) / max(total, 1)
        return Statistics(
            field,
            total,
            int(values[0]) if found else None,
            int(values[-1]) if found else None,
            mean if found else None,
            math.sqrt(variance) if found else None,
            zeros=int(self._counts[0]),
            nan=0,
            inf=0,
            coverage=coverage,
            at_limit=int(self._counts[self._highest]) if self._highest else 0,
            distribution=_counted(values, counts) if coverage == 1 else None,
        )

    def _present(self) -> tuple[Integers, Integers]:
        """Return the values that came, in order, and how often each did."""
        size = len(self._counts)
        values = np.arange(size)
        if self._dtype.kind == "i":  # the upper half of the indices stands for negative ones
            values[size // 2 :] -= size
        order = np.argsort(values, kind="stable")
        order = order[self._counts[order] > 0]
        return values[order], self._counts[order]


def _counted(values: Integers, counts: Integers) -> Distribution:
    low, high = (values[0], values[-1]) if len(values) else (None, None)
    return distribution(Ordered(values, counts), low, high, whole=True)


def _plain(value: Any) -> float | int | None:
    """Return a numpy scalar as the number that JSON knows, without loss for integers."""
    if value is None:
        return None
    return int(value) if value.dtype.kind in "biu" else float(value)
