"""From a write to its frame in a client that asks for sixty frames a second.

The writer writes the time at random moments, less often than sixty times a second; the client
reckons how old each time is that it has not seen before. A look sixty times a second alone makes
half a tick in the middle and a whole one at worst.
"""

from __future__ import annotations

import json
import struct
import time
from collections.abc import Iterator
from itertools import count
from statistics import quantiles

from websockets.sync.client import ClientConnection, connect

from bench.paired import HEADER, Ratio
from bench.served import serving, writing

RATE_HZ = 60.0
TICK_MS = 1000 / RATE_HZ
SECONDS = 4.0
ROUNDS = 5
SIZES = {"8 KiB": 1 << 10, "64 KiB": 1 << 13}


def measure() -> list[Ratio]:
    """Measure a small array and one of 64 KiB."""
    return [ratio for name, size in SIZES.items() for ratio in _measure(name, size)]


def _measure(name: str, size: int) -> list[Ratio]:
    with serving() as server, writing("latency_writer", str(size)) as array:
        wish = {"type": "subscribe", "id": 1, "topic": "values", "rate_hz": RATE_HZ}
        address = server.address.replace("http", "ws") + "api/v1/stream"
        with connect(address, compression=None, max_size=None, proxy=None) as stream:
            stream.send(json.dumps(wish | {"array": server.id_of(array)}))
            frames = _written_ns(stream)
            rounds = [quantiles(_ages_ms(frames), n=100) for _ in range(1 + ROUNDS)][1:]
    return [
        _against(f"write to frame, median, {name}", [one[49] for one in rounds], TICK_MS, "a tick"),
        _against(
            f"write to frame, p99, {name}", [one[98] for one in rounds], 2 * TICK_MS, "two ticks"
        ),
    ]


def _against(what: str, found_ms: list[float], limit_ms: float, peer: str) -> Ratio:
    ratios = [one / limit_ms for one in found_ms]
    return Ratio(what, peer, sorted(found_ms)[len(found_ms) // 2], limit_ms, "ms", ratios)


def _ages_ms(frames: Iterator[tuple[int, int]]) -> Iterator[float]:
    """Yield the age of each time that was not seen before, for some seconds."""
    seen, until_ns = 0, time.monotonic_ns() + int(SECONDS * 1e9)
    for written_ns, arrived_ns in frames:
        if seen and written_ns != seen:
            yield (arrived_ns - written_ns) / 1e6
        seen = written_ns
        if arrived_ns > until_ns:
            return


def _written_ns(stream: ClientConnection) -> Iterator[tuple[int, int]]:
    """Yield what each frame's first element is, and when the frame came; acknowledge it."""
    for seq in count(1):
        while b"eframe" not in (message := stream.recv(decode=False))[:16]:
            pass
        yield _first(message), time.monotonic_ns()
        stream.send(json.dumps({"type": "ack", "id": 1, "seq": seq}))


def _first(message: bytes) -> int:
    """Return the first of 64-bit integers, after CBOR's tag and size of two or four bytes."""
    place = message.index(b"fvalues") + 7
    assert message[place : place + 2] == b"\xd8\x4f"
    start = place + (5 if message[place + 2] == 0x59 else 7)
    return int(struct.unpack_from("<q", message, start)[0])


if __name__ == "__main__":
    print(HEADER)
    for row in measure():
        print(row, flush=True)
