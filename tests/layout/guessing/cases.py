"""Arrays of which dtype and shape are known, as the bytes of segments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Case:
    """One array of a corpus.

    Attributes:
        name: What it holds.
        array: The array.
        rows: Whether it has two or three axes and a structure that tells how long its rows are.
        header: Bytes before it in the segment.
        behind: Zero bytes after it.
    """

    name: str
    array: Array
    rows: bool = False
    header: bytes = b""
    behind: int = 0

    @property
    def data(self) -> bytes:
        """The segment's bytes."""
        return self.header + self.array.tobytes() + bytes(self.behind)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The array's dtype, its fields called f0, f1 and so on as nobody can guess their names."""
        dtype: np.dtype[Any] = self.array.dtype
        if dtype.names is None:
            return dtype
        return np.dtype([(f"f{at}", dtype[name]) for at, name in enumerate(dtype.names)])

    @property
    def has_no_sign(self) -> bool:
        """Whether the values are the same in an integer dtype of the other signedness."""
        if self.array.dtype.kind not in "iu":
            return False
        half = 1 << (8 * self.array.dtype.itemsize - 1)
        return bool(self.array.min() >= 0 and self.array.max() < half)


def reader(data: bytes) -> Callable[[int, int], bytes]:
    """Return what reads bytes of `data` from an offset on."""
    return lambda offset, count: data[offset : offset + count]
