"""A limit on what a request may bring: bodies are taken in whole, and need not be large."""

from __future__ import annotations

from collections import deque

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shmscope.web.limits import LIMITS
from shmscope.web.problems import MEDIA_TYPE, encode_problem, problem


class BodyLimit:
    """ASGI middleware that refuses requests with larger bodies, without reading them to the end.

    Args:
        app: What answers.
        most_bytes: What a request may bring.
    """

    def __init__(self, app: ASGIApp, most_bytes: int = LIMITS.body_bytes) -> None:
        self._app, self._most_bytes = app, most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body, or refuse it."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        messages = await _take(receive, self._most_bytes)
        if messages is None:
            await _refuse(send, self._most_bytes)
        else:
            await self._app(scope, _replay(messages, receive), send)


async def _take(receive: Receive, most_bytes: int) -> deque[Message] | None:
    """Return the messages of a body, None where it is too large."""
    messages: deque[Message] = deque()
    size = 0
    while True:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if size > most_bytes:
            return None
        if not message.get("more_body", False):
            return messages


def _replay(messages: deque[Message], receive: Receive) -> Receive:
    async def replaying() -> Message:
        return messages.popleft() if messages else await receive()

    return replaying


async def _refuse(send: Send, most_bytes: int) -> None:
    detail = f"a request may bring {most_bytes:,} bytes, this one has more"
    body = encode_problem(problem(413, detail, limit=most_bytes))
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
