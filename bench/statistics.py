"""All statistics of an array of 256 MiB, against numpy.min alone and against a plain copy.

The array lies in a segment of its own, which numpy has mapped and the scan reads as a server would:
through a descriptor, block by block. CPU time is compared, the kernel's included. Two more peers
tell what stands between: the same reads and nothing else, and with them numpy's passes over a block
for least, greatest and sum alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from bench.paired import Ratio, pair
from bench.segments import mapped, source_of
from shmscope.layout.runs import empty_aligned
from shmscope.sampling.scan import BLOCK_BYTES, Scan
from shmscope.sources.arrays import MemoryArray

SIZE_BYTES = 256 << 20
BUDGET_BYTES = 32 << 20
AT_ONCE = 1 << 20
DTYPES = ("f8", "f4", "u1", "i8")


def measure() -> list[Ratio]:
    """Scan arrays of several dtypes."""
    found = []
    for dtype in DTYPES:
        with mapped(SIZE_BYTES, dtype) as (name, array):
            fill(array)
            found += _compare(source_of(name, array), array)
    return found


def _compare(source: MemoryArray, array: np.ndarray[Any, Any]) -> list[Ratio]:
    what = f"all statistics of {array.dtype}, 256 MiB"
    there = np.empty_like(array)
    peers: dict[str, Callable[[], object]] = {
        "numpy.min alone": array.min,
        "copy to another array": lambda: np.copyto(there, array),
        "reading alone": lambda: _read(source, lambda _: None),
        "reading, min, max and sum": lambda: _read(source, _pass),
    }
    scan = partial(cpu_ms, lambda: scan_all(source))
    return [
        pair(what, scan, peer, partial(cpu_ms, work), "ms", rounds=5)
        for peer, work in peers.items()
    ]


def scan_all(source: MemoryArray) -> None:
    """Find all statistics of an array."""
    scan = Scan(source.layout)
    while not scan.finished:
        scan.advance(source.scan, BUDGET_BYTES)
    scan.summary()


def _read(source: MemoryArray, take: Callable[[np.ndarray[Any, Any]], object]) -> None:
    """Read all of an array as a scan does, block by block, into memory that is in cache."""
    dtype = source.layout.dtype
    block = empty_aligned((BLOCK_BYTES // dtype.itemsize,), dtype)
    buffer = block.view(np.uint8).data
    with source.scan(source.layout) as reading:
        for offset in range(0, SIZE_BYTES, BLOCK_BYTES):
            reading.read_into(buffer, offset)
            take(block)


def _pass(block: np.ndarray[Any, Any]) -> None:
    block.min()
    block.max()
    np.add.reduce(block, dtype=np.float64)


def fill(array: np.ndarray[Any, Any]) -> None:
    """Write values of which a few are zero, and none is strange."""
    numbers = np.random.default_rng(1)
    for at in range(0, array.size, AT_ONCE):
        part = array[at : at + AT_ONCE]
        part[:] = numbers.normal(100, 30, part.size).clip(0, 250)


def cpu_ms(work: Callable[[], object]) -> float:
    """Return what a piece of work took of a processor."""
    started_s = time.process_time()
    work()
    return (time.process_time() - started_s) * 1e3
