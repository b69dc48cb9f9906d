"""Statistics of booleans, and of integers of one or two bytes: every value is counted.

That takes no longer, and everything else follows from the counts exactly.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from shmscope.sampling.distributions import MOST_BINS, Distribution, Ordered, distribution
from shmscope.sampling.statistics import Statistics

Integers = npt.NDArray[np.int64]

LEAST_PAIRED = 1 << 17  # bytes of a block; for fewer, 65,536 counts cost more than they save


class Counts:
    """How often each value of a small integer or of a boolean came so far.

    Args:
        dtype: Of one or two bytes; so every value is an index.
    """

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self._dtype = dtype.newbyteorder("=")
        self._highest = 0 if dtype.kind == "b" else int(np.iinfo(dtype).max)
        self._counts = np.zeros(2 if dtype.kind == "b" else 1 << 8 * dtype.itemsize, np.int64)

    def add(self, block: np.ndarray[Any, Any], place: int) -> None:  # noqa: ARG002 - protocol
        """Count the values of a block of any shape."""
        if self._dtype.kind == "b":
            true = np.count_nonzero(block.view(np.uint8))  # whatever a C program calls true
            self._counts += (block.size - true, true)
        elif block.size:
            native = block.astype(self._dtype, copy=False).reshape(-1)
            found = _count(native.view(f"u{self._dtype.itemsize}"))
            self._counts[: len(found)] += found

    def add_zeros(self, count: int, place: int) -> None:  # noqa: ARG002 - protocol
        """Count as many zeros."""
        self._counts[0] += count

    def summary(self, field: str | None, coverage: float, bins: int = MOST_BINS) -> Statistics:
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
            distribution=_counted(values, counts, bins, whole=coverage == 1),
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


def _count(values: np.ndarray[Any, Any]) -> Integers:
    """Return how often each value comes, up to the largest of them at least.

    Many bytes are counted two at a time, as one number of two bytes.
    """
    if values.itemsize > 1 or len(values) < LEAST_PAIRED:
        return np.bincount(values)
    even = len(values) // 2 * 2
    pairs = np.bincount(values[:even].view(np.uint16), minlength=1 << 16).reshape(256, 256)
    counts: Integers = pairs.sum(0) + pairs.sum(1)
    counts += np.bincount(values[even:], minlength=256)
    return counts


def _counted(values: Integers, counts: Integers, bins: int, *, whole: bool) -> Distribution:
    low, high = (values[0], values[-1]) if len(values) else (None, None)
    return distribution(Ordered(values, counts), low, high, bins, whole=whole)
