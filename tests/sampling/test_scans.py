"""Scans of arrays that are mostly holes: what was never written costs no turns."""

from __future__ import annotations

import math
import os

import pytest
from tests.sampling.stepping import Clock
from tests.sources.reading import FinderOf

import shmscope
from shmscope.layout.runs import RUN_COST_BYTES
from shmscope.sampling.budget import Budget
from shmscope.sampling.sampler import Sampler
from shmscope.sampling.scan import BLOCK_BYTES, MOST_PARTS
from shmscope.sampling.scans import SCAN_BYTES, STRETCH_BYTES, Scans
from shmscope.sampling.trace import Trace

GIB = 1 << 30
SIZE_BYTES = 16 * GIB


@pytest.mark.parametrize("islands", [0, 16, 100])
def test_a_turn_goes_on_over_holes_as_far_as_its_bytes_go(name: str, islands: int) -> None:
    with shmscope.create(name, SIZE_BYTES // 8, "f8", reserve=False):
        _write(name, islands)
        trace = _trace_of(name)
        turns, ticks = _scanned(trace)
    assert trace.statistics[0].zeros == SIZE_BYTES // 8 - islands
    cost_bytes = sum(turns) + (MOST_PARTS + islands) * RUN_COST_BYTES
    assert len(turns) <= math.ceil(cost_bytes / STRETCH_BYTES) + 1
    assert all(read_bytes <= STRETCH_BYTES + BLOCK_BYTES for read_bytes in turns)
    assert ticks <= math.ceil(len(turns) * STRETCH_BYTES / SCAN_BYTES)


def _write(name: str, islands: int) -> None:
    """Write one element in each of so many places that are far apart."""
    fd = os.open(f"/dev/shm/{name}", os.O_RDWR)
    try:
        for island in range(islands):
            os.pwrite(fd, b"\1" * 8, SIZE_BYTES // 128 * island + (12_345 << 3))
    finally:
        os.close(fd)


def _trace_of(name: str) -> Trace:
    sampler = Sampler("box", lambda _: None, FinderOf(name))
    sampler.step()
    [trace] = sampler.roster.by_id.values()
    return trace


def _scanned(trace: Trace) -> tuple[list[int], int]:
    """Scan once, and once more calmly; return the bytes of the second one's turns, and ticks."""
    clock, turns = Clock(0.0), list[int]()
    scans = Scans(turns.append, Budget(clock=clock, cpu_clock=lambda: 0.0, disk_clock=lambda: 0))
    found: list[int] = []
    for now_s in (1.0, 2.0):
        turns.clear()
        found.append(0)
        while trace.scanned_s != now_s:
            scans.plan([trace.id])
            found[-1] += 1
            while (due_s := scans.look({trace.id: trace}, now_s)) < math.inf:
                clock.now_s = max(due_s, clock.now_s)
    return list(turns), found[-1]
