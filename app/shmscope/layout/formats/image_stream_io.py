"""Streams of ImageStreamIO (milk, CACAO), versions 1.01 to 2.00: `NAME.im.shm`.

Offsets in bytes, little-endian, x86-64:

      0  char[32] version              240  i8   location: -1 memory, else a GPU's number
     32  char[80] name                 258  u16  number of semaphores, S
    112  u8   number of axes, 1 to 3   260  u16  number of process traces, P
    116  u32[3] size, fastest first    264  u64  count of writes
    128  u64  number of elements       288  u8   1 while a write is under way
    136  u8   type                     290  u16  number of keywords, K
    144  u64  kind of image            292  u32  frames in the circular buffer, F
    216  i32  pid of the creator         H  the elements, unless they are on a GPU
    224  u8   1: in shared memory        …  what is named below

The bytes of the elements, B, stand once more in a u64 at M. H and M depend on version and build:

    1.01-1.03          H  360            M none
    1.04, 1.05, 2.00   H  384 (DAO 4496) M 312
    with write history H  400 (DAO 4512) M 328

In 2.00, with everything rounded up to 8 bytes, the segment ends after B, 128 K, 32 S, 32, four
times 4 S, 64 P, 40 size[2] (circular in time only), 48 F, B F, and 3200 (write history only).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from shmscope.layout.formats.look import Look, printable
from shmscope.layout.formats.recognition import RecognisedArray, Recognition, place
from shmscope.layout.formats.signs import Field, Signs

DTYPES: Final = {
    1: "u1", 2: "i1", 3: "<u2", 4: "<i2", 5: "<u4", 6: "<i4", 7: "<u8", 8: "<i8", 9: "<f4",
    10: "<f8", 11: "<c8", 12: "<c16", 13: "<f2",
}  # fmt: skip
ITEM_BYTES: Final = {
    1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 8, 8: 8, 9: 4, 10: 8, 11: 8, 12: 16, 13: 2,
}  # fmt: skip
SIGNS: Final = Signs(count=Field(264, "<Q"), flag=Field(288, "<B"))
HEAD_BYTES: Final = 360
_SHAPE = struct.Struct("<B3x3IQB")
_CIRCULAR_IN_TIME, _KIND_MASK = 0x20001, 0xF000F
_HISTORY_BYTES = 3200
# version: (H, M, the write history)
_PLAIN, _HISTORY = (384, 312, 0), (400, 328, _HISTORY_BYTES)
_BUILDS: Final[dict[str, tuple[tuple[int, int | None, int], ...]]] = {
    **dict.fromkeys(("1.01", "1.02", "1.03"), ((HEAD_BYTES, None, 0),)),
    "1.04": (_PLAIN,),
    "1.05": (_PLAIN, _HISTORY),
    "2.00": (_PLAIN, _HISTORY, (4496, 312, 0), (4512, 328, _HISTORY_BYTES)),
}


@dataclass(frozen=True, slots=True)
class _Head:
    version: str
    name: str
    shape: tuple[int, ...]
    code: int
    circular: bool
    creator_pid: int
    on_gpu: bool
    semaphores: int
    traces: int
    keywords: int
    frames: int

    @property
    def size_bytes(self) -> int:
        return math.prod(self.shape) * ITEM_BYTES[self.code]


def recognise(look: Look) -> Recognition | None:
    """Recognise a stream by its version, its shape and its size."""
    head = _read_head(look.read(0, HEAD_BYTES))
    start = None if head is None else next(_starts(head, look), None)
    if head is None or start is None:
        return None
    arrays: tuple[RecognisedArray, ...] = ()
    if not head.on_gpu:
        layout = place(DTYPES[head.code], head.shape, start, look.size_bytes)
        if layout is None:
            return None
        arrays = (RecognisedArray(layout, head.name),)
    return Recognition(
        f"ImageStreamIO {head.version}",
        _why(head),
        arrays,
        signs=SIGNS,
        creator_pid=head.creator_pid if head.creator_pid > 0 else None,
    )


def _why(head: _Head) -> str:
    size = "make up its size" if head.version == "2.00" else "fit its size"
    gpu = "; its values are in the memory of a GPU" if head.on_gpu else ""
    return (
        f"it begins with version {head.version}, and its shape, type and tables {size}; "
        f"a copy is whole if the program keeps to the write flag{gpu}"
    )


def _read_head(raw: bytes) -> _Head | None:
    version = raw[:32].rstrip(b"\0").decode("ascii", "replace")
    if len(raw) != HEAD_BYTES or version not in _BUILDS or b"\0" not in raw[32:112]:
        return None
    axes, *lengths, elements, code = _SHAPE.unpack_from(raw, 112)
    if not 1 <= axes <= 3 or code not in DTYPES or raw[224] != 1:
        return None
    if not all(lengths[:axes]) or math.prod(lengths[:axes]) != elements:
        return None
    location, semaphores, traces = struct.unpack_from("<b17xHH", raw, 240)
    keywords, frames = struct.unpack_from("<HI", raw, 290)
    return _Head(
        version,
        printable(raw[32:112]),
        tuple(lengths[axes - 1 :: -1]),
        code,
        struct.unpack_from("<Q", raw, 144)[0] & _KIND_MASK == _CIRCULAR_IN_TIME,
        struct.unpack_from("<i", raw, 216)[0],
        location >= 0,
        semaphores,
        traces,
        keywords,
        frames,
    )


def _starts(head: _Head, look: Look) -> Iterator[int]:
    """Yield where the elements begin in every build whose size this is."""
    for start, stored, history_bytes in _BUILDS[head.version]:
        if stored is not None:
            raw = look.read(stored, 8)
            if not raw or struct.unpack("<Q", raw)[0] != head.size_bytes:
                continue
        if _has_size(head, look.size_bytes - start - history_bytes):
            yield start


def _has_size(head: _Head, size_bytes: int) -> bool:
    """Whether so many bytes behind the header, without the history, are what `head` asks for."""
    in_memory = 0 if head.on_gpu else head.size_bytes
    if head.version == "2.00":
        return size_bytes == _up(in_memory) + _tables_bytes(head)
    return size_bytes >= in_memory + 120 * head.keywords + head.size_bytes * head.frames


def _tables_bytes(head: _Head) -> int:
    """Return how much stands behind the elements in a segment of version 2.00."""
    times = 40 * head.shape[0] if head.circular and len(head.shape) == 3 else 0
    fixed = 128 * head.keywords + 32 * head.semaphores + 32 + 64 * head.traces
    circular = 48 * head.frames + _up(head.size_bytes * head.frames)
    return fixed + 4 * _up(4 * head.semaphores) + times + circular


def _up(size_bytes: int) -> int:
    return -(-size_bytes // 8) * 8
