"""A way around the framework for answers that take some microseconds.

The naive way has FastAPI match the route, resolve what the handler wants and run it on a thread:
that takes several times as long as reading some kilobytes of shared memory. Here a few requests are
answered on the event loop before they get there. Whatever is unusual in one, or would have to be
waited for, or is wrong, goes the ordinary way, which alone knows how to refuse.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from shmscope.web.values_query import Asked, asked_of

# Returns what answers a request for a path and query at once, or None.
AtOnce = Callable[[str, bytes, Asked], ASGIApp | None]

log = logging.getLogger(__name__)


class Shortcut:
    """ASGI middleware that answers what can be answered at once.

    Args:
        app: The ordinary way.
        at_once: Knows what can be; it must not block.
    """

    def __init__(self, app: ASGIApp, at_once: AtOnce) -> None:
        self._app, self._at_once = app, at_once
        self._fresh: dict[tuple[str, bytes, Asked], ASGIApp | None] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        answer = None
        if scope["type"] == "http" and scope["method"] == "GET":
            answer = self._answer(scope["path"], scope["query_string"], asked_of(scope))
        await (answer or self._app)(scope, receive, send)

    def _answer(self, path: str, query: bytes, asked: Asked) -> ASGIApp | None:
        """Return one answer to all who asked for the same before it was made.

        What waits for its turn on the loop by now has been asked; whoever asks later comes after
        the answers are forgotten.
        """
        wish = path, query, asked
        if not self._fresh:
            asyncio.get_running_loop().call_soon(self._fresh.clear)
        if wish not in self._fresh:
            self._fresh[wish] = self._made(path, query, asked)
        return self._fresh[wish]

    def _made(self, path: str, query: bytes, asked: Asked) -> ASGIApp | None:
        """Return an answer, None too where making one failed: the ordinary way tells of it."""
        try:
            return self._at_once(path, query, asked)
        except Exception:
            log.exception("%s could not be answered at once", path)
            return None
