"""Segments for benchmarks: mapped by whom they belong to, and read as a server reads them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.shared_memory import SharedMemory
from typing import Any

import numpy as np

from shmscope.layout.array import ArrayLayout
from shmscope.sources.arrays import MemoryArray
from shmscope.sources.processes import own_namespace
from shmscope.sources.segments import Segment
from shmscope.sources.snapshots import NoWitness


@contextmanager
def mapped(size_bytes: int, dtype: str) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    """Yield the name of a new segment, none of which is written yet, and an array that is it."""
    memory = SharedMemory(f"bench-{os.getpid()}-{size_bytes}", create=True, size=size_bytes)
    try:
        kind = np.dtype(dtype)
        # Through the address, so that no view is left that would keep the mapping from closing.
        yield memory.name, np.ndarray((size_bytes // kind.itemsize,), kind, memory.buf)
    finally:
        memory.unlink()


def source_of(name: str, array: np.ndarray[Any, Any]) -> MemoryArray:
    """Return a segment as a source that knows nothing of its writers."""
    status = os.stat(f"/dev/shm/{name}")
    segment = Segment(status.st_dev, status.st_ino, name, list, own_namespace())
    return MemoryArray(segment, ArrayLayout.contiguous(array.dtype, array.shape), None, NoWitness())
