"""Who may connect, and what a page may do: checked for every request before anything else.

A web page from elsewhere can make a browser send requests to loopback, and a name that its owner
points at 127.0.0.1 (DNS rebinding) makes them look as if they were its own. So `Host` must name
loopback, and `Origin`, where a browser sends one, must be this server.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shmscope.web.problems import MEDIA_TYPE, encode_problem, problem

SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-cache",
}
_SECURITY = [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([0-9a-z.-]+))(?::[0-9]{1,5})?", re.ASCII | re.IGNORECASE)


def is_loopback(host: str) -> bool:
    """Whether `host`, a name or address without port and brackets, is this machine's loopback."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refusal(host: str, origin: str | None) -> str | None:
    """Return why a request with these headers is refused, or None.

    Args:
        host: The Host header.
        origin: The Origin header, None where there is none.
    """
    named = _HOST.fullmatch(host)
    if named is None or not is_loopback(named[1] or named[2]):
        return f"the Host header must name loopback, not {host[:100]!r}"
    if origin is not None and origin.lower() != f"http://{host.lower()}":
        return f"the Origin header must be http://{host}, not {origin[:100]!r}"
    return None


@lru_cache(maxsize=64)  # a program says the same every time
def _refusal(host: bytes, origin: bytes | None) -> str | None:
    return refusal(host.decode("latin-1"), None if origin is None else origin.decode("latin-1"))


class Guard:
    """ASGI middleware that refuses strangers and sets the security headers of every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        given = dict(reversed(scope["headers"]))  # of what is given twice the first counts
        reason = _refusal(given.get(b"host", b""), given.get(b"origin"))
        if reason is None:
            await self._app(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": reason[:120]})
        else:
            await _refuse(reason, _with_headers(send))


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = list(message["headers"])
            names = {name for name, _ in given}
            message["headers"] = given + [pair for pair in _SECURITY if pair[0] not in names]
        await send(message)

    return sending


async def _refuse(reason: str, send: Send) -> None:
    body = encode_problem(problem(403, reason))
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
