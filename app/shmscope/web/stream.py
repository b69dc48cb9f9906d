"""The stream's endpoint: a socket on one side, a session on the other."""

from __future__ import annotations

import asyncio

from starlette.websockets import WebSocket, WebSocketDisconnect

from shmscope.errors import BusyError
from shmscope.web.access_door import DOOR, Door
from shmscope.web.audience import Client
from shmscope.web.hub import Hub
from shmscope.web.line import EXTENSION, LineProtocol

UNSUPPORTED = 1003
TRY_LATER = 1013


async def stream(socket: WebSocket) -> None:
    """Serve one client until it goes."""
    hub: Hub = socket.app.state.hub
    await socket.accept()
    door: Door | None = socket.scope.get("extensions", {}).get(DOOR)
    if door is not None and not await door.opens(socket):
        return
    line = _line_of(socket)
    try:
        client = hub.join(line)
    except BusyError as error:
        await socket.close(TRY_LATER, error.detail)
        return
    if line is not None:
        line.lend(lambda text: hub.hear(client, text), client.news.set)
    sides = [asyncio.create_task(side(socket, hub, client)) for side in (_receive, _send)]
    try:
        await asyncio.wait(sides, return_when=asyncio.FIRST_COMPLETED)
    finally:
        hub.leave(client)
        for side in sides:
            side.cancel()
        ends = await asyncio.gather(*sides, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception) and not isinstance(end, WebSocketDisconnect):
            raise end


def _line_of(socket: WebSocket) -> LineProtocol | None:
    """Return what writes and hears without a task between, where the server has that."""
    line: LineProtocol | None = socket.scope.get("extensions", {}).get(EXTENSION, {}).get("line")
    return line


async def _receive(socket: WebSocket, hub: Hub, client: Client) -> None:
    while True:
        await client.room.wait()
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        if text is None:
            await socket.close(UNSUPPORTED, "messages must be text")
            return
        hub.receive(client, text)


async def _send(socket: WebSocket, hub: Hub, client: Client) -> None:
    while True:
        await client.news.wait()
        client.news.clear()
        if client.line is None:
            await _send_all(socket, hub, client)
        elif client.line.is_lost:
            return
        else:
            hub.pour(client)


async def _send_all(socket: WebSocket, hub: Hub, client: Client) -> None:
    while (message := hub.next_message(client)) is not None:
        await socket.send_bytes(b"".join(message))
