"""The client for an event loop: the same words as the one that waits.

Questions over REST run in threads, for they are short and few; frames come on the loop itself.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import Any, Self, Unpack

import numpy as np

from shmscope.client.address import DEFAULT_URL
from shmscope.client.asking import Asking
from shmscope.client.card import remote_card
from shmscope.client.facts import Facts, matching, the_one
from shmscope.client.frames import Feed
from shmscope.client.link import TIMEOUT_S, Link
from shmscope.client.questions import (
    Lens,
    Question,
    Snapshot,
    T,
    Torn,
    confirmation_of,
    history_of,
    json_of,
    pages_of,
    statistics_of,
    values_of,
)
from shmscope.client.streams_async import AsyncStream
from shmscope.client.wishes import RECONNECT_S, LiveLens, wish_for
from shmscope.publishing.closing import ClosingAsync


async def connect_async(
    url: str = DEFAULT_URL,
    token: str | None = None,
    *,
    tls: ssl.SSLContext | None = None,
    timeout_s: float = TIMEOUT_S,
) -> AsyncClient:
    """Return a client of the server at `url`, once it has answered; see `connect`.

    Raises:
        AddressError: `url` is no address of a server.
        UnreachableError: no server answers there.
        AccessError: the token is missing or wrong.
    """
    client = AsyncClient(url, token, tls=tls, timeout_s=timeout_s)
    try:
        await client.host()
    except BaseException:
        await client.close()
        raise
    return client


class AsyncClient(Asking, ClosingAsync):
    """Asks one server from an event loop; its arguments are those of `Client`."""

    async def arrays(self, pattern: str = "*") -> list[AsyncRemoteArray]:
        """Return all arrays, or those that a name or shell pattern stands for."""
        rows = await self._rows()
        found = rows if pattern == "*" else matching(rows, pattern)
        return [AsyncRemoteArray(self._link, row) for row in found]

    async def open(self, name: str) -> AsyncRemoteArray:
        """Return the one array that `name` stands for: a name, id, segment, path or pattern.

        Raises:
            UnknownArrayError: there is none, or there are several.
        """
        return AsyncRemoteArray(self._link, the_one(await self._rows(), name))

    async def host(self) -> dict[str, Any]:
        """Return the host's shared memory, and what watching it costs."""
        return await _ask(self._link, json_of("/host"))

    async def health(self) -> dict[str, Any]:
        """Return the worst level, and every verdict that is not ok."""
        return await _ask(self._link, json_of("/health"))

    async def events(self, count: int = 100) -> list[dict[str, Any]]:
        """Return what changed when, the newest first."""
        found: list[dict[str, Any]] = (await _ask(self._link, json_of("/events", count=count)))[
            "events"
        ]
        return found

    async def close(self) -> None:
        """Close what is connected; streams end by themselves."""
        self._link.close()

    async def _rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        while True:
            page = await _ask(self._link, pages_of(rows))
            rows += page["arrays"]
            if not page["arrays"] or len(rows) >= page.get("total", 0):
                return rows


class AsyncRemoteArray(Facts):
    """An array of a server, read-only; see `RemoteArray`.

    Args:
        link: Asks the server.
        row: What the server said of it.
    """

    def __init__(self, link: Link, row: dict[str, Any]) -> None:
        super().__init__(row)
        self._link = link

    async def refresh(self) -> Self:
        """Ask again for what is known of it, and return it."""
        self.row = await _ask(self._link, json_of(f"/arrays/{self.id}"))
        return self

    async def read(
        self, select: str = "...", *, torn: Torn = "raise", **lens: Unpack[Lens]
    ) -> np.ndarray[Any, Any]:
        """Return a copy of a selection, made now; see `RemoteArray.read`.

        Raises:
            TornError: a write was under way at every attempt.
            SelectionError: the selection does not fit, or asks for too much.
            SourceError: the array cannot be read now.
        """
        return (await self.snapshot(select, **lens)).checked(torn)

    async def snapshot(self, select: str = "...", **lens: Unpack[Lens]) -> Snapshot:
        """Return a copy of a selection with its verdict; see `RemoteArray.snapshot`.

        Raises:
            SelectionError: the selection does not fit, or asks for too much.
            SourceError: the array cannot be read now.
        """
        asked = values_of(self.row, select, lens)
        found = await _ask(self._link, asked)
        confirmation = confirmation_of(asked, found)
        return found if confirmation is None else await _ask(self._link, confirmation)

    async def statistics(self) -> list[dict[str, Any]]:
        """Return statistics of the whole array, one entry a numeric field."""
        return await _ask(self._link, statistics_of(self.id))

    async def health(self) -> dict[str, Any]:
        """Return the level and every verdict, the worst first."""
        return await _ask(self._link, json_of(f"/arrays/{self.id}/health"))

    async def history(self) -> dict[str, Any]:
        """Return writes per second of the last five minutes, in total and by writer."""
        return await _ask(self._link, history_of(self.id))

    def stream(
        self,
        select: str = "...",
        rate_hz: float = 10.0,
        *,
        reconnect_s: float = RECONNECT_S,
        **lens: Unpack[LiveLens],
    ) -> AsyncStream:
        """Return an iterator of live frames; see `RemoteArray.stream`."""
        wish = wish_for(self.id, select, rate_hz, lens)
        return AsyncStream(self._link.address, Feed(wish, self._link.address.token), reconnect_s)

    def _repr_html_(self) -> str:
        return remote_card(self, self._link.address.base)


async def _ask(link: Link, question: Question[T]) -> T:
    return await asyncio.to_thread(link.ask, question)
