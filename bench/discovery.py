"""Finding 1,000 segments and the 200 processes that map them, against lsof.

Each process has five segments mapped read-write and five of its neighbour's read-only, with a
descriptor of each. A refresh is measured after none of them has run since the look before, as on a
machine where most programs wait, and after all of them have. All figures are CPU time, the
kernel's included, so that what else the machine does hardly matters.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from mmap import PROT_READ, PROT_WRITE, mmap

from bench.paired import Ratio, pair
from shmscope.sources.inventory import Inventory, take_inventory

SEGMENTS, PROCESSES = 1_000, 200
EACH = SEGMENTS // PROCESSES
LSOF = ("lsof", "+D", "/dev/shm")


def measure() -> list[Ratio]:
    """Measure a refresh without and with something to look at, and a first look."""
    if shutil.which(LSOF[0]) is None:
        print("discovery: lsof is not here (Debian: apt-get install lsof)", file=sys.stderr)
        return []
    with _segments() as paths, _users(paths) as run:
        return [
            _compare("refresh, no process ran since", _Refresh(_nothing)),
            _compare("refresh, every process ran since", _Refresh(run)),
            _compare("first look", _Refresh(_nothing, remember=False)),
        ]


def _nothing() -> None:
    pass


class _Refresh:
    """One look after another.

    Args:
        between: Called before each.
        remember: Whether each look knows the one before.
    """

    def __init__(self, between: Callable[[], None], *, remember: bool = True) -> None:
        self._between, self._remember = between, remember
        self._before: Inventory | None = None

    def __call__(self) -> float:
        """Return how many milliseconds of CPU a look took."""
        self._between()
        started_s = time.process_time()
        found = take_inventory(self._before)
        took_ms = (time.process_time() - started_s) * 1e3
        self._before = found if self._remember else None
        return took_ms


def _compare(what: str, refresh: _Refresh) -> Ratio:
    return pair(
        f"{SEGMENTS} segments, {what}", refresh, " ".join(LSOF), _lsof_ms, "ms CPU", rounds=7
    )


def _lsof_ms() -> float:
    started_s = _children_s()
    subprocess.run(LSOF, capture_output=True, check=False)
    return (_children_s() - started_s) * 1e3


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def _segments() -> Iterator[list[str]]:
    paths = [f"/dev/shm/bench-{os.getpid()}-{number}" for number in range(SEGMENTS)]
    try:
        for path in paths:
            with open(path, "xb") as file:
                file.truncate(4096)
        yield paths
    finally:
        for path in paths:
            os.unlink(path)


@contextmanager
def _users(paths: list[str]) -> Iterator[Callable[[], None]]:
    """Start the processes and yield what makes each run for a moment."""
    answers, theirs = os.pipe()
    pids: list[int] = []

    def run() -> None:
        for pid in pids:
            os.kill(pid, signal.SIGUSR1)
            os.read(answers, 1)

    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    try:
        firsts = range(0, SEGMENTS, EACH)
        pids.extend(_start((paths + paths)[at : at + 2 * EACH], theirs) for at in firsts)
        run()
        yield run
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(answers)
        os.close(theirs)


def _start(paths: list[str], answers: int) -> int:
    """Start a process that maps `paths`, half of them to write; it answers to SIGUSR1."""
    pid = os.fork()
    if pid:
        return pid
    try:
        mapped = [_map(path, writes=number < EACH) for number, path in enumerate(paths)]
        while signal.sigwait([signal.SIGUSR1]):
            os.write(answers, bytes([mapped[0][0] & 1]))
    finally:
        os._exit(1)


def _map(path: str, *, writes: bool) -> mmap:
    fd = os.open(path, os.O_RDWR if writes else os.O_RDONLY)
    try:
        return mmap(fd, 0, prot=PROT_READ | PROT_WRITE if writes else PROT_READ)  # keeps a copy
    finally:
        os.close(fd)
