"""The same work through the three mechanisms: add one to a shared counter, counted each time."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable

import shmscope
from bench.paired import Ratio, pair, per_call_us


def measure() -> list[Ratio]:
    """Increment through shared_memory, Array and Manager."""
    array = multiprocessing.Array("q", 4)
    with (
        multiprocessing.Manager() as manager,
        shmscope.create(f"bench-{os.getpid()}", 4, "i8") as memory,
    ):
        shared = shmscope.publish("bench-array", array)
        proxy = shmscope.publish("bench-list", manager.list([0] * 4))

        def in_memory() -> None:
            with memory.writing() as values:
                values[0] += 1

        def in_array() -> None:
            with array.get_lock(), shared.writing() as values:
                values[0] += 1

        def in_manager() -> None:
            with proxy.writing() as values:
                values[0] = values[0] + 1

        peer = "shared_memory"
        try:
            return [
                _against("multiprocessing.Array under its lock", in_array, 20_000, peer, in_memory),
                _against("Manager().list", in_manager, 500, peer, in_memory),
            ]
        finally:
            shared.unlink()
            proxy.unlink()


def _against(
    what: str, call: Callable[[], None], calls: int, peer: str, other: Callable[[], None]
) -> Ratio:
    return pair(
        f"increment, {what}",
        lambda: per_call_us(call, calls),
        peer,
        lambda: per_call_us(other, 20_000),
        "us",
        rounds=5,
    )
