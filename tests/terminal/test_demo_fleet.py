"""`make demo-fleet`: every host comes, one goes and comes back, and nothing of it is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from tests.waiting import until

from shmscope import demo
from shmscope.terminal.demo_fleet import HOSTS, KILLED

PREFIX = f"demofleet{os.getpid()}."
BEFORE = frozenset(os.listdir("/dev/shm"))
# The demo, with names of its own.
PROGRAM = f"""
import sys
from shmscope.terminal import demo_fleet
up_s = float(sys.argv[1])
sys.exit(demo_fleet.main(["--no-browser", "--port=0"], {PREFIX!r}, up_s, down_s=2.0))
"""
START_S = 90.0  # thirteen processes that start at once are given this long
NEVER_S = 3600.0  # longer than any test runs

pytestmark = pytest.mark.timeout(4 * START_S)


@pytest.fixture
def running(request: pytest.FixtureRequest) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The demo, and its address; the parameter says for how long the agent lives that is killed."""
    command = [sys.executable, "-c", PROGRAM, str(getattr(request, "param", NEVER_S))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        yield process, said.split()[1] if said else ""
        process.kill()


def states(address: str) -> dict[str, str]:
    with urlopen(f"{address}api/v1/fleet/hosts") as answer:
        return {row["host"]: row["state"] for row in json.load(answer)["hosts"]}


def agents() -> list[str]:
    """Return the command lines of the demo's agents that live."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().decode(errors="replace").replace("\0", " ")
        except OSError:  # it ended meanwhile
            continue
        if f"--allow={PREFIX}" in line:
            found.append(line)
    return found


def in_shm() -> list[str]:
    """Return what the demo, or the engine that carries its messages, keeps in /dev/shm."""
    found = set(os.listdir("/dev/shm")) - BEFORE
    return [one for one in found if PREFIX in one or "zenoh" in one]


def test_every_host_shows_an_array_of_a_worker_that_there_is() -> None:
    assert set(HOSTS.values()) < set(demo.ALL)
    assert KILLED in HOSTS


def test_all_hosts_come_with_an_array_each_and_nothing_is_left_after_ctrl_c(
    running: tuple[subprocess.Popen[str], str],
) -> None:
    process, address = running
    until(lambda: set(states(address).items()) >= {(host, "reachable") for host in HOSTS}, START_S)

    def shown() -> bool:
        with urlopen(f"{address}api/v1/arrays?host=*") as answer:
            rows = json.load(answer)["arrays"]
        return {(row["host"], row["name"]) for row in rows} >= {
            (host, PREFIX + worker) for host, worker in HOSTS.items()
        }

    until(shown)
    until(lambda: len(agents()) == len(HOSTS))
    process.send_signal(signal.SIGINT)
    assert process.wait() == 0
    assert agents() == []
    assert in_shm() == []


@pytest.mark.parametrize("running", [4.0], indirect=True)
def test_a_host_is_killed_and_comes_back_again_and_again(
    running: tuple[subprocess.Popen[str], str],
) -> None:
    _, address = running
    for state in ("reachable", "unreachable") * 2:
        until(lambda state=state: states(address).get(KILLED) == state, START_S)  # type: ignore[misc]
    until(lambda: {states(address).get(host) for host in set(HOSTS) - {KILLED}} == {"reachable"})


def test_a_demo_that_is_killed_leaves_no_agent(
    running: tuple[subprocess.Popen[str], str],
) -> None:
    process, address = running
    until(lambda: set(states(address)) >= set(HOSTS), START_S)
    process.kill()
    until(lambda: not agents())
