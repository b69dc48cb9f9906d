"""HTTP whose heads and bodies go out together.

The naive way writes the head of an answer, and then its body: two system calls and two packets, the
first of which wakes the client for nothing. Here what is written waits for what is written next,
but no longer than until the event loop has run what is ready.
"""

from __future__ import annotations

import asyncio
from asyncio import BaseTransport, Transport
from collections.abc import Callable
from typing import Any, TypeAlias, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Data: TypeAlias = bytes | bytearray | memoryview


class JoinedWrites(Transport):
    """A transport that writes two by two; all but writing is the other transport's own.

    Args:
        plain: Writes at once.
        soon: Has something called when the event loop has run what is ready.
    """

    def __init__(self, plain: Transport, soon: Callable[[Callable[[], None]], object]) -> None:
        super().__init__()
        self.plain, self._soon = plain, soon
        self._held: Data | None = None
        self._is_awaited = False

    def write(self, data: Data) -> None:
        """Write what is held together with `data`, or hold that."""
        if self._held is None:
            self._held = data
            self._await_end()
            return
        held, self._held = self._held, None
        if not self.plain.is_closing():
            self.plain.writelines((held, data))

    def _await_end(self) -> None:
        if not self._is_awaited:
            self._is_awaited = True
            self._soon(self._end)

    def _end(self) -> None:
        self._is_awaited = False
        self.flush()

    def flush(self) -> None:
        """Write what is held."""
        held, self._held = self._held, None
        if held is not None and not self.plain.is_closing():
            self.plain.write(held)

    def close(self) -> None:
        """Write what is held, then close."""
        self.flush()
        self.plain.close()

    def is_closing(self) -> bool:
        """Whether nothing is written any more."""
        return self.plain.is_closing()

    def pause_reading(self) -> None:
        """Read no more."""
        self.plain.pause_reading()

    def resume_reading(self) -> None:
        """Read on."""
        self.plain.resume_reading()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return what the transport tells of its connection."""
        return self.plain.get_extra_info(name, default)


class JoiningProtocol(HttpToolsProtocol):
    """uvicorn's protocol over `JoinedWrites`; a WebSocket gets the transport itself."""

    def connection_made(self, transport: BaseTransport) -> None:
        """Have what is written joined."""
        soon = asyncio.get_running_loop().call_soon
        super().connection_made(JoinedWrites(cast("Transport", transport), soon))

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over."""
        self.transport = cast("JoinedWrites", self.transport).plain
        super().handle_websocket_upgrade()
