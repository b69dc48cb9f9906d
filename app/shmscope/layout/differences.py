"""One array minus another, and what can be said of the difference as a whole."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from shmscope.errors import SelectionError
from shmscope.layout.dtypes import kind_of
from shmscope.layout.lens import as_native

_RANKS = {"b": 0, "i": 1, "u": 1, "f": 2, "c": 3}
_DTYPES = ("|i1", "<i8", "<f8", "<c16")


def difference_dtype(this: np.dtype[Any], that: np.dtype[Any]) -> np.dtype[Any]:
    """Return the dtype of a difference: exact for integers, wrapping only beyond 64 bits.

    Raises:
        SelectionError: one of them holds no numbers.
    """
    for dtype in (this, that):
        if dtype.kind not in _RANKS:
            raise SelectionError(
                f"against: values of dtype {str(dtype)[:80]} cannot be compared, "
                f"only numbers and booleans can",
                value=kind_of(dtype),
                field="against",
            )
    return np.dtype(_DTYPES[max(_RANKS[this.kind], _RANKS[that.kind])])


def difference(
    this: np.ndarray[Any, Any], that: np.ndarray[Any, Any], dtype: np.dtype[Any]
) -> np.ndarray[Any, Any]:
    """Return `this` minus `that`; what is equal differs by 0, be it infinite or NaN."""
    with np.errstate(all="ignore"):
        left, right = (as_native(values).astype(dtype) for values in (this, that))
        found: np.ndarray[Any, Any] = np.asarray(left - right)
        if dtype.kind in "fc" and not np.isfinite(found).all():
            found[(left == right) | (np.isnan(left) & np.isnan(right))] = 0
        return found


@dataclass(slots=True)
class Tally:
    """What is known of a difference that is seen piece by piece.

    Attributes:
        differing: Elements that differ.
        of: Elements compared.
        largest: Greatest absolute difference that is finite; None where there is none.
        at: Where that is, one place an axis.
        first: Where the first difference is.
    """

    differing: int = 0
    of: int = 0
    largest: float | None = 0
    at: tuple[int, ...] | None = None
    first: tuple[int, ...] | None = None

    def add(self, found: np.ndarray[Any, Any], origin: Sequence[int], steps: Sequence[int]) -> None:
        """Take in a piece, whose first element has the places `origin`, and so on by `steps`."""
        self.of += found.size
        changed = found != 0
        count = int(np.count_nonzero(changed))
        if not count:
            return
        self.differing += count

        def place(flat: int) -> tuple[int, ...]:
            index = np.unravel_index(flat, found.shape)
            return tuple(
                start + int(at) * step for start, at, step in zip(origin, index, steps, strict=True)
            )

        first = place(int(changed.argmax()))
        self.first = first if self.first is None else min(self.first, first)
        largest, flat = _largest(found)
        if largest > (self.largest or 0):
            self.largest, self.at = largest, place(flat)

    def summary(self) -> dict[str, Any]:
        """Return it as plain data, with places."""
        return {
            "differing": self.differing,
            "of": self.of,
            "largest": None if self.differing and self.at is None else self.largest,
            "at": None if self.at is None else list(self.at),
            "first": None if self.first is None else list(self.first),
        }


def _largest(found: np.ndarray[Any, Any]) -> tuple[float, int]:
    """Return the greatest finite absolute value and its place; 0 where there is none."""
    if found.dtype.kind == "i":
        ends = [int(found.argmin()), int(found.argmax())]
        return max((abs(int(found.flat[at])), at) for at in ends)
    with np.errstate(all="ignore"):
        sizes = np.asarray(np.abs(found))
    sizes[~np.isfinite(sizes)] = 0
    at = int(sizes.argmax())
    largest = float(sizes.flat[at])
    assert math.isfinite(largest)
    return largest, at
