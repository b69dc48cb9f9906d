"""Where a server is, as a user writes it, and what to do where none answers."""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, urlsplit

from shmscope.errors import AddressError, UnreachableError

DEFAULT_URL: Final = "http://127.0.0.1:8765"
_DEFAULT_PORT: Final = 8765
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """A server's address, and how to be let in.

    Attributes:
        base: ``http://127.0.0.1:8765``, without a slash at its end.
        token: What the server asks for, or None.
        tls: How its certificate is checked; None over http.
    """

    base: str
    host: str
    port: int
    token: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = None

    @property
    def stream(self) -> str:
        """The stream's address."""
        return self.base.replace("http", "ws", 1) + "/api/v1/stream"

    def unreachable(self, why: object) -> UnreachableError:
        """Return the error for a server that does not answer, with the command that starts it."""
        port = "" if self.port == _DEFAULT_PORT else f" --port {self.port}"
        where = "" if _is_loopback(self.host) else f", on {self.host}"
        return UnreachableError(
            f"no shmscope server answers at {self.base}: {why}; "
            f"this starts one{where}: shmscope serve{port}",
            value=self.base,
        )


def parse_address(url: str, token: str | None = None, tls: ssl.SSLContext | None = None) -> Address:
    """Read the address of a server, or the link with a token that it prints.

    Args:
        url: ``http://HOST:PORT`` or ``https://HOST:PORT``.
        token: What the server asks for; default the one in the link.
        tls: Checks the server's certificate; default by the certificates of this machine.

    Raises:
        AddressError: it is no address of a server.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise _refusal(url, str(error)) from None
    if parts.scheme not in _PORTS or not host:
        raise _refusal(url, "it must begin with http:// or https:// and name a host")
    if parts.path not in ("", "/") or "@" in parts.netloc:
        raise _refusal(url, "it must end after the port")
    given = parse_qs(parts.query).get("token", [None])[0]
    found = port or _PORTS[parts.scheme]
    shown = f"[{host}]" if ":" in host else host
    context = (tls or ssl.create_default_context()) if parts.scheme == "https" else None
    return Address(f"{parts.scheme}://{shown}:{found}", host, found, token or given, context)


def _refusal(url: str, why: str) -> AddressError:
    return AddressError(
        f"{url[:120]!r} is no address of a server: {why}", value=url[:120], limit=DEFAULT_URL
    )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
