"""The health of arrays of real Managers: rules speak when something breaks, until it is mended.

The sampler's clock is moved by hand, so seconds pass without waiting.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sampling.stepping import Stepped
from tests.sources.puppets import Puppet, publish_list
from tests.waiting import until

from shmscope.layout.names import ArrayId
from shmscope.publishing.process import parse_stat
from shmscope.sampling.rows import row
from shmscope.sampling.topics import ArrayTopic

Start = Callable[[], Puppet]

pytestmark = pytest.mark.usefixtures("watched")


@pytest.fixture
def manager(name: str, puppets: Start) -> Puppet:
    return publish_list(puppets(), name)


def watch(stepped: Stepped) -> ArrayId:
    """Watch the only array as its page does, until it was read once."""
    stepped.step()
    array = stepped.id
    stepped.sampler.demand.add(ArrayTopic(array))
    until(lambda: stepped.tick() and stepped.trace.statistics)
    return array


def spoken(stepped: Stepped, rule: str) -> Callable[[], bool]:
    """Return whether a rule speaks after a tick: a Manager is read on a thread of its own."""
    return lambda: bool(stepped.tick()) and rule in stepped.rules


def silent(stepped: Stepped, rule: str) -> Callable[[], bool]:
    return lambda: bool(stepped.tick()) and rule not in stepped.rules


def test_managers_array_tells_its_cost_and_its_values(stepped: Stepped, manager: Puppet) -> None:
    manager.do("shared.writing().__enter__()[:] = [4, 5, 6]")
    watch(stepped)
    assert stepped.trace.statistics[0].maximum == 6
    cost = row(stepped.trace)["read_cost"]
    assert cost["look_s"] > 0
    assert cost["looks_per_s"] == 2.0


def test_stopped_manager_is_unreachable_until_it_goes_on_and_holds_nobody_up(
    stepped: Stepped, manager: Puppet
) -> None:
    server = manager.do("manager._process.pid")
    watch(stepped)
    os.kill(server, signal.SIGSTOP)
    try:
        until(lambda: parse_stat(Path(f"/proc/{server}/stat").read_bytes())[0] == "T")
        until(spoken(stepped, "unreachable"))
        assert "did not answer within 1 s" in stepped.sentence("unreachable")
        assert row(stepped.trace)["health"]["level"] == "critical"
    finally:
        os.kill(server, signal.SIGCONT)
    until(silent(stepped, "unreachable"))


def test_manager_that_hangs_from_the_start_holds_no_step_up(
    stepped: Stepped, manager: Puppet
) -> None:
    server = manager.do("manager._process.pid")
    os.kill(server, signal.SIGSTOP)
    try:
        until(lambda: parse_stat(Path(f"/proc/{server}/stat").read_bytes())[0] == "T")
        stepped.step()
        stepped.sampler.demand.add(ArrayTopic(stepped.id))
        stepped.sampler.demand.add(stepped.values(), 10.0)
        started = time.monotonic()
        stepped.run(30.0)  # sixty ticks, none of which waits a second for the Manager
        assert time.monotonic() - started < 20
        assert stepped.trace.scanned_s is None
    finally:
        os.kill(server, signal.SIGCONT)


def test_dead_manager_is_unreachable(stepped: Stepped, manager: Puppet) -> None:
    watch(stepped)
    manager.do("manager._process.kill(); manager._process.join()")
    until(spoken(stepped, "unreachable"))
    assert "is gone" in stepped.sentence("unreachable")


def test_object_that_the_manager_forgot_is_unreachable(stepped: Stepped, manager: Puppet) -> None:
    watch(stepped)
    manager.do("del proxy, shared")
    until(lambda: bool(stepped.tick()) and (not stepped.ids or "unreachable" in stepped.rules))
