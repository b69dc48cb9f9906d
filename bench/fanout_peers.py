"""Servers that do nothing but send one frame to everybody: KIND RATE_HZ.

`broadcast` is `websockets.broadcast`; `raw` writes frames that are made once for all to sockets,
without any protocol behind them. Both read, and forget, what clients say. Prints its port.
"""

from __future__ import annotations

import asyncio
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ClassVar

import numpy as np
import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosedError

from shmscope.web.wire import encode_body

ELEMENTS = 1 << 14
HEAD = {"type": "frame", "id": 1, "seq": 1, "lag_s": 0.0, "skipped": 0}
SWITCH = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=\r\n\r\n"
)


def message() -> bytes:
    """Return a frame of 64 KiB, made now."""
    values = np.zeros(ELEMENTS, "<f4")
    return encode_body([HEAD, {"taken_unix_s": time.time(), "values": values}])


async def _tick(rate_hz: float, send: Callable[[bytes], None]) -> None:
    due_s = time.monotonic()
    while True:
        due_s += 1 / rate_hz
        await asyncio.sleep(max(due_s - time.monotonic(), 0.0))
        send(message())


async def _broadcast(rate_hz: float) -> None:
    connections: set[ServerConnection] = set()

    async def join(connection: ServerConnection) -> None:
        connections.add(connection)
        with suppress(ConnectionClosedError):  # clients go without a word
            async for _ in connection:
                pass

    async with serve(join, "127.0.0.1", 0, compression=None) as server:
        print(next(iter(server.sockets)).getsockname()[1], flush=True)
        await _tick(rate_hz, lambda data: broadcast(connections, data))


class _Raw(asyncio.Protocol):
    transports: ClassVar[set[Any]] = set()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.write(SWITCH)
        self.transports.add(transport)

    def data_received(self, data: bytes) -> None:
        """Forget it."""

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - asyncio calls it so
        self.transports.discard(self._transport)


def _write_to_all(data: bytes) -> None:
    frame = struct.pack(">BBQ", 0x82, 127, len(data)) + data
    for transport in _Raw.transports:
        transport.write(frame)


async def _raw(rate_hz: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Raw, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await _tick(rate_hz, _write_to_all)


KINDS = {"broadcast": _broadcast, "raw": _raw}

if __name__ == "__main__":
    uvloop.run(KINDS[sys.argv[1]](float(sys.argv[2])))
