"""A Manager that knows the key and then says what it likes."""

from __future__ import annotations

import pickle
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, answer_challenge, deliver_challenge
from typing import Any, Self, TypeAlias

KEY = b"key"
ACCEPTED = pickle.dumps(("#RETURN", None))

Line: TypeAlias = "Connection[Any, Any]"


def answering(value: object) -> bytes:
    """Return a Manager's answer that holds `value`."""
    return pickle.dumps(("#RETURN", value))


class Liar:
    """Listens on a Unix socket like a Manager, and gives every request the same answer.

    Args:
        address: Path of the socket.
        answer: Sent for every object asked for; may be exchanged meanwhile.
        greeting: Sent when a connection is to be accepted.
        welcome: Proves to know the key.

    Attributes:
        accepted: How many connections came.
        hung_up: Set when a client has closed its connection.
    """

    def __init__(
        self,
        address: str,
        answer: bytes,
        *,
        greeting: bytes = ACCEPTED,
        welcome: Callable[[Line], object] | None = None,
    ) -> None:
        self.address = address
        self.answer = answer
        self.accepted = 0
        self.hung_up = threading.Event()
        self._greeting, self._welcome = greeting, welcome or prove
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(address)
        self._socket.listen()
        self._thread = threading.Thread(target=self._accept)

    def _accept(self) -> None:
        with suppress(OSError):  # shut down
            while True:
                peer, _ = self._socket.accept()
                self.accepted += 1
                line: Line = Connection(peer.detach())
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: Line) -> None:
        with suppress(EOFError, OSError, AuthenticationError), line:
            self._welcome(line)
            line.recv_bytes()
            line.send_bytes(self._greeting)
            while True:
                line.recv_bytes()
                line.send_bytes(self.answer)
        self.hung_up.set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()


def prove(line: Line) -> None:
    """Greet as a Manager does."""
    deliver_challenge(line, KEY)
    answer_challenge(line, KEY)
