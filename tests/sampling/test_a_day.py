"""A day of ticks, driven by a clock, leaves memory as it was after the first hours."""

from __future__ import annotations

import gc
import sys
import time
from itertools import pairwise
from statistics import median

import pytest
from tests.sampling.stepping import HOST, Clock
from tests.sources.reading import FinderOf

import shmscope
from shmscope.publishing.array import SharedArray
from shmscope.sampling.attendance import UNATTENDED_TICK_S
from shmscope.sampling.rates import TICK_S
from shmscope.sampling.sampler import Sampler
from shmscope.sampling.topics import ArrayTopic, OverviewTopic
from shmscope.sources.blocks import BlockReader, BlockState

WARM_HOURS, HOURS = 4, 24
VISITS = 12  # an hour
SOON_S = 1e-3  # the least that passes between two looks
# Of an hour: one block for each minute, or ten for each page that was opened, would be more. What
# the process of the tests loads meanwhile comes once.
MOST_BLOCKS = 60


class Seldom(FinderOf):
    """Looks for control blocks every thousandth time: to list a folder takes longer than a tick."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._times = 0
        self._found: dict[BlockReader, BlockState] = {}

    def find(self) -> dict[BlockReader, BlockState]:
        if self._times % 1000 == 0:
            self._found = super().find()
        self._times += 1
        return self._found


def go_on(sampler: Sampler, clock: Clock, seconds: float) -> None:
    """Look as soon as each look is due, as the sampler's thread does."""
    until_s = clock.now_s + seconds
    while clock.now_s < until_s:
        clock.now_s = max(sampler.step(), clock.now_s + SOON_S)


def visit(sampler: Sampler, shared: SharedArray, clock: Clock) -> None:
    """Have a page open for some ticks, and the array written meanwhile."""
    [ident] = sampler.roster.by_id
    tickets = [sampler.demand.add(topic) for topic in (OverviewTopic(), ArrayTopic(ident))]
    for number in range(10):
        shared[:] = number
        clock.now_s += TICK_S
        sampler.step()
    for ticket in tickets:
        sampler.demand.drop(ticket)


def blocks() -> int:
    """Return how many blocks of memory Python has given out."""
    gc.collect()
    return sys.getallocatedblocks()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_memory_is_flat_over_a_day(name: str) -> None:
    clock = Clock(time.monotonic())
    sampler = Sampler(
        HOST,
        lambda _: None,
        Seldom(name),
        clock,
        cpu_clock=clock,
        unattended_tick_s=UNATTENDED_TICK_S,
    )
    counts = []
    with shmscope.create(name, (4, 4), "f4") as shared:
        for hour in range(HOURS):
            for _ in range(VISITS):
                go_on(sampler, clock, 3600 / VISITS)
                visit(sampler, shared, clock)
            if hour + 1 >= WARM_HOURS:
                counts.append(blocks())
    sampler.close()
    assert sampler.observer.tick_late_s < TICK_S
    assert len(counts) == HOURS - WARM_HOURS + 1
    grown = [after - before for before, after in pairwise(counts)]
    assert median(grown) < MOST_BLOCKS, counts


def test_a_leak_of_one_object_a_minute_would_be_seen() -> None:
    before = blocks()
    leaked = [[minute] for minute in range(60)]
    assert blocks() - before >= MOST_BLOCKS
    assert len(leaked) == 60
