"""What the dead leave behind, and what everybody may write to."""

from __future__ import annotations

import os
import time
from functools import partial

import pytest
from tests.faults.arrays import SHM, WAYS, Start, Way, share
from tests.faults.serving import Serving
from tests.sampling.stepping import Stepped
from tests.waiting import until

from shmscope.sampling.roster import Roster

# Named semaphores by the C library, as multiprocessing and others make them.
SEMAPHORE = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
libc.sem_open.restype = ctypes.c_void_p
def semaphore(name):
    found = libc.sem_open(name.encode(), os.O_CREAT, 0o600, 1)
    assert found, os.strerror(ctypes.get_errno())
    return ctypes.c_void_p(found)
"""


def later(roster: Roster, seconds: float) -> None:
    """Have so much time gone by since segments were last changed."""
    roster._unix_clock = lambda: time.time() + seconds


def test_semaphore_held_by_a_dead_process_is_told_until_it_is_released(
    name: str, puppets: Start, stepped: Stepped
) -> None:
    holder, other = puppets(), puppets()
    for puppet in (holder, other):
        puppet.do(SEMAPHORE)
    holder.do(f"lock = semaphore('/{name}')")
    stepped.survey()
    assert "lock_stuck" not in stepped.rules
    holder.do("libc.sem_wait(lock)")
    stepped.tick(2)
    assert "lock_stuck" not in stepped.rules  # held, by somebody who lives
    holder.kill()
    stepped.survey()
    stepped.tick()
    assert stepped.rules[0] == "lock_stuck"
    assert "whoever held it died" in stepped.sentence("lock_stuck")
    assert stepped.trace.verdicts[0].remedy == f"rm {SHM / f'sem.{name}'}"
    other.do(f"lock = semaphore('/{name}')")
    other.do("libc.sem_post(lock)")
    stepped.survey()
    assert "lock_stuck" not in stepped.rules
    os.unlink(SHM / f"sem.{name}")
    other.kill()
    stepped.survey()
    assert stepped.ids == []


@pytest.mark.parametrize("way", WAYS)
def test_segment_that_the_dead_left_is_told_until_it_is_removed(
    way: Way, name: str, puppets: Start, stepped: Stepped
) -> None:
    shared = share(way, name, puppets)
    stepped.survey()
    later(stepped.sampler.roster, 120.0)
    stepped.survey()
    stepped.tick(10)
    assert "orphan" not in stepped.rules  # somebody uses it
    shared.puppet.do("import signal")
    shared.puppet.do("from multiprocessing import resource_tracker")
    shared.puppet.do("os.kill(resource_tracker._resource_tracker._pid, signal.SIGKILL)")
    shared.puppet.kill()  # and nobody tidies up after it
    stepped.survey()
    stepped.tick(5)
    assert "orphan" in stepped.rules
    assert "it was last changed 2 min ago" in stepped.sentence("orphan")
    [verdict] = [one for one in stepped.trace.verdicts if one.rule == "orphan"]
    assert verdict.remedy == f"rm {shared.path}"
    assert any(one.rule == "orphans" for one in stepped.sampler.host.verdicts)
    for left in SHM.glob(f"*{name}*"):
        left.unlink()
    stepped.survey()
    assert stepped.ids == []
    stepped.tick(12)
    assert not any(one.rule == "orphans" for one in stepped.sampler.host.verdicts)


def test_segment_that_everybody_may_write_is_told_until_they_may_not(
    name: str, puppets: Start, serving: Serving
) -> None:
    both = [share(way, f"{name}_{way}", puppets) for way in WAYS]
    ids = {shared.path: serving.id_of(shared.name) for shared in both}
    for path, array in ids.items():
        assert "world_writable" not in serving.verdicts(array)
        path.chmod(0o666)
    for path, array in ids.items():
        sentence = serving.until_told(array, "world_writable")
        assert sentence == "Every user of this machine may write to it (mode 0666)."
        path.chmod(0o600)
    for array in ids.values():
        serving.until_silent(array, "world_writable")
        until(partial(is_well, serving, array))


def is_well(serving: Serving, array: str) -> bool:
    """Whether nothing is amiss with an array."""
    return bool(serving.get(f"arrays/{array}")["health"]["level"] == "ok")
