"""What a counted write costs, against a bare store and a store under multiprocessing.Lock."""

from __future__ import annotations

import multiprocessing
import os

import shmscope
from bench.paired import Ratio, pair, per_call_us


def measure() -> list[Ratio]:
    """Store one float64 in turn: counted, bare, under a lock."""
    lock = multiprocessing.Lock()
    with shmscope.create(f"bench-{os.getpid()}", 16) as shared:
        with shared.writing() as array:
            array[:] = 0

        def bare() -> None:
            array[3] = 1.0

        def locked() -> None:
            with lock:
                array[3] = 1.0

        def counted() -> None:
            with shared.writing() as writable:
                writable[3] = 1.0

        return [
            pair(
                "counted write of one element",
                lambda: per_call_us(counted),
                name,
                lambda peer=peer: per_call_us(peer),  # type: ignore[misc]  # bound for this round
                "us",
            )
            for name, peer in (("bare numpy store", bare), ("store under a Lock", locked))
        ]
