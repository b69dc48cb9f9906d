"""A hub of many hosts: 50 arrays each, told of twice a second, on one machine.

The hub is one of its own. The hosts are simulated, several hundred in a process; each is a session
with the messages of an agent, and has the arrays of a real server. One client watches as a page
does. At the end one host is killed and another falls silent, each a process of its own. Then as
many come to a gateway of their site, under mutual TLS, and that to the hub.

python -m bench.fleet [HOSTS ...]
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any
from urllib.request import urlopen

import shmscope
from bench.fanout import raise_descriptor_limit
from bench.fleet_found import Found, found_at
from bench.fleet_hosts import host_name
from bench.fleet_places import Meeting, at_a_gateway, at_the_hub
from bench.fleet_rows import EACH, curves, ratios, ratios_behind
from bench.paired import HEADER
from bench.results import Row
from bench.served import serving

HOSTS = (100, 300, 1000)


def measure(counts: Sequence[int] = HOSTS) -> list[Row]:
    """Measure hubs with few hosts and with many."""
    raise_descriptor_limit()
    with _ends_in_order():
        overview = _overview()
        found = [_found(at_the_hub(), count, overview) for count in counts]
        most = found[-1].hosts
        site = at_a_gateway([host_name(number) for number in range(most)])
        behind = ratios_behind(_found(site, most, overview), found[-1])
    return [*ratios(found[-1]), *behind, *(curves(found) if len(found) > 1 else [])]


def _found(place: AbstractContextManager[Meeting], count: int, overview: dict[str, Any]) -> Found:
    with place as meeting:
        return found_at(meeting, count, overview)


@contextmanager
def _ends_in_order() -> Iterator[None]:
    """Have SIGTERM end the block as Ctrl-C does, so that no process is left behind."""

    def end(*_: object) -> None:
        sys.exit(128 + signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _overview() -> dict[str, Any]:
    """Return a frame of the overview of a server with so many arrays."""
    prefix = f"bench-fleet-{os.getpid()}"
    with ExitStack() as stack:
        for number in range(EACH):
            array = stack.enter_context(shmscope.create(f"{prefix}-{number}", 64, "f4"))
            with array.writing() as values:
                values[0] = number
        server = stack.enter_context(serving())
        server.wait_for(prefix, EACH)
        rows = [row for row in server.rows() if row["name"].startswith(prefix)]
        with urlopen(f"{server.address}api/v1/host") as answer:
            return {"host": json.load(answer), "arrays": rows}


if __name__ == "__main__":
    print(HEADER)
    print(*measure([int(argument) for argument in sys.argv[1:]] or HOSTS), sep="\n")
