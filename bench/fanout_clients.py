"""Many clients of one stream in one process: PORT PATH CLIENTS ACKS WISH.

They speak just enough WebSocket to count frames, to see how old each is, and to acknowledge it, at
a cost that does not depend on a frame's size. WISH is sent by each once it is connected. Prints
`ready` when every client has had ten frames; then answers each line SECONDS with what came in them.
"""

from __future__ import annotations

import asyncio
import json
import struct
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import uvloop

KEY = bytes(4)  # masks nothing: what it would cost is the server's own affair
WARM_FRAMES = 10
PEEK_BYTES = 192  # of a message, that hold its head and when its frame was made
BUFFER = bytearray(1 << 18)  # what a client has read is counted at once: one buffer does for all


@dataclass(slots=True)
class Tally:
    """What all clients saw since the tally began.

    Attributes:
        cold: Clients that have not had their first frames.
        counts: Whether to count.
    """

    cold: int
    warm: asyncio.Event = field(default_factory=asyncio.Event)
    counts: bool = False
    skipped: int = 0
    ages_s: list[float] = field(default_factory=list)

    def note(self, start: bytes, received: int) -> None:
        """Take in the first bytes of a frame, the so-many-th of its client."""
        if received == WARM_FRAMES:
            self.cold -= 1
            if not self.cold:
                self.warm.set()
        if self.counts:
            (made_s,) = struct.unpack_from(">d", start, start.index(b"taken_unix_s") + 13)
            self.ages_s.append(time.time() - made_s)
            self.skipped += _small_integer(start, start.index(b"skipped") + 7)


def _small_integer(start: bytes, place: int) -> int:
    """Read a CBOR integer below 256."""
    return start[place + 1] if start[place] == 0x18 else start[place]


class Client(asyncio.BufferedProtocol):
    """One client: reads a frame's first bytes, counts the rest, acknowledges."""

    def __init__(self, path: str, wish: str, tally: Tally, *, acks: bool) -> None:
        self._path, self._wish, self._tally, self._acks = path, wish, tally, acks
        self._start = bytearray()
        self._rest_bytes = 0
        self._received = 0
        self._open = False

    def connection_made(self, transport: Any) -> None:
        """Ask for a WebSocket."""
        self._transport = transport
        host, port = transport.get_extra_info("peername")[:2]
        transport.write(
            f"GET {self._path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def get_buffer(self, sizehint: int) -> bytearray:  # noqa: ARG002 - asyncio's name for it
        """Return where to read to."""
        return BUFFER

    def buffer_updated(self, nbytes: int) -> None:
        """Take in what was read."""
        if not self._open:
            self._shake_hands(BUFFER[:nbytes])
        else:
            self._take(0, nbytes)

    def _shake_hands(self, data: bytearray) -> None:
        self._start += data
        end = self._start.find(b"\r\n\r\n")
        if end >= 0:
            self._open = True
            after, self._start = bytes(self._start[end + 4 :]), bytearray()
            BUFFER[: len(after)] = after
            self._tell(self._wish)
            self._take(0, len(after))

    def _take(self, place: int, end: int) -> None:
        while place < end:
            if self._rest_bytes > 0:
                step = min(self._rest_bytes, end - place)
                self._rest_bytes -= step
                place += step
            else:
                place = self._begin(place, end)

    def _begin(self, place: int, end: int) -> int:
        """Gather a message's first bytes; return the place after what was used."""
        had = len(self._start)
        self._start += BUFFER[place : min(place + PEEK_BYTES - had, end)]
        found = _extent(self._start)
        if found is None or len(self._start) < min(found, PEEK_BYTES):
            return end
        start, self._start = bytes(self._start[:found]), bytearray()
        self._rest_bytes = found - len(start)
        if b"eframe" in start[:24]:
            self._draw(start)
        return place + len(start) - had

    def _draw(self, start: bytes) -> None:
        self._received += 1
        self._tally.note(start, self._received)
        if self._acks:
            self._tell(f'{{"type":"ack","id":1,"seq":{self._received}}}')

    def _tell(self, text: str) -> None:
        data = text.encode()
        size = struct.pack(">B", 0x80 | len(data)) if len(data) < 126 else _long(len(data))
        self._transport.write(b"\x81" + size + KEY + data)


def _long(size: int) -> bytes:
    return struct.pack(">BH", 0xFE, size)


def _extent(start: bytearray) -> int | None:
    """Return the size of the WebSocket frame that begins here, where that can be told."""
    if len(start) < 2:
        return None
    if start[1] < 126:
        return 2 + start[1]
    code = ">H" if start[1] == 126 else ">Q"
    header = 2 + struct.calcsize(code)
    if len(start) < header:
        return None
    return header + int(struct.unpack_from(code, start, 2)[0])


async def _run(port: int, path: str, clients: int, wish: str, *, acks: bool) -> None:
    loop, tally = asyncio.get_running_loop(), Tally(clients)
    for _ in range(clients):
        await loop.create_connection(
            lambda: Client(path, wish, tally, acks=acks), "127.0.0.1", port
        )
    await tally.warm.wait()
    print("ready", flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await _count(tally, float(line))), flush=True)


async def _count(tally: Tally, seconds: float) -> dict[str, float]:
    tally.skipped, tally.ages_s, tally.counts = 0, [], True
    cpu_s, started_s = time.process_time(), time.monotonic()
    await asyncio.sleep(seconds)
    tally.counts = False
    took_s = time.monotonic() - started_s
    ages_s = sorted(tally.ages_s)
    return {
        "frames": len(ages_s),
        "skipped": tally.skipped,
        "seconds": took_s,
        "client_cpu_s": time.process_time() - cpu_s,
        "p50_s": ages_s[len(ages_s) // 2],
        "p99_s": ages_s[len(ages_s) * 99 // 100],
    }


def main(port: str, path: str, clients: str, acks: str, wish: str) -> None:
    """Run the clients until standard input ends."""
    uvloop.run(_run(int(port), path, int(clients), wish, acks=acks == "acks"))


if __name__ == "__main__":
    main(*sys.argv[1:])
