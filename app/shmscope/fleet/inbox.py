"""Between the carrier's threads and the fleet's loop: the newest of each agent, one wake-up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from typing import Final

Take = Callable[[list[tuple[str, bool]], Mapping[str, bytes]], None]

MOST_KEYS: Final = 1 << 16


class Inbox:
    """Takes what the carrier brings; bounded, whatever hosts send and however slow the loop is.

    Args:
        take: Called on the loop with all tokens in their order, and the newest message of each key.
    """

    def __init__(self, take: Take) -> None:
        self._take = take
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()  # held for moments, and never by the loop that serves people
        self._tokens: dict[str, bool] = {}
        self._messages: dict[str, bytes] = {}
        self._is_rung = False

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to wake a loop."""
        self._loop = loop

    def close(self) -> None:
        """Wake nobody any more."""
        with self._lock:
            self._loop = None

    def messages(self, found: list[tuple[str, bytes]]) -> None:
        """Lay down messages."""
        with self._lock:
            for key, body in found:
                if key in self._messages or len(self._messages) < MOST_KEYS:
                    self._messages[key] = body
            self._ring()

    def token(self, key: str, is_there: bool) -> None:
        """Lay down that a token came or went."""
        with self._lock:
            if key in self._tokens or len(self._tokens) < MOST_KEYS:
                self._tokens.pop(key, None)
                self._tokens[key] = is_there
            self._ring()

    def _ring(self) -> None:
        if self._loop is not None and not self._is_rung:
            self._is_rung = True
            self._loop.call_soon_threadsafe(self._empty)

    def _empty(self) -> None:
        with self._lock:
            tokens, self._tokens = list(self._tokens.items()), {}
            found, self._messages = self._messages, {}
            self._is_rung = False
        self._take(tokens, found)
