"""Who may connect, and what a page may do: checked for every request before anything else.

A web page from elsewhere can make a browser send requests to loopback, and a name that its owner
points at 127.0.0.1 (DNS rebinding) makes them look as if they were its own. So `Host` must name
this server, and `Origin`, where a browser sends one, must be this server. Of requests that come
without an origin, as for pictures, browsers tell whose page they are for.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shmscope.web.access import LOOPBACK, Access
from shmscope.web.access_gate import Gate
from shmscope.web.hosts import Hosts
from shmscope.web.refusals import Header, Refusal

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors {}"
)
_FORBIDDEN_FEATURES: Final = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation"),
    *("gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment"),
    *("publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)


def security_headers(embedders: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the headers that every answer carries.

    Args:
        embedders: Origins of pages that may show the server's in a frame.
    """
    found = {
        "content-security-policy": _POLICY.format(" ".join(embedders) or "'none'"),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": ", ".join(f"{name}=()" for name in _FORBIDDEN_FEATURES),
        "x-permitted-cross-domain-policies": "none",
        "cache-control": "no-cache",
    }
    # This one knows of no origins; where the policy names some, browsers pass it over.
    return found if embedders else {**found, "x-frame-options": "DENY"}


SECURITY_HEADERS: Final = security_headers()
# Of these a second one could be read by whoever stands before the server, and not by it.
_SINGLE: Final = frozenset({b"host", b"origin", b"authorization"})


class Guard:
    """ASGI middleware that refuses strangers and sets the security headers of every answer.

    Args:
        app: What is behind it.
        access: Who is no stranger.
    """

    def __init__(self, app: ASGIApp, access: Access = LOOPBACK) -> None:
        hosts = Hosts.of(access.scheme, access.hosts)
        self._app = app if access.token is None else Gate(app, access, hosts)
        self._security = [
            (name.encode(), value.encode())
            for name, value in security_headers(access.embedders).items()
        ]
        self._names = frozenset(name for name, _ in self._security)
        self._is_embedded = bool(access.embedders)
        self._refusal = lru_cache(maxsize=64)(hosts.refusal)  # a program says the same every time

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        else:
            await (self._refused(scope) or self._app)(scope, receive, self._with_headers(send))

    def _refused(self, scope: Scope) -> Refusal | None:
        """Return what refuses a request, None for one that is let in."""
        given: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            if name in _SINGLE and name in given:
                return Refusal(400, f"there are two headers {name.decode()}")
            given[name] = value
        origin, reached = given.get(b"origin"), scope.get("server")
        reason = self._refusal(
            given.get(b"host", b"").decode("latin-1"),
            None if origin is None else origin.decode("latin-1"),
            None if reached is None else reached[0],
        )
        if reason is None and not self._is_welcome(given):
            reason = "a page from elsewhere may link to this server, and take nothing from it"
        return None if reason is None else Refusal(403, reason)

    def _is_welcome(self, given: dict[bytes, bytes]) -> bool:
        """Whether a request is for no other page than one of this server, or opens a page."""
        if given.get(b"sec-fetch-site") not in (b"cross-site", b"same-site"):
            return True
        kind = given.get(b"sec-fetch-dest")
        return given.get(b"sec-fetch-mode") == b"navigate" and (
            kind == b"document" or (kind == b"iframe" and self._is_embedded)
        )

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                given: list[Header] = list(message["headers"])
                names = {name for name, _ in given}
                ours = self._security
                if not self._names.isdisjoint(names):
                    ours = [one for one in ours if one[0] not in names]
                message["headers"] = given + ours
            await send(message)

        return sending
