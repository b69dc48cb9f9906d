"""What a server spends on a monster, and what a small view has of it beside one.

The monster is an array of 1 GiB of which every element is looked at, again and again, for a view
of 2,000 points; its page is open too, so that its statistics are scanned. The small view shows
1,000 elements of another array, 30 times a second. Server and client are processes of their own.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any
from urllib.request import urlopen

import cbor2
from websockets.sync.client import connect

import shmscope
from bench.paired import Ratio

SETTLE_S, ROUND_S = 0.7, 2.0
ROUNDS = 3
RATE_HZ = 30.0
CEILING = 0.25  # of one core, as `serve` has it by default
MONSTER_BYTES = 1 << 30
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a client saw of the small view.

    Attributes:
        per_s: Frames per second.
        gap_s: The longest time between two.
        cpu_share: CPU time of the server, of one core.
    """

    per_s: float
    gap_s: float
    cpu_share: float


def measure() -> list[Ratio]:
    """Measure the small view in turn beside the monster and alone."""
    name = f"bench-budgets-{os.getpid()}"
    with (
        shmscope.create(f"{name}-small", 1000, "f4"),
        shmscope.create(f"{name}-monster", MONSTER_BYTES, "u1", reserve=False),
        _server() as (pid, address),
    ):
        small, monster = (_find(address, f"{name}-{which}") for which in ("small", "monster"))
        alone = [_values(1, small, 1000)]
        beside = [*alone, _values(2, monster, 2000), _page(3, monster)]
        crowded = [*beside, *(_values(4 + k, monster, 2001 + k) for k in range(3))]
        rounds = [
            [_watch(pid, address, wishes) for wishes in (alone, beside, crowded)]
            for _ in range(ROUNDS)
        ]
    return _ratios(rounds)


def _ratios(rounds: list[list[Seen]]) -> list[Ratio]:
    alone, beside, crowded = (list(one) for one in zip(*rounds, strict=True))
    rates, gaps = [one.per_s for one in alone], [one.gap_s * 1e3 for one in alone]
    small = f"small view at {RATE_HZ:g} Hz"
    return [
        _ratio(f"{small}, beside a monster", [one.per_s for one in beside], rates, "frames/s"),
        _ratio(f"{small}, beside four", [one.per_s for one in crowded], rates, "frames/s"),
        _ratio(
            "its longest gap, beside a monster", [one.gap_s * 1e3 for one in beside], gaps, "ms"
        ),
        _ratio("its longest gap, beside four", [one.gap_s * 1e3 for one in crowded], gaps, "ms"),
        _ceiling("server, a monster and its scan", beside),
        _ceiling("server, four of them", crowded),
    ]


def _rates(seen: list[Seen]) -> list[float]:
    return [one.per_s for one in seen]


def _gaps_ms(seen: list[Seen]) -> list[float]:
    return [one.gap_s * 1e3 for one in seen]


def _ceiling(what: str, seen: list[Seen]) -> Ratio:
    ceilings = [CEILING] * len(seen)
    return _ratio(what, [one.cpu_share for one in seen], ceilings, "cores", "sampler's ceiling")


def _ratio(
    what: str, values: list[float], peers: list[float], unit: str, peer: str = "alone"
) -> Ratio:
    ratios = [value / against for value, against in zip(values, peers, strict=True)]
    return Ratio(what, peer, median(values), median(peers), unit, ratios)


@contextmanager
def _server() -> Iterator[tuple[int, str]]:
    command = [sys.executable, "-m", "shmscope", "serve", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.pid, server.stdout.readline().split()[1]
        finally:
            server.terminate()


def _values(number: int, array: str, max_points: int) -> dict[str, Any]:
    wish = {"topic": "values", "array": array, "rate_hz": RATE_HZ, "max_points": max_points}
    return {"type": "subscribe", "id": number, "reduce": "envelope", **wish}


def _page(number: int, array: str) -> dict[str, Any]:
    return {"type": "subscribe", "id": number, "topic": "array", "array": array}


def _watch(pid: int, address: str, wishes: list[dict[str, Any]]) -> Seen:
    ours, theirs = multiprocessing.Pipe()
    client = multiprocessing.get_context("spawn").Process(
        target=_look, args=(theirs, address, wishes)
    )
    client.start()
    ours.recv()
    before_s, began_s = _cpu_s(pid), time.monotonic()
    times_s = ours.recv()
    cpu_share = (_cpu_s(pid) - before_s) / (time.monotonic() - began_s)
    client.join()
    gaps = [later - sooner for sooner, later in pairwise(times_s)]
    return Seen(len(gaps) / ROUND_S, max(gaps, default=ROUND_S), cpu_share)


def _look(report: Any, address: str, wishes: list[dict[str, Any]]) -> None:
    """Draw every frame at once, and report when those of the small view came."""
    with connect(address.replace("http", "ws") + "api/v1/stream", max_size=None) as stream:
        for wish in wishes:
            stream.send(json.dumps(wish))
        _draw(stream, SETTLE_S)
        report.send(True)
        report.send(_draw(stream, ROUND_S))


def _draw(stream: Any, seconds: float) -> list[float]:
    times_s, end_s = [], time.monotonic() + seconds
    while (now_s := time.monotonic()) < end_s:
        head = cbor2.loads(stream.recv(decode=False))[0]
        if head["type"] == "frame":
            stream.send(json.dumps({"type": "ack", "id": head["id"], "seq": head["seq"]}))
            if head["id"] == 1:
                times_s.append(now_s)
    return times_s


def _cpu_s(pid: int) -> float:
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def _find(address: str, name: str) -> str:
    while True:
        with urlopen(f"{address}api/v1/arrays") as answer:
            arrays = json.load(answer)["arrays"]
        for array in arrays:
            if array["name"] == name:
                return str(array["id"])
        time.sleep(0.05)
