"""The board of all hosts: what subscribers of the `fleet` topic are told, twice a second.

The naive way sends every array of every host to every page: of a thousand hosts that are fifty
thousand rows, twice a second. Small fleets are told whole, for a page filters and sorts better than
a server. Of a large one all hosts are told, and of the arrays those of the hosts that a page has
opened, or that it searches for.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, Final, Self

from shmscope.fleet.relay import Tell
from shmscope.sampling.complaints import Complaints
from shmscope.sampling.demand import Demand
from shmscope.sampling.health.verdicts import LEVELS
from shmscope.sampling.pace import next_due_s
from shmscope.sampling.topics import FleetTopic
from shmscope.web.fleet_face import Fleet
from shmscope.web.wire import encode_body

TICK_S: Final = 0.5
MOST_ROWS: Final = 500

log = logging.getLogger(__name__)


def board(fleet: Fleet, own: str, topic: FleetTopic, most: int = MOST_ROWS) -> dict[str, Any]:
    """Return what a topic's subscribers are told.

    Args:
        fleet: Knows the hosts.
        own: Name of the hub's own host, whose arrays are told elsewhere.
        topic: Which of them, and which arrays.
        most: At most so many arrays are told.
    """
    every = fleet.hosts()
    if topic.host is not None:
        return _told([host for host in every if host["host"] == topic.host], [], 0, whole=False)
    counts = {host["host"]: host["arrays"] for host in every if host["host"] != own}
    if sum(counts.values()) <= most:
        found = [row for host in counts for row in fleet.rows(host)]
        if len(found) <= most:  # what a host said and what it listed may be of two moments
            return _told(every, found, len(found), whole=True)
    if topic.find:
        found, count = fleet.find(sought(topic.find), most)
        return _told(every, [row for row in found if row["host"] != own], count, whole=False)
    named = [row for row in fleet.named(topic.arrays) if row["host"] in counts]
    opened = counts.keys() & set(topic.hosts)
    count = sum(counts[host] for host in opened)
    count += sum(row["host"] not in opened for row in named)
    others = _rows(fleet, topic.hosts, opened)
    return _told(every, _first(_once(chain(named, others)), most), count, whole=False)


def sought(text: str) -> str:
    """Return a filter of the page as a search of the fleet.

    What the fleet cannot look for is left out: the page looks through what comes again.
    """
    words = []
    for word in text.casefold().split():
        field, colon, value = word.partition(":")
        if field == "health" and value in LEVELS:
            words.append(f"level:{value}")
        elif not colon or field in ("host", "name"):
            words.append(value if field == "name" else word)
    return " ".join(words)


def _rows(fleet: Fleet, order: tuple[str, ...], opened: set[str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of opened hosts, of that first which was opened first."""
    for host in order:
        if host in opened:
            yield from fleet.rows(host)


def _once(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the first row of each array."""
    seen = set[str]()
    for row in rows:
        if row["id"] not in seen:
            seen.add(row["id"])
            yield row


def _first(rows: Iterator[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    return [row for _, row in zip(range(most), rows, strict=False)]


def _told(
    hosts: list[dict[str, Any]], arrays: list[dict[str, Any]], found: int, *, whole: bool
) -> dict[str, Any]:
    return {"hosts": hosts, "arrays": arrays, "found": found, "whole": whole}


class FleetBoard:
    """Tells the `fleet` topics that somebody asks for, on a thread of its own.

    Args:
        fleet: Knows the hosts.
        own: Name of the hub's own host, whose arrays are told elsewhere.
        tell: Takes what is new, from the thread.
        clock: Seconds.

    Attributes:
        demand: Who asks for what.
    """

    def __init__(
        self, fleet: Fleet, own: str, tell: Tell, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.demand = Demand()
        self._fleet, self._own, self._tell, self._clock = fleet, own, tell, clock
        self._told: set[FleetTopic] = set()  # has had this tick's news
        self._due_s = clock()
        self._complaints = Complaints(clock)
        self._stop = False
        self._thread = threading.Thread(target=self._run, name="fleet board", daemon=True)

    def step(self) -> float | None:
        """Tell what is due, newcomers at once; return when the next is, None while nobody asks."""
        now_s = self._clock()
        if now_s >= self._due_s:
            self._due_s = next_due_s(self._due_s, TICK_S, now_s)
            self._told.clear()
        topics = [one for one in self.demand.topics() if isinstance(one, FleetTopic)]
        for topic in topics:
            if topic not in self._told:
                self._told.add(topic)
                body = encode_body(board(self._fleet, self._own, topic))
                self._tell(topic, "frame", body, now_s)
        return self._due_s if topics else None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop = True
        self.demand.changed.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop:
            try:
                due_s = self.step()
            except Exception as error:  # unknown failures are logged; the board goes on
                count = self._complaints.take(error)
                if count is not None:
                    log.exception("the board of hosts failed", extra={"times": count})
                due_s = self._clock() + TICK_S
            self.demand.changed.wait(None if due_s is None else max(due_s - self._clock(), 0.0))
            self.demand.changed.clear()
