"""A live stream that waits for its frames."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Self

from websockets.sync.client import ClientConnection
from websockets.sync.client import connect as open_connection

from shmscope.client.address import Address
from shmscope.client.frames import UNKNOWN_S, Feed, Frame
from shmscope.client.streams import LOST, NEWER_WITHIN_S, OPTIONS, SLOW_PERIODS, refusal
from shmscope.client.wishes import Patience
from shmscope.publishing.closing import Closing


class Stream(Closing):
    """Frames, one after the other, until it is closed or nobody holds it any more.

    Args:
        address: Of the server.
        feed: What is wanted.
        reconnect_s: How long a server that went is waited for.
    """

    def __init__(self, address: Address, feed: Feed, reconnect_s: float) -> None:
        self._frames = _frames(address, feed, Patience(reconnect_s))

    def close(self) -> None:
        """Close the connection."""
        self._frames.close()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Frame:
        """Return the next frame.

        Raises:
            SourceGoneError: the array is gone.
            UnknownArrayError: there is no such array.
            UnreachableError: the server went, and did not come back in time.
            ShmscopeError: as the server says.
        """
        return next(self._frames)


def _frames(address: Address, feed: Feed, patience: Patience) -> Generator[Frame]:
    while True:
        try:
            with open_connection(address.stream, ssl=address.tls, **OPTIONS) as connection:
                yield from _live(connection, feed, patience)
        except LOST as error:
            if refused := refusal(error, address):
                raise refused from None
            pause_s = patience.pause_s(time.monotonic())
            if pause_s is None:
                raise address.unreachable(error) from None
            time.sleep(pause_s)


def _live(connection: ClientConnection, feed: Feed, patience: Patience) -> Generator[Frame]:
    for text in feed.opening():
        connection.send(text)
    frame = _next(connection, feed)
    while True:
        patience.found()
        began_s = time.monotonic()
        yield frame
        is_slow = time.monotonic() - began_s > SLOW_PERIODS * feed.period_s
        connection.send(feed.ack(frame))
        frame = _next(connection, feed)
        if is_slow:
            frame = _newer(connection, feed, frame)


def _next(connection: ClientConnection, feed: Feed) -> Frame:
    while True:
        try:
            data = connection.recv(UNKNOWN_S if feed.unknown else None)
        except TimeoutError:
            raise feed.unknown or TimeoutError from None
        frame = feed.take(data)
        if frame is not None:
            return frame


def _newer(connection: ClientConnection, feed: Feed, old: Frame) -> Frame:
    """Return the frame that follows an old one soon, or else that."""
    end_s = time.monotonic() + NEWER_WITHIN_S
    while True:
        try:
            frame = feed.take(connection.recv(end_s - time.monotonic()))
        except TimeoutError:
            return old
        if frame is not None:
            return frame.after(old)
