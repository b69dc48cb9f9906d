"""A hub of many hosts: 50 arrays each, told of twice a second, on one machine.

The hub is one of its own. The hosts are simulated, several hundred in a process; each is a session
with the messages of an agent, and has the arrays of a real server. One client watches as a page
does. At the end one host is killed and another falls silent, each a process of its own.

python -m bench.fleet [HOSTS ...]
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.request import urlopen

import shmscope
from bench.curves import Curve
from bench.fanout import raise_descriptor_limit
from bench.fleet_crowd import Crowd, running_hub, wait_until
from bench.fleet_hosts import host_name
from bench.fleet_page import Seen, hosts_of, watch
from bench.paired import HEADER, Ratio
from bench.results import Row
from bench.served import Serving, cpu_s, resident_mib, serving
from shmscope.fleet.hosts import SILENCE_S
from shmscope.web.fleet_board import TICK_S

HOSTS = (100, 300, 1000)
EACH = 50  # arrays
OPENED = 10  # hosts of which the page shows the arrays
ROUND_S, ROUNDS = 3.0, 3
ROSTER_LIMIT_S = 10.0
# What is measured, the field of a finding, its unit, the work's exponent, and what is on either
# side of the bend.
CURVES = (
    (
        "CPU of a hub, nobody watches",
        "cpu_share",
        "cores",
        1.0,
        "what the server itself does outweighs few hosts; of many each message is routed and read",
    ),
    (
        "CPU of a hub, a page watches",
        "watched_share",
        "cores",
        1.0,
        "what the server itself does outweighs few hosts; of many each is a row of every frame",
    ),
    (
        "memory of a hub",
        "memory_mib",
        "MiB",
        1.0,
        "the server itself outweighs few hosts; of many each has its session and its list",
    ),
    (
        "time to a full roster",
        "roster_s",
        "s",
        1.0,
        "few are opened at the pace of their own processes; of many each costs the hub more",
    ),
    (
        "time until all lists are there",
        "listed_s",
        "s",
        1.0,
        "the roster comes first; lists are asked for a few at once",
    ),
    (
        "a frame of the page",
        "frame_bytes",
        "bytes",
        1.0,
        "each host is a row of it",
    ),
)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a hub with so many hosts.

    Attributes:
        hosts: How many.
        roster_s: From the first session that is opened until all hosts are heard of.
        listed_s: Until each was asked for its list.
        memory_mib: Of the hub then.
        shares: CPU of the hub while nobody watches, of one core, one a round.
        watched: What a page got that shows hosts alone, one a round.
        opened: The same with the arrays of some.
        simulated: CPU of the simulated hosts, of one core, one a round.
        killed_s: Until a host was noticed whose process was killed.
        silent_s: Until one was that fell silent.
    """

    hosts: int
    roster_s: float
    listed_s: float
    memory_mib: float
    shares: list[float]
    watched: list[Seen]
    opened: list[Seen]
    simulated: list[float]
    killed_s: float
    silent_s: float

    @property
    def cpu_share(self) -> float:
        """Median of the rounds."""
        return statistics.median(self.shares)

    @property
    def watched_share(self) -> float:
        """Median of the rounds."""
        return statistics.median(one.cpu_share for one in self.watched)

    @property
    def frame_bytes(self) -> float:
        """Median of the rounds."""
        return statistics.median(one.frame_bytes for one in self.watched)


def measure(counts: Sequence[int] = HOSTS) -> list[Row]:
    """Measure hubs with few hosts and with many."""
    raise_descriptor_limit()
    with _ends_in_order():
        overview = _overview()
        found = [_found(count, overview) for count in counts]
    return [*_ratios(found[-1]), *(_curves(found) if len(found) > 1 else [])]


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


def _found(count: int, overview: dict[str, Any]) -> Found:
    """Measure one hub."""
    with running_hub() as (hub, listens), ExitStack() as stack:
        crowd = Crowd(listens, count, json.dumps(overview))
        stack.callback(crowd.close)
        roster_s, listed_s = crowd.open(lambda: _reachable(hub) == count)
        memory_mib = resident_mib(hub.pid)
        shares, simulated, watched, opened = [], [], list[Seen](), list[Seen]()
        names = {"hosts": [host_name(number) for number in range(OPENED)]}
        for _ in range(ROUNDS):
            share, crowd_share = _shares(hub, crowd)
            shares.append(share)
            simulated.append(crowd_share)
            watched.append(watch(hub, {}, ROUND_S))
            opened.append(watch(hub, names, ROUND_S))
        killed_s, silent_s = (
            _noticed_s(hub, *crowd.lose(place, number))
            for place, number in enumerate((signal.SIGKILL, signal.SIGSTOP))
        )
    return Found(
        count,
        roster_s,
        listed_s,
        memory_mib,
        shares,
        watched,
        opened,
        simulated,
        killed_s,
        silent_s,
    )


def _reachable(hub: Serving) -> int:
    """Return how many hosts are reachable and have said how many arrays they have."""
    return sum(row["state"] == "reachable" and row["arrays"] == EACH for row in hosts_of(hub))


def _noticed_s(hub: Serving, name: str, lost_s: float) -> float:
    """Return how long it took until a host was unreachable."""
    wait_until(lambda: (name, "unreachable") in _states(hub), f"{name} is still reachable")
    return time.monotonic() - lost_s


def _states(hub: Serving) -> set[tuple[str, str]]:
    return {(row["host"], row["state"]) for row in hosts_of(hub)}


def _shares(hub: Serving, crowd: Crowd) -> tuple[float, float]:
    """Return of one core what the hub takes while nobody watches, and what its hosts take."""
    before_s, crowd_s, began_s = cpu_s(hub.pid), crowd.cpu_s, time.monotonic()
    time.sleep(ROUND_S)
    took_s = time.monotonic() - began_s
    return (cpu_s(hub.pid) - before_s) / took_s, (crowd.cpu_s - crowd_s) / took_s


def _ratios(found: Found) -> list[Ratio]:
    of, alone = f"of {found.hosts:,} hosts", found.shares
    watched, opened = found.watched, found.opened
    return [
        _ratio(f"hub {of}, nobody watches", "limit: a core", "cores", alone, [1.0]),
        _ratio(
            "hub, a page watches", "nobody watches", "cores", [s.cpu_share for s in watched], alone
        ),
        _ratio(
            f"hub, its page shows {OPENED * EACH} arrays",
            "nobody watches",
            "cores",
            [s.cpu_share for s in opened],
            alone,
        ),
        _ratio("frames of the page", "ticks", "per s", [s.per_s for s in watched], [1 / TICK_S]),
        _ratio(
            "the longest time between two",
            "limit: two ticks",
            "s",
            [s.gap_s for s in watched],
            [2 * TICK_S],
        ),
        _ratio(f"roster {of}", "limit", "s", [found.roster_s], [ROSTER_LIMIT_S]),
        _ratio(
            "a host that was killed is noticed", "limit: a tick", "s", [found.killed_s], [TICK_S]
        ),
        _ratio("one that is silent is noticed", "limit", "s", [found.silent_s], [SILENCE_S]),
        _ratio("the simulated hosts", "a core", "cores", found.simulated, [1.0]),
    ]


def _ratio(
    what: str, peer: str, unit: str, values: Sequence[float], peers: Sequence[float]
) -> Ratio:
    """Compare values, one a round, with as many or with one."""
    against = list(peers) * (len(values) // len(peers))
    ratios = [value / other for value, other in zip(values, against, strict=True)]
    return Ratio(what, peer, statistics.median(values), statistics.median(against), unit, ratios)


def _curves(found: Sequence[Found]) -> list[Curve]:
    return [
        Curve(
            what,
            "hosts",
            unit,
            work,
            why,
            [(one.hosts, float(getattr(one, field))) for one in found],
        )
        for what, field, unit, work, why in CURVES
    ]


if __name__ == "__main__":
    print(HEADER)
    print(*measure([int(argument) for argument in sys.argv[1:]] or HOSTS), sep="\n")
