"""One view of 64 KiB, twenty times a second, to many clients, against sending and nothing else.

The server, the writer and all clients (one process) are processes of their own. All servers send
frames of the same size to the same clients, which acknowledge each, but where it says otherwise.

python -m bench.fanout [CLIENTS ...]
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.paired import HEADER, Ratio
from bench.served import cpu_s, resident_mib, serving, writing

SIDE = 128
RATE_HZ = 20
CLIENTS = (1, 50, 200, 500)
SECONDS = 4.0
ROUNDS = 3
PIPE = subprocess.PIPE
# What is compared, in which unit, and the field of a finding.
SUBJECTS = (
    ("CPU a frame", "ms", "cpu_ms"),
    ("median age of a frame", "ms", "p50_ms"),
    ("age of one frame in 100", "ms", "p99_ms"),
    ("frames a client", "per s", "per_s"),
    ("cores that the clients take", "cores", "client_cores"),
)


@dataclass(frozen=True, slots=True)
class Sending:
    """A server to measure, what its clients ask for, and whether they acknowledge frames."""

    name: str
    pid: int
    port: int
    wish: str = "{}"
    acks: bool = True


def measure() -> list[Ratio]:
    """Measure with a few clients and with many."""
    return [ratio for clients in CLIENTS for ratio in measure_with(clients)]


def measure_with(clients: int) -> list[Ratio]:
    """Measure all servers in turn."""
    raise_descriptor_limit()
    with shmscope_sending() as ours, _peer("broadcast") as theirs, _peer("raw") as bare:
        quiet = Sending("broadcast, no acks", theirs.pid, theirs.port, acks=False)
        servers = ours, theirs, quiet, bare
        rounds = [[count(server, clients) for server in servers] for _ in range(ROUNDS)]
    own, *others = ([round_[place] for round_ in rounds] for place in range(len(servers)))
    shares = [one["share"] for one in own]
    rows = [Ratio(f"delivered, {clients} clients", "all", min(shares), 1.0, "", shares)]
    for server, theirs_ in zip(servers[1:], others, strict=True):
        for what, unit, key in SUBJECTS:
            pairs = [(one[key], other[key]) for one, other in zip(own, theirs_, strict=True)]
            rows.append(_compare(f"{what}, {clients} clients", server.name, unit, pairs))
    return rows


def _compare(what: str, peer: str, unit: str, pairs: list[tuple[float, float]]) -> Ratio:
    values, peers = zip(*pairs, strict=True)
    ratios = [value / against for value, against in pairs]
    return Ratio(what, peer, statistics.median(values), statistics.median(peers), unit, ratios)


def raise_descriptor_limit() -> None:
    """Let this process and its children open as many descriptors as it may."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@contextmanager
def shmscope_sending() -> Iterator[Sending]:
    """Serve an array that changes more often than it is sent."""
    with serving() as server, writing("page_writer", str(SIDE)) as name:
        wish = {"type": "subscribe", "id": 1, "topic": "values", "rate_hz": RATE_HZ}
        text = json.dumps(wish | {"array": server.id_of(name)})
        yield Sending("shmscope", server.pid, server.port, text)


@contextmanager
def _peer(kind: str) -> Iterator[Sending]:
    command = [sys.executable, "-m", "bench.fanout_peers", kind, str(RATE_HZ)]
    with subprocess.Popen(command, stdout=PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield Sending(kind, server.pid, int(server.stdout.readline()))
        finally:
            server.terminate()


def count(server: Sending, clients: int) -> dict[str, float]:
    """Have so many clients watch for some seconds, and return what came of it."""
    acks = "acks" if server.acks else "silent"
    arguments = [str(server.port), "/api/v1/stream", str(clients), acks, server.wish]
    command = [sys.executable, "-m", "bench.fanout_clients", *arguments]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) as load:
        assert load.stdin is not None
        assert load.stdout is not None
        load.stdout.readline()
        before_s = cpu_s(server.pid)
        load.stdin.write(f"{SECONDS}\n")
        load.stdin.flush()
        counts = json.loads(load.stdout.readline())
        spent_s = cpu_s(server.pid) - before_s
        memory_mib = resident_mib(server.pid)
        load.stdin.close()
    return _finding(counts, spent_s, clients) | {"memory_mib": memory_mib}


def _finding(counts: dict[str, float], spent_s: float, clients: int) -> dict[str, float]:
    frames, seconds = counts["frames"], counts["seconds"]
    return {
        "cpu_ms": spent_s * 1000 / frames,
        "cpu_share": spent_s / seconds,
        "share": frames / (frames + counts["skipped"]),
        "p50_ms": counts["p50_s"] * 1000,
        "p99_ms": counts["p99_s"] * 1000,
        "per_s": frames / seconds / clients,
        "client_cores": counts["client_cpu_s"] / seconds,
    }


if __name__ == "__main__":
    print(HEADER)
    for argument in sys.argv[1:] or map(str, CLIENTS):
        for row in measure_with(int(argument)):
            print(row, flush=True)
