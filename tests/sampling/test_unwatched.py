"""Nobody looks: arrays are counted at every tick and judged seldom, but for what is news."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from tests.sampling.stepping import Stepped
from tests.sources.puppets import Puppet
from tests.sources.reading import SHM

import shmscope
from shmscope.publishing.process import parse_stat
from shmscope.sampling.facts import ArrayFacts
from shmscope.sampling.topics import OverviewTopic
from shmscope.sampling.trace import UNWATCHED_S
from shmscope.sources import presence, processes
from shmscope.sources.folders import read_whole

Start = Callable[[], Puppet]
Shared = shmscope.SharedArray


@pytest.fixture
def writer(name: str, puppets: Start) -> Puppet:
    """Return a process that shares an array and has written it once.

    Nothing is tidied up when it is killed: its resource tracker is gone.
    """
    puppet = puppets()
    puppet.do(f"shared = shmscope.create({name!r}, 1000, 'f4', label='first')")
    puppet.do("shared[:] = 1")
    puppet.do("import os, signal; from multiprocessing import resource_tracker")
    puppet.do("os.kill(resource_tracker._resource_tracker._pid, signal.SIGKILL)")
    return puppet


def settle(stepped: Stepped) -> ArrayFacts | None:
    """Let an array be judged at its own moment, and return the facts."""
    stepped.tick(int(UNWATCHED_S / 0.5) + 1)
    facts = stepped.trace.facts
    while stepped.tick() is not None and stepped.trace.facts is facts:
        pass
    return stepped.trace.facts


def test_array_is_judged_every_few_seconds(stepped: Stepped, shared: Shared) -> None:
    assert shared.name
    before = settle(stepped)
    stepped.tick(int(UNWATCHED_S / 0.5) - 1)
    assert stepped.trace.facts is before
    stepped.tick()
    assert stepped.trace.facts is not before


def test_writes_are_counted_at_every_tick(stepped: Stepped, shared: Shared) -> None:
    stepped.tick()
    for number in range(1, 6):
        shared[:] = number
        stepped.tick()
        assert stepped.trace.writes == number + 1
        assert stepped.trace.history.last(1).tolist() == [2.0]
    assert stepped.trace.writes_per_s == pytest.approx(2.0)


def test_stalled_writer_is_told_at_the_tick_at_which_it_is_late(
    stepped: Stepped, shared: Shared
) -> None:
    for _ in range(8):
        shared[:] = 1
        stepped.tick()
    late_after = next(tick for tick in range(20) if stepped.tick() is not None and stalled(stepped))
    assert late_after == 4  # the fifth tick, more than 2 s after the last write


def stalled(stepped: Stepped) -> bool:
    return "stalled" in stepped.rules


def test_stalled_writer_that_writes_again_is_heard_at_the_next_tick(
    stepped: Stepped, shared: Shared
) -> None:
    for _ in range(8):
        shared[:] = 1
        stepped.tick()
    stepped.tick(6)
    assert stalled(stepped)
    shared[:] = 2
    stepped.tick()
    assert not stalled(stepped)


def test_writer_that_dies_is_told_at_the_next_tick(stepped: Stepped, writer: Puppet) -> None:
    settle(stepped)
    assert stepped.rules == ["idle"]
    writer.kill()
    stepped.tick()
    assert stepped.rules[0] == "dead_writer"
    assert [one.kind for one in stepped.sampler.timeline.events] == ["raised"]


def test_writer_that_dies_in_mid_write_is_told_at_the_next_tick(
    stepped: Stepped, writer: Puppet
) -> None:
    settle(stepped)
    writer.do("section = shared.writing(); section.__enter__()")
    stepped.tick()
    writer.kill()
    stepped.tick()
    assert stepped.rules[0] == "died_in_write"


def test_process_that_has_the_pid_of_a_dead_one_is_another(
    stepped: Stepped, writer: Puppet, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(stepped)

    def reused(text: bytes) -> tuple[str, int]:
        state, started = parse_stat(text)
        return state, started + int(text.startswith(b"%d " % writer.pid))

    monkeypatch.setattr(processes, "parse_stat", reused)
    stepped.tick()
    assert stepped.rules[0] == "dead_writer"


def test_writer_that_comes_and_one_that_leaves_are_told_at_the_next_tick(
    stepped: Stepped, writer: Puppet, name: str, puppets: Start
) -> None:
    assert writer.pid
    settle(stepped)
    fellow = puppets()
    fellow.do(f"shared = shmscope.open({name!r}, 'r+', label='second')")
    fellow.do("shared[0] = 1")
    stepped.tick()
    assert states(stepped) == ["alive", "alive"]
    fellow.do("shared.close()")
    stepped.tick()
    assert states(stepped) == ["alive", "left"]


def states(stepped: Stepped) -> list[str]:
    facts = stepped.trace.facts
    return [] if facts is None else [one.state for one in facts.writers]


def test_each_process_is_looked_at_once_a_tick_however_many_arrays_it_writes(
    stepped: Stepped, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []

    def counted(path: str, limit_bytes: int | None = None) -> bytes | None:
        looks.append(path)
        return read_whole(path, limit_bytes=limit_bytes)

    arrays = [shmscope.create(f"{name}-{number}", 4) for number in range(5)]
    try:
        for array in arrays:
            array[:] = 1
        stepped.tick()
        monkeypatch.setattr(processes, "read_whole", counted)
        stepped.tick()
    finally:
        for array in arrays:
            array.unlink()
    assert looks == [f"/proc/{os.getpid()}/stat"]


def test_whoever_comes_finds_all_as_it_is(stepped: Stepped, writer: Puppet, name: str) -> None:
    assert writer.pid
    settle(stepped)
    os.truncate(SHM / name, 100)
    stepped.watch()
    [overview] = [one.body for one in stepped.tick() if one.topic == OverviewTopic()]
    [row] = overview["arrays"]
    assert row["segment_bytes"] == 100
    assert row["health"]["verdicts"][0]["rule"] == "truncated"


def test_refresh_finds_all_as_it_is(stepped: Stepped, writer: Puppet, name: str) -> None:
    assert writer.pid
    settle(stepped)
    (SHM / name).unlink()
    stepped.clock.now_s += 1
    stepped.sampler.roster.ask()
    assert not stepped.sampler.roster.is_fresh()
    stepped.sampler.refresh()
    assert stepped.sampler.roster.is_fresh()
    assert stepped.rules[0] == "unlinked"


def test_truncation_is_told_within_a_few_seconds(
    stepped: Stepped, writer: Puppet, name: str
) -> None:
    assert writer.pid
    settle(stepped)
    os.truncate(SHM / name, 100)
    stepped.tick(int(UNWATCHED_S / 0.5) + 1)
    assert stepped.rules[0] == "truncated"


def test_segment_whose_name_is_as_it_was_is_not_opened_again(
    stepped: Stepped, shared: Shared, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shared.name
    stepped.watch()
    stepped.tick()
    looks: list[object] = []

    def sighted(source: object) -> presence.Sighting:
        looks.append(source)
        return presence.Sighting("present")

    monkeypatch.setattr(presence, "sight", sighted)
    stepped.tick(3)
    assert not looks
    os.chmod(SHM / name, 0o640)
    stepped.tick()
    assert len(looks) == 1


def test_array_that_is_asked_for_is_judged_at_the_next_tick(
    stepped: Stepped, writer: Puppet, name: str
) -> None:
    assert writer.pid
    settle(stepped)
    os.truncate(SHM / name, 100)
    stepped.tick()
    assert stepped.rules == ["idle"]
    stepped.sampler.reports.row(stepped.id)
    stepped.tick()
    assert stepped.rules[0] == "truncated"
