"""Asks an HTTP server over and over on connections that are kept, as cheaply as Python can.

One request is under way on each connection. The generator is the same for every server, and reads
no more of an answer than where it ends.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass

_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)\r\n", re.IGNORECASE)
_ROOM_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked for.

    Attributes:
        address: Host and port.
        path: With its query.
        accept: Of which media type.
    """

    address: tuple[str, int]
    path: str
    accept: str = "*/*"

    @property
    def request(self) -> bytes:
        """The request as it is sent."""
        host, port = self.address
        lines = (f"GET {self.path} HTTP/1.1", f"host: {host}:{port}", f"accept: {self.accept}")
        return "\r\n".join((*lines, "", "")).encode()


class _Connection:
    """One connection: sends a request, and tells when its answer is there.

    Attributes:
        body: The last answer's, where bodies are kept.
    """

    def __init__(self, target: Target, *, keeps: bool = False) -> None:
        self.socket = socket.create_connection(target.address, timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.body = bytearray()
        self._request = target.request
        self._room = bytearray(_ROOM_BYTES)
        self._keeps = keeps
        self._left_bytes: int | None = None

    def ask(self) -> None:
        """Send a request."""
        self.body.clear()
        self._left_bytes = None
        self.socket.sendall(self._request)

    def take(self) -> bool:
        """Read what has come; return whether the answer is there."""
        got = self.socket.recv_into(self._room)
        if not got:
            raise ConnectionError("the server has closed the connection")
        start = 0
        if self._left_bytes is None:
            start, self._left_bytes = _parse_head(self._room, got)
        if self._keeps:
            self.body += memoryview(self._room)[start:got]
        self._left_bytes -= got - start
        return self._left_bytes <= 0


def _parse_head(data: bytearray, size: int) -> tuple[int, int]:
    """Return where the body begins, and how long it is."""
    end = data.find(b"\r\n\r\n", 0, size)
    length = _LENGTH.search(data, 0, end + 2)
    if not data.startswith(b"HTTP/1.1 200 ") or end < 0 or length is None:
        raise ConnectionError(f"no answer of a known length: {bytes(data[: min(size, 500)])!r}")
    return end + 4, int(length[1])


def fetch(target: Target) -> bytes:
    """Return the body of one answer."""
    connection = _Connection(target, keeps=True)
    with connection.socket:
        connection.ask()
        while not connection.take():
            pass
        return bytes(connection.body)


def requests_per_s(targets: Sequence[Target], duration_s: float) -> float:
    """Ask for some time and return how many answers came per second.

    Args:
        targets: What is asked for, on a connection each.
        duration_s: For how long.
    """
    waiting = [_Connection(target) for target in targets]
    with selectors.DefaultSelector() as selector:
        for one in waiting:
            selector.register(one.socket, selectors.EVENT_READ, one)
            one.ask()
        started_s = now_s = time.perf_counter()
        answers = 0
        while now_s < started_s + duration_s:
            answers += _serve(selector)
            now_s = time.perf_counter()
    for one in waiting:
        one.socket.close()
    return answers / (now_s - started_s)


def _serve(selector: selectors.DefaultSelector) -> int:
    """Take what has come, ask again where an answer is there, and return how many were."""
    answers = 0
    for key, _ in selector.select():
        if key.data.take():
            answers += 1
            key.data.ask()
    return answers
