"""Asking the kernel for the shared mappings of a process only: it need not write out all others.

ioctl PROCMAP_QUERY on /proc/PID/maps, from Linux 6.11 on. A structure of 104 bytes, native order
(Source: include/uapi/linux/fs.h, struct procmap_query):

    0  u64  size of the structure
    8  u64  what is asked for: bits of `_ASKED`
   16  u64  an address
   24  u64  start, 32 u64 end of the mapping found
   40  u64  what it is: 1 readable, 2 writable, 4 executable, 8 shared
   48  u64  page size
   56  u64  offset in its file
   64  u64  inode
   72  u32  major, 76 u32 minor number of its device
   80  u32  room for the name, then its length with the final zero
   84  u32  room for the build id
   88  u64  address of the name
   96  u64  address of the build id
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import struct
from functools import lru_cache

from shmscope.sources.folders import raise_if_short
from shmscope.sources.mappings import Mapped, split_deleted

_QUERY = struct.Struct("=9Q4I2Q")
_ANSWER = struct.Struct("=6Q2I")  # from 24 on
_END_AND_LENGTH = struct.Struct("=Q40xI")  # from 32 on
_REQUEST = 0xC0686611
_ASKED = 0x08 | 0x10  # shared; at the address, or the next one behind it
_WRITABLE = 2
_NAME_BYTES = 4096  # PATH_MAX
_END = (errno.ENOENT, errno.ESRCH)


def query_shared(maps: int) -> list[Mapped] | None:
    """Return all shared mappings of files; None where the kernel cannot tell.

    Args:
        maps: A descriptor of /proc/PID/maps.
    """
    buffer = (ctypes.c_char * _NAME_BYTES)()
    name, place = memoryview(buffer).cast("B"), ctypes.addressof(buffer)
    found: list[Mapped] = []
    address = 0
    try:
        while True:
            answer = fcntl.ioctl(maps, _REQUEST, _ask(address, place))
            address, length = _END_AND_LENGTH.unpack_from(answer, 32)
            mapped = _parse(answer[24:80], bytes(name[: max(length - 1, 0)]))
            if mapped.path.startswith("/"):
                found.append(mapped)
    except OSError as error:
        raise_if_short(error)
        return found if error.errno in _END else None


def _ask(address: int, place: int) -> bytes:
    return _QUERY.pack(
        _QUERY.size, _ASKED, address, 0, 0, 0, 0, 0, 0, 0, 0, _NAME_BYTES, 0, place, 0
    )


@lru_cache(maxsize=1 << 14)  # what is mapped stays mapped, and is asked for again and again
def _parse(answer: bytes, name: bytes) -> Mapped:
    start, end, flags, _, offset, inode, major, minor = _ANSWER.unpack(answer)
    path, deleted = split_deleted(os.fsdecode(name))
    return Mapped(
        start=start,
        end=end,
        offset=offset,
        shared=True,
        writes=bool(flags & _WRITABLE),
        device=os.makedev(major, minor),
        inode=inode,
        path=path,
        deleted=deleted,
    )
