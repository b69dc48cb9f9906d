"""Whether a client is still there, heard beside what it sends.

Source: the ASGI specification, HTTP & WebSocket: a disconnect is one of the messages that an
application receives, after the body.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

from starlette.types import Message, Receive, Scope

SOON_S: Final = 0.1  # who is answered by then is not listened to


class Hearing:
    """What a client sends: to the application as it is, and whether it has gone.

    Args:
        scope: Of the request.
        receive: Gives the next message.
    """

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        self._kept: deque[Message] = deque()
        self._is_whole = asyncio.Event()
        if scope["method"] in ("GET", "HEAD"):
            self._is_whole.set()

    async def receive(self) -> Message:
        """Return the next message for the application."""
        if self._kept:
            return self._kept.popleft()
        message = await self._receive()
        if not message.get("more_body", False):
            self._is_whole.set()
        return message

    async def gone(self) -> None:
        """Wait until the client has gone; what it sends meanwhile is kept for the application.

        A body is left to the application until it has all of it.
        """
        await asyncio.sleep(SOON_S)
        while True:
            await self._is_whole.wait()
            message = await self._receive()
            if message["type"] == "http.disconnect":
                return
            self._kept.append(message)
            if message.get("more_body", False):  # of a body nobody waits for, no more is taken
                self._is_whole.clear()
