"""Whose turn it is in an overview of more arrays than can be looked at twice a second."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import numpy as np
import pytest
from tests.sampling.stepping import Clock

from shmscope.layout.array import ArrayLayout
from shmscope.layout.names import ArrayId
from shmscope.layout.runs import ReadInto
from shmscope.sampling.budget import Budget
from shmscope.sampling.changes import LIVELY_S, ChangeWatch
from shmscope.sampling.foreign import ForeignTrace
from shmscope.sampling.rates import TICK_S
from shmscope.sampling.rounds import Rounds
from shmscope.sources.ceilings import Ceiling

LOOK_S = 0.001  # of CPU: with a quarter of a core, five looks a tick
CROWD = 200  # takes twenty seconds


class Found:
    """An array that nobody published, as rounds know it; each look takes a millisecond of CPU."""

    counts = False

    def __init__(self, number: int, clock: Clock, *, changes: bool = False) -> None:
        self.id = ArrayId("box", f"1-{number:x}", "found")
        self.looked = 0
        self._bytes = np.zeros(64, np.uint8)
        self._clock, self._changes = clock, changes
        layout = ArrayLayout.contiguous(self._bytes.dtype, self._bytes.shape)
        self.watch = ChangeWatch(layout, clock)

    def look_for_changes(self, *, eager: bool) -> int:
        self._clock.now_s += LOOK_S
        self._bytes[0] += self._changes
        self.looked += 1
        return self.watch.look(self._reader, eager=eager)

    @contextmanager
    def _reader(self) -> Iterator[ReadInto]:
        def read_into(buffer: memoryview, offset: int) -> None:
            buffer[:] = self._bytes.data[offset : offset + len(buffer)]

        yield read_into


@pytest.fixture
def clock() -> Clock:
    return Clock(1000.0)


@pytest.fixture
def crowd(clock: Clock) -> list[Found]:
    return [Found(number, clock) for number in range(CROWD)]


@pytest.fixture
def rounds(clock: Clock) -> Rounds:
    budget = Budget(Ceiling(cpu_share=0.25, bytes_per_s=1e9), clock, clock)
    return Rounds(clock, lambda _: None, budget)


def run(rounds: Rounds, clock: Clock, arrays: list[Found], seconds: float) -> None:
    """Have an overview of the arrays open for so long."""
    traces = cast("list[ForeignTrace]", arrays)
    end_s = clock.now_s + seconds
    while clock.now_s < end_s:
        tick_s = clock.now_s + TICK_S
        rounds.plan(traces, set(), calm=True)
        rounds.look({trace.id: trace for trace in traces}, set())
        clock.now_s = max(tick_s, clock.now_s)


def test_array_that_begins_among_many_is_soon_known_to_change(
    rounds: Rounds, clock: Clock, crowd: list[Found]
) -> None:
    run(rounds, clock, crowd, 60.0)
    newcomer = Found(CROWD, clock, changes=True)
    run(rounds, clock, [*crowd, newcomer], 6 * TICK_S)
    assert newcomer.watch.changes(clock.now_s).per_s > 0


def test_many_that_change_leave_turns_to_those_that_stand_still(
    rounds: Rounds, clock: Clock, crowd: list[Found]
) -> None:
    lively = [Found(CROWD + number, clock, changes=True) for number in range(CROWD)]
    run(rounds, clock, [*lively, *crowd], 120.0)
    before = [found.looked for found in crowd]
    run(rounds, clock, [*lively, *crowd], 60.0)
    assert min(now.looked - then for now, then in zip(crowd, before, strict=True)) > 0


def test_array_that_changes_no_more_waits_its_turn_again(clock: Clock) -> None:
    found = Found(1, clock, changes=True)
    assert found.watch.is_lively(clock.now_s)
    for _ in range(3):
        found.look_for_changes(eager=False)
        clock.now_s += TICK_S
    assert found.watch.is_lively(clock.now_s)
    assert not found.watch.is_lively(clock.now_s + LIVELY_S)
