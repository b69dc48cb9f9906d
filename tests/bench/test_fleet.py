"""Simulated hosts are as agents' hosts to a hub, and leave nothing behind."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.fleet_hosts import host_name, renamed
from tests.fleet import engine
from tests.fleet.saying import place, row
from tests.waiting import until

from shmscope.fleet.bulletin import Bulletin
from shmscope.fleet.fleet import SWEEP_S
from shmscope.fleet.host import SILENCE_S
from shmscope.fleet.hosts import MOST_HOSTS
from shmscope.fleet.listing import decode_listing
from shmscope.fleet.lists import MOST_LISTS
from shmscope.fleet.zenoh_carrier import MOST_MESSAGES
from shmscope.fleet.zenoh_settings import MOST_SESSIONS
from shmscope.web.fleet_board import MOST_ROWS

PIPE = subprocess.PIPE
WORDS = {2: "two", 4: "four"}
OVERVIEW = {
    "host": {"health": {"level": "ok"}, "shm": {"size_bytes": 100, "used_bytes": 10}},
    "arrays": [row(name) | {"sparkline": [1.0] * 60} for name in ("heat", "cold")],
}


@contextmanager
def simulated(address: str, count: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "bench.fleet_hosts", address, "0", str(count)]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdin is not None
        try:
            process.stdin.write(f"{json.dumps(OVERVIEW)}\ngo\n")
            process.stdin.flush()
            yield process
        finally:
            process.stdin.close()


def test_simulated_hosts_are_told_and_listed_as_others_are() -> None:
    names = [host_name(number) for number in range(3)]
    with engine.hub() as hub, simulated(hub.address, len(names)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        until(lambda: all(hub.state(name) == "reachable" for name in names))
        assert process.stdout.readline() == "listed\n"
        until(lambda: all(len(hub.fleet.rows(name)) == 2 for name in names))
        found = hub.row(names[1], "heat")
        assert found is not None
        assert found["id"] == f"{names[1]}/1b-2e4f/heat"
        writes = found["writes"]
        until(lambda: (hub.row(names[1], "heat") or found)["writes"] > writes)


def test_simulated_hosts_end_with_their_input() -> None:
    with engine.hub() as hub:
        with simulated(hub.address, 2) as process:
            until(lambda: hub.state(host_name(1)) == "reachable")
        assert process.returncode == 0
        until(lambda: hub.state(host_name(1)) == "unreachable")


def test_a_list_of_one_host_becomes_that_of_another() -> None:
    host = host_name(7)
    bulletin = Bulletin()
    bulletin.update(OVERVIEW, 1.0)
    listing = decode_listing(renamed(bulletin.listing(), host), place(host), 1.0)
    assert {entry.row["host"] for entry in listing.entries} == {host}
    assert len(listing.entries) == 2


def test_the_limits_of_the_arithmetic_are_those_of_the_code() -> None:
    document = (Path(__file__).parents[2] / "docs/fleet.md").read_text()
    section = " ".join(document[document.index("## Ten thousand hosts") :].split())
    for said in (
        f"{MOST_LISTS / SWEEP_S:g} lists a second",
        f"a hub admits {MOST_SESSIONS:,}",
        f"the sweep of all hosts {WORDS[round(1 / SWEEP_S)]} times a second",
        f"{MOST_ROWS} are shown at most",
        f"the {SILENCE_S:g} s after which a silent host",
        f"A hub keeps {MOST_HOSTS:,} hosts",
        f"{MOST_MESSAGES:,} messages",
    ):
        assert said in section
