"""A hub and agents as processes that are killed, frozen, started again and ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from tests.fleet.programs import Hub, Program, agent, hub
from tests.fleet.watching import Frame, array_of, watched
from tests.fleet.wire import free_port
from tests.waiting import until
from websockets.exceptions import ConnectionClosed

import shmscope

SHM = Path("/dev/shm")
LARGE_BYTES = 64 << 20  # of one copy, of which a client's socket takes a small part
pytestmark = [pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def center() -> Iterator[Hub]:
    """A hub for all tests of the module; each has hosts of its own name."""
    with hub() as found:
        yield found


def names_in_shm(part: str) -> set[str]:
    return {one for one in os.listdir(SHM) if part in one or "zenoh" in one}


def test_a_killed_agent_is_unreachable_and_its_successor_takes_its_place(
    center: Hub, name: str
) -> None:
    with agent(center.address, name) as first:
        until(lambda: center.state(name) == "reachable")
        first.tell(signal.SIGKILL)
        until(lambda: center.state(name) == "unreachable")
    with agent(center.address, name):
        until(lambda: center.state(name) == "reachable")


def test_a_frozen_agent_is_unreachable_and_comes_back_by_itself(center: Hub, name: str) -> None:
    with shmscope.create(name, 8), agent(center.address, name, "--allow", name) as frozen:
        until(lambda: center.hosts().get(name, {}).get("arrays") == 1)
        frozen.tell(signal.SIGSTOP)
        until(lambda: center.state(name) == "unreachable")
        assert center.hosts()[name]["arrays"] == 1
        frozen.tell(signal.SIGCONT)
        until(lambda: center.state(name) == "reachable")
        assert frozen.process.poll() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_an_agent_that_is_ended_says_goodbye_and_nothing_else(
    center: Hub, name: str, number: signal.Signals
) -> None:
    with agent(center.address, name) as ended:
        until(lambda: center.state(name) == "reachable")
        assert (ended.end(number), ended.complained) == (0, [])
        until(lambda: center.state(name) == "ended")


def test_an_agent_waits_for_its_hub_says_so_and_ends_at_once_when_told(name: str) -> None:
    with agent(f"127.0.0.1:{free_port()}", name) as waiting:
        assert until(lambda: waiting.complained)[0].startswith("shmscope: waiting for the hub")
        assert waiting.end(signal.SIGINT) == 0
        assert len(waiting.complained) == 1


def test_a_hub_that_was_killed_and_started_again_has_all_hosts_back(name: str) -> None:
    with hub() as first, agent(first.address, name) as one, agent(first.address, f"{name}2") as two:
        until(lambda: len(first.hosts()) == 2)
        first.end(signal.SIGKILL)
        again = Hub(first.address)
        try:
            until(lambda: {again.state(name), again.state(f"{name}2")} == {"reachable"})
            assert one.process.poll() is two.process.poll() is None
            assert again.end(signal.SIGINT) == 0
            assert again.complained == []
        finally:
            again.end()


def test_a_stream_goes_on_by_itself_when_its_hub_was_killed_and_started_again(name: str) -> None:
    with (
        shmscope.create(name, 8),
        hub() as first,
        agent(first.address, name, "--allow", name) as owner,
    ):
        ident = array_of(first, name, name)
        frames = watched(first, ident)
        assert next(frames)
        first.end(signal.SIGKILL)
        with pytest.raises(ConnectionClosed):
            list(frames)
        again = Hub(first.address, port=first.port)
        try:
            with closing(watched(again, ident)) as frames:  # it may not know the host yet
                assert next(frames).lag_s >= 0
            assert owner.process.poll() is None
        finally:
            again.end()


def test_dev_shm_is_as_before_while_hub_and_agent_run_and_after(name: str) -> None:
    with shmscope.create(name, 8) as array:
        before = names_in_shm(name)
        with hub() as found, agent(found.address, name, "--allow", name):
            until(lambda: found.hosts().get(name, {}).get("arrays") == 1)
            assert names_in_shm(name) == before
            with array.writing() as values:
                values[:] = 3
        assert names_in_shm(name) == before
        assert array[...].tolist() == [3] * 8


def test_memory_stays_flat_while_a_large_array_is_watched(center: Hub, name: str) -> None:
    with (
        shmscope.create(name, (1024, 1024), "f4") as array,
        agent(center.address, name, "--allow", name) as owner,
    ):
        array[...] = np.arange(1 << 20).reshape(1024, 1024)
        with closing(watched(center, array_of(center, name, name))) as frames:
            few = sizes(owner, center, frames, 40)
            many = sizes(owner, center, frames, 80)
        assert all(after < before + (48 << 20) for before, after in zip(few, many, strict=True))


def test_what_a_client_that_went_did_not_take_leaves_the_memory_of_its_host(
    center: Hub, name: str
) -> None:
    with (
        shmscope.create(name, LARGE_BYTES, "u1") as array,
        agent(center.address, name, "--allow", name) as owner,
    ):
        array[...] = 1
        ident = array_of(center, name, name)
        wanted = f"/api/v1/arrays/{ident}/values?format=raw&max_points={LARGE_BYTES}"
        with center.http.stream("GET", wanted) as answer:
            assert next(answer.iter_raw())
            held = owner.resident_bytes
        until(lambda: owner.resident_bytes < held - LARGE_BYTES // 2)


def sizes(owner: Program, center: Hub, frames: Iterator[Frame], count: int) -> tuple[int, int]:
    """Return what agent and hub have in memory after so many more frames."""
    for _ in range(count):
        assert next(frames).size_bytes > 4 << 20
    return owner.resident_bytes, center.resident_bytes


def test_a_port_that_is_taken_is_said_in_one_line(center: Hub) -> None:
    other = Program("hub", "--no-browser", "--port", "0", "--fleet-listen", center.address)
    assert other.process.wait(30) == 1
    other.end()
    [line] = other.complained
    assert line.startswith("shmscope: the fleet's carrier cannot start: ")
    assert center.address in line


WITHOUT = "import sys; sys.modules['zenoh'] = None; import shmscope.cli as c; sys.exit(c.main({}))"


@pytest.mark.parametrize("command", [["hub"], ["agent", "--hub", "127.0.0.1"]], ids=lambda c: c[0])
def test_without_the_extra_a_fleet_says_what_to_install(command: list[str]) -> None:
    code = WITHOUT.format(command)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "pip install 'shmscope[fleet]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_alone_loads_nothing_of_the_fleets_engine() -> None:
    code = (
        "import sys; from shmscope.cli import build_parser; import shmscope.terminal.serving;"
        "from shmscope.web.app import create_app; create_app('box');"
        "known = {'zenoh', 'cryptography', 'shmscope.fleet.fleet', 'shmscope.fleet.agent'};"
        "print(sorted(known & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
