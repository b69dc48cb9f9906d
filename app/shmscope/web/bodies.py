"""A limit on what a request may bring: bodies are taken in whole, and need not be large."""

from __future__ import annotations

from collections import deque
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shmscope.web.problems import MEDIA_TYPE, encode_problem, problem

MAX_BODY_BYTES: Final = 64 * 1024


class BodyLimit:
    """ASGI middleware that refuses requests with larger bodies, without reading them to the end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body, or refuse it."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        messages = await _take(receive)
        if messages is None:
            await _refuse(send)
        else:
            await self._app(scope, _replay(messages, receive), send)


async def _take(receive: Receive) -> deque[Message] | None:
    """Return the messages of a body, None where it is too large."""
    messages: deque[Message] = deque()
    size = 0
    while True:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if size > MAX_BODY_BYTES:
            return None
        if not message.get("more_body", False):
            return messages


def _replay(messages: deque[Message], receive: Receive) -> Receive:
    async def replaying() -> Message:
        return messages.popleft() if messages else await receive()

    return replaying


async def _refuse(send: Send) -> None:
    detail = f"a request may bring {MAX_BODY_BYTES:,} bytes, this one has more"
    body = encode_problem(problem(413, detail, limit=MAX_BODY_BYTES))
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
