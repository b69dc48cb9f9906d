"""The lists of all hosts: asked for a few at once, in parts, of the host first that waits longest.

A list of fifty arrays is one part. That of a host of many comes in parts of a megabyte, so that
none of them holds up the statistics and signs of life of the others while it is read.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from shmscope.errors import ShmscopeError
from shmscope.fleet import messages
from shmscope.fleet.asking import Asking
from shmscope.fleet.host import Host
from shmscope.fleet.hosts import Hosts
from shmscope.fleet.keys import Place
from shmscope.fleet.listing import Listing, decode_listing, joined

LOOKED_S: Final = 5.0  # for so long after somebody asked for its rows a host is looked at
MOST_LISTS: Final = 8  # that are asked for at once
MOST_PARTS: Final = 64  # of a list; what comes after them is not listed

log = logging.getLogger(__name__)


class Lists:
    """Asks for lists. Belongs to one event loop.

    Args:
        hosts: What is known of them.
        asking: Asks their agents.
        clock: Seconds; the hub's.
    """

    def __init__(self, hosts: Hosts, asking: Asking, clock: Callable[[], float]) -> None:
        self._hosts, self._asking, self._clock = hosts, asking, clock
        self._under_way: dict[str, asyncio.Task[None]] = {}

    def ask(self) -> None:
        """Ask for what is wanted, as far as not too much is under way."""
        now_s = self._clock()
        waiting = [
            host
            for host in self._hosts
            if host.name not in self._under_way
            and host.wants_list(now_s, looked=self._is_looked_at(host))
        ]
        waiting.sort(key=lambda host: host.asked_s)  # who does not answer goes to the end
        for host in waiting[: MOST_LISTS - len(self._under_way)]:
            host.asked_s = now_s
            self._under_way[host.name] = asyncio.create_task(self._fetch(host))

    def _is_looked_at(self, host: Host) -> bool:
        return self._clock() - host.looked_s <= LOOKED_S

    async def _fetch(self, host: Host) -> None:
        place = host.place
        try:
            if place is None:
                return
            listing = await self._whole(place, looked=self._is_looked_at(host))
            if host.agent.place == place:
                if listing.limit_bytes is not None and host.listing.limit_bytes is None:
                    _complain(place, listing)
                host.listing = listing
        except ShmscopeError as error:
            log.info("the arrays of a host could not be listed: %s", error.detail)
        finally:
            self._under_way.pop(host.name, None)

    async def _whole(self, place: Place, *, looked: bool) -> Listing:
        """Return the list of an agent, part after part."""
        parts: list[Listing] = []
        first: int | None = 0
        while first is not None and len(parts) < MOST_PARTS:
            question = {"looked": looked, "from": first}
            answer = await self._asking.ask(place, "q/list", question, messages.MOST_LIST_BYTES)
            part = decode_listing(await answer.whole(), place, self._clock())
            parts.append(part)
            is_further = part.following is not None and part.following > first
            first = part.following if is_further else None
        is_cut = first is not None
        return joined(parts, MOST_PARTS * messages.MOST_LIST_BYTES if is_cut else None)


def _complain(place: Place, listing: Listing) -> None:
    log.warning(
        "the host %r has more arrays than the %d that are listed: a list may have %s bytes",
        *(place.host[:80], len(listing.entries), f"{listing.limit_bytes:,}"),
    )
