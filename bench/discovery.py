"""Finding 1,000 segments and the 200 processes that map them, against lsof and psutil.

Each process has five segments mapped read-write and five of its neighbour's read-only, with a
descriptor of each. A refresh is measured after none of them has run since the look before, as on a
machine where most programs wait; after all of them have run, as programs do that compute; and after
all have mapped something new. A survey is a refresh and a catalogue of what the segments are. All
figures are CPU time, the kernel's included, so that what else the machine does hardly matters.

A surveyor at its pace is measured for some seconds while somebody watches, and while nobody does,
with processes that run all the time; its peer is one lsof a second.

psutil looks from a process that stays, so that neither its start nor its import counts.
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
from mmap import MAP_ANONYMOUS, MAP_PRIVATE, PROT_READ, PROT_WRITE, mmap
from typing import Generic, TypeVar

from bench.paired import Ratio, pair
from bench.peers import PSUTIL, ROOT, PeerError
from shmscope.sources.inventory import take_inventory
from shmscope.sources.survey import Survey, Surveyor, take_survey

SEGMENTS, PROCESSES = 1_000, 200
EACH = SEGMENTS // PROCESSES
WARM_S, PACED_S = 4, 15.0
LSOF = ("lsof", "+D", "/dev/shm")
SIGNALS = (signal.SIGUSR1, signal.SIGUSR2)

T = TypeVar("T")


def measure() -> list[Ratio]:
    """Measure a refresh without and with something to look at, and a first look."""
    if shutil.which(LSOF[0]) is None:
        print("discovery: lsof is not here (Debian: apt-get install lsof)", file=sys.stderr)
        return []
    with _segments() as paths, _users(paths) as run:

        def compute() -> None:
            run(signal.SIGUSR1)

        def map_more() -> None:
            run(signal.SIGUSR2)

        return [
            _compare("refresh, no process ran since", _Again(take_inventory)),
            _compare("refresh, every process ran since", _Again(take_inventory, compute)),
            _compare("refresh, every process mapped since", _Again(take_inventory, map_more)),
            _compare("first look", lambda: _cpu_ms(take_inventory)[0]),
            _compare("survey, no process ran since", _Again(_survey)),
            _compare("survey, every process ran since", _Again(_survey, compute)),
            _compare("a second of a surveyor, watched", _Pace(compute, watched=True), rounds=1),
            _compare("a second of a surveyor, unwatched", _Pace(compute, watched=False), rounds=1),
            *_against_psutil(compute),
        ]


def _against_psutil(compute: Callable[[], None]) -> list[Ratio]:
    try:
        with _psutil() as psutil_ms:
            whats: dict[str, Callable[[], float]] = {
                "first look": lambda: _cpu_ms(take_inventory)[0],
                "survey, every process ran since": _Again(_survey, compute),
            }
            return [
                pair(f"{SEGMENTS} segments, {what}", look, "psutil", psutil_ms, "ms CPU", rounds=5)
                for what, look in whats.items()
            ]
    except PeerError as error:
        print(f"discovery: {error}", file=sys.stderr)
        return []


@contextmanager
def _psutil() -> Iterator[Callable[[], float]]:
    """Yield what has psutil look once and returns milliseconds of CPU."""
    command = [PSUTIL.python(), "-m", "bench.holders"]
    with subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked, answers = process.stdin, process.stdout

        def look_ms() -> float:
            print(file=asked, flush=True)
            took_ms, processes = answers.readline().split()
            assert int(processes) >= PROCESSES, f"psutil found {processes} processes only"
            return float(took_ms)

        yield look_ms
        asked.close()


def _nothing() -> None:
    pass


def _survey(before: Survey | None) -> Survey:
    return take_survey(previous=before)


def _cpu_ms(call: Callable[[], T]) -> tuple[float, T]:
    started_s = time.process_time()
    found = call()
    return (time.process_time() - started_s) * 1e3, found


class _Again(Generic[T]):
    """One look after another.

    Args:
        take: Looks, knowing what the look before has found.
        between: Called before each.
    """

    def __init__(
        self, take: Callable[[T | None], T], between: Callable[[], None] = _nothing
    ) -> None:
        self._take, self._between = take, between
        self._before: T | None = None

    def __call__(self) -> float:
        """Return how many milliseconds of CPU a look took."""
        self._between()
        took_ms, self._before = _cpu_ms(lambda: self._take(self._before))
        return took_ms


class _Pace:
    """A surveyor at its pace for some seconds.

    Args:
        between: Called ten times a second.
        watched: Whether somebody has a page open.
    """

    def __init__(self, between: Callable[[], None], *, watched: bool) -> None:
        self._between, self._watched = between, watched

    def __call__(self) -> float:
        """Return how many milliseconds of CPU a second of it takes, once it is under way."""
        surveyor = Surveyor()
        for _ in range(WARM_S):
            surveyor.hurry()
            self._run(surveyor, 1.0)
        surveyor.watched = self._watched
        return self._run(surveyor, PACED_S) / PACED_S

    def _run(self, surveyor: Surveyor, duration_s: float) -> float:
        """Let a surveyor work for some time and return what it took, milliseconds."""
        spent_ms, started_s, due_s = 0.0, time.monotonic(), 0.0
        while (now_s := time.monotonic()) < started_s + duration_s:
            self._between()
            if now_s >= due_s:
                took_ms, rest_s = _cpu_ms(surveyor.step)
                spent_ms, due_s = spent_ms + took_ms, now_s + rest_s
            time.sleep(0.1)
        return spent_ms


def _compare(what: str, measure_one: Callable[[], float], rounds: int = 7) -> Ratio:
    name = f"{SEGMENTS} segments, {what}"
    return pair(name, measure_one, " ".join(LSOF), _lsof_ms, "ms CPU", rounds)


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
def _users(paths: list[str]) -> Iterator[Callable[[signal.Signals], None]]:
    """Start the processes and yield what makes each do as a signal says."""
    answers, theirs = os.pipe()
    pids: list[int] = []

    def run(number: signal.Signals) -> None:
        for pid in pids:
            os.kill(pid, number)
            os.read(answers, 1)

    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        firsts = range(0, SEGMENTS, EACH)
        pids.extend(_start((paths + paths)[at : at + 2 * EACH], theirs) for at in firsts)
        run(signal.SIGUSR1)
        yield run
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(answers)
        os.close(theirs)


def _start(paths: list[str], answers: int) -> int:
    """Start a process that maps `paths`, half of them to write; it answers to signals.

    To SIGUSR1 by reading what it has mapped, to SIGUSR2 by mapping more.
    """
    pid = os.fork()
    if pid:
        return pid
    try:
        mapped = [_map(path, writes=number < EACH) for number, path in enumerate(paths)]
        while number := signal.sigwait(SIGNALS):
            if number == signal.SIGUSR2:
                mapped.append(mmap(-1, 4096, flags=MAP_PRIVATE | MAP_ANONYMOUS))
            os.write(answers, bytes([mapped[-1][0] & 1]))
    finally:
        os._exit(1)


def _map(path: str, *, writes: bool) -> mmap:
    fd = os.open(path, os.O_RDWR if writes else os.O_RDONLY)
    try:
        return mmap(fd, 0, prot=PROT_READ | PROT_WRITE if writes else PROT_READ)  # keeps a copy
    finally:
        os.close(fd)
