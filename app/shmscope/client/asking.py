"""What both clients are: a link to one server."""

from __future__ import annotations

import ssl

from shmscope.client.address import DEFAULT_URL, parse_address
from shmscope.client.link import TIMEOUT_S, Link


class Asking:
    """Asks one server; `Client` says what its arguments are."""

    def __init__(
        self,
        url: str = DEFAULT_URL,
        token: str | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._link = Link(parse_address(url, token, tls), timeout_s)

    @property
    def url(self) -> str:
        """The server's address."""
        return self._link.address.base

    def __repr__(self) -> str:
        return f"<shmscope client of {self.url}>"
