"""The token, and the cookie that a browser gets for it.

The cookie is not the token: it is worth nothing to another server, nor to this one after a restart.
Both are compared in a time that does not tell how much of them is right.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Iterable
from typing import Final, NamedTuple

from shmscope.web.access_failures import Failures
from shmscope.web.hosts import read_host

log = logging.getLogger(__name__)

_DIGEST: Final = "sha256"


class Attempt(NamedTuple):
    """What became of a token that a client gave.

    Attributes:
        wait_s: Seconds after which another may be tried; more than 0 where this one was not.
    """

    right: bool
    wait_s: float = 0.0


class Keys:
    """What lets a client in.

    Args:
        token: The token.
        failures: Counts those that are wrong.
    """

    def __init__(self, token: str, failures: Failures) -> None:
        self._failures = failures
        self._salt = secrets.token_bytes(32)
        self._token = self._mixed(token)
        self._session = secrets.token_urlsafe(32)

    def attempt(self, token: str, address: str) -> Attempt:
        """Try a token, unless its client gave too many wrong ones.

        Args:
            token: As the client gave it.
            address: The client's.
        """
        wait_s = self._failures.wait_s(address)
        if wait_s > 0:
            return Attempt(right=False, wait_s=wait_s)
        if hmac.compare_digest(self._mixed(token), self._token):
            self._failures.trust(address)
            return Attempt(right=True)
        self._failures.note(address)
        log.warning("a wrong token from %s", address)
        return Attempt(right=False)

    def cookie(self, host: str, *, encrypted: bool) -> str:
        """Return what a Set-Cookie header says.

        Args:
            host: The Host header.
            encrypted: Whether the browser has come by TLS.
        """
        pair = f"{cookie_name(host, encrypted=encrypted)}={self._session}"
        return f"{pair}; Path=/; HttpOnly; SameSite=Strict" + ("; Secure" if encrypted else "")

    def opens(self, cookies: Iterable[bytes], host: str, *, encrypted: bool) -> bool:
        """Whether one of a client's cookies lets it in.

        There may be several of one name: a page of another port of this host can set one, too.

        Args:
            cookies: The Cookie headers.
            host: The Host header.
            encrypted: Whether the browser has come by TLS.
        """
        wanted, session = cookie_name(host, encrypted=encrypted).encode(), self._session.encode()
        pairs = (pair.strip().partition(b"=") for one in cookies for pair in one.split(b";"))
        return any(
            name == wanted and hmac.compare_digest(value, session) for name, _, value in pairs
        )

    def _mixed(self, token: str) -> bytes:
        """Return a text of one length for tokens of any, in no way like another token's."""
        return hmac.digest(self._salt, token.encode("utf-8", "surrogatepass"), _DIGEST)


def cookie_name(host: str, *, encrypted: bool) -> str:
    """Return what the cookie is called: all ports of a host share theirs.

    It is the port that the browser sees: by tunnels, several machines may be ports of one host.
    Under TLS the name's beginning says that no other page can have set it.

    Source: RFC 6265bis, section 4.1.3.2, the prefix ``__Host-``.
    """
    named = read_host(host)
    port = "" if named is None or named.port is None else f"-{int(named.port)}"
    return f"__Host-shmscope{port}" if encrypted else f"shmscope{port}"
