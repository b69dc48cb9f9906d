"""Arrays of ndsharray 1.

An array called NAME is two segments. `NAME` holds the name of the other, which is NAME, an
underscore and 32 hexadecimal digits, new ones for every change of type or shape. The other, offsets
in bytes, numbers big-endian but for the time, and nothing after it:

      0  f64  time of the write, CLOCK_MONOTONIC, seconds, little-endian
      8  u64  type
     16  u64  number of axes, N
     24  u64[N] shape
      …  the elements, in C order and the machine's byte order
      …  f64  the time once more

Times that differ tell of a write under way. Times that are equal prove nothing: both are copied in
one piece with the elements, and memcpy may store them last (see `Signs.proves_clean`). Nothing
counts writes.
"""

from __future__ import annotations

import math
import re
import struct
from typing import Final

import numpy as np

from shmscope.layout.array import MAX_DIMENSIONS
from shmscope.layout.formats.look import Look
from shmscope.layout.formats.recognition import RecognisedArray, Recognition, place
from shmscope.layout.formats.signs import Field, Signs

DTYPES: Final = (
    "i1", "<i2", "<i4", "<i8", "u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16", "?",
)  # fmt: skip
_NAME = re.compile(r"(.+)_[0-9a-f]{32}", re.DOTALL)
_HEAD = struct.Struct("<d8s8s")
_TIME = struct.Struct("<d")


def recognise(look: Look) -> Recognition | None:
    """Recognise the segment of the elements, by its name, its exact size and its two times."""
    named = _NAME.fullmatch(look.name)
    found = _read_shape(look) if named else None
    if named is None or found is None:
        return None
    dtype, shape = found
    start = _HEAD.size + 8 * len(shape)
    layout = place(dtype, shape, start, look.size_bytes)
    end = start + math.prod(shape) * dtype.itemsize
    if layout is None or end + _TIME.size != look.size_bytes or not _is_time(look, end):
        return None
    pointer = look.sibling(named[1])
    points = pointer is not None and _points_to(pointer, look.name)
    return Recognition(
        "ndsharray 1",
        _why(named[1], points=points),
        (RecognisedArray(layout, named[1] if named[1].isprintable() else ""),),
        companions=(named[1],) if points else (),
        signs=Signs(stamps=(Field(0, "<d"), Field(end, "<d"))),
    )


def _why(owner: str, *, points: bool) -> str:
    checked = "its name ends in 32 digits, and its type and shape make up its size exactly"
    if points:
        return f"{checked}; {owner!r} names it"
    return f"{checked}; no other segment names it any more, so it is a left-over"


def _read_shape(look: Look) -> tuple[np.dtype[np.generic], tuple[int, ...]] | None:
    head = look.read(0, _HEAD.size)
    if not head or not _is_time(look, 0):
        return None
    code, axes = struct.unpack_from(">QQ", head, 8)
    if code >= len(DTYPES) or axes > MAX_DIMENSIONS:
        return None
    lengths = look.read(_HEAD.size, 8 * axes)
    if len(lengths) != 8 * axes:
        return None
    return np.dtype(DTYPES[code]), struct.unpack(f">{axes}Q", lengths)


def _is_time(look: Look, offset: int) -> bool:
    raw = look.read(offset, _TIME.size)
    time_s = _TIME.unpack(raw)[0] if raw else math.nan
    return math.isfinite(time_s) and time_s > 0


def _points_to(pointer: Look, name: str) -> bool:
    return pointer.read(0, pointer.size_bytes).decode("utf-8", "surrogateescape") == name
