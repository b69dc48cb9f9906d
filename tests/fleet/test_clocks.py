"""Hosts whose wall clocks are apart from the hub's: ages and states are right all the same."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from tests.fleet.clocks import clock_apart, missing
from tests.fleet.programs import Hub, Program, agent, hub
from tests.fleet.watching import array_of, watched
from tests.waiting import until

from shmscope.fleet.host import SILENCE_S

pytestmark = [
    pytest.mark.skipif(missing() is not None, reason=missing() or ""),
    pytest.mark.timeout(120),
]
HOUR_S, DAY_S = 3_600, 86_400
WRITER = """
import sys, time, shmscope
with shmscope.create(sys.argv[1], 8) as array:
    print(time.time(), flush=True)
    while sys.stdin.readline():
        with array.writing() as values:
            values += 1
        print("written", flush=True)
"""


@pytest.fixture(params=[-DAY_S, -HOUR_S, HOUR_S, DAY_S], ids=["-day", "-hour", "hour", "day"])
def apart_s(request: pytest.FixtureRequest) -> int:
    """By how much the host's clock is ahead."""
    found: int = request.param
    return found


class Writer:
    """A program that writes an array when it is told to, by another clock.

    Attributes:
        apart_s: By how much its clock is ahead, as it found.
    """

    def __init__(self, name: str, environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WRITER, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self.apart_s = float(self._line()) - time.time()

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def write(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        assert self._line() == "written\n"

    def close(self) -> None:
        self.process.communicate()


@pytest.fixture(scope="module")
def center() -> Iterator[Hub]:
    """A hub by this machine's clock."""
    with hub() as found:
        yield found


def test_ages_of_a_host_by_another_clock_are_true(
    center: Hub, apart_s: int, name: str, tmp_path: Path
) -> None:
    environment = clock_apart(tmp_path, apart_s)
    with ExitStack() as stack:
        writer = stack.enter_context(closing(Writer(name, environment)))
        assert abs(writer.apart_s - apart_s) < HOUR_S / 2
        more = "--allow", name
        lost = stack.enter_context(agent(center.address, name, *more, environment=environment))
        ident = array_of(center, name, name)
        its_clock_s = center.http.get(f"/api/v1/fleet/hosts/{name}/host").json()["server_unix_s"]
        assert abs(its_clock_s - time.time() - apart_s) < HOUR_S / 2
        frames = stack.enter_context(closing(watched(center, ident)))
        begun_s = time.monotonic()
        writer.write()
        assert_recent(center, name, begun_s)
        assert 0 <= next(frames).lag_s < since(begun_s) + SILENCE_S
        assert_unreachable_since(center, name, lost)


def assert_recent(center: Hub, name: str, begun_s: float) -> None:
    """Check that what was written is told with an age since then."""
    row = until(lambda: next((one for one in rows(center, name) if one["writes"] == 1), None))
    assert 0 <= row["last_write_age_s"] <= since(begun_s)
    assert 0 <= row["known_age_s"] <= SILENCE_S
    host = center.hosts()[name]
    assert (host["state"], host["heard_s"] <= SILENCE_S) == ("reachable", True)
    assert 0 <= host["lag"] <= since(begun_s) + SILENCE_S


def assert_unreachable_since(center: Hub, name: str, lost: Program) -> None:
    """Check that a host is out of reach since its last sign of life."""
    heard_s = time.monotonic() - SILENCE_S
    lost.tell(signal.SIGKILL)
    until(lambda: center.state(name) == "unreachable")
    found = center.hosts()[name]
    assert 0 <= found["since_s"] <= since(heard_s)
    assert found["since_s"] <= found["heard_s"] + 0.1
    assert all(0 <= one["known_age_s"] <= since(heard_s) for one in rows(center, name))


def rows(center: Hub, host: str) -> list[dict[str, float]]:
    found: list[dict[str, float]] = center.http.get(f"/api/v1/arrays?host={host}").json()["arrays"]
    return found


def since(moment_s: float) -> float:
    return time.monotonic() - moment_s
