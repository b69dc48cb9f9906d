"""Views beside each other: cheap ones keep their pace, expensive ones wait, and it is told."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from tests.sampling.stepping import Stepped, kinds

import shmscope
from shmscope.layout.selection import Selection
from shmscope.sampling.rates import TICK_S
from shmscope.sampling.scans import SCAN_BYTES
from shmscope.sampling.topics import ArrayTopic, OverviewTopic, ValuesTopic
from shmscope.sampling.trace import Trace
from shmscope.sources.arrays import MemoryArray
from shmscope.sources.ceilings import DEFAULT
from shmscope.sources.snapshots import Snapshot

SECONDS = 20.0
SHARE = DEFAULT.cpu_share
Costs = dict[str, float]


@pytest.fixture
def costs(stepped: Stepped, monkeypatch: pytest.MonkeyPatch) -> Costs:
    """Return what a look at a selection takes of the clock, by the selection; else nothing."""
    costs: Costs = {}
    look = MemoryArray.look

    def slow(source: MemoryArray, selection: Selection, *more: Any) -> Snapshot:
        stepped.clock.now_s += costs.get(str(selection), 0.0)
        return look(source, selection, *more)

    monkeypatch.setattr(MemoryArray, "look", slow)
    return costs


def frames(stepped: Stepped, seconds: float) -> Counter[str]:
    """Return how many frames came of each selection."""
    news = stepped.run(seconds)
    topics = [found.topic for found in news if found.kind == "frame"]
    return Counter(topic.select for topic in topics if isinstance(topic, ValuesTopic))


def observer(stepped: Stepped) -> dict[str, Any]:
    found: dict[str, Any] = stepped.sampler.reports.host()["observer"]
    return found


def want(stepped: Stepped, select: str, rate_hz: float) -> None:
    stepped.sampler.demand.add(stepped.values(select), rate_hz)


@pytest.mark.usefixtures("shared")
def test_small_views_keep_their_rate_beside_a_monster(stepped: Stepped, costs: Costs) -> None:
    stepped.step()
    costs |= {"0, 0:4": 0.02, "1, 0:4": 0.0002, "2, 0:4": 0.0002}
    for row in "012":
        want(stepped, row, 30.0)
    found = frames(stepped, SECONDS)
    assert found["1"] == found["2"] == pytest.approx(SECONDS * 30, rel=0.03)
    assert found["0"] == pytest.approx(SECONDS * SHARE / 0.02, rel=0.1)


@pytest.mark.usefixtures("shared")
def test_monster_that_is_held_back_is_told_of_and_how_late_it_comes(
    stepped: Stepped, costs: Costs
) -> None:
    stepped.step()
    costs["0, 0:4"] = 0.1
    want(stepped, "0", 10.0)
    want(stepped, "1", 10.0)
    stepped.run(SECONDS)
    found = observer(stepped)
    assert found["views_held"] == 1
    assert found["view_late_s"] == pytest.approx(0.1 / SHARE - 0.1, rel=0.5)
    assert found["budget"]["limit"] == "cpu"
    assert found["budget"]["used"] == pytest.approx(1.0, abs=0.2)


@pytest.mark.usefixtures("shared")
def test_nothing_is_said_while_every_view_comes_as_often_as_it_is_wanted(
    stepped: Stepped, costs: Costs
) -> None:
    stepped.step()
    costs["0, 0:4"] = 0.005
    want(stepped, "0", 10.0)
    stepped.run(SECONDS)
    found = observer(stepped)
    assert (found["views_held"], found["view_late_s"]) == (0, pytest.approx(0.0, abs=1e-6))
    assert found["budget"]["used"] == pytest.approx(10 * 0.005 / SHARE, rel=0.2)


@pytest.mark.usefixtures("shared")
def test_late_look_is_not_made_up_for(stepped: Stepped) -> None:
    stepped.step()
    want(stepped, "0", 10.0)
    stepped.step()
    assert kinds(stepped.step(5.0)).count("frame") == 1
    assert kinds(stepped.step()).count("frame") == 0
    assert kinds(stepped.step(0.1)).count("frame") == 1


@pytest.mark.usefixtures("shared")
def test_selection_that_changes_at_every_frame_gets_no_more_than_one_that_stands(
    stepped: Stepped, costs: Costs
) -> None:
    stepped.step()
    costs |= {f"{row}, 0:4": 0.1 for row in range(6)}
    looks, began_s = 0, stepped.clock.now_s
    for frame in range(600):
        ticket = stepped.sampler.demand.add(stepped.values(str(frame % 6)), 30.0)
        looks += kinds(stepped.step(1 / 30)).count("frame")
        stepped.sampler.demand.drop(ticket)
    elapsed_s = stepped.clock.now_s - began_s
    assert looks * 0.1 == pytest.approx(elapsed_s * SHARE, rel=0.1)


@pytest.mark.usefixtures("shared")
def test_ticks_that_cost_more_than_there_is_come_late_and_never_twice(
    stepped: Stepped, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh = stepped.sampler.roster.refresh

    def slow(*args: Any, **more: Any) -> None:
        stepped.clock.now_s += 0.25
        refresh(*args, **more)

    monkeypatch.setattr(stepped.sampler.roster, "refresh", slow)
    stepped.sampler.demand.add(OverviewTopic())
    ticks = kinds(stepped.run(SECONDS)).count("frame")
    assert ticks * 0.25 == pytest.approx(SECONDS * SHARE, rel=0.1)
    assert observer(stepped)["tick_late_s"] > 0.1


# Scans


STRETCH_S = 0.01


@pytest.fixture
def endless(stepped: Stepped, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Have scans take a while and never end; return what grows by the bytes of each stretch."""
    read: list[int] = []

    def scan(trace: Trace, _now_s: float, budget_bytes: int) -> int:
        assert trace.statistics == []
        stepped.clock.now_s += STRETCH_S
        read.append(budget_bytes)
        return budget_bytes

    monkeypatch.setattr(Trace, "scan", scan)
    monkeypatch.setattr(Trace, "is_scanning", True)
    return read


@pytest.mark.usefixtures("shared")
def test_first_scan_takes_what_is_left_and_leaves_views_alone(
    stepped: Stepped, costs: Costs, endless: list[int]
) -> None:
    stepped.step()
    costs["0, 0:4"] = 0.002
    stepped.sampler.demand.add(ArrayTopic(stepped.id))
    want(stepped, "0", 20.0)
    assert frames(stepped, SECONDS)["0"] == pytest.approx(SECONDS * 20, rel=0.05)
    left_s = SECONDS * (SHARE - 20 * 0.002)
    assert len(endless) * STRETCH_S == pytest.approx(left_s, rel=0.1)


@pytest.mark.usefixtures("shared")
def test_scan_goes_on_however_much_views_want(
    stepped: Stepped, costs: Costs, endless: list[int]
) -> None:
    stepped.step()
    costs["0, 0:4"] = 0.1
    stepped.sampler.demand.add(ArrayTopic(stepped.id))
    want(stepped, "0", 60.0)
    assert frames(stepped, SECONDS)["0"] > SECONDS * SHARE / 0.1 / 2
    assert len(endless) > SECONDS


@pytest.mark.usefixtures("shared")
def test_scan_is_renewed_calmly(stepped: Stepped, endless: list[int]) -> None:
    stepped.step()
    stepped.trace.scanned_s = 0.0  # by an earlier one
    stepped.sampler.demand.add(ArrayTopic(stepped.id))
    stepped.run(SECONDS)
    assert sum(endless) == pytest.approx(SECONDS / TICK_S * SCAN_BYTES, rel=0.1)


def test_scan_that_cannot_go_on_waits_for_the_next_tick(
    stepped: Stepped, monkeypatch: pytest.MonkeyPatch, shared: shmscope.SharedArray
) -> None:
    scans: list[float] = []

    def fail(_: Trace, now_s: float, _budget_bytes: int) -> int:
        scans.append(now_s)
        return 0

    monkeypatch.setattr(Trace, "scan", fail)
    stepped.step()
    assert shared.array.size
    stepped.sampler.demand.add(ArrayTopic(stepped.id))
    stepped.run(10 * TICK_S)
    assert len(scans) == pytest.approx(10, abs=1)
