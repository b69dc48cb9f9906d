"""What a server is called: by which names and addresses a browser may ask for it."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from typing import Final, NamedTuple

from shmscope.errors import ConfigurationError

MOST_CHARACTERS: Final = 255
_NAMED: Final = r"(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<name>[0-9a-z._-]+))(?::(?P<port>[0-9]{1,5}))?"
_HOST: Final = re.compile(_NAMED, re.ASCII)
_ORIGIN: Final = re.compile(rf"(?P<scheme>https?)://(?P<host>{_NAMED})", re.ASCII)


class Named(NamedTuple):
    """A Host header, read."""

    name: str
    port: str | None


def read_host(text: str) -> Named | None:
    """Read a Host header, None where it is none."""
    found = _HOST.fullmatch(text.lower())
    return None if found is None else Named(found["six"] or found["name"], found["port"])


def is_loopback(host: str) -> bool:
    """Whether `host`, a name or address without port and brackets, is this machine's loopback."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def plain_address(text: str) -> str:
    """Return an address as it is usually written; what is none is returned as it is.

    An address of IPv4 that is written as one of IPv6, as a socket of both kinds tells it, becomes
    what it stands for.
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(address if inner is None else inner)


def own_names() -> frozenset[str]:
    """Return what this machine calls itself, in lower case; no name service is asked."""
    full = socket.gethostname().lower()
    short = full.partition(".")[0]
    return frozenset({full, short, f"{short}.local"})


def parse_host(text: str) -> str:
    """Read a further name of the server: ``box.example``, or ``https://box.example`` of a proxy.

    A name stands for the server as it is, at any port. With a scheme it is the whole origin that a
    browser shows, port included: of a proxy that adds TLS.

    Raises:
        ConfigurationError: it is neither.
    """
    found = text.lower()
    named = read_host(found)
    if len(text) > MOST_CHARACTERS or not (_ORIGIN.fullmatch(found) or (named and not named.port)):
        raise ConfigurationError(
            f"{text[:80]!r} is no host: a name or address such as box.example, or the origin "
            "that a proxy shows, such as https://box.example",
            value=text[:80],
        )
    return found


def parse_embedder(text: str) -> str:
    """Read the origin of a page that may show the server's pages in a frame.

    Raises:
        ConfigurationError: it is no origin.
    """
    found = text.lower()
    if len(text) > MOST_CHARACTERS or not _ORIGIN.fullmatch(found):
        raise ConfigurationError(
            f"{text[:80]!r} is no origin: scheme, host and port of a page, such as "
            "http://localhost:8888",
            value=text[:80],
        )
    return found


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names of a server.

    Attributes:
        scheme: ``http``, or ``https`` where the server has a certificate.
        names: Names of this machine, which are the server's where it is reached from elsewhere.
        further: Names and addresses that the user gave, without port.
        proxies: Origins that the user gave, by their Host header.
    """

    scheme: str
    names: frozenset[str]
    further: frozenset[str]
    proxies: dict[str, str]

    @classmethod
    def of(cls, scheme: str, given: tuple[str, ...]) -> Hosts:
        """Return the names of a server; `given` are as `parse_host` returns them."""
        origins = [one for one in given if "://" in one]
        further = {named.name for one in given if (named := read_host(one)) is not None}
        proxies = {one.partition("://")[2]: one for one in origins}
        return cls(scheme, own_names(), frozenset(further), proxies)

    def origin_of(self, host: str) -> str:
        """Return the origin of the pages that are asked for by a Host header."""
        return self.proxies.get(host.lower(), f"{self.scheme}://{host.lower()}")

    def knows(self, host: str, reached: str | None) -> bool:
        """Whether a Host header names this server.

        Args:
            host: The header.
            reached: This machine's own address of the connection, None where there is none.
        """
        named = read_host(host)
        if named is None:
            return False
        if is_loopback(named.name) or named.name in self.further or host.lower() in self.proxies:
            return True
        own = plain_address(reached or "")
        if reached is None or is_loopback(own):
            return False
        return named.name in self.names or plain_address(named.name) == own

    def refusal(self, host: str, origin: str | None, reached: str | None = None) -> str | None:
        """Return why a request with these headers is refused, or None.

        Args:
            host: The Host header.
            origin: The Origin header, None where there is none.
            reached: This machine's own address of the connection, None where there is none.
        """
        if not self.knows(host, reached):
            return f"the Host header must name this server, not {host[:100]!r}"
        expected = self.origin_of(host)
        if origin is not None and origin.lower() != expected:
            return f"the Origin header must be {expected}, not {origin[:100]!r}"
        return None
