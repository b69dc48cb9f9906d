"""Nobody is there: counters are read more seldom, and at once when somebody comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from tests.sampling.stepping import Stepped

import shmscope
from shmscope.sampling.attendance import ATTENDED_S, UNATTENDED_TICK_S, Attendance
from shmscope.sampling.demand import Demand
from shmscope.sampling.rates import TICK_S
from shmscope.sampling.topics import OverviewTopic

Left = tuple[Stepped, shmscope.SharedArray]

LEFT_OUT = round(UNATTENDED_TICK_S / TICK_S)


@pytest.fixture
def left(name: str) -> Iterator[Left]:
    """Return a sampler of an array that is written once a tick, which nobody has asked for long."""
    with shmscope.create(name, 16) as shared:
        stepped = Stepped(name, 1000.0, unattended_tick_s=UNATTENDED_TICK_S)
        while not stepped.sampler.demand.unattended:
            shared[:] = 1
            stepped.tick()
        yield stepped, shared
        stepped.sampler.close()


def test_whoever_starts_or_asks_is_there_for_some_seconds() -> None:
    demand = Demand()
    attendance = Attendance(demand, 2.0, 100.0)
    assert not attendance.look(100.0 + ATTENDED_S - 0.1)
    assert (attendance.tick_s, demand.unattended) == (TICK_S, False)
    assert not attendance.look(100.0 + ATTENDED_S)
    assert (attendance.tick_s, demand.unattended) == (2.0, True)
    demand.ask()
    assert demand.changed.is_set()
    assert attendance.look(200.0)
    assert not attendance.look(200.0 + ATTENDED_S - 0.1)
    assert attendance.tick_s == TICK_S


@pytest.mark.parametrize(
    "come",
    [
        lambda demand: demand.add(OverviewTopic()),
        lambda demand: setattr(demand, "clients", 1),
        Demand.ask,
    ],
    ids=["subscribed", "connected", "asked"],
)
def test_a_tick_comes_at_once_for_whoever_comes(
    left: Left, come: Callable[[Demand], object]
) -> None:
    stepped, _ = left
    due_s = stepped.sampler.step()
    assert due_s == pytest.approx(stepped.clock.now_s + UNATTENDED_TICK_S)
    stepped.clock.now_s += 0.1
    come(stepped.sampler.demand)
    assert stepped.sampler.step() == pytest.approx(stepped.clock.now_s + TICK_S)


def test_history_has_no_gap_and_no_burst_where_ticks_were_left_out(left: Left) -> None:
    stepped, shared = left
    for _ in range(5):
        for _ in range(3 * LEFT_OUT):
            shared[:] = 2
        stepped.step(UNATTENDED_TICK_S)
    history = stepped.trace.history.last(5 * LEFT_OUT)
    assert np.allclose(history, 3 / TICK_S)
    assert stepped.trace.writes_per_s == pytest.approx(3 / TICK_S)
