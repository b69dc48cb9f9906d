"""HEAD, which is GET without the body: the server leaves that out of whatever is answered."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

_WAS_HEAD = "shmscope.head"


class HeadAsGet:
    """ASGI middleware that has a HEAD request answered as if it were GET."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; the server knows by its own scope that no body is wanted."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET", _WAS_HEAD: True}
        await self._app(scope, receive, send)


def is_head(scope: Scope) -> bool:
    """Whether a request was HEAD: a body that takes long to make need not be made."""
    return _WAS_HEAD in scope
