"""All statistics of an array of 256 MiB, against numpy.min alone and against a plain copy.

The array lies in a segment of its own, which numpy has mapped and the scan reads as a server would:
through a descriptor, block by block. CPU time is compared, the kernel's included.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from bench.paired import Ratio, pair
from bench.segments import mapped, source_of
from shmscope.sampling.scan import Scan
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
            _fill(array)
            found += _compare(source_of(name, array), array)
    return found


def _compare(source: MemoryArray, array: np.ndarray[Any, Any]) -> list[Ratio]:
    what = f"all statistics of {array.dtype}, 256 MiB"
    there = np.empty_like(array)
    scan = partial(_cpu_ms, lambda: _scan(source))
    return [
        pair(what, scan, "numpy.min alone", partial(_cpu_ms, array.min), "ms", rounds=5),
        pair(
            what,
            scan,
            "copy to another array",
            partial(_cpu_ms, lambda: np.copyto(there, array)),
            "ms",
            rounds=5,
        ),
    ]


def _scan(source: MemoryArray) -> None:
    scan = Scan(source.layout)
    while not scan.finished:
        scan.advance(source.scan, BUDGET_BYTES)
    scan.summary()


def _fill(array: np.ndarray[Any, Any]) -> None:
    numbers = np.random.default_rng(1)
    for at in range(0, array.size, AT_ONCE):
        part = array[at : at + AT_ONCE]
        part[:] = numbers.normal(100, 30, part.size).clip(0, 250)


def _cpu_ms(work: Callable[[], object]) -> float:
    started_s = time.process_time()
    work()
    return (time.process_time() - started_s) * 1e3
