"""What a hub of many hosts takes, and how soon it knows of them."""

from __future__ import annotations

import json
import signal
import statistics
import time
from contextlib import closing
from dataclasses import dataclass
from typing import Any, NamedTuple

from bench.fleet_crowd import Crowd, wait_until
from bench.fleet_hosts import host_name
from bench.fleet_page import Seen, hosts_of, watch
from bench.fleet_places import Meeting
from bench.served import Serving, cpu_s, resident_mib

OPENED = 10  # hosts of which the page shows the arrays
ROUND_S, ROUNDS = 3.0, 3


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a hub with so many hosts.

    Attributes:
        hosts: How many.
        roster_s: From the first session that is opened until all hosts are heard of.
        listed_s: Until each was asked for its list.
        memory_mib: Of the hub then.
        gateway_mib: Of the gateway, 0 where there is none.
        shares: CPU of the hub while nobody watches, of one core, one a round.
        watched: What a page got that shows hosts alone, one a round.
        opened: The same with the arrays of some.
        gateway: CPU of the gateway, one a round.
        simulated: CPU of the simulated hosts, one a round.
        killed_s: Until a host was noticed whose process was killed.
        silent_s: Until one was that fell silent.
    """

    hosts: int
    roster_s: float
    listed_s: float
    memory_mib: float
    gateway_mib: float
    shares: list[float]
    watched: list[Seen]
    opened: list[Seen]
    gateway: list[float]
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


def found_at(meeting: Meeting, count: int, overview: dict[str, Any]) -> Found:
    """Measure a hub that so many hosts come to, all with the arrays of `overview`."""
    hub, each = meeting.hub, len(overview["arrays"])
    with closing(Crowd(meeting, count, json.dumps(overview))) as crowd:
        roster_s, listed_s = crowd.open(lambda: _reachable(hub, each) == count)
        memory_mib, gateway_mib = resident_mib(hub.pid), _gateway_mib(meeting)
        shares, watched, opened = list[_Shares](), list[Seen](), list[Seen]()
        names = {"hosts": [host_name(number) for number in range(OPENED)]}
        for _ in range(ROUNDS):
            shares.append(_shares(meeting, crowd))
            watched.append(watch(hub, {}, ROUND_S))
            opened.append(watch(hub, names, ROUND_S))
        killed_s, silent_s = (
            _noticed_s(hub, *crowd.lose(place, number))
            for place, number in enumerate((signal.SIGKILL, signal.SIGSTOP))
        )
    hubs, gateways, crowds = map(list, zip(*shares, strict=True))
    return Found(
        count, roster_s, listed_s, memory_mib, gateway_mib,
        hubs, watched, opened, gateways, crowds, killed_s, silent_s,
    )  # fmt: skip


class _Shares(NamedTuple):
    """What the hub takes while nobody watches, the gateway, and the hosts, of one core."""

    hub: float
    gateway: float
    crowd: float


def _shares(meeting: Meeting, crowd: Crowd) -> _Shares:
    def taken_s() -> tuple[float, float, float]:
        gateway_s = 0.0 if meeting.gateway is None else cpu_s(meeting.gateway)
        return cpu_s(meeting.hub.pid), gateway_s, crowd.cpu_s

    before_s, began_s = taken_s(), time.monotonic()
    time.sleep(ROUND_S)
    took_s = time.monotonic() - began_s
    return _Shares(*((now - then) / took_s for now, then in zip(taken_s(), before_s, strict=True)))


def _gateway_mib(meeting: Meeting) -> float:
    return 0.0 if meeting.gateway is None else resident_mib(meeting.gateway)


def _reachable(hub: Serving, each: int) -> int:
    """Return how many hosts are reachable and have said how many arrays they have."""
    return sum(row["state"] == "reachable" and row["arrays"] == each for row in hosts_of(hub))


def _noticed_s(hub: Serving, name: str, lost_s: float) -> float:
    """Return how long it took until a host was unreachable."""
    wait_until(lambda: (name, "unreachable") in _states(hub), f"{name} is still reachable")
    return time.monotonic() - lost_s


def _states(hub: Serving) -> set[tuple[str, str]]:
    return {(row["host"], row["state"]) for row in hosts_of(hub)}
