"""The hosts of a hub: one thread with an event loop of its own, and what any thread may ask.

What the carrier brings is laid down, the newest of each agent, and taken from there once a wake-up:
a hub that is slow for a while sees the present when it is back.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final

from shmscope.errors import MessageError, UnreachableError
from shmscope.fleet import finding, keys
from shmscope.fleet.asking import Asking
from shmscope.fleet.carrier import Carrier
from shmscope.fleet.hosts import Hosts
from shmscope.fleet.inbox import Inbox
from shmscope.fleet.lists import Lists
from shmscope.fleet.local import Request
from shmscope.fleet.members import Member, sites_of
from shmscope.fleet.relay import Explain, FleetDemand, Relay, Tell
from shmscope.fleet.remote import Answered, Errands, RemoteAnswer, do_on, new_job, on_loop
from shmscope.layout.names import ArrayId
from shmscope.sampling.complaints import Complaints

SWEEP_S: Final = 0.25
HELD_UP_S: Final = 2.0  # without a sweep: the process was stopped, or starved

log = logging.getLogger(__name__)


class Fleet:
    """All hosts of a hub.

    Args:
        host: Name of the hub's own host.
        carrier: Carries messages; it is closed with the fleet.
        explain: Encodes what is wrong as the body of an error.
        clock: Seconds; that of the stream's frames.
        members: Who may speak, as far as that is known beforehand.

    Attributes:
        host: Name of the hub's own host.
        demand: Who watches what of other hosts.
    """

    def __init__(
        self,
        host: str,
        carrier: Carrier,
        explain: Explain,
        clock: Callable[[], float] = time.monotonic,
        members: Sequence[Member] = (),
    ) -> None:
        self.host = host
        self._carrier, self._clock = carrier, clock
        self._hosts = Hosts(host, sites_of(members))
        self._asking = Asking(carrier, clock)
        self._errands = Errands(self._hosts, self._asking)
        self._relay = Relay(self._hosts, self._asking, explain)
        self.demand: FleetDemand = self._relay.demand
        self._inbox = Inbox(self._take)
        self._lists = Lists(self._hosts, self._asking, clock)
        self._complaints = Complaints(clock)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fleet", daemon=True)
        self._sweeping: asyncio.Task[None] | None = None
        self._ran_s = clock()

    def start(self, deliver: Tell) -> None:
        """Begin; `deliver` is called from a thread of the fleet's."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._begin(deliver), self._loop).result()
        self._inbox.bind(self._loop)
        self._carrier.subscribe(keys.every("stats"), self._inbox.messages)
        self._carrier.roster(keys.every("alive"), self._inbox.token)

    def close(self) -> None:
        """End, and wait for what runs."""
        if self._loop.is_closed():
            return
        self._inbox.close()
        self._carrier.close()
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._loop.close()

    def hosts(self) -> list[dict[str, Any]]:
        """Return one row a host, by name."""
        now_s = self._clock()
        return [host.row(now_s) for host in sorted(self._hosts, key=lambda one: one.name)]

    def rows(self, host: str) -> list[dict[str, Any]]:
        """Return the rows of a host's arrays as they were last known; none of an unknown host."""
        now_s, found = self._clock(), self._hosts.get(host)
        if found is None:
            return []
        found.looked_s = now_s
        return found.rows(now_s)

    def named(self, arrays: Iterable[ArrayId]) -> list[dict[str, Any]]:
        """Return the rows of those of some arrays that are known."""
        now_s, rows = self._clock(), list[dict[str, Any]]()
        for array in arrays:
            host = self._hosts.get(array.host)
            if host is not None:
                host.looked_s = now_s
                alike = [one for one in host.listing.entries if one.name == array.name]
                rows += [row for row in host.rows(now_s, alike) if row["id"] == str(array)]
        return rows

    def find(self, text: str, most: int) -> tuple[list[dict[str, Any]], int]:
        """Return at most so many rows that match, and how many there are.

        Args:
            text: As `finding.parse` reads it.
            most: At most so many rows.
        """
        now_s, rows, total = self._clock(), list[dict[str, Any]](), 0
        for host, entries in finding.matching(self._hosts, finding.parse(text)):
            total += len(entries)
            if len(rows) < most:
                host.looked_s = now_s
                rows += host.rows(now_s, entries[: most - len(rows)])
        return rows, total

    def page(
        self, hosts: str, match: str, first: int, most: int
    ) -> tuple[list[dict[str, Any]], int]:
        """Return rows by host and name, and how many there are.

        Args:
            hosts: Shell pattern of hosts.
            match: Shell pattern of arrays' names.
            first: So many are passed over.
            most: At most so many are told.
        """
        asked = finding.Asked(hosts, match, first, most)
        return finding.page(self._hosts, asked, self._clock())

    async def get(self, host: str, request: Request) -> RemoteAnswer:
        """Ask a host's REST API.

        Raises:
            ShmscopeError: the host is unknown, cannot be reached, refuses, or takes too long.
        """
        job = new_job()
        asked = self._errands.get(host, request, job)
        drop = partial(self._errands.drop, host, job)
        answered: Answered | None = None
        try:
            answered = await on_loop(asked, self._loop)
        except RuntimeError:  # the loop is closed
            asked.close()
            raise UnreachableError("the hub is going down") from None
        finally:
            if answered is None:  # it failed, took too long, or whoever asked has gone
                do_on(self._loop, drop)
        return RemoteAnswer(answered, self._loop, drop)

    async def _begin(self, deliver: Tell) -> None:
        self._relay.start(deliver)
        self._sweeping = asyncio.create_task(self._sweep())

    async def _end(self) -> None:
        await self._relay.stop()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _take(self, tokens: list[tuple[str, bool]], said: Mapping[str, bytes]) -> None:
        """Take in what came: on the fleet's loop."""
        now_s = self._run_on()
        for key, is_there in tokens:
            if (place := _place_of(key, "alive")) is not None:
                self._hosts.token(place, now_s, is_there=is_there)
                if is_there:
                    self._complain_of(place)
        for key, body in said.items():
            if (place := _place_of(key, "stats")) is not None:
                with suppress(MessageError):  # it is hostile, or of another version
                    self._hosts.hear(place, body, now_s)

    def _complain_of(self, place: keys.Place) -> None:
        """Log that an agent that came cannot be one of the host that it speaks for."""
        site = self._hosts.site_of(place.host)
        if place.host == self.host:
            log.warning("an agent calls itself as the hub does, and is not shown: --name")
        elif site is not None and site != place.site:
            log.warning(
                "an agent of the site %r calls itself %r, a host of the site %r, and is not heard",
                *(place.site[:80], place.host[:80], site[:80]),
            )

    def _run_on(self) -> float:
        """Return the time, and note where the loop itself did not run for long."""
        now_s = self._clock()
        if now_s - self._ran_s > HELD_UP_S:
            self._hosts.held_up(now_s)
        self._ran_s = now_s
        return now_s

    async def _sweep(self) -> None:
        while True:
            try:
                self._hosts.settle(self._run_on())
                self._lists.ask()
            except Exception as error:  # unknown failures are logged; the fleet goes on
                times = self._complaints.take(error)
                if times is not None:
                    log.exception("the fleet could not be settled", extra={"times": times})
            await asyncio.sleep(SWEEP_S)


def _place_of(key: str, part: keys.Part) -> keys.Place | None:
    found = keys.parse_key(key)
    return found[0] if found is not None and found[1] == part else None
