"""Changes of a real segment, against what its writer counts of its own writes.

The machine may be busy: nothing is said of absolute time, and of rates only their ratio within a
run, generously.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from tests.sources.puppets import Puppet
from tests.sources.reading import SHM, descriptors
from tests.waiting import until

from shmscope.errors import SourceGoneError, SourceTruncatedError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.runs import ReadInto
from shmscope.sampling.changes import Changes, ChangeWatch
from shmscope.sources.processes import own_namespace
from shmscope.sources.segments import Segment

ELEMENTS = 1024
CLOSE = 1 / 3

# Nobody counts its writes but it itself, in a segment of its own.
SHARE = f"""
import time
from multiprocessing.shared_memory import SharedMemory
memory = SharedMemory(name, create=True, size={4 * ELEMENTS})
array = np.ndarray({ELEMENTS}, "u4", memory.buf)
counter = SharedMemory(name + "-count", create=True, size=8)
made = np.ndarray(1, "u8", counter.buf)
def write():
    made[0] += 1  # before the store, so that no look can find a write that is not counted
    array[:] = made[0]
def write_on(pause_s):
    while True:
        write()
        time.sleep(pause_s)
"""


class Watched:
    """A segment, its writer, and a watch of what it holds."""

    def __init__(self, name: str, writer: Puppet) -> None:
        writer.do(f"name = {name!r}")
        writer.do(SHARE)
        self.path, self.writer = SHM / name, writer
        status = self.path.stat()
        self._segment = Segment(status.st_dev, status.st_ino, name, list, own_namespace())
        self.watch = ChangeWatch(ArrayLayout.contiguous(np.dtype("u4"), (ELEMENTS,)))

    @property
    def made(self) -> int:
        """Return how many writes the writer has begun."""
        return int(np.fromfile(f"{self.path}-count", "u8")[0])

    @contextmanager
    def _reader(self) -> Iterator[ReadInto]:
        with self._segment.opened() as opened:
            yield opened.read_into

    def look(self) -> Changes:
        self.watch.look(self._reader, eager=True)
        return self.watch.changes(time.monotonic())

    def look_until_found(self, changes: int) -> None:
        until(self.looking(lambda _: self.watch._total >= changes))

    def look_on(self, count: int) -> None:
        """Go on until the array was looked at so often again."""
        looks = self.watch._looks
        wanted = looks.looked + count
        until(self.looking(lambda _: looks.looked >= wanted))

    def looking(self, condition: Callable[[Changes], bool]) -> Callable[[], Changes | None]:
        """Return what looks, and returns what was seen once that fulfils a condition."""

        def look() -> Changes | None:
            seen = self.look()
            return seen if condition(seen) else None

        return look


@pytest.fixture
def watched(name: str, puppets: Callable[[], Puppet]) -> Watched:
    return Watched(name, puppets())


def test_fast_writer_is_read_close_to_its_own_count_by_bursts(watched: Watched) -> None:
    watched.look()
    before, started_s = watched.made, time.monotonic()
    watched.writer.begin("write_on(0.0001)")

    def is_close(seen: Changes) -> bool:
        made_per_s = (watched.made - before) / (time.monotonic() - started_s)
        return seen.burst_looks_per_s is not None and seen.per_s >= CLOSE * made_per_s

    seen = until(watched.looking(is_close), 40.0)
    assert seen.burst_looks_per_s is not None
    assert seen.per_s <= seen.burst_looks_per_s
    assert seen.elements == ELEMENTS
    made = watched.made - before
    assert watched.watch._total <= made
    for meter in (watched.watch._closer._loose, watched.watch._closer._tight):
        assert sum(burst.changes for burst in meter._bursts) <= made


def test_slow_writer_is_read_write_by_write(watched: Watched) -> None:
    wrote_s = []
    watched.look()
    for number in range(1, 8):
        watched.writer.do("write()")
        wrote_s.append(time.monotonic())
        watched.look_until_found(number)
        watched.look_on(5)
    seen = watched.look()
    assert watched.watch._total == watched.made == 7
    assert seen.burst_looks_per_s is None
    own_per_s = 6 / (wrote_s[-1] - wrote_s[0])
    assert CLOSE * own_per_s <= seen.per_s <= own_per_s / CLOSE


def test_writer_that_stops_is_shown_as_still(watched: Watched) -> None:
    watched.writer.begin("write_on(0.001)")
    until(watched.looking(lambda seen: seen.per_s > 20))
    watched.writer.stop()
    until(watched.looking(lambda seen: seen.per_s < 1))
    seen = watched.look()
    assert seen.burst_looks_per_s is None
    assert seen.last_change_age_s is not None


def test_looks_and_bursts_leave_nothing_open_and_map_nothing(watched: Watched) -> None:
    watched.look()
    before = descriptors()
    watched.writer.begin("write_on(0.0001)")
    until(watched.looking(lambda seen: seen.burst_looks_per_s is not None), 40.0)
    assert descriptors() == before
    with open("/proc/self/maps") as maps:
        assert watched.path.name not in maps.read()


def test_segment_that_is_cut_is_told_and_read_again_when_it_is_mended(watched: Watched) -> None:
    watched.look()
    os.truncate(watched.path, 100)
    watched.watch.due_s = 0.0
    with pytest.raises(SourceTruncatedError):
        until(watched.looking(lambda _: False))
    os.truncate(watched.path, 4 * ELEMENTS)
    until(watched.looking(lambda seen: seen.looks_per_s > 0))
    assert watched.look().last_change_age_s is None
    watched.writer.do("write()")
    until(watched.looking(lambda seen: seen.last_change_age_s is not None))


def test_segment_that_is_gone_is_told_with_every_look(watched: Watched) -> None:
    watched.look()
    watched.writer.do("memory.unlink()")
    for _ in range(2):
        with pytest.raises(SourceGoneError):
            until(watched.looking(lambda _: False))
    assert watched.watch.changes(time.monotonic()).looks_per_s == 0
