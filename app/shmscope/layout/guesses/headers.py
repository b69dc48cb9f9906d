"""Whether what stands first in a segment is a header, told by values that occur nowhere else.

Magics, sizes and the zeros that fill a header up are no values of the array behind it: read as its
dtype they lie far outside of what it holds. An array that begins with zeros or gaps has no header:
something in it must be neither.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np

from shmscope.layout.guesses.lengths import Values, nearly_all
from shmscope.layout.guesses.readings import Reading, read_values
from shmscope.layout.guesses.sample import Bytes

Flags: TypeAlias = "np.ndarray[Any, np.dtype[np.bool_]]"

SIZES_BYTES: Final = (16, 32, 48, 64, 80, 96, 112, 128, 192, 256, 512, 1024, 2048, 4096)
_LEAST_BYTES = 64
_BEHIND = 64  # elements behind a header that must be ordinary
_CLOSE = 4  # of them, right behind it, none may be strange
_STRANGE_PART, _ORDINARY_PART = 0.75, 0.05
_RARE_PART = 0.01


def header_bytes(head: Bytes, reading: Reading) -> int:
    """Return the size of the header that a segment begins with, or 0 where none is evident.

    Args:
        head: The first bytes of the segment.
        reading: Bytes from all over it, read as its dtype.
    """
    item_bytes = reading.dtype.itemsize
    first = read_values(head, reading.dtype)
    if reading.values.size < _BEHIND:
        return 0
    strange = _strange(first, reading.values)
    for size in SIZES_BYTES:
        count, rest = divmod(size, item_bytes)
        if rest or size < _LEAST_BYTES or strange.size < count + _BEHIND or not head[:size].any():
            continue
        is_edge = strange[count - 1] and not strange[count : count + _CLOSE].any()
        behind = strange[count : count + _BEHIND]
        if is_edge and strange[:count].mean() >= _STRANGE_PART and behind.mean() <= _ORDINARY_PART:
            return size
    return 0


def _strange(values: Values, usual: Values) -> Flags:
    """Return of every value whether it is far from usual, or a zero where zeros are rare."""
    low, high = nearly_all(usual, 0.01)
    # A gap, told by NaN, is part of an array: comparing it says no.
    far: Flags = np.abs(values - (low / 2 + high / 2)) > 1.5 * (high / 2 - low / 2) + 1e-300
    if np.mean(usual == 0) > _RARE_PART:
        return far
    smallest, _ = nearly_all(np.abs(usual[usual != 0]), 0.01)
    return far | (np.abs(values) < 1e-6 * smallest)
