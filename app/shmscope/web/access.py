"""Who may see this machine's memory: everything about that which a user can set.

By default the server listens on loopback and lets in whoever can connect there. Beyond loopback
nobody is let in without the token, and a page from elsewhere never is.
"""

from __future__ import annotations

import re
import secrets
import ssl
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

from shmscope.errors import ConfigurationError
from shmscope.sources.permits import Permits
from shmscope.web.hosts import is_loopback, parse_embedder, parse_host
from shmscope.web.pem import load_pair

__all__ = [
    "AUTH_S",
    "LOOPBACK",
    "Access",
    "parse_embedder",
    "parse_host",
    "parse_pattern",
    "parse_token",
]

AUTH_S: Final = 5.0
LEAST_TOKEN, MOST_TOKEN = 16, 512
MOST_PATTERN: Final = 255
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/=-]+")  # what a bearer token is made of, RFC 6750


@dataclass(frozen=True, slots=True)
class Access:
    """Who may connect, and what they may see.

    Attributes:
        token: What a client must know; None where whoever can connect is let in.
        certificate: File of the server's certificate, PEM; None speaks plain HTTP.
        key: File of its key, PEM; None where the certificate's file holds it.
        allow: Shell patterns of the arrays that are shown; empty shows all.
        deny: Shell patterns of those that are not, which win.
        embedders: Origins of pages that may show the server's in a frame.
        hosts: Further names of the server, as `parse_host` returns them.
        auth_s: Seconds in which a client of the stream must have said its token.
    """

    token: str | None = None
    certificate: Path | None = None
    key: Path | None = None
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    embedders: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    auth_s: float = AUTH_S

    @property
    def scheme(self) -> str:
        """What its addresses begin with."""
        return "http" if self.certificate is None else "https"

    @property
    def permits(self) -> Permits:
        """Which arrays are shown."""
        return Permits(self.allow, self.deny)

    def needs_token(self, host: str) -> bool:
        """Whether somebody from elsewhere may come: by the network, or by a proxy.

        Args:
            host: An address or name to listen on.
        """
        return not is_loopback(host) or bool(self.hosts)

    def guarding(self, host: str) -> Access:
        """Return this with a token: a new one where it has none and `host` needs one."""
        if self.token is not None or not self.needs_token(host):
            return self
        return replace(self, token=secrets.token_urlsafe(32))

    def link(self, address: str) -> str:
        """Return what to open in a browser.

        Args:
            address: Of the server, as `address_of` returns it.
        """
        return address if self.token is None else f"{address}?token={quote(self.token, safe='')}"

    def caution(self, host: str) -> str | None:
        """Return what to tell the user before the server listens on `host`, or None."""
        if is_loopback(host) or self.certificate is not None:
            return None
        return (
            f"without --certificate everything that {host} sends, the token included, crosses the "
            "network as plain text"
        )

    def load_certificate(self) -> ssl.SSLContext | None:
        """Return what encrypts connections, None where there is no certificate.

        Raises:
            ConfigurationError: the files cannot be read, or do not belong together.
        """
        if self.certificate is None:
            if self.key is not None:
                raise ConfigurationError(
                    f"there is a key, {self.key}, but no certificate", value=str(self.key)
                )
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        load_pair(context, self.certificate, self.key)
        return context


LOOPBACK: Final = Access()


def parse_token(text: str) -> str:
    """Read a token that a user made; an error does not repeat it.

    Raises:
        ConfigurationError: it is short enough to be guessed, or cannot stand in a header.
    """
    token = text.strip()
    if not LEAST_TOKEN <= len(token) <= MOST_TOKEN:
        raise ConfigurationError(
            f"the token has {len(token)} characters; it must have {LEAST_TOKEN} to {MOST_TOKEN}",
            value=len(token),
            limit=LEAST_TOKEN if len(token) < LEAST_TOKEN else MOST_TOKEN,
        )
    if not _TOKEN.fullmatch(token):
        raise ConfigurationError("the token may hold letters, digits and . _ ~ + / = - only")
    return token


def parse_pattern(text: str) -> str:
    """Read a shell pattern of arrays' names.

    Raises:
        ConfigurationError: it is empty, or longer than a name can be.
    """
    if not 0 < len(text) <= MOST_PATTERN:
        raise ConfigurationError(
            f"a pattern of names has 1 to {MOST_PATTERN} characters, not {len(text)}",
            value=len(text),
            limit=MOST_PATTERN,
        )
    return text
