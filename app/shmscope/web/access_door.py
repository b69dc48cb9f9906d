"""The door of the stream: a client that brought no cookie says its token first of all."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from starlette.websockets import WebSocket

from shmscope.web.access_keys import Attempt, Keys

DOOR: Final = "shmscope.door"  # of the ASGI scope, where a client must say its token
MOST_WAITING: Final = 64
REFUSED, LATER = 1008, 1013


class Waiting:
    """How many clients stand before the door."""

    def __init__(self) -> None:
        self.count = 0

    @contextmanager
    def one_more(self) -> Iterator[bool]:
        """Count one more, and yield whether there was room for it."""
        self.count += 1
        try:
            yield self.count <= MOST_WAITING
        finally:
            self.count -= 1


class Door:
    """Lets one client of the stream in by its first message.

    Args:
        keys: Know the token.
        address: The client's.
        auth_s: Seconds in which it must have said its token.
        waiting: Counts all who stand before the door.
    """

    def __init__(self, keys: Keys, address: str, auth_s: float, waiting: Waiting) -> None:
        self._keys, self._address = keys, address
        self._auth_s, self._waiting = auth_s, waiting

    async def opens(self, socket: WebSocket) -> bool:
        """Wait for the token, and return whether it came; else the connection is over."""
        with self._waiting.one_more() as has_room:
            if not has_room:
                await socket.close(LATER, f"{MOST_WAITING} clients have yet to say their token")
                return False
            try:
                async with asyncio.timeout(self._auth_s):
                    message = await socket.receive()
            except TimeoutError:
                await socket.close(REFUSED, f"no token came within {self._auth_s:g} s")
                return False
        if message["type"] == "websocket.disconnect":
            return False
        return await self._is_let_in(socket, message.get("text"))

    async def _is_let_in(self, socket: WebSocket, text: str | None) -> bool:
        token = parse_auth(text)
        if token is None:
            await socket.close(REFUSED, 'say {"type": "auth", "token": TOKEN} first')
            return False
        attempt = self._keys.attempt(token, self._address)
        if not attempt.right:
            await socket.close(*_refusal(attempt))
        return attempt.right


def _refusal(attempt: Attempt) -> tuple[int, str]:
    if not attempt.wait_s:
        return REFUSED, "the token is not this server's"
    return LATER, f"too many wrong tokens; try again in {math.ceil(attempt.wait_s)} s"


def parse_auth(text: str | None) -> str | None:
    """Return the token of a first message, None where it is another message or none at all."""
    try:
        message = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, Mapping) or message.get("type") != "auth":
        return None
    token = message.get("token")
    return token if isinstance(token, str) else None
