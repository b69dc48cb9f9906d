"""Streams of pyRTC 1.

A stream is `X`, the elements in C order from byte 0, and `X_meta`, ten float64, offsets in bytes:

      0  count of writes             24  type
      8  time of the last write      32  shape: up to six lengths, then zeros
     16  bytes of the elements

There is no magic, so everything must fit together: `X_meta` has 80 bytes, all ten are numbers that
these can be, and type and shape make up the size of `X` exactly. A GPU's tensor has `X_gpu_handle`
beside it. The count is that of one writer's handle, and rises after the elements were written: it
tells a copy that is torn, but not one that is whole.
"""

from __future__ import annotations

import math
import struct
from typing import Final

import numpy as np

from shmscope.layout.formats.look import Look
from shmscope.layout.formats.recognition import RecognisedArray, Recognition, place
from shmscope.layout.formats.signs import MAX_EXACT_COUNT, Field, Signs

META_BYTES: Final = 80
DTYPES: Final = (
    "i1", "<i2", "<i4", "<i8", "u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16", "?",
)  # fmt: skip
_WHY = (
    "the ten numbers of its metadata segment are pyRTC's, "
    "and their type and shape make up this segment's size exactly"
)


def recognise(look: Look) -> Recognition | None:
    """Recognise the data segment of a stream by its metadata, which has no magic."""
    meta = look.sibling(f"{look.name}_meta")
    if meta is None or meta.size_bytes != META_BYTES:
        return None
    found = _read_meta(meta.read(0, META_BYTES), look.size_bytes)
    layout = None if found is None else place(*found, 0, look.size_bytes)
    if layout is None:
        return None
    return Recognition(
        "pyRTC 1",
        _WHY,
        (RecognisedArray(layout, look.name if look.name.isprintable() else ""),),
        companions=(meta.name, *look.present(f"{look.name}_gpu_handle")),
        signs=Signs(count=Field(0, "<d", meta.name)),
    )


def _read_meta(raw: bytes, size_bytes: int) -> tuple[np.dtype[np.generic], tuple[int, ...]] | None:
    if len(raw) != META_BYTES:
        return None
    count, time_s, *rest = struct.unpack("<10d", raw)
    if not _is_whole(count) or not math.isfinite(time_s) or time_s < 0:
        return None
    if not all(_is_whole(number) for number in rest):
        return None
    stored_bytes, code, *lengths = (int(number) for number in rest)
    axes = lengths.index(0) if 0 in lengths else len(lengths)
    if stored_bytes != size_bytes or code >= len(DTYPES) or any(lengths[axes:]):
        return None
    dtype, shape = np.dtype(DTYPES[code]), tuple(lengths[:axes])
    return (dtype, shape) if math.prod(shape) * dtype.itemsize == size_bytes else None


def _is_whole(number: float) -> bool:
    """Whether `number` is a count; a minus before a zero is nothing that pyRTC writes."""
    whole = 0 <= number < MAX_EXACT_COUNT and number.is_integer()
    return whole and math.copysign(1, number) > 0
