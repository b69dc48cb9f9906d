"""Clocks that jump: the wall clock is set, the monotonic one leaps."""

from __future__ import annotations

import time

import pytest
from tests.faults.arrays import WAYS, Start, Way, share
from tests.sampling.stepping import Stepped
from tests.waiting import until

from shmscope.sampling.topics import ArrayTopic
from shmscope.sources.creators import cautious_unix_s, may_live

HOUR_S = 3600.0


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("jump_s", [HOUR_S, -HOUR_S])
def test_wall_clock_that_is_set_makes_no_verdict(
    way: Way,
    jump_s: float,
    name: str,
    puppets: Start,
    stepped: Stepped,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shared = share(way, name, puppets)
    true_time = time.time
    stepped.survey()
    monkeypatch.setattr(time, "time", lambda: true_time() + jump_s)
    for value in range(3):
        shared.write(value)
        stepped.survey()
        assert {verdict.level for verdict in stepped.trace.verdicts} == {"ok"}


@pytest.mark.parametrize("jump_s", [HOUR_S, -HOUR_S])
def test_segment_that_nobody_uses_grows_no_older_when_the_wall_clock_is_set(
    jump_s: float, name: str, puppets: Start, stepped: Stepped, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker = puppets()
    maker.do(f"fd = os.open('/dev/shm/{name}', os.O_RDWR | os.O_CREAT, 0o600)")
    maker.do("os.write(fd, bytes(4096)); os.close(fd)")
    stepped.survey()
    true_time = time.time
    monkeypatch.setattr(time, "time", lambda: true_time() + jump_s)
    stepped.surveys.take()
    stepped.tick(10)
    assert "orphan" not in stepped.rules
    assert stepped.trace.segment_facts.age_s is not None
    assert stepped.trace.segment_facts.age_s < HOUR_S / 2
    assert may_live(maker.pid, true_time())  # who lives has not come after what it made


def test_cautious_clock_is_the_wall_clock_until_that_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, now_s, after = time.time(), cautious_unix_s(), time.time()
    assert before - 1 <= now_s <= after + 1
    true_time = time.time
    monkeypatch.setattr(time, "time", lambda: true_time() + HOUR_S)
    assert cautious_unix_s() <= true_time() + 1


def test_monotonic_clock_that_leaps_leaves_no_false_verdict_on_a_counted_writer(
    name: str, puppets: Start, stepped: Stepped
) -> None:
    shared = share("published", name, puppets)
    for value in range(8):
        shared.write(value)
        stepped.tick()
    stepped.clock.now_s += HOUR_S
    for value in range(2):
        shared.write(value)
        stepped.tick()
    assert stepped.rules == ["writing"]


def test_writer_that_stops_soon_after_a_leap_is_still_told(
    name: str, puppets: Start, stepped: Stepped
) -> None:
    shared = share("published", name, puppets)
    for leap_s in (0.0, HOUR_S):
        stepped.clock.now_s += leap_s
        for value in range(20):
            shared.write(value)
            stepped.tick()
    shared.puppet.stop()
    stepped.tick(6)
    assert stepped.rules == ["stalled"]
    shared.puppet.resume()
    shared.write(1)
    stepped.tick()
    assert stepped.rules == ["writing"]


def test_monotonic_clock_that_leaps_leaves_no_false_verdict_on_a_foreign_array(
    name: str, puppets: Start, stepped: Stepped
) -> None:
    shared = share("foreign", name, puppets)
    stepped.survey()
    stepped.sampler.demand.add(ArrayTopic(stepped.id))

    def changes() -> bool:
        shared.write(time.monotonic() % 1)
        stepped.run(0.5)
        return "changing" in stepped.rules

    until(changes)
    stepped.clock.now_s += HOUR_S
    until(changes)
    assert {verdict.level for verdict in stepped.trace.verdicts} == {"ok"}
    assert "filling" not in {verdict.rule for verdict in stepped.sampler.host.verdicts}
