"""A client of the stream, as a page is one: real sockets, one message at a time."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.web.reading import decode_message
from tests.web.running import Running
from websockets.client import ClientProtocol
from websockets.sync.client import ClientConnection, connect
from websockets.uri import parse_uri

TIMEOUT_S = 20.0
Message = tuple[dict[str, Any], Any]


class Watcher:
    """One page.

    Attributes:
        hello: Body of the greeting.
    """

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        head, self.hello = self.next()
        assert head == {"type": "hello", "protocol": 1}

    def tell(self, kind: str, **fields: Any) -> None:
        """Send a message."""
        self.connection.send(json.dumps({"type": kind, **fields}))

    def subscribe(self, number: int, **fields: Any) -> None:
        """Subscribe as `number`."""
        self.tell("subscribe", id=number, **fields)

    def raw(self) -> bytes:
        """Return the next message as it came."""
        message = self.connection.recv(TIMEOUT_S)
        assert isinstance(message, bytes)
        return message

    def next(self) -> Message:
        """Return head and body of the next message."""
        return decode_message(self.raw())

    def next_of(self, *kinds: str) -> Message:
        """Return the next message of these kinds and acknowledge the frames passed over."""
        while True:
            head, body = self.next()
            if head["type"] == "frame":
                self.ack(head)
            if head["type"] in kinds:
                return head, body

    def ack(self, head: dict[str, Any]) -> None:
        """Say that a frame was drawn."""
        self.tell("ack", id=head["id"], seq=head["seq"])


def values(array: str, **fields: Any) -> dict[str, Any]:
    """Return the fields of a subscription to values."""
    return {"topic": "values", "array": array, "rate_hz": 60, **fields}


@contextmanager
def watching(served: Running) -> Iterator[Watcher]:
    """Connect a page that has been greeted."""
    with connect(served.stream, compression=None, max_size=None, proxy=None) as connection:
        yield Watcher(connection)


@contextmanager
def deaf(served: Running, *messages: dict[str, Any]) -> Iterator[socket.socket]:
    """Connect a page that sends messages and from then on reads nothing."""
    host, _, port = served.address.removeprefix("http://").partition(":")
    protocol = ClientProtocol(parse_uri(served.stream))
    with socket.create_connection((host, int(port)), timeout=TIMEOUT_S) as sock:
        protocol.send_request(protocol.connect())
        sock.sendall(b"".join(protocol.data_to_send()))
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += sock.recv(1)
        protocol.receive_data(answer)
        assert protocol.handshake_exc is None
        for message in messages:
            protocol.send_text(json.dumps(message).encode())
            sock.sendall(b"".join(protocol.data_to_send()))
        yield sock
