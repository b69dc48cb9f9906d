"""Memory that large copies are made into, fast.

The naive way is a new array for every copy: the kernel fills its pages with zeros before it copies
over them, a third of all the time. So rooms that are not in use any more are kept for the next
copies of their size. The kernel is told that it may have the pages back whenever it needs them.
"""

from __future__ import annotations

import math
import mmap
import weakref
from collections import deque
from typing import Any

import numpy as np

from shmscope.layout.runs import empty_aligned

HUGE_PAGE_BYTES = 2 << 20
LEAST_KEPT_BYTES, MOST_KEPT_BYTES = 4 << 20, 64 << 20

_spare: deque[mmap.mmap] = deque()  # of one size; its own methods are safe from any thread


def room_for(shape: tuple[int, ...], dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """Return an array to be read into, its content undefined."""
    size_bytes = math.prod(shape) * dtype.itemsize
    if size_bytes < LEAST_KEPT_BYTES:
        return empty_aligned(shape, dtype)
    return np.ndarray(shape, dtype, _large(size_bytes))


def _large(size_bytes: int) -> np.ndarray[Any, Any]:
    """Return a room that is given back when the last array in it is gone."""
    wanted = -(-size_bytes // HUGE_PAGE_BYTES) * HUGE_PAGE_BYTES
    room = _take_spare(wanted)
    if room is None:
        # Without these flags it would be shared: a segment of our own.
        room = mmap.mmap(-1, wanted, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        room.madvise(mmap.MADV_HUGEPAGE)
    base = np.frombuffer(room, np.uint8)  # whatever is made of an array holds its innermost base
    weakref.finalize(base, _give_back, room).atexit = False
    return base


def _take_spare(size_bytes: int) -> mmap.mmap | None:
    """Return a room of this size; those of another are kept no more."""
    try:
        while len(room := _spare.pop()) != size_bytes:
            pass
    except IndexError:
        return None
    return room


def _give_back(room: mmap.mmap) -> None:
    if any(len(other) != len(room) for other in tuple(_spare)):
        _spare.clear()
    if (len(_spare) + 1) * len(room) <= MOST_KEPT_BYTES:
        room.madvise(mmap.MADV_FREE)
        _spare.append(room)
