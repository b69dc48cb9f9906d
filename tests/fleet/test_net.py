"""A fleet across network namespaces: partitions, a narrow link, and what a stranger finds.

Every host is a real process with real certificates. Orders are asserted and how things end, never
how long they take, but for what stays within the hub's own measure of silence.
"""

from __future__ import annotations

import json
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.fleet.namespaces import Namespace, Network, missing, resident_bytes
from tests.waiting import until
from tests.web.reading import decode_message
from websockets.sync.client import ClientConnection, connect

import shmscope
from shmscope.fleet.founding import found_fleet
from shmscope.fleet.host import SILENCE_S
from shmscope.terminal.fleets import agent_command, hub_command

pytestmark = [
    pytest.mark.skipif(missing() is not None, reason=missing() or ""),
    pytest.mark.slow,
    pytest.mark.timeout(180),
]
COMMAND = str(Path(sys.executable).with_name("shmscope"))
ENDING_S = 30.0


class Running:
    """A command of ours on one host, in the folder that was made for it."""

    def __init__(self, host: Namespace, folder: Path, command: str, *more: str) -> None:
        self.host = host
        words = command.replace("shmscope ", f"{COMMAND} ", 1).split()
        self.process = host.start("env", "-C", str(folder), *words, *more)
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()

    @property
    def pid(self) -> int:
        """Its process: `ip` and `env` have become it."""
        return self.process.pid

    def end(self) -> tuple[int, str]:
        """Stop it as Ctrl-C does; return exit code and complaints."""
        self.process.send_signal(signal.SIGINT)
        _, complaints = self.process.communicate(timeout=ENDING_S)
        return self.process.returncode, complaints

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate(timeout=ENDING_S)


class Site:
    """A hub and two hosts, `near` and `far`."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self.network = stack.enter_context(closing(Network()))
        self.places = {name: self.network.host(name) for name in ("hub", "near", "far")}
        self.folder, self._stack = folder / "fleet", stack
        address = self.places["hub"].address
        found_fleet(self.folder, ["the-hub", address], ["near", "far"], 30)
        self.hub = self._start_hub()
        self.agents = {name: self.start_agent(name) for name in ("near", "far")}

    def _start_hub(self) -> Running:
        more = "--port", "0", "--no-browser"
        command = hub_command(self.places["hub"].address)
        found = Running(self.places["hub"], self.folder / "hub", command, *more)
        self._stack.callback(found.close)
        return found

    def start_agent(self, name: str) -> Running:
        command = agent_command(self.places["hub"].address, name, "_")
        found = Running(self.places[name], self.folder / "hosts" / name, command)
        self._stack.callback(found.close)
        return found

    @property
    def port(self) -> int:
        """The page's, on the hub's loopback."""
        found = re.search(r":(\d+)/", self.hub.line)
        assert found is not None, self.hub.line
        return int(found[1])

    def get(self, path: str) -> Any:
        """Return what the hub's REST API answers."""
        with closing(HTTPConnection("127.0.0.1", self.port)) as http:
            http.sock = self.places["hub"].connect("127.0.0.1", self.port)
            http.request("GET", path)
            return json.loads(http.getresponse().read())

    def row(self, name: str) -> dict[str, Any]:
        """Return what the hub knows of a host."""
        rows = self.get("/api/v1/fleet/hosts")["hosts"]
        return next((row for row in rows if row["host"] == name), {})

    def state(self, name: str) -> str | None:
        return self.row(name).get("state")

    def stream(self) -> ClientConnection:
        """Open the hub's stream, as its page does."""
        sock = self.places["hub"].connect("127.0.0.1", self.port)
        address = f"ws://127.0.0.1:{self.port}/api/v1/stream"
        return connect(address, sock=sock, proxy=None, max_size=None)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as stack:
        found = Site(stack, tmp_path)
        until(lambda: {found.state("near"), found.state("far")} == {"reachable"})
        yield found


def test_a_host_behind_a_cut_is_unreachable_and_comes_back_by_itself(site: Site) -> None:
    far = site.places["far"]
    known = site.row("far")
    site.network.cut(far)
    until(lambda: site.state("far") == "unreachable")
    assert site.state("near") == "reachable"
    assert site.row("far")["arrays"] == known["arrays"]
    until(lambda: site.row("far")["since_s"] > SILENCE_S)  # nothing of it gets through
    site.network.heal(far)
    until(lambda: site.state("far") == "reachable")
    assert site.agents["far"].process.poll() is None
    assert site.row("far")["since_s"] < site.row("near")["since_s"]


def test_all_hosts_come_back_when_the_hubs_own_link_does(site: Site) -> None:
    site.network.cut(site.places["hub"])
    until(lambda: {site.state("near"), site.state("far")} == {"unreachable"})
    site.network.heal(site.places["hub"])
    until(lambda: {site.state("near"), site.state("far")} == {"reachable"})


def test_everything_ends_well(site: Site) -> None:
    assert site.agents["near"].end() == (0, "")
    until(lambda: site.state("near") == "ended")
    assert site.hub.end()[0] == 0
    assert site.agents["far"].end()[0] == 0


def test_the_hub_takes_what_comes_in_at_one_address_alone(site: Site) -> None:
    """Check every socket of the host: of an agent there is none, and no multicast anywhere."""
    hub = site.places["hub"].listening()
    assert hub == {"tcp 0.0.0.0:7447", f"tcp 127.0.0.1:{site.port}"}
    assert site.places["near"].listening() == set()


SCOUT = """
import zenoh
zenoh.init_log_from_env_or("off")
found = zenoh.scout(what="router|peer|client", config=zenoh.Config())
for hello in found:
    print(" ".join(hello.locators), flush=True)
"""
TALKER = """
import signal, zenoh
config = zenoh.Config()
config.insert_json5("transport/shared_memory/enabled", "false")  # it would leave files behind
session = zenoh.open(config)
print("open", flush=True)
signal.pause()
"""


def test_a_stranger_who_scouts_finds_whoever_talks_and_nothing_of_ours(site: Site) -> None:
    stranger, talker = site.network.host("stranger"), site.network.host("talker")
    with ExitStack() as stack:
        talking = stack.enter_context(talker.start(sys.executable, "-c", TALKER))
        stack.callback(talking.kill)
        assert talking.stdout is not None
        assert talking.stdout.readline() == "open\n"
        scouting = stack.enter_context(stranger.start(sys.executable, "-c", SCOUT))
        stack.callback(scouting.kill)
        assert scouting.stdout is not None
        # Whoever is asked answers each round of questions: the rest had twice the time to.
        found = [scouting.stdout.readline() for _ in range(3)]
    assert all(talker.address in locators for locators in found)
    ours = [site.places[name].address for name in ("hub", "near", "far")]
    assert not [locators for locators in found if any(one in locators for one in ours)]


def fresh_bytes(site: Site) -> list[int]:
    return [resident_bytes(running.pid) for running in (site.hub, site.agents["far"])]


FRAME_BYTES = 4 << 20
FRAMES = 3
# A hub has a frame in pieces, whole, without its envelope and as it is sent, and the next begins.
# Frames that waited for the link would be a hundred after the first one alone.
MOST_BYTES = 5 * FRAME_BYTES


def test_on_a_narrow_link_a_large_array_keeps_nothing_from_its_statistics(
    site: Site, name: str
) -> None:
    """Watch 4 MiB over 4 Mbit/s: a frame takes some nine seconds."""
    with shmscope.create(name, (1024, 1024), "f4") as written:
        site.network.narrow(site.places["far"], "4mbit")
        array = until(lambda: array_of(site, "far", name))
        before = site.row("far")
        with site.stream() as stream:
            stream.send(json.dumps(wish(array)))
            silences, used = watch(site, stream, written)
        after = site.row("far")
    assert max(silences) < SILENCE_S
    assert len(silences) > FRAMES  # it was looked while frames were under way
    assert after["state"] == "reachable"
    assert after["since_s"] > before["since_s"]  # the session never went
    first, last = used[0], used[-1]
    assert all(late - early < MOST_BYTES for early, late in zip(first, last, strict=True))


def array_of(site: Site, host: str, name: str) -> str | None:
    """Return the id of an array as the hub lists it."""
    rows = site.get(f"/api/v1/arrays?match={name}&host={host}")["arrays"]
    return next((row["id"] for row in rows if row["host"] == host), None)


def wish(array: str) -> dict[str, Any]:
    points = {"rate_hz": 10, "max_points": 1 << 20}
    return {"type": "subscribe", "id": 1, "topic": "values", "array": array, **points}


def watch(
    site: Site, stream: ClientConnection, written: Any
) -> tuple[list[float], list[list[int]]]:
    """Take frames in, and meanwhile note how long ago the host was heard of."""
    silences: list[float] = []
    used: list[list[int]] = []
    while len(used) < FRAMES:
        silences.append(site.row("far")["heard_s"])
        with written.writing() as values:
            np.add(values, 1, out=values)
        try:
            head, _ = decode_message(stream.recv(0.3))
        except TimeoutError:
            continue
        if head["type"] == "frame":
            stream.send(json.dumps({"type": "ack", "id": 1, "seq": head["seq"]}))
            used.append(fresh_bytes(site))
        assert head["type"] != "error", head
    return silences, used
