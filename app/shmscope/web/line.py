"""A WebSocket without a task between its socket and who sends and hears.

The ASGI way wakes a task for each message either way, joins a frame's parts, and stops and starts
reading around each message: three quarters of what a frame to one of many clients costs. Here a
message is heard where it was read, and written where it was made. What is not a short text, or
comes when it is not wanted, goes the ASGI way, which stays open for all else.
"""

from __future__ import annotations

import socket
import struct
from asyncio import BaseTransport
from collections.abc import Callable, Sequence
from typing import Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

UNSENT_BYTES: Final = 128 * 1024
EXTENSION: Final = "shmscope.line"  # of the ASGI scope, where there is a line
# What a line takes of uvicorn's protocol, and no documentation promises.
NEEDED: Final = (
    *("close_sent", "curr_msg_data_type", "disconnected"),
    *("frames", "queue", "transport", "writable"),
)
_TEXT, _BINARY, _WHOLE, _MASKED = 0x81, 0x82, 0x80, 0x80
_HEADER_BYTES, _KEY_BYTES, _SHORT = 6, 4, 126


def read_short_text(data: bytes) -> str | None:
    """Return what a masked text frame of at most 125 bytes says, where `data` is just that.

    Source: RFC 6455, section 5.2.
    """
    size = len(data) - _HEADER_BYTES
    if not 0 <= size < _SHORT or data[0] != _TEXT or data[1] != _MASKED | size:
        return None
    key = (data[2:_HEADER_BYTES] * 32)[:size]
    text = int.from_bytes(data[_HEADER_BYTES:], "big") ^ int.from_bytes(key, "big")
    try:
        return text.to_bytes(size, "big").decode()
    except UnicodeDecodeError:
        return None


def ends_whole(data: bytes) -> bool:
    """Whether frames as a client sends them, none of them large or in pieces, fill `data`."""
    place = 0
    while place + 2 <= len(data) and data[place] & _WHOLE:
        size = data[place + 1] & 0x7F
        if size == _SHORT:
            size = 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        elif size > _SHORT:
            return False
        place += _HEADER_BYTES + size
    return place == len(data)


def header_of(size: int) -> bytes:
    """Return what stands before a binary message of so many bytes."""
    if size < _SHORT:
        return bytes((_BINARY, size))
    if size < 1 << 16:
        return struct.pack(">BBH", _BINARY, 126, size)
    return struct.pack(">BBQ", _BINARY, 127, size)


def can_lend(protocol: object) -> bool:
    """Whether a protocol has all that a line needs; without, all goes the ASGI way."""
    return all(hasattr(protocol, name) for name in NEEDED)


class LineProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol, which also lends itself to the application as `EXTENSION`."""

    _hear: Callable[[str], bool] | None = None
    _drained: Callable[[], None] | None = None
    _between_frames = True  # where the parser stands, as far as that is known

    def connection_made(self, transport: BaseTransport) -> None:
        """Have at most 128 KiB wait in the kernel for who reads slowly: what waits is the past.

        Of a file over HTTP nothing is: it would only be sent in smaller pieces.
        """
        super().connection_made(transport)
        connection: socket.socket | None = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)

    def lend(self, hear: Callable[[str], bool], drained: Callable[[], None]) -> None:
        """Hand texts to `hear` as they are read, and call `drained` when the line is free, or lost.

        Args:
            hear: Returns whether it took the text; else the application receives it.
            drained: Called when `has_room` or `is_lost` becomes true.
        """
        self._hear, self._drained = hear, drained

    @property
    def has_room(self) -> bool:
        """Whether what is written goes out, or waits behind little."""
        return self.writable.is_set() and not (self.close_sent or self.transport.is_closing())

    def write(self, parts: Sequence[bytes]) -> None:
        """Send a binary message, without joining its parts; there must be room."""
        header = header_of(sum(map(len, parts)))
        self.transport.writelines((header + parts[0], *parts[1:]))

    def handle_connect(self, event: Request) -> None:
        """Open a connection, and offer the line to the application where it can be lent."""
        super().handle_connect(event)
        scope = getattr(self, "scope", None)  # there is none where the handshake failed
        if scope is not None and can_lend(self):
            scope.setdefault("extensions", {})[EXTENSION] = {"line": self}

    def data_received(self, data: bytes) -> None:
        """Hear a short text at once; leave all else to the parser."""
        if self._hear is None:
            super().data_received(data)
            return
        text = read_short_text(data) if self._between_frames else None
        if text is None or not self._is_heard(text):
            self._between_frames = self._between_frames and ends_whole(data)
            super().data_received(data)

    def send_receive_event_to_app(self) -> None:
        """Hear a text that the parser found, where that is possible."""
        if self._hear is None or not self._is_text_heard():
            super().send_receive_event_to_app()

    @property
    def is_lost(self) -> bool:
        """Whether the connection is over."""
        return self.disconnected

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell that nothing can be written any more."""
        super().connection_lost(exc)
        if self._drained is not None:
            self._drained()

    def resume_writing(self) -> None:
        """Tell that there is room."""
        super().resume_writing()
        if self._drained is not None:
            self._drained()

    def _is_text_heard(self) -> bool:
        try:
            return self.curr_msg_data_type == "text" and self._is_heard(
                b"".join(self.frames).decode()
            )
        except UnicodeDecodeError:  # which closes the connection, the ASGI way
            return False

    def _is_heard(self, text: str) -> bool:
        """Try to have a text heard: not before those that the application has yet to receive."""
        return (
            self._hear is not None
            and not self.close_sent
            and self.queue.empty()
            and self._hear(text)
        )
