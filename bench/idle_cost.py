"""What it costs to know of many arrays: the server's CPU, against one percent of a core.

Writers are processes with 25 arrays each, all of them written four times a second; of those that
are not published nobody tells, so they are found and looked at. The server is one of its own, with
discovery and all else that it does meanwhile. Once nobody watches, once a client has the overview.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from mmap import mmap
from multiprocessing.connection import Connection
from pathlib import Path

import cbor2
from websockets.sync.client import connect

import shmscope
from bench.paired import Ratio
from bench.served import serving
from shmscope.sampling.attendance import ATTENDED_S

EACH = 25
WRITES_HZ = 4
SETTLE_S, ROUND_S, ROUNDS = 6.0, 5.0, 3
LIMIT_PERCENT = 1.0
CONTEXT = multiprocessing.get_context("fork")


def measure() -> list[Ratio]:
    """Measure a server that knows of many arrays, not watched and watched."""
    found: list[Ratio] = []
    for count, published in ((0, True), (200, True), (1000, True), (200, False), (1000, False)):
        with _arrays(count, published=published), serving() as server:
            what = f"{count} arrays, {'published' if published else 'found'}"
            time.sleep(ATTENDED_S + SETTLE_S)
            found.append(_share(f"{what}, nobody watches", server.pid))
            if count:
                with _watcher(server.address):
                    time.sleep(SETTLE_S)
                    found.append(_share(f"{what}, overview watched", server.pid))
    return found


def _share(what: str, pid: int) -> Ratio:
    """Return how much of a core a process takes."""
    percents = [_percent(pid) for _ in range(ROUNDS)]
    ratios = [percent / LIMIT_PERCENT for percent in percents]
    value = statistics.median(percents)
    return Ratio(what, "limit: 1 % of a core", value, LIMIT_PERCENT, "% of core", ratios)


def _percent(pid: int) -> float:
    started_s, before_s = time.monotonic(), _cpu_s(pid)
    time.sleep(ROUND_S)
    return (_cpu_s(pid) - before_s) / (time.monotonic() - started_s) * 100


def _cpu_s(pid: int) -> float:
    """Return seconds of CPU of all threads so far; /proc/PID/stat has hundredths only."""
    stats = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(stat.read_text().split()[0]) for stat in stats) / 1e9


@contextmanager
def _arrays(count: int, *, published: bool) -> Iterator[None]:
    """Have so many arrays written until the end of the block."""
    write = _write_published if published else _write_found
    with ExitStack() as stack:
        for first in range(0, count, EACH):
            stack.enter_context(_process(write, f"bench-{os.getpid()}-{first}"))
        yield


@contextmanager
def _watcher(address: str) -> Iterator[None]:
    with _process(_watch, address):
        yield


@contextmanager
def _process(target: Callable[[Connection, str], None], argument: str) -> Iterator[None]:
    """Run `target` in a process of its own, from when it is ready until the end of the block."""
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=target, args=(theirs, argument))
    process.start()
    ours.recv()
    try:
        yield
    finally:
        ours.send(None)
        process.join()


def _write_published(orders: Connection, name: str) -> None:
    with ExitStack() as stack:
        arrays = [
            stack.enter_context(shmscope.create(f"{name}-{number}", 64, "f4"))
            for number in range(EACH)
        ]
        orders.send(None)
        while not orders.poll(1 / WRITES_HZ):
            for array in arrays:
                with array.writing() as values:
                    values[0] += 1


def _write_found(orders: Connection, name: str) -> None:
    paths = [Path(f"/dev/shm/{name}-{number}") for number in range(EACH)]
    try:
        for path in paths:
            path.write_bytes(bytes(4096))
        maps = [_map(path) for path in paths]
        orders.send(None)
        while not orders.poll(1 / WRITES_HZ):
            for mapped in maps:
                mapped[0] = (mapped[0] + 1) % 256
    finally:
        for path in paths:
            path.unlink(missing_ok=True)


def _map(path: Path) -> mmap:
    with path.open("r+b") as file:
        return mmap(file.fileno(), 0)


def _watch(orders: Connection, address: str) -> None:
    """Read and confirm every frame of the overview."""
    with connect(address.replace("http", "ws") + "api/v1/stream", max_size=None) as stream:
        stream.send(json.dumps({"type": "subscribe", "id": 1, "topic": "overview"}))
        orders.send(None)
        while not orders.poll():
            head = cbor2.loads(stream.recv(decode=False))[0]
            if head["type"] == "frame":
                stream.send(json.dumps({"type": "ack", "id": 1, "seq": head["seq"]}))
