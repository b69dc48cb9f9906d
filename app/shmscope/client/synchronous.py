"""The client that waits: `connect`, and arrays of another process's machine as numpy arrays."""

from __future__ import annotations

import ssl
from typing import Any, Self, Unpack

import numpy as np

from shmscope.client.address import DEFAULT_URL
from shmscope.client.asking import Asking
from shmscope.client.card import remote_card
from shmscope.client.facts import Facts, matching, the_one
from shmscope.client.frames import Feed
from shmscope.client.link import TIMEOUT_S, Link
from shmscope.client.live import Stream
from shmscope.client.questions import (
    Lens,
    Snapshot,
    Torn,
    confirmation_of,
    history_of,
    json_of,
    pages_of,
    selection_of,
    statistics_of,
    values_of,
)
from shmscope.client.wishes import RECONNECT_S, LiveLens, wish_for
from shmscope.errors import ShmscopeError
from shmscope.publishing.card import peek
from shmscope.publishing.closing import Closing


def connect(
    url: str = DEFAULT_URL,
    token: str | None = None,
    *,
    tls: ssl.SSLContext | None = None,
    timeout_s: float = TIMEOUT_S,
) -> Client:
    """Return a client of the server at `url`, once it has answered.

    Args:
        url: ``http://HOST:PORT``, or the link that the server printed.
        token: What the server asks for beyond loopback; default the one in the link.
        tls: Checks the certificate of an https server; default by those this machine trusts.
        timeout_s: How long the server may be silent.

    Raises:
        AddressError: `url` is no address of a server.
        UnreachableError: no server answers there.
        AccessError: the token is missing or wrong.
    """
    client = Client(url, token, tls=tls, timeout_s=timeout_s)
    try:
        client.host()
    except BaseException:
        client.close()
        raise
    return client


class Client(Asking, Closing):
    """Asks one server. Any thread may use it; a fork or another process makes its own.

    Args:
        url: ``http://HOST:PORT``, or the link that the server printed.
        token: What the server asks for beyond loopback; default the one in the link.
        tls: Checks the certificate of an https server; default by those this machine trusts.
        timeout_s: How long the server may be silent.

    Raises:
        AddressError: `url` is no address of a server.
    """

    def arrays(self, pattern: str = "*") -> list[RemoteArray]:
        """Return all arrays, or those that a name or shell pattern stands for."""
        rows = self._rows()
        found = rows if pattern == "*" else matching(rows, pattern)
        return [RemoteArray(self._link, row) for row in found]

    def open(self, name: str) -> RemoteArray:
        """Return the one array that `name` stands for.

        Args:
            name: Name, id, segment, path, or a shell pattern of one of them.

        Raises:
            UnknownArrayError: there is none, or there are several.
        """
        return RemoteArray(self._link, the_one(self._rows(), name))

    def host(self) -> dict[str, Any]:
        """Return the host's shared memory, and what watching it costs."""
        return self._link.ask(json_of("/host"))

    def health(self) -> dict[str, Any]:
        """Return the worst level, and every verdict that is not ok."""
        return self._link.ask(json_of("/health"))

    def events(self, count: int = 100) -> list[dict[str, Any]]:
        """Return what changed when, the newest first."""
        found: list[dict[str, Any]] = self._link.ask(json_of("/events", count=count))["events"]
        return found

    def close(self) -> None:
        """Close what is connected; streams end by themselves."""
        self._link.close()

    def _rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        while True:
            page = self._link.ask(pages_of(rows))
            rows += page["arrays"]
            if not page["arrays"] or len(rows) >= page.get("total", 0):
                return rows


class RemoteArray(Facts):
    """An array of a server, read-only: what is known of it, copies of it, and it live.

    Args:
        link: Asks the server.
        row: What the server said of it.
    """

    def __init__(self, link: Link, row: dict[str, Any]) -> None:
        super().__init__(row)
        self._link = link

    @property
    def array(self) -> np.ndarray[Any, Any]:
        """A copy of all of it, made now.

        Raises:
            TornError: a write was under way at every attempt.
        """
        return self.read()

    def refresh(self) -> Self:
        """Ask again for what is known of it, and return it."""
        self.row = self._link.ask(json_of(f"/arrays/{self.id}"))
        return self

    def read(
        self, select: str = "...", *, torn: Torn = "raise", **lens: Unpack[Lens]
    ) -> np.ndarray[Any, Any]:
        """Return a copy of a selection, made now.

        Args:
            select: numpy's basic selection, as text: ``"0:10, ::2"``.
            torn: ``"allow"`` takes a copy that was torn by a write, too.
            lens: A `field` of records, a `part` of complex values, the `order` of the axes.

        Raises:
            TornError: a write was under way at every attempt.
            SelectionError: the selection does not fit, or asks for too much.
            SourceError: the array cannot be read now.
        """
        return self.snapshot(select, **lens).checked(torn)

    def snapshot(self, select: str = "...", **lens: Unpack[Lens]) -> Snapshot:
        """Return a copy of a selection with its verdict.

        Args:
            select: numpy's basic selection, as text: ``"0:10, ::2"``.
            lens: A `field` of records, a `part` of complex values, the `order` of the axes.

        Raises:
            SelectionError: the selection does not fit, or asks for too much.
            SourceError: the array cannot be read now.
        """
        asked = values_of(self.row, select, lens)
        found = self._link.ask(asked)
        confirmation = confirmation_of(asked, found)
        return found if confirmation is None else self._link.ask(confirmation)

    def statistics(self) -> list[dict[str, Any]]:
        """Return statistics of the whole array, one entry a numeric field."""
        return self._link.ask(statistics_of(self.id))

    def health(self) -> dict[str, Any]:
        """Return the level and every verdict, the worst first."""
        return self._link.ask(json_of(f"/arrays/{self.id}/health"))

    def history(self) -> dict[str, Any]:
        """Return writes per second of the last five minutes, in total and by writer."""
        return self._link.ask(history_of(self.id))

    def stream(
        self,
        select: str = "...",
        rate_hz: float = 10.0,
        *,
        reconnect_s: float = RECONNECT_S,
        **lens: Unpack[LiveLens],
    ) -> Stream:
        """Return an iterator of live frames: the newest there is, whenever the loop is ready.

        Args:
            select: numpy's basic selection, as text.
            rate_hz: How many frames a second are wanted at most, from 0.1 to 60.
            reconnect_s: How long a server that went is waited for; 0 not at all.
            lens: How the selection is seen, as docs/stream.md has it; more than `max_points`,
                262144 by default, are reduced.
        """
        wish = wish_for(self.id, select, rate_hz, lens)
        return Stream(self._link.address, Feed(wish, self._link.address.token), reconnect_s)

    def __getitem__(self, key: Any) -> np.ndarray[Any, Any]:
        select, lens = selection_of(key)
        return self.read(select, **lens)

    def __array__(
        self, dtype: np.dtype[Any] | None = None, *, copy: bool | None = None
    ) -> np.ndarray[Any, Any]:
        if copy is False:
            raise ValueError("what a server holds can only be copied")
        return self.read().astype(dtype or self.dtype, copy=False)

    def _repr_html_(self) -> str:
        try:
            return remote_card(self.refresh(), self._link.address.base, self._corner())
        except ShmscopeError as error:
            return remote_card(self, self._link.address.base, problem=error.detail)

    def _corner(self) -> np.ndarray[Any, Any]:
        """Return what a card shows of the values, torn or not."""
        select, _ = selection_of(peek(self.shape, self.dtype))
        return self.snapshot(select).values
