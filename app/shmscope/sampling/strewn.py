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
    """The sample, while the elements go by once.

    Args:
        dtype: What they are.
        size: Elements of the array.
        most: How many are kept; all of them where there are no more.
    """

    def __init__(self, dtype: np.dtype[Any], size: int, most: int) -> None:
        step = max(-(-size // most), 1)
        self._places = _places(size, step) if step > 1 else None
        self._values = np.empty(min(size, most), dtype.newbyteorder("="))
        self._seen = self._kept = 0

    @property
    def is_whole(self) -> bool:
        """Whether all elements are kept."""
        return self._places is None

    def add(self, block: np.ndarray[Any, Any]) -> None:
        """Let the next elements go by."""
        chosen = self._chosen(block.reshape(-1))
        self._values[self._kept : self._kept + len(chosen)] = chosen
        self._kept += len(chosen)

    def _chosen(self, flat: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        before, self._seen = self._seen, self._seen + len(flat)
        if self._places is None:
            return flat
        end = int(self._places.searchsorted(self._seen))
        chosen: np.ndarray[Any, Any] = flat[self._places[self._kept : end] - before]
        return chosen

    def ordered(self) -> np.ndarray[Any, Any]:
        """Return the finite elements of the sample in order: integers as they are, else doubles."""
        values = self._values[: self._kept]
        values.sort()  # in place: nobody asks for the order in which they came
        if values.dtype.kind != "f":
            return values
        with np.errstate(over="ignore"):
            doubles = values.astype(np.float64)
        first = doubles.searchsorted(-np.inf, "right")
        return doubles[first : doubles.searchsorted(np.inf)]  # NaN comes last


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
