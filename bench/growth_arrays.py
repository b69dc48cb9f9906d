"""CPU, memory and latency of a server against the number of published arrays that it knows."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from statistics import median

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from bench.curves import Curve
from bench.served import Serving, cpu_s, resident_mib, serving, writing

COUNTS = (1, 10, 100, 300, 1000)
PER_WRITER = 250
SETTLE_S, ROUND_S = 1.5, 3.0
CALLS = 7
WATCH = json.dumps({"type": "subscribe", "id": 1, "topic": "overview"})
# What is measured, its unit, and what is on either side of the bend.
SUBJECTS = (
    (
        "CPU, nobody watches",
        "% of core",
        (
            "a server without arrays has its event loop, its surveys and its clock to pay for; "
            "beyond, each tick reads each array's counters"
        ),
    ),
    (
        "CPU, overview watched",
        "% of core",
        "a frame is made and sent twice a second whatever is in it; beyond, each array has its row",
    ),
    (
        "memory",
        "MiB",
        "Python, numpy and the server itself outweigh few arrays; each keeps a history",
    ),
    (
        "GET /arrays",
        "ms",
        "a request is parsed and answered for any number; each array has its row",
    ),
    (
        "first frame of the overview",
        "ms",
        "connecting costs the same for any number; each array has its row",
    ),
)


def measure() -> list[Curve]:
    """Measure servers that know few arrays and many."""
    found = [_figures(count) for count in COUNTS]
    return [
        Curve(what, "arrays", unit, 1, why, list(zip(COUNTS, costs, strict=True)))
        for (what, unit, why), costs in zip(SUBJECTS, zip(*found, strict=True), strict=True)
    ]


def _figures(count: int) -> tuple[float, ...]:
    """Return one cost a subject."""
    with _arrays(count), serving() as server:
        server.wait_for("bench-growth_writer-", count)
        idle = _cpu_percent(server.pid)
        with _watching(server):
            watched = _cpu_percent(server.pid)
        answer_ms = median(_took_ms(server) for _ in range(CALLS))
        frame_ms = median(_first_frame_ms(server) for _ in range(CALLS))
        return idle, watched, resident_mib(server.pid), answer_ms, frame_ms


@contextmanager
def _arrays(count: int) -> Iterator[None]:
    with ExitStack() as stack:
        for first in range(0, count, PER_WRITER):
            share = min(PER_WRITER, count - first)
            stack.enter_context(writing("growth_writer", str(share)))
        yield


def _cpu_percent(pid: int) -> float:
    time.sleep(SETTLE_S)
    before_s, started_s = cpu_s(pid), time.monotonic()
    time.sleep(ROUND_S)
    return (cpu_s(pid) - before_s) / (time.monotonic() - started_s) * 100


@contextmanager
def _watching(server: Serving) -> Iterator[None]:
    """Have a client draw every frame of the overview."""
    with connect(server.stream, compression=None, max_size=None, proxy=None) as stream:
        stream.send(WATCH)
        drawing = threading.Thread(target=_draw, args=(stream,))
        drawing.start()
        yield
    drawing.join()


def _draw(stream: ClientConnection) -> None:
    seq = 0
    try:
        for message in stream:
            if b"eframe" in bytes(message[:24]):  # type: ignore[arg-type] # the server sends bytes
                seq += 1
                stream.send(json.dumps({"type": "ack", "id": 1, "seq": seq}))
    except ConnectionClosed:
        pass


def _took_ms(server: Serving) -> float:
    started_s = time.perf_counter()
    server.rows()
    return (time.perf_counter() - started_s) * 1e3


def _first_frame_ms(server: Serving) -> float:
    started_s = time.perf_counter()
    with connect(server.stream, compression=None, max_size=None, proxy=None) as stream:
        stream.send(WATCH)
        while b"eframe" not in stream.recv(decode=False)[:24]:
            pass
        return (time.perf_counter() - started_s) * 1e3
