"""The hosts of a hub: one thread with an event loop of its own, and what any thread may ask.

What the carrier brings is laid down, the newest of each agent, and taken from there once a wake-up:
a hub that is slow for a while sees the present when it is back.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from shmscope.errors import MessageError, ShmscopeError, UnreachableError
from shmscope.fleet import finding, keys, messages, remote
from shmscope.fleet.asking import Asking
from shmscope.fleet.carrier import Carrier
from shmscope.fleet.hosts import Host, Hosts
from shmscope.fleet.inbox import Inbox
from shmscope.fleet.listing import decode_listing
from shmscope.fleet.relay import Explain, FleetDemand, Relay, Tell
from shmscope.fleet.remote import RemoteAnswer
from shmscope.sampling.complaints import Complaints

SWEEP_S: Final = 0.25
LOOKED_S: Final = 5.0  # for so long after somebody asked for its rows a host is looked at
MOST_LISTS: Final = 8  # that are asked for at once

log = logging.getLogger(__name__)


class Fleet:
    """All hosts of a hub.

    Args:
        host: Name of the hub's own host.
        carrier: Carries messages; it is closed with the fleet.
        explain: Encodes what is wrong as the body of an error.
        clock: Seconds; that of the stream's frames.

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
    ) -> None:
        self.host = host
        self._carrier, self._clock = carrier, clock
        self._hosts = Hosts(host)
        self._asking = Asking(carrier, clock)
        self._relay = Relay(self._hosts, self._asking, explain)
        self.demand: FleetDemand = self._relay.demand
        self._inbox = Inbox(self._take)
        self._looked_s: dict[str, float] = {}
        self._listing: dict[str, asyncio.Task[None]] = {}
        self._complaints = Complaints(clock)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fleet", daemon=True)
        self._sweeping: asyncio.Task[None] | None = None

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
        self._looked_s[host] = now_s
        return found.rows(now_s)

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
                self._looked_s[host.name] = now_s
                rows += host.rows(now_s, entries[: most - len(rows)])
        return rows, total

    async def get(
        self, host: str, path: str, query: str, headers: Mapping[str, str]
    ) -> RemoteAnswer:
        """Ask a host's REST API.

        Args:
            host: Its name.
            path: Percent-encoded, from ``/api/v1/`` on.
            query: As it came.
            headers: Names in lower case.

        Raises:
            ShmscopeError: the host is unknown, cannot be reached, refuses, or takes too long.
        """
        request = {"get": path, "query": query, "headers": dict(headers)}
        asked = remote.get(self._hosts, self._asking, host, request)
        try:
            status, found, answer = await remote.on_loop(asked, self._loop)
        except RuntimeError:  # the loop is closed
            asked.close()
            raise UnreachableError("the hub is going down") from None
        return RemoteAnswer(status, found, remote.pieces_on(answer, self._loop))

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
        now_s = self._clock()
        for key, is_there in tokens:
            if (place := _place_of(key, "alive")) is not None:
                self._hosts.token(place, now_s, is_there=is_there)
                if place.host == self.host and is_there:
                    log.warning("an agent calls itself as the hub does, and is not shown: --name")
        for key, body in said.items():
            if (place := _place_of(key, "stats")) is not None:
                with suppress(MessageError):  # it is hostile, or of another version
                    self._hosts.hear(place, body, now_s)

    async def _sweep(self) -> None:
        while True:
            try:
                self._hosts.settle(self._clock())
                self._ask_for_lists()
            except Exception as error:  # unknown failures are logged; the fleet goes on
                times = self._complaints.take(error)
                if times is not None:
                    log.exception("the fleet could not be settled", extra={"times": times})
            await asyncio.sleep(SWEEP_S)

    def _ask_for_lists(self) -> None:
        now_s = self._clock()
        looked = {name for name, at_s in list(self._looked_s.items()) if now_s - at_s <= LOOKED_S}
        for host in self._hosts:
            if len(self._listing) >= MOST_LISTS:
                return
            is_looked_at = host.name in looked
            if host.name not in self._listing and host.wants_list(now_s, looked=is_looked_at):
                host.asked_s = now_s
                task = asyncio.create_task(self._fetch_list(host, is_looked_at=is_looked_at))
                self._listing[host.name] = task

    async def _fetch_list(self, host: Host, *, is_looked_at: bool) -> None:
        place = host.place
        try:
            if place is None:
                return
            question = {"looked": is_looked_at}
            most = messages.MOST_LIST_BYTES
            answer = await self._asking.ask(place, "q/list", question, most)
            listing = decode_listing(await answer.whole(), place, self._clock())
            if host.agent.place == place:
                host.listing = listing
        except ShmscopeError as error:
            log.info("the arrays of a host could not be listed: %s", error.detail)
        finally:
            self._listing.pop(host.name, None)


def _place_of(key: str, part: keys.Part) -> keys.Place | None:
    found = keys.parse_key(key)
    return found[0] if found is not None and found[1] == part else None
