"""Named semaphores: a lock's value and waiters, as glibc keeps them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.sampling.stepping import Stepped
from tests.sources.puppets import Puppet
from tests.waiting import until

from shmscope.sampling.facts import LockFacts
from shmscope.sampling.foreign import ForeignTrace
from shmscope.sampling.trace import UNWATCHED_S

OPEN = """
import ctypes, threading
libc = ctypes.CDLL(None, use_errno=True)
libc.sem_open.restype = ctypes.c_void_p
libc.sem_open.argtypes = [ctypes.c_char_p, ctypes.c_int, ctypes.c_uint, ctypes.c_uint]
for function in (libc.sem_wait, libc.sem_post):
    function.argtypes = [ctypes.c_void_p]
lock = libc.sem_open(NAME.encode(), 0o100, 0o600, 1)
"""


def lock_of(stepped: Stepped) -> LockFacts | None:
    stepped.survey()
    stepped.tick()
    [trace] = stepped.sampler.roster.by_id.values()
    assert isinstance(trace, ForeignTrace)
    trace._assess(stepped.clock())
    assert trace.facts is not None
    return trace.facts.lock


def test_lock_is_told_free_held_and_waited_for(
    stepped: Stepped, name: str, puppets: Callable[[], Puppet]
) -> None:
    puppet = puppets()
    puppet.do(f"NAME = '/{name}'")
    puppet.do(OPEN)
    free = lock_of(stepped)
    assert free is not None
    assert (free.value, free.waiters, free.held_s) == (1, 0, 0.0)
    puppet.do("libc.sem_wait(lock)")
    stepped.run(UNWATCHED_S + 1.0)
    held = lock_of(stepped)
    assert held is not None
    assert (held.value, held.waiters) == (0, 0)
    assert held.held_s > 0
    puppet.do("thread = threading.Thread(target=libc.sem_wait, args=(lock,)); thread.start()")
    until(lambda: (found := lock_of(stepped)) is not None and found.waiters == 1)
    puppet.do("libc.sem_post(lock); thread.join(); libc.sem_post(lock)")
    free = lock_of(stepped)
    assert free is not None
    assert (free.value, free.waiters, free.held_s) == (1, 0, 0.0)


def test_lock_that_is_held_while_nobody_lives_is_told(
    stepped: Stepped, name: str, puppets: Callable[[], Puppet]
) -> None:
    puppet = puppets()
    puppet.do(f"NAME = '/{name}'")
    puppet.do(OPEN)
    puppet.do("libc.sem_wait(lock)")
    puppet.kill()
    until(lambda: lock_of(stepped) is not None and "lock_stuck" in stepped.rules)
    [found] = [one for one in stepped.trace.verdicts if one.rule == "lock_stuck"]
    assert re.search("no process uses it", found.sentence)
    assert found.remedy == f"rm /dev/shm/sem.{name}"
    assert Path(f"/dev/shm/sem.{name}").exists()
