"""What a hub tells: a page that watches all hosts, and the list of them."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.request import urlopen

import cbor2
from websockets.sync.client import ClientConnection, connect

from bench.served import Serving, cpu_s

PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page got in some seconds, and what the hub took meanwhile.

    Attributes:
        cpu_share: CPU time of the hub, of one core.
        per_s: Frames per second.
        gap_s: The longest time between two.
        frame_bytes: Mean size of one.
    """

    cpu_share: float
    per_s: float
    gap_s: float
    frame_bytes: float


def watch(hub: Serving, wish: dict[str, Any], seconds: float) -> Seen:
    """Watch all hosts for some seconds, from the second frame on."""
    with connect(hub.stream, max_size=None) as stream:
        stream.send(json.dumps({"type": "subscribe", "id": 1, "topic": "fleet", **wish}))
        frames = _frames(stream)
        next(frames)
        first_s, _ = next(frames)
        before_s, times_s, sizes = cpu_s(hub.pid), [first_s], list[int]()
        while times_s[-1] < first_s + seconds:
            at_s, size = next(frames)
            times_s.append(at_s)
            sizes.append(size)
        share = (cpu_s(hub.pid) - before_s) / (times_s[-1] - first_s)
    gaps = [later - sooner for sooner, later in pairwise(times_s)]
    return Seen(share, 1 / statistics.mean(gaps), max(gaps), statistics.mean(sizes))


def _frames(stream: ClientConnection) -> Iterator[tuple[float, int]]:
    """Yield when each frame came, and its size; confirm it."""
    while True:
        message = stream.recv(PATIENCE_S, decode=False)
        at_s, head = time.monotonic(), cbor2.loads(message)[0]
        if head["type"] == "frame":
            stream.send(json.dumps({"type": "ack", "id": 1, "seq": head["seq"]}))
            yield at_s, len(message)


def hosts_of(hub: Serving) -> list[dict[str, Any]]:
    """Return a row a host."""
    with urlopen(f"{hub.address}api/v1/fleet/hosts") as answer:
        rows: list[dict[str, Any]] = json.load(answer)["hosts"]
    return rows
