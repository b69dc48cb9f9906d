"""Named semaphores, which are the locks of multiprocessing and others: who waits, and how long."""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from shmscope.errors import SourceError
from shmscope.sampling.facts import LockFacts
from shmscope.sources.assembly import FoundSegment
from shmscope.sources.segments import OpenSegment

# struct new_sem of glibc on 64-bit machines: u32 value | u32 waiters | i32 private | i32 padding.
# Source: glibc, sysdeps/htl and nptl, internaltypes.h.
_SEMAPHORE: Final = struct.Struct("<II")
SEMAPHORE_BYTES: Final = 32
_NAME: Final = re.compile(r"(?:.*/)?sem\..+")


def is_semaphore(segment: FoundSegment) -> bool:
    """Whether a segment is a POSIX semaphore of glibc, by its name and size."""
    return segment.size_bytes == SEMAPHORE_BYTES and bool(_NAME.fullmatch(segment.label))


class LockWatch:
    """Looks at one semaphore again and again; it is never waited for, nor posted."""

    def __init__(self) -> None:
        self._seen: tuple[int, int] | None = None
        self._zero_s: float | None = None

    def look(self, opened: Callable[[], AbstractContextManager[OpenSegment]], now_s: float) -> None:
        """Read its value; one that cannot be read is not known any more."""
        try:
            with opened() as segment:
                raw = os.pread(segment.fd, _SEMAPHORE.size, 0)
        except (SourceError, OSError):
            raw = b""
        self._seen = _SEMAPHORE.unpack(raw) if len(raw) == _SEMAPHORE.size else None
        if self._seen is None or self._seen[0]:
            self._zero_s = None
        elif self._zero_s is None:
            self._zero_s = now_s

    def facts(self, now_s: float) -> LockFacts | None:
        """Return what was seen, None where it could not be read."""
        if self._seen is None:
            return None
        value, waiters = self._seen
        held_s = 0.0 if self._zero_s is None else now_s - self._zero_s
        return LockFacts(value, waiters, held_s)
