"""A server and a writer to measure, each in a process of its own."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from shmscope.sources.footprints import cpu_time_ns

PATIENCE_S = 30.0  # for a server to see an array

_numbers = itertools.count()


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

    @property
    def stream(self) -> str:
        """Address of the stream."""
        return self.address.replace("http", "ws", 1) + "api/v1/stream"

    def rows(self) -> list[dict[str, Any]]:
        """Return every array that the server knows."""
        with urlopen(f"{self.address}api/v1/arrays") as answer:
            rows: list[dict[str, Any]] = json.load(answer)["arrays"]
        return rows

    def id_of(self, name: str) -> str:
        """Return the id of an array, once the server has seen it."""
        found = self._awaited(lambda row: row["name"] == name, 1)
        return str(found[0]["id"])

    def wait_for(self, prefix: str, count: int) -> None:
        """Wait until the server has seen so many arrays whose names begin with `prefix`."""
        self._awaited(lambda row: str(row["name"]).startswith(prefix), count)

    def _awaited(self, fits: Callable[[dict[str, Any]], bool], count: int) -> list[dict[str, Any]]:
        end_s = time.monotonic() + PATIENCE_S
        while len(found := [row for row in self.rows() if fits(row)]) < count:
            if time.monotonic() > end_s:
                raise TimeoutError(f"{len(found)} of {count} arrays were seen in {PATIENCE_S:g} s")
            time.sleep(0.05)
        return found


@contextmanager
def serving() -> Iterator[Serving]:
    """Serve until the end of the block."""
    with running("serve", "--port", "0", "--no-browser") as (pid, said):
        yield Serving(pid, said.split()[1])


@contextmanager
def running(*arguments: str) -> Iterator[tuple[int, str]]:
    """Run a command of shmscope; yield its process, and the first line that it prints."""
    command = [sys.executable, "-m", "shmscope", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.pid, process.stdout.readline()
        finally:
            process.terminate()


@contextmanager
def writing(module: str, *arguments: str) -> Iterator[str]:
    """Run a writer of bench, which ends with its input, and return the name of its array."""
    name = f"bench-{module}-{os.getpid()}-{next(_numbers)}"
    command = [sys.executable, "-m", f"bench.{module}", name, *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        yield name
        writer.communicate()


def cpu_s(pid: int) -> float:
    """Return seconds of CPU that a process has taken so far, all its threads together."""
    taken_ns = cpu_time_ns(pid)
    if taken_ns is None:
        raise ProcessLookupError(f"process {pid} has ended")
    return taken_ns / 1e9


def resident_mib(pid: int) -> float:
    """Return the memory that a process has now."""
    return _status_mib(pid, "VmRSS")


def peak_mib(pid: int) -> float:
    """Return the most memory that a process has had since `forget_peak`."""
    return _status_mib(pid, "VmHWM")


def forget_peak(pid: int) -> None:
    """Have the peak of a process' memory begin anew; proc_pid_clear_refs(5)."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _status_mib(pid: int, field: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(rf"^{field}:\s*(\d+) kB$", status, re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024
