"""CPU, memory and latency of one answer against the size of an array, 1 KiB to 16 GiB.

What lies beyond the first 256 MiB is never written: of holes the server can be asked for elements,
and it reads no others. Answers of a fixed size should cost the same whatever they are taken from.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from statistics import median

import shmscope
from bench.curves import Curve
from bench.served import Serving, cpu_s, forget_peak, peak_mib, serving

SIZES_BYTES = tuple(4**power for power in range(5, 18))
RAW_BYTES = 64 << 20
SCANNED_BYTES = 256 << 20
SPREAD_BYTES = 16 << 20  # in smaller arrays elements lie so near that some share a read
ITEM_BYTES, VIEW_POINTS = 4, 256
ROUND_S, MOST_CALLS, LEAST_CALLS = 0.6, 300, 3


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of an array of any size.

    Attributes:
        what: In words.
        path: After the array's address; may hold a `{step}` with which 256 elements span it all.
        smallest_bytes: Of the arrays that are asked.
        largest_bytes: Of the arrays that are asked.
        work: With which exponent the work grows.
        why: What is on either side of the bend.
    """

    what: str
    path: str
    smallest_bytes: int
    largest_bytes: int
    work: float
    why: str


QUESTIONS = (
    Question(
        "first 1 KiB",
        f"values?format=raw&select=0:{VIEW_POINTS}",
        SIZES_BYTES[0],
        SIZES_BYTES[-1],
        0,
        "one read, wherever the array ends",
    ),
    Question(
        "256 elements of all",
        "values?format=raw&select=::{step}",
        SPREAD_BYTES,
        SIZES_BYTES[-1],
        0,
        "one read an element, wherever it lies",
    ),
    Question(
        "all bytes",
        f"values?format=raw&max_points={RAW_BYTES // ITEM_BYTES}",
        SIZES_BYTES[0],
        RAW_BYTES,
        1,
        "a request is parsed and answered for any size; beyond, bytes are copied and sent",
    ),
    Question(
        "all statistics",
        "statistics",
        SIZES_BYTES[0],
        SCANNED_BYTES,
        1,
        "a scan is set up and summed up for any size; beyond, bytes are read and counted",
    ),
)
SUBJECTS = (("CPU", "ms"), ("latency", "ms"), ("peak memory", "MiB"))


def measure() -> list[Curve]:
    """Ask each question of a fresh server, about each array."""
    with _arrays() as names:
        return [curve for question in QUESTIONS for curve in _curves(names, question)]


@contextmanager
def _arrays() -> Iterator[dict[int, str]]:
    """Publish an array of each size, sparse where it is larger than anything that is scanned."""
    with ExitStack() as stack:
        names = {}
        for size_bytes in SIZES_BYTES:
            name = f"bench-growth-{os.getpid()}-{size_bytes}"
            create = partial(shmscope.create, name, size_bytes // ITEM_BYTES, "f4", reserve=False)
            array = stack.enter_context(create())
            if size_bytes <= SCANNED_BYTES:
                with array.writing() as values:
                    values[:] = 1.5
            names[size_bytes] = name
        yield names


def _curves(names: Mapping[int, str], question: Question) -> Iterator[Curve]:
    asked = question.smallest_bytes, question.largest_bytes
    sizes = [size for size in SIZES_BYTES if asked[0] <= size <= asked[1]]
    with serving() as server:
        paths = [_path(server.id_of(names[size]), question, size) for size in sizes]
        _costs(server, paths[0])  # fills caches; does not count
        costs = [_costs(server, path) for path in paths]
    for (cost, unit), values in zip(SUBJECTS, zip(*costs, strict=True), strict=True):
        what = f"{question.what}, {cost}"
        points = list(zip(sizes, values, strict=True))
        yield Curve(what, "bytes", unit, question.work, question.why, points)


def _path(array: str, question: Question, size_bytes: int) -> str:
    step = size_bytes // ITEM_BYTES // VIEW_POINTS
    return f"/api/v1/arrays/{array}/{question.path.format(step=step)}"


def _costs(server: Serving, path: str) -> tuple[float, float, float]:
    """Return CPU and latency of an answer, milliseconds, and the server's peak memory, MiB."""
    connection = HTTPConnection("127.0.0.1", server.port)
    room = bytearray(1 << 20)
    _ask(connection, path, room)
    forget_peak(server.pid)
    took_ms: list[float] = []
    before_s, started_s = cpu_s(server.pid), time.monotonic()
    while _goes_on(len(took_ms), time.monotonic() - started_s):
        took_ms.append(_ask(connection, path, room))
    cpu_ms = (cpu_s(server.pid) - before_s) * 1e3 / len(took_ms)
    connection.close()
    return cpu_ms, median(took_ms), peak_mib(server.pid)


def _goes_on(calls: int, seconds: float) -> bool:
    return calls < LEAST_CALLS or (calls < MOST_CALLS and seconds < ROUND_S)


def _ask(connection: HTTPConnection, path: str, room: bytearray) -> float:
    """Return how long an answer took to the last byte, milliseconds."""
    started_s = time.perf_counter()
    connection.request("GET", path)
    with connection.getresponse() as answer:
        if answer.status != 200:
            raise ConnectionError(f"{path} answers {answer.status}: {answer.read(500)!r}")
        while answer.readinto(room):
            pass
    return (time.perf_counter() - started_s) * 1e3
