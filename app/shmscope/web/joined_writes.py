"""HTTP whose heads and bodies go out together.

The naive way writes the head of an answer, and then its body: two system calls and two packets, the
first of which wakes the client for nothing. Here what is written waits for what is written next,
but no longer than until the event loop has run what is ready.
"""

from __future__ import annotations

import asyncio
from asyncio import BaseTransport, Transport
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Data: TypeAlias = bytes | bytearray | memoryview


class JoinedWrites:
    """A transport that writes two by two; all but writing is the other transport's own.

    Args:
        plain: Writes at once.
        soon: Has something called when the event loop has run what is ready.
    """

    def __init__(self, plain: Transport, soon: Callable[[Callable[[], None]], object]) -> None:
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

    def writelines(self, pieces: Iterable[Data]) -> None:
        """Write what is held, then `pieces`."""
        self.flush()
        self.plain.writelines(pieces)

    def close(self) -> None:
        """Write what is held, then close."""
        self.flush()
        self.plain.close()

    def __getattr__(self, name: str) -> Any:
        """Return what is the other transport's own."""
        return getattr(self.plain, name)


class JoiningProtocol(HttpToolsProtocol):
    """uvicorn's protocol over `JoinedWrites`; a WebSocket gets the transport itself."""

    def connection_made(self, transport: BaseTransport) -> None:
        """Have what is written joined."""
        soon = asyncio.get_running_loop().call_soon
        joined = JoinedWrites(cast("Transport", transport), soon)
        super().connection_made(cast("Transport", joined))

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over."""
        self.transport = cast("JoinedWrites", self.transport).plain
        super().handle_websocket_upgrade()
