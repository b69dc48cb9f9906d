"""Writers killed at random points of their writes: each is noticed, nobody else is accused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from tests.faults.measured import Measured
from tests.faults.serving import Serving
from tests.sampling.stepping import Stepped
from tests.sources.puppets import Puppet
from tests.sources.reading import FinderOf
from tests.waiting import until

from shmscope.sampling.health.writers import DEATHS

KILLS = 1000
BATCH = 50  # arrays with a writer each, killed between two ticks
LIVING = 10
DEADLY = {rule.name for rule in DEATHS}

# Forked writers write some times and wait. Those that are to die go on when they are told, without
# a pause and half of the time within a section, until they are killed; the others with pauses.
HERD = """
import random, signal
def breed(arrays, pause_s=None):
    global go
    (come, ready), (wait, go) = os.pipe(), os.pipe()
    pids = [os.fork() or write_on(one, ready, wait, pause_s) for one in arrays]
    missing = len(arrays)
    while missing:
        missing -= len(os.read(come, missing))
    os.close(come), os.close(ready), os.close(wait)
    return pids
def write_on(shared, ready, wait, pause_s):
    number = 0
    while True:
        number += 1
        with shared.writing() as array:
            array[:] = number
        sum(range(600))
        if number == 5:
            os.write(ready, b'.')
            if pause_s is None:
                os.read(wait, 1)
        if pause_s:
            time.sleep(pause_s)
def kill(pids):
    os.write(go, bytes(len(pids)))
    os.close(go)
    for pid in random.sample(pids, len(pids)):
        time.sleep(random.random() / 1000)
        os.kill(pid, signal.SIGKILL)
    for pid in pids:
        os.waitpid(pid, 0)
"""


def herd(name: str, puppet: Puppet, count: int) -> list[str]:
    """Have `puppet` publish so many arrays, which its children may write."""
    puppet.do(HERD)
    puppet.do(f"arrays = [shmscope.create(f'{name}{{n}}', 8000, 'f8') for n in range({count})]")
    return [f"{name}{number}" for number in range(count)]


def deaths(stepped: Stepped) -> dict[str, dict[str, str]]:
    """Return by array what is said of dead writers after a tick."""
    stepped.tick()
    return {
        trace.id.name: said
        for trace in stepped.sampler.roster.by_id.values()
        if (said := {v.rule: v.sentence for v in trace.verdicts if v.rule in DEADLY})
    }


def counters(name: str) -> dict[str, tuple[int, bool]]:
    """Return by array the pid of its only writer, and whether it is within a write."""
    found = FinderOf(name).find().values()
    return {
        state.description.name: (int(slot["pid"]), bool(slot["begin"] != slot["end"]))
        for state in found
        for slot in state.slots
    }


@pytest.mark.slow
def test_a_thousand_kills_are_noticed_and_no_living_writer_is_accused(
    stepped: Stepped,
    name: str,
    puppets: Callable[[], Puppet],
    serving: Serving,
    measured: Measured,
) -> None:
    owner, other = puppets(), puppets()
    victims, living = herd(f"{name}_v", owner, BATCH), herd(f"{name}_l", other, LIVING)
    other.do("breed(arrays, 0.005)")
    noticed: Counter[str] = Counter()
    for _ in range(KILLS // BATCH):
        pids = owner.do("pids = breed(arrays)") or owner.do("pids")
        assert deaths(stepped) == {}  # those who took the slots over have mended it
        owner.do("kill(pids)")
        said, known = deaths(stepped), counters(f"{name}_v")
        assert said.keys() == known.keys() == set(victims)
        for array, pid in zip(victims, pids, strict=True):
            rule = "died_in_write" if known[array][1] else "dead_writer"
            assert known[array][0] == pid
            assert list(said[array]) == [rule]
            assert f"(pid {pid}) died" in said[array][rule]
            noticed[rule] += 1
    until(lambda: told_by(serving, DEADLY) >= set(victims))
    assert not told_by(serving, DEADLY) & set(living)
    assert noticed.total() == KILLS
    assert min(noticed["died_in_write"], noticed["dead_writer"]) > KILLS / 20
    measured.note("writers killed", f"{KILLS:,}")
    measured.note("kills noticed at the next tick", f"{noticed.total():,}")
    measured.note("of them in the middle of a write", f"{noticed['died_in_write']:,}")
    measured.note("living writers said to be dead", "0")


def told_by(serving: Serving, rules: set[str]) -> set[str]:
    """Return the arrays of which the server's health says one of these."""
    found = serving.get("health")["arrays"]
    return {one["name"] for one in found if any(v["rule"] in rules for v in one["verdicts"])}
