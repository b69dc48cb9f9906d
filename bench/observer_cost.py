"""A writer's throughput with and without a dashboard that watches it ten times a second.

The writer, the server and the client are processes of their own. The writer says how many counted
writes of a 1 MiB array it got done in half a second, in turn with and without the client.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

import cbor2
import numpy as np
from websockets.sync.client import ClientConnection, connect

import shmscope
from bench.paired import Ratio, pair
from bench.served import serving

ROUND_S, ROUNDS = 1.0, 25  # on a shared machine one second differs from the next by a tenth
ELEMENTS = 1 << 18


def measure() -> list[Ratio]:
    """Measure the writer in turn watched and not watched."""
    ours, theirs = multiprocessing.Pipe()
    writer = multiprocessing.get_context("spawn").Process(target=_write, args=(theirs,))
    writer.start()
    name = ours.recv()
    try:
        with serving() as server:
            return [_compare(ours, server.stream, server.id_of(name))]
    finally:
        ours.send(None)
        writer.join()


def _compare(writer: Connection, address: str, array: str) -> Ratio:
    def writes_per_s() -> float:
        writer.send(ROUND_S)
        return float(writer.recv())

    def watched() -> float:
        with _Watcher(address, array):
            return writes_per_s()

    return pair(
        "writer watched at 10 Hz, 1 MiB a write",
        watched,
        "not watched",
        writes_per_s,
        "writes/s",
        ROUNDS,
    )


class _Watcher:
    """A client in a process of its own that draws every frame at once."""

    def __init__(self, address: str, array: str) -> None:
        self._ready, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=_watch, args=(theirs, address, array))

    def __enter__(self) -> None:
        self._process.start()
        self._ready.recv()

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()


def _watch(ready: Connection, address: str, array: str) -> None:
    with connect(address, max_size=None) as stream:
        wish = {"type": "subscribe", "id": 1, "topic": "values", "array": array, "rate_hz": 10}
        stream.send(json.dumps(wish))
        _draw(stream, lambda: ready.send(True))


def _draw(stream: ClientConnection, first: Callable[[], None]) -> None:
    drawn = 0
    while True:
        head = cbor2.loads(stream.recv(decode=False))[0]
        if head["type"] == "frame":
            stream.send(json.dumps({"type": "ack", "id": 1, "seq": head["seq"]}))
            drawn += 1
            if drawn == 2:
                first()


def _write(orders: Connection) -> None:
    with shmscope.create(f"bench-watched-{os.getpid()}", ELEMENTS, "f4") as shared:
        orders.send(shared.name)
        while (seconds := orders.recv()) is not None:
            end = time.perf_counter() + seconds
            writes = 0
            while time.perf_counter() < end:
                with shared.writing() as array:
                    np.add(array, 1, out=array)
                writes += 1
            orders.send(writes / seconds)
