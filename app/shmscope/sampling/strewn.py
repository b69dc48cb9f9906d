"""A sample of an array's elements, strewn evenly over all of it.

The naive way takes every k-th element: of an image whose width is a multiple of k that is a few
columns, of a wave of as many samples always the same phase. Here every k elements give one, at a
place among them that is another each time, by the golden ratio.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from shmscope.sampling.probes import GOLDEN

Places = npt.NDArray[np.int64]


class Strewn:
    """The sample, while the elements go by once, in any order.

    Args:
        dtype: What they are.
        size: Elements of the array.
        most: How many are kept; all of them where there are no more.

    Attributes:
        dtype: Of those that are kept.
        kept: How many are kept so far.
    """

    def __init__(self, dtype: np.dtype[Any], size: int, most: int) -> None:
        step = max(-(-size // most), 1)
        self._places = _places(size, step) if step > 1 else None
        self._values = np.empty(min(size, most), dtype.newbyteorder("="))
        self.dtype = self._values.dtype
        self.kept = 0

    @property
    def is_whole(self) -> bool:
        """Whether all elements are kept."""
        return self._places is None

    def add(self, block: np.ndarray[Any, Any], place: int) -> None:
        """Let some elements go by, of which the first stands at `place` in the array."""
        chosen = self._chosen(block.reshape(-1), place)
        self._values[self.kept : self.kept + len(chosen)] = chosen
        self.kept += len(chosen)

    def add_zeros(self, count: int, place: int) -> None:
        """Let as many zeros go by."""
        first, end = self._between(place, place + count)
        self._values[self.kept : self.kept + end - first] = 0
        self.kept += end - first

    def _chosen(self, flat: np.ndarray[Any, Any], place: int) -> np.ndarray[Any, Any]:
        if self._places is None:
            return flat
        first, end = self._between(place, place + len(flat))
        chosen: np.ndarray[Any, Any] = flat[self._places[first:end] - place]
        return chosen

    def _between(self, place: int, end: int) -> tuple[int, int]:
        """Return which of the sample stand from `place` to `end`."""
        if self._places is None:
            return place, end
        return int(self._places.searchsorted(place)), int(self._places.searchsorted(end))

    def ordered(self) -> np.ndarray[Any, Any]:
        """Return the finite elements of the sample in order: integers as they are, else doubles."""
        values = self._values[: self.kept]
        values.sort()  # in place: nobody asks for the order in which they came
        if values.dtype.kind != "f":
            return values
        with np.errstate(over="ignore"):
            doubles = values.astype(np.float64)
        first = doubles.searchsorted(-np.inf, "right")
        return doubles[first : doubles.searchsorted(np.inf)]  # NaN comes last


def strewn_order(count: int) -> list[int]:
    """Return 0 to `count` - 1 in an order of which every beginning is strewn evenly."""
    parts = np.arange(count) * GOLDEN % 1
    order: list[int] = parts.argsort().argsort().tolist()
    return order


@lru_cache(maxsize=4)  # large arrays are scanned again and again while somebody looks at them
def _places(size: int, step: int) -> Places:
    """Return one place within every `step`, ascending."""
    parts = np.arange(-(-size // step), dtype=np.float64)
    parts *= GOLDEN
    parts -= np.floor(parts)
    parts *= step
    places = parts.astype(np.int64)
    places += np.arange(0, size, step)
    places.flags.writeable = False
    return places
