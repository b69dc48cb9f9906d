"""A client of the stream written from docs/stream.md alone, as somebody elsewhere would write one.

It knows the standard library and a WebSocket, and nothing of shmscope or numpy.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from websockets.sync.client import ClientConnection, connect

Message: TypeAlias = "tuple[dict[str, Any], Any]"

# "The server's CBOR": tag to struct's letter.
TYPED = {64: "B", 69: "H", 70: "I", 71: "Q", 72: "b", 77: "h", 78: "i", 79: "q", 85: "f", 86: "d"}
FLOATS = {25: ">e", 26: ">f", 27: ">d"}
SIMPLE = {20: False, 21: True, 22: None}


class Reader:
    """Reads one CBOR item after the other.

    Args:
        data: The bytes of a message.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def item(self) -> Any:
        """Return the next item."""
        major, minor = divmod(self._take(1)[0], 32)
        if major == 7:
            return self._simple(minor)
        count = self._count(minor)
        if major < 2:
            return count if major == 0 else -1 - count
        if major < 4:
            taken = self._take(count)
            return taken if major == 2 else taken.decode()
        if major == 4:
            return [self.item() for _ in range(count)]
        if major == 5:
            return {self.item(): self.item() for _ in range(count)}
        data = self.item()
        letter = TYPED[count]
        return list(struct.unpack(f"<{len(data) // struct.calcsize(letter)}{letter}", data))

    def _simple(self, minor: int) -> Any:
        if minor in SIMPLE:
            return SIMPLE[minor]
        letter = FLOATS[minor]
        return struct.unpack(letter, self._take(struct.calcsize(letter)))[0]

    def _count(self, minor: int) -> int:
        return minor if minor < 24 else int.from_bytes(self._take(1 << (minor - 24)), "big")

    def _take(self, size: int) -> bytes:
        taken = self._data[self._at : self._at + size]
        assert len(taken) == size
        self._at += size
        return taken


class DocumentClient:
    """A connection, greeted.

    Args:
        connection: An open WebSocket.

    Attributes:
        greeting: Body of the first message.
    """

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        head, self.greeting = self.next()
        assert head == {"type": "hello", "protocol": 1}

    def say(self, kind: str, **fields: Any) -> None:
        """Send a message."""
        self._connection.send(json.dumps({"type": kind, **fields}))

    def next(self, timeout_s: float = 20.0) -> Message:
        """Return head and body of the next message."""
        data = self._connection.recv(timeout_s)
        assert isinstance(data, bytes)
        head, body = Reader(data).item()
        return head, body

    def ack(self, head: dict[str, Any]) -> None:
        """Say that a frame was seen."""
        self.say("ack", id=head["id"], seq=head["seq"])

    def next_of(self, number: int, *kinds: str) -> Message:
        """Return the next message of a subscription and of these kinds; other frames are seen."""
        while True:
            head, body = self.next()
            if head["type"] == "frame":
                self.ack(head)
            if head["id"] == number and head["type"] in kinds:
                return head, body


@contextmanager
def reading(address: str) -> Iterator[DocumentClient]:
    """Connect to ``ws://HOST:PORT/api/v1/stream``."""
    with connect(address, max_size=None, proxy=None) as connection:
        yield DocumentClient(connection)
