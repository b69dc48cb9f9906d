"""Streams of pyshmem 1, metadata version 3.

A stream called NAME is `ps_` and the first 14 hexadecimal digits of NAME's SHA-1: the elements, in
C order from byte 0. Beside it stand `..._meta` and, for a tensor on a GPU, `..._gpu`. The metadata,
512 bytes or more, little-endian, offsets in bytes:

      0  char[8] magic "PYSHMEM"         40  u64  count of writes
      8  u16  version = 3                48  i64  sequence: odd while a write is under way,
     10  u16  header bytes = 256                  negative after one that was given up
     12  u32  flags                      56  f64  time of the last write
     16  u16  type                       64  i64  pid that holds the lock
     18  u16  number of axes             72  u32  depth of the lock
     20  i32  number of the GPU          76  byte[16] instance
     24  i64  pid of the creator         92  u32  CRC-32
     32  u64  bytes of the elements      96  u64  frame
    104  u64[19] shape, then zeros      256  char[256] NAME

Flags: 1 GPU, 2 elements are in memory, 4 instance, 8 CRC-32, 16 notifies. The CRC-32 is that of the
512 bytes with the count, sequence, time, lock, frame and itself as zeros.
"""

from __future__ import annotations

import hashlib
import math
import re
import struct
import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np

from shmscope.layout.formats.look import Look, printable
from shmscope.layout.formats.recognition import RecognisedArray, Recognition, place
from shmscope.layout.formats.signs import Field, Signs

MAGIC: Final = b"PYSHMEM\0"
META_BYTES: Final = 512
DTYPES: Final = (
    "i1", "<i2", "<i4", "<i8", "u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8", "?", "<c8", "<c16",
)  # fmt: skip
_NAME = re.compile(r"ps_[0-9a-f]{14}")
_HEADER = struct.Struct("<8sHHIHHiqQ")
_COUNT, _SEQUENCE, _CRC, _SHAPE, _STREAM = 40, 48, 92, 104, 256
_MOST_AXES = 19
_CHANGING = ((40, 76), (92, 104))  # what the checksum leaves out
_ON_GPU, _IN_MEMORY, _HAS_CRC, _ALL_FLAGS = 1, 2, 8, 31


@dataclass(frozen=True, slots=True)
class _Meta:
    flags: int
    dtype: np.dtype[np.generic]
    shape: tuple[int, ...]
    creator_pid: int
    stream: str


def recognise(look: Look) -> Recognition | None:
    """Recognise the data segment of a stream, by its name and its metadata."""
    sibling = look.sibling(f"{look.name}_meta") if _NAME.fullmatch(look.name) else None
    meta = _read_meta(sibling.read(0, META_BYTES), look.name) if sibling is not None else None
    if sibling is None or meta is None:
        return None
    arrays: tuple[RecognisedArray, ...] = ()
    if meta.flags & _IN_MEMORY:
        layout = place(meta.dtype, meta.shape, 0, look.size_bytes)
        if layout is None:
            return None
        arrays = (RecognisedArray(layout, meta.stream),)
    return Recognition(
        "pyshmem 3",
        _why(meta),
        arrays,
        companions=(sibling.name, *look.present(f"{look.name}_gpu")),
        signs=Signs(
            count=Field(_COUNT, "<Q", sibling.name), sequence=Field(_SEQUENCE, "<q", sibling.name)
        ),
        creator_pid=meta.creator_pid,
    )


def _why(meta: _Meta) -> str:
    crc = " and a checksum that is right" if meta.flags & _HAS_CRC else ""
    gpu = "" if meta.flags & _IN_MEMORY else "; its values are in the memory of a GPU only"
    return f"its metadata segment has pyshmem's magic, this segment's name{crc}{gpu}"


def _read_meta(raw: bytes, data_name: str) -> _Meta | None:
    if len(raw) != META_BYTES or not _is_named(raw[_STREAM:], data_name):
        return None
    magic, version, header, flags, code, axes, gpu, pid, size = _HEADER.unpack_from(raw)
    if (magic, version, header) != (MAGIC, 3, 256) or pid <= 0 or not _is_intact(raw, flags):
        return None
    shape = _shape(raw, axes)
    if code >= len(DTYPES) or shape is None or not _are_flags(flags, gpu):
        return None
    dtype = np.dtype(DTYPES[code])
    if math.prod(shape) * dtype.itemsize != size:
        return None
    return _Meta(flags, dtype, shape, pid, printable(raw[_STREAM:]))


def _are_flags(flags: int, gpu: int) -> bool:
    on_gpu, in_memory = bool(flags & _ON_GPU), bool(flags & _IN_MEMORY)
    return not flags & ~_ALL_FLAGS and on_gpu == (gpu >= 0) and (on_gpu or in_memory)


def _shape(raw: bytes, axes: int) -> tuple[int, ...] | None:
    lengths = struct.unpack_from(f"<{_MOST_AXES}Q", raw, _SHAPE)
    if not 0 < axes <= _MOST_AXES or not all(lengths[:axes]) or any(lengths[axes:]):
        return None
    return lengths[:axes]


def _is_named(padded: bytes, data_name: str) -> bool:
    digest = hashlib.sha1(padded.partition(b"\0")[0], usedforsecurity=False).hexdigest()
    return f"ps_{digest[:14]}" == data_name


def _is_intact(raw: bytes, flags: int) -> bool:
    stored: int = struct.unpack_from("<I", raw, _CRC)[0]
    if not flags & _HAS_CRC:
        return stored == 0
    fixed = bytearray(raw)
    for start, end in _CHANGING:
        fixed[start:end] = bytes(end - start)
    return zlib.crc32(fixed) == stored
