"""The gate: nothing passes but who brings a cookie or the token.

A person opens a link that holds the token, gets a cookie for it, and is sent on to the same page
without it. A program says it in a header; one that opens the stream may also say it first of all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, unquote_plus

from starlette.types import ASGIApp, Receive, Scope, Send

from shmscope.web.access import Access
from shmscope.web.access_door import DOOR, Door, Waiting
from shmscope.web.access_failures import Failures
from shmscope.web.access_keys import Attempt, Keys
from shmscope.web.hosts import Hosts
from shmscope.web.refusals import Header, Refusal

STREAM: Final = "/api/v1/stream"
# What anybody may ask for: files that everybody has who has shmscope, and whether it runs.
FILES, PROBE = "/static/", "/healthz"
PROGRAMS: Final = ("/api/", "/metrics")
_CHALLENGE: Final[Header] = (b"www-authenticate", b'Bearer realm="shmscope"')
_UNSTORED: Final[Header] = (b"cache-control", b"no-store")
_HOW: Final = (
    "this server shows itself to those who bring its token: open the link that it printed when it "
    "started, or send the header Authorization: Bearer TOKEN"
)


class Gate:
    """ASGI middleware that lets in who brings a cookie or the token.

    Args:
        app: What is behind it.
        access: Holds a token.
        hosts: Names of the server.
        failures: Counts wrong tokens.
    """

    def __init__(
        self, app: ASGIApp, access: Access, hosts: Hosts, failures: Failures | None = None
    ) -> None:
        assert access.token is not None
        self._app, self._hosts = app, hosts
        self._keys = Keys(access.token, failures or Failures())
        self._auth_s, self._waiting = access.auth_s, Waiting()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        answer = self._app if scope["type"] == "lifespan" else self._next(scope)
        await answer(scope, receive, send)

    def _next(self, scope: Scope) -> ASGIApp:
        visit = _Visit(scope, self._hosts)
        if visit.is_open:
            return self._app
        if self._keys.opens(visit.all_of(b"cookie"), visit.host, encrypted=visit.is_encrypted):
            return _onward(visit) if visit.tokens else self._app
        bearer = visit.bearer
        if bearer is not None:
            attempt = self._keys.attempt(bearer, visit.address)
            return self._app if attempt.right else _refused(attempt, visit)
        if visit.tokens:
            return self._exchange(visit)
        if scope["type"] == "websocket" and scope["path"] == STREAM:
            door = Door(self._keys, visit.address, self._auth_s, self._waiting)
            scope.setdefault("extensions", {})[DOOR] = door
            return self._app
        return _unknown(visit)

    def _exchange(self, visit: _Visit) -> ASGIApp:
        """Give a cookie for the token of a link, and send the browser on without it."""
        token = visit.tokens[0] if len(visit.tokens) == 1 else ""
        attempt = self._keys.attempt(token, visit.address)
        if not attempt.right:
            return _refused(attempt, visit)
        cookie = self._keys.cookie(visit.host, encrypted=visit.is_encrypted)
        return _onward(visit, (b"set-cookie", cookie.encode("ascii")))


class _Visit:
    """What the gate looks at of a request."""

    def __init__(self, scope: Scope, hosts: Hosts) -> None:
        self._headers: Sequence[Header] = scope["headers"]
        self._scope = scope
        self._path: str = scope["path"]
        self.host = self._first(b"host")
        self.is_encrypted = hosts.origin_of(self.host).startswith("https:")
        self.address: str = (scope.get("client") or ("",))[0]
        self.tokens = self._tokens() if self._is_page and scope["method"] == "GET" else []

    def all_of(self, name: bytes) -> list[bytes]:
        """Return all headers of a name."""
        return [value for given, value in self._headers if given == name]

    def _first(self, name: bytes) -> str:
        return next(iter(self.all_of(name)), b"").decode("latin-1")

    @property
    def is_open(self) -> bool:
        """Whether anybody may ask for it."""
        return self._scope["type"] == "http" and (
            self._path == PROBE or self._path.startswith(FILES)
        )

    @property
    def bearer(self) -> str | None:
        """The token of the Authorization header, None where there is none."""
        scheme, _, token = self._first(b"authorization").strip().partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None

    @property
    def _is_page(self) -> bool:
        return self._scope["type"] == "http" and not self._path.startswith(PROGRAMS)

    @property
    def wants_page(self) -> bool:
        """Whether a person asks."""
        return self._is_page and "text/html" in self._first(b"accept")

    @property
    def says_whence(self) -> bool:
        """Whether a browser tells whose link it follows; over plain HTTP it often does not."""
        return bool(self._first(b"sec-fetch-site"))

    @property
    def comes_by_link(self) -> bool:
        """Whether a browser follows a link of another site, and so brings no cookie of this one."""
        return (
            self.wants_page
            and self._first(b"sec-fetch-site") == "cross-site"
            and self._first(b"sec-fetch-dest") == "document"
        )

    def _fields(self) -> list[str]:
        query: str = self._scope["query_string"].decode("latin-1")
        return query.split("&") if query else []

    def _tokens(self) -> list[str]:
        pairs = (one.partition("=") for one in self._fields())
        return [unquote_plus(value) for name, _, value in pairs if unquote_plus(name) == "token"]

    def target_without_token(self) -> str:
        """Return path and query without the token; it never leads to another host."""
        path = (self._scope.get("raw_path") or b"/").decode("latin-1").lstrip("/\\")
        kept = [one for one in self._fields() if unquote_plus(one.partition("=")[0]) != "token"]
        query = "?" + "&".join(kept) if kept else ""
        return "/" + quote(path + query, safe="/?%:@!$&'()*+,;=-._~", encoding="latin-1")


def _onward(visit: _Visit, *cookie: Header) -> Refusal:
    """Send a browser on to the same page, without the token in its address.

    One that does not say where it comes from may follow a link of another site: then it would not
    bring the cookie where it is redirected to, and is told to come again from here.
    """
    target = visit.target_without_token().encode("ascii")
    if visit.wants_page and not visit.says_whence:
        headers = [(b"refresh", b"0; url=" + target), _UNSTORED, *cookie]
        return Refusal(200, "the page follows", headers, as_page=True)
    headers = [(b"location", target), _UNSTORED, *cookie]
    return Refusal(303, "the page is at its address without the token", headers)


def _refused(attempt: Attempt, visit: _Visit) -> Refusal:
    """Refuse who gave a wrong token, or may not try any now."""
    if not attempt.wait_s:
        return _unknown(visit, "the token is not this server's")
    wait = math.ceil(attempt.wait_s)
    detail = f"there were too many wrong tokens; the next may be tried in {wait} s"
    headers = [(b"retry-after", b"%d" % wait), _UNSTORED]
    return Refusal(429, detail, headers, as_page=visit.wants_page)


def _unknown(visit: _Visit, detail: str = _HOW) -> Refusal:
    """Ask who comes without cookie and token for one.

    Who follows a link from elsewhere may have a cookie that his browser did not send: he is asked
    to come again, this time from here.
    """
    again = [(b"refresh", b"0")] if visit.comes_by_link and detail is _HOW else []
    headers = [_CHALLENGE, _UNSTORED, *again]
    return Refusal(401, detail, headers, as_page=visit.wants_page)
