"""How often an array is seen to change whose writes nobody counts, against its writer's own count.

The writer is a process of its own, which paces itself and says how many times it wrote an array of
4 KiB in some seconds; meanwhile the array is watched as its open page would have it. What watching
costs is CPU time, the kernel's included, against the naive way: 60 copies of the whole array in a
second, each compared with the one before. All of it takes six minutes.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory
from typing import TypeAlias

import numpy as np

from bench.paired import Ratio, pair
from shmscope.layout.array import ArrayLayout
from shmscope.layout.runs import ReadInto
from shmscope.sampling.changes import ChangeWatch
from shmscope.sources.processes import own_namespace
from shmscope.sources.segments import Segment

Numbers: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.uint32]]"

RATES_HZ = (0.2, 1, 5, 20, 100, 1_000, 10_000)
SETTLE_S, SLOW_SETTLE_S = 8.0, 26.0
LATE_S = 0.00006  # that a sleep may last longer
SMALL_BYTES, LARGE_BYTES = 4 << 10, 16 << 20
COSTS = (("nobody writes", 0), ("100 Hz writer", 100), ("10 kHz writer", 10_000))


def measure() -> list[Ratio]:
    """Measure what is seen of writers of every pace, and what it costs."""
    with _shared(SMALL_BYTES) as (array, orders):
        found = [_compare_rates(array, orders, per_s) for per_s in RATES_HZ]
    for size_bytes in (SMALL_BYTES, LARGE_BYTES):
        with _shared(size_bytes) as (array, orders):
            found += [_compare_cost(array, orders, *writer) for writer in COSTS]
    return found


class _Watched:
    """An array of a segment, as a server that found it would look at it."""

    def __init__(self, name: str, size_bytes: int) -> None:
        status = os.stat(f"/dev/shm/{name}")
        self._segment = Segment(status.st_dev, status.st_ino, name, list, own_namespace())
        self.layout = ArrayLayout.contiguous(np.dtype("u4"), (size_bytes // 4,))
        self.watch = ChangeWatch(self.layout)
        self._next_s = 0.0

    @contextmanager
    def reader(self) -> Iterator[ReadInto]:
        """Open the segment for one look."""
        with self._segment.opened() as opened:
            yield opened.read_into

    def look_for(self, seconds: float, *, every_s: float = 0.5) -> list[float]:
        """Look whenever it is time, and return the rate as it stood every so often."""
        end_s = time.monotonic() + seconds
        shown: list[float] = []
        while (now_s := time.monotonic()) < end_s:
            self.watch.look(self.reader, eager=True)
            if now_s >= self._next_s:
                shown.append(self.watch.changes(now_s).per_s)
                self._next_s = now_s + every_s
            time.sleep(max(self.watch.due_s - time.monotonic(), 0.0))
        return shown

    def copy_for(self, seconds: float) -> None:
        """Do as one would without further thought: copy all, compare all, 60 times a second."""
        due_s = time.monotonic()
        end_s = due_s + seconds
        before = np.empty(self.layout.size, "u4")
        while due_s < end_s:
            copy = np.empty_like(before)
            with self.reader() as read_into:
                read_into(copy.view("u1").data, 0)
            np.count_nonzero(copy != before)
            before = copy
            due_s += 1 / 60
            time.sleep(max(due_s - time.monotonic(), 0.0))


def _compare_rates(array: _Watched, orders: Connection, per_s: float) -> Ratio:
    """Return what was shown once it had settled, against what the writer counted meanwhile."""
    settle_s = SLOW_SETTLE_S if per_s < 1 else SETTLE_S
    watch_s = 2 * settle_s
    array.watch.rest()
    orders.send((per_s, watch_s))
    shown = array.look_for(watch_s)[int(settle_s / 0.5) :]
    made_per_s = float(orders.recv())
    return Ratio(
        f"seen of a writer of {per_s:,g} Hz",
        "its own count",
        statistics.median(shown),
        made_per_s,
        "/s",
        [each / made_per_s for each in shown],
    )


def _compare_cost(array: _Watched, orders: Connection, writer: str, per_s: float) -> Ratio:
    size = f"{array.layout.size_bytes // 1024:,} KiB"
    orders.send((per_s, 30.0))
    array.look_for(3.0)
    found = pair(
        f"watching {size}, {writer}",
        lambda: _cpu_share(lambda: array.look_for(2.0)),
        "60 whole copies per second",
        lambda: _cpu_share(lambda: array.copy_for(2.0)),
        "% of core",
        rounds=5,
    )
    orders.recv()
    return found


def _cpu_share(work: Callable[[], object]) -> float:
    """Return percent of a core."""
    started_s, used_s = time.monotonic(), time.process_time()
    work()
    return (time.process_time() - used_s) / (time.monotonic() - started_s) * 100


@contextmanager
def _shared(size_bytes: int) -> Iterator[tuple[_Watched, Connection]]:
    """Yield an array and the connection by which its writer takes pace and seconds."""
    memory = SharedMemory(f"bench-changes-{os.getpid()}", create=True, size=size_bytes)
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    writer = context.Process(target=_write, args=(theirs, memory.name, size_bytes))
    writer.start()
    try:
        yield _Watched(memory.name, size_bytes), ours
    finally:
        ours.send(None)
        writer.join()
        memory.close()
        memory.unlink()


def _write(orders: Connection, name: str, size_bytes: int) -> None:
    memory = SharedMemory(name)
    whole: Numbers = np.ndarray((size_bytes // 4,), "u4", memory.buf)
    array = whole[:: size_bytes // SMALL_BYTES]  # as much of a large one, all over it
    while (order := orders.recv()) is not None:
        orders.send(_write_at(array, *order))
    del whole, array
    memory.close()


def _write_at(array: Numbers, per_s: float, for_s: float) -> float:
    """Write the array so often, and return the writes per second that became of it."""
    now_s = time.monotonic()
    end_s, pause_s = now_s + for_s, 1 / per_s if per_s else for_s
    due_s, wrote_s = now_s, []
    while now_s < end_s:
        if now_s >= due_s:
            array += 1
            wrote_s.append(now_s)
            due_s = max(due_s + pause_s, now_s)  # what was missed is not caught up with
        elif due_s - now_s > LATE_S:
            time.sleep(max(min(due_s, end_s) - now_s - LATE_S, 0.0))
        now_s = time.monotonic()
    return (len(wrote_s) - 1) / (wrote_s[-1] - wrote_s[0]) if len(wrote_s) > 1 else 0.0
