"""A server and a writer to measure, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import urlopen


@dataclass(frozen=True, slots=True)
class Serving:
    """A `shmscope serve` that runs.

    Attributes:
        pid: Its process.
        address: With a slash at its end.
    """

    pid: int
    address: str

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.address.rstrip("/").rpartition(":")[2])

    def id_of(self, name: str) -> str:
        """Return the id of an array, once the server has seen it."""
        while True:
            with urlopen(f"{self.address}api/v1/arrays") as answer:
                for row in json.load(answer)["arrays"]:
                    if row["name"] == name:
                        return str(row["id"])
            time.sleep(0.05)


@contextmanager
def serving() -> Iterator[Serving]:
    """Serve until the end of the block."""
    command = [sys.executable, "-m", "shmscope", "serve", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield Serving(server.pid, server.stdout.readline().split()[1])
        finally:
            server.terminate()


@contextmanager
def writing(module: str, *arguments: str) -> Iterator[str]:
    """Run a writer of bench, which ends with its input, and return the name of its array."""
    name = f"bench-{module}-{os.getpid()}"
    command = [sys.executable, "-m", f"bench.{module}", name, *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        yield name
        writer.communicate()


def cpu_s(pid: int) -> float:
    """Return seconds of CPU that a process has taken so far."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
