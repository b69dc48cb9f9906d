"""A snapshot of 64 MiB, against a copy out of a mapping of the same segment."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np

from bench.paired import Ratio, pair
from bench.segments import mapped, source_of
from shmscope.layout.selection import parse_selection

SIZE_BYTES = 64 << 20
ROUNDS = 15


def measure() -> list[Ratio]:
    """Copy to new memory, and to memory that is there already."""
    with mapped(SIZE_BYTES, "f8") as (name, array):
        array[:] = np.random.default_rng(1).normal(size=array.size)
        source = source_of(name, array)
        whole, there = parse_selection("...", array.shape), np.empty_like(array)
        look = partial(_gigabytes_per_s, lambda: source.look(whole))
        copies: list[tuple[str, Callable[[], object]]] = [
            ("mapped copy, new array", lambda: np.array(array)),
            ("mapped copy, same array", lambda: np.copyto(there, array)),
        ]
        return [
            pair("snapshot, 64 MiB", look, peer, partial(_gigabytes_per_s, copy), "GB/s", ROUNDS)
            for peer, copy in copies
        ]


def _gigabytes_per_s(work: Callable[[], object]) -> float:
    started_s = time.process_time()
    work()
    return SIZE_BYTES / (time.process_time() - started_s) / 1e9
