"""A live stream for an event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Self

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_connection

from shmscope.client.address import Address
from shmscope.client.frames import UNKNOWN_S, Feed, Frame
from shmscope.client.streams import LOST, NEWER_WITHIN_S, OPTIONS, SLOW_PERIODS, refusal
from shmscope.client.wishes import Patience
from shmscope.publishing.closing import ClosingAsync


class AsyncStream(ClosingAsync):
    """Frames, one after the other, until it is closed or nobody holds it any more.

    Args:
        address: Of the server.
        feed: What is wanted.
        reconnect_s: How long a server that went is waited for.
    """

    def __init__(self, address: Address, feed: Feed, reconnect_s: float) -> None:
        self._frames = _frames(address, feed, Patience(reconnect_s))

    async def close(self) -> None:
        """Close the connection."""
        await self._frames.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Frame:
        """Return the next frame.

        Raises:
            SourceGoneError: the array is gone.
            UnknownArrayError: there is no such array.
            UnreachableError: the server went, and did not come back in time.
            ShmscopeError: as the server says.
        """
        return await anext(self._frames)


async def _frames(address: Address, feed: Feed, patience: Patience) -> AsyncGenerator[Frame]:
    while True:
        try:
            async with (
                open_connection(address.stream, ssl=address.tls, **OPTIONS) as connection,
                aclosing(_live(connection, feed, patience)) as frames,
            ):
                async for frame in frames:
                    yield frame
        except LOST as error:
            if refused := refusal(error, address):
                raise refused from None
            pause_s = patience.pause_s(time.monotonic())
            if pause_s is None:
                raise address.unreachable(error) from None
            await asyncio.sleep(pause_s)


async def _live(
    connection: ClientConnection, feed: Feed, patience: Patience
) -> AsyncGenerator[Frame]:
    for text in feed.opening():
        await connection.send(text)
    frame = await _next(connection, feed)
    while True:
        patience.found()
        began_s = time.monotonic()
        yield frame
        is_slow = time.monotonic() - began_s > SLOW_PERIODS * feed.period_s
        await connection.send(feed.ack(frame))
        frame = await _next(connection, feed)
        if is_slow:
            frame = await _newer(connection, feed, frame)


async def _next(connection: ClientConnection, feed: Feed) -> Frame:
    while True:
        try:
            async with asyncio.timeout(UNKNOWN_S if feed.unknown else None):
                data = await connection.recv()
        except TimeoutError:
            raise feed.unknown or TimeoutError from None
        frame = feed.take(data)
        if frame is not None:
            return frame


async def _newer(connection: ClientConnection, feed: Feed, old: Frame) -> Frame:
    """Return the frame that follows an old one soon, or else that."""
    try:
        async with asyncio.timeout(NEWER_WITHIN_S):
            while True:
                frame = feed.take(await connection.recv())
                if frame is not None:
                    return frame.after(old)
    except TimeoutError:
        return old
