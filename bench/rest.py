"""Values over REST, against a handler written for one file, h5grove and tiled.

All serve the same 64 MiB of float64 and run on one core each beside the generator of the load, with
the same settings of uvicorn. Asked for are the bytes of 32 KiB, and of 8 MiB, over four connections
that are kept; that the bytes are the same is checked first.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from statistics import median
from typing import Any, NamedTuple, TypeAlias
from urllib.request import urlopen

import numpy as np

import shmscope
from bench.load import Target, fetch, requests_per_s
from bench.paired import Ratio, pair
from bench.peers import H5GROVE, ROOT, TILED, PeerError

SHAPE = (2048, 4096)
ROW_BYTES = SHAPE[1] * 8
NPY_HEADER_BYTES = 128
MAX_POINTS = 1 << 21
ROUND_S = 0.5
ROUNDS = 5


class Load(NamedTuple):
    """What is asked for.

    Attributes:
        what: In words.
        rows: How many rows.
        firsts: The first of them, for each connection.
    """

    what: str
    rows: int
    firsts: tuple[int, ...]


LOADS = (
    Load("32 KiB, the same for 4 connections", 1, (100,) * 4),
    Load("32 KiB, others for each of 4 connections", 1, (100, 101, 102, 103)),
    Load("8 MiB, the same for 4 connections", 256, (100,) * 4),
)


class Server:
    """A server that is asked.

    Args:
        name: What it is.
        pid: Its process.
        address: Where it listens.
        path: What is asked for, with gaps for the rows, and for the offset and size of their bytes.
    """

    def __init__(self, name: str, pid: int, address: tuple[str, int], path: str) -> None:
        self.name = name
        self.cpu_us: list[float] = []
        self._pid, self._address, self._path = pid, address, path

    def target(self, first: int, count: int) -> Target:
        """Return what asks for some rows."""
        path = self._path.format(
            rows=f"{first}:{first + count}",
            offset=NPY_HEADER_BYTES + first * ROW_BYTES,
            size=count * ROW_BYTES,
        )
        return Target(self._address, path)

    def per_s(self, load: Load) -> float:
        """Return how many requests it answers per second; notes what CPU each took."""
        before_s = _cpu_s(self._pid)
        targets = [self.target(first, load.rows) for first in load.firsts]
        per_s = requests_per_s(targets, ROUND_S)
        self.cpu_us.append((_cpu_s(self._pid) - before_s) / (per_s * ROUND_S) * 1e6)
        return per_s


def measure() -> list[Ratio]:
    """Measure every server in turn with shmscope."""
    with ExitStack() as stack:
        shared = stack.enter_context(shmscope.create(f"bench-rest-{os.getpid()}", SHAPE, "f8"))
        with shared.writing() as array:
            array[...] = np.random.default_rng(0).random(SHAPE)
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir="/dev/shm"))
        np.save(f"{folder}/values.npy", shared)
        ours = stack.enter_context(_shmscope(shared.name))
        return [row for serve in PEERS for row in _measure(serve, folder, ours)]


def _measure(serve: Serve, folder: str, ours: Server) -> Iterator[Ratio]:
    values = np.load(f"{folder}/values.npy", mmap_mode="r")
    try:
        with serve(folder) as peer:
            _check(values, ours, peer)
            for load in LOADS:
                yield from _compare(ours, peer, load)
    except PeerError as error:
        print(f"rest: {error}", file=sys.stderr)


def _check(values: np.ndarray[Any, Any], *servers: Server) -> None:
    for load in LOADS:
        expected = values[load.firsts[0] :][: load.rows].tobytes()
        for server in servers:
            if fetch(server.target(load.firsts[0], load.rows)) != expected:
                raise AssertionError(f"{server.name} answers with other bytes than there are")


def _compare(ours: Server, peer: Server, load: Load) -> Iterator[Ratio]:
    """Measure answers per second, and what CPU each takes, in the same rounds."""
    ours.cpu_us.clear()
    peer.cpu_us.clear()
    yield pair(
        load.what, lambda: ours.per_s(load), peer.name, lambda: peer.per_s(load), "req/s", ROUNDS
    )
    used, theirs = ours.cpu_us[1:], peer.cpu_us[1:]
    ratios = [mine / other for mine, other in zip(used, theirs, strict=True)]
    yield Ratio(f"{load.what}, CPU", peer.name, median(used), median(theirs), "us CPU", ratios)


@contextmanager
def _shmscope(name: str) -> Iterator[Server]:
    command = [sys.executable, "-m", "shmscope", "serve", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            url = process.stdout.readline().split()[1]
            host, _, port = url.removeprefix("http://").rstrip("/").rpartition(":")
            values = f"/api/v1/arrays/{_find(url, name)}/values"
            path = f"{values}?format=raw&max_points={MAX_POINTS}&select={{rows}}"
            yield Server("shmscope", process.pid, (host, int(port)), path)
        finally:
            process.terminate()


def _find(url: str, name: str) -> str:
    """Return the id of the array called `name`, once it is seen."""
    while True:
        with urlopen(f"{url}api/v1/arrays") as answer:
            found = [row["id"] for row in json.load(answer)["arrays"] if row["name"] == name]
        if found:
            return str(found[0])


def _pread(folder: str) -> AbstractContextManager[Server]:
    path = "/values?offset={offset}&size={size}"
    return _peer("a handler with nothing but pread", sys.executable, path, "pread", folder)


def _h5grove(folder: str) -> AbstractContextManager[Server]:
    path = "/data?file=values.h5&path=/values&format=bin&selection={rows}"
    return _peer("h5grove", H5GROVE.python(), path, "h5grove", folder)


def _tiled(folder: str) -> AbstractContextManager[Server]:
    path = "/api/v1/array/full/values?format=application/octet-stream&slice={rows}"
    return _peer("tiled", TILED.python(), path, "tiled", folder)


Serve: TypeAlias = Callable[[str], AbstractContextManager[Server]]
PEERS: tuple[Serve, ...] = (_pread, _h5grove, _tiled)


@contextmanager
def _peer(name: str, python: str, path: str, module: str, folder: str) -> Iterator[Server]:
    """Serve with `bench.servers` on a socket that listens already, in the peer's environment."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        descriptor, address = listener.fileno(), listener.getsockname()
        command = [python, "-m", "bench.servers", module, str(descriptor), folder]
        process = subprocess.Popen(command, cwd=ROOT, pass_fds=[descriptor])
    try:
        yield Server(name, process.pid, address, path)
    finally:
        process.terminate()
        process.wait()


def _cpu_s(pid: int) -> float:
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
