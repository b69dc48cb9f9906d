"""Arrays of SharedArray 3: the data first, what describes it last.

Offsets in bytes, little-endian, packed; M is 64 where the writer has NumPy 2 and 32 with NumPy 1:

    0          the elements, in C order and the machine's byte order
    size       trailer, 36 + 8 * M bytes, up to the end of the segment
      + 0  char[16] magic "[SharedArray]"
      +16  u64  bytes of the elements
      +24  i32  NumPy's type number
      +28  i32  bytes of an element
      +32  i32  number of axes
      +36  i64[M] elements along each axis

The fields of records and the unit of times are not in it: records are shown as bytes, times as
integers. Nothing counts writes.
"""

from __future__ import annotations

import math
import struct
from typing import Any, Final

import numpy as np

from shmscope.layout.dtypes import MAX_ITEM_BYTES
from shmscope.layout.formats.look import Look
from shmscope.layout.formats.recognition import RecognisedArray, Recognition, place

MAGIC: Final = b"[SharedArray]\0\0\0"
MOST_AXES: Final = (64, 32)
_TRAILER = struct.Struct("<16sQiii")

# NumPy's type numbers; those of C types whose size varies from machine to machine have two sizes.
_NUMBERS: Final[dict[int, tuple[str, tuple[int, ...]]]] = {
    0: ("b", (1,)), 1: ("i", (1,)), 2: ("u", (1,)), 3: ("i", (2,)), 4: ("u", (2,)),
    5: ("i", (4,)), 6: ("u", (4,)), 7: ("i", (4, 8)), 8: ("u", (4, 8)), 9: ("i", (8,)),
    10: ("u", (8,)), 11: ("f", (4,)), 12: ("f", (8,)), 13: ("f", (8, 16)), 14: ("c", (8,)),
    15: ("c", (16,)), 16: ("c", (16, 32)), 21: ("i", (8,)), 22: ("i", (8,)), 23: ("f", (2,)),
}  # fmt: skip
_TEXTS: Final = {18: ("S", 1), 19: ("<U", 4), 20: ("V", 1)}


def recognise(look: Look) -> Recognition | None:
    """Recognise an array of SharedArray 3 by its trailer."""
    for most_axes in MOST_AXES:
        trailer_bytes = _TRAILER.size + 8 * most_axes
        start = look.size_bytes - trailer_bytes
        trailer = look.read(start, trailer_bytes)
        if trailer.startswith(MAGIC):
            return _read_trailer(trailer, start, most_axes)
    return None


def _read_trailer(trailer: bytes, start: int, most_axes: int) -> Recognition | None:
    _, size_bytes, number, item_bytes, axes = _TRAILER.unpack_from(trailer)
    if size_bytes != start or not 0 <= axes <= most_axes:
        return None
    shape = struct.unpack_from(f"<{axes}q", trailer, _TRAILER.size)
    dtype = _dtype(number, item_bytes)
    if dtype is None or any(length < 0 for length in shape):
        return None
    layout = place(dtype, shape, 0, start)
    if layout is None or math.prod(shape) * item_bytes != size_bytes:
        return None
    why = "its last bytes carry SharedArray's magic, and their shape and type make up the rest"
    return Recognition("SharedArray 3", why, (RecognisedArray(layout),))


def _dtype(number: int, item_bytes: int) -> np.dtype[Any] | None:
    if number in _TEXTS:
        kind, char_bytes = _TEXTS[number]
        if not 0 < item_bytes <= MAX_ITEM_BYTES or item_bytes % char_bytes:
            return None
        return np.dtype(f"{kind}{item_bytes // char_bytes}")
    kind, sizes = _NUMBERS.get(number, ("", ()))
    if item_bytes not in sizes:
        return None
    try:
        return np.dtype(f"<{kind}{item_bytes}")
    except TypeError:  # a long double of another machine
        return None
