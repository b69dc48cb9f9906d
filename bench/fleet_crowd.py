"""The processes in which simulated hosts are."""

from __future__ import annotations

import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise

from bench.fleet_hosts import END_S, host_name
from bench.fleet_places import Meeting
from bench.served import cpu_s

MOST_IN_ONE = 250  # hosts in a process
PATIENCE_S = 60.0
POLL_S = 0.02
ROSTER_POLL_S = 0.2  # a look at a thousand hosts has a cost itself
PIPE = subprocess.PIPE


class Crowd:
    """Simulated hosts in processes; the last two are alone in theirs."""

    def __init__(self, meeting: Meeting, count: int, overview: str) -> None:
        self._processes: list[subprocess.Popen[str]] = []
        self._count = count
        starts = [*range(0, count - 2, MOST_IN_ONE), count - 2, count - 1, count]
        try:
            for first, end in pairwise(starts):
                self._processes.append(_simulating(meeting, first, end - first))
            for process in self._processes:
                _write(process, overview)
            for process in self._processes:
                _await_line(process, "ready")
        except BaseException:
            self.close()
            raise

    @property
    def cpu_s(self) -> float:
        """Seconds of CPU that all of them have taken."""
        return sum(cpu_s(process.pid) for process in self._processes)

    def open(self, is_full: Callable[[], bool]) -> tuple[float, float]:
        """Open all sessions; return how long that took, and how long all lists took."""
        began_s = time.monotonic()
        for process in self._processes:
            _write(process, "go")
        wait_until(is_full, "the roster is not full", ROSTER_POLL_S)
        roster_s = time.monotonic() - began_s
        for process in self._processes:
            _await_line(process, "listed")
        return roster_s, time.monotonic() - began_s

    def lose(self, place: int, number: int) -> tuple[str, float]:
        """Send a signal to one that is alone; return the host's name, and when that was."""
        name = host_name(self._count - 2 + place)
        self._processes[place - 2].send_signal(number)
        return name, time.monotonic()

    def close(self) -> None:
        """End all of them, with their input; what does not end is killed."""
        for process in self._processes:
            process.send_signal(signal.SIGCONT)
            assert process.stdin is not None
            process.stdin.close()
        for process in self._processes:
            with process:
                try:
                    process.wait(END_S)
                except subprocess.TimeoutExpired:
                    process.kill()


def _simulating(meeting: Meeting, first: int, count: int) -> subprocess.Popen[str]:
    """Start a process of hosts, in a group of its own.

    A group with a stopped process is sent SIGHUP when its parent has gone: it is not left behind.
    """
    fleet = [] if meeting.fleet is None else [str(meeting.fleet)]
    numbers = [str(first), str(count)]
    command = [sys.executable, "-m", "bench.fleet_hosts", meeting.listens, *numbers, *fleet]
    return subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True, process_group=0)


def _write(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def _await_line(process: subprocess.Popen[str], expected: str) -> None:
    """Wait until a process says one word."""
    assert process.stdout is not None
    if not select.select([process.stdout], [], [], PATIENCE_S)[0]:
        raise TimeoutError(f"simulated hosts did not say {expected!r} in {PATIENCE_S:g} s")
    said = process.stdout.readline().strip()
    if said != expected:
        raise ChildProcessError(f"simulated hosts said {said!r}, not {expected!r}")


def wait_until(is_so: Callable[[], bool], problem: str, every_s: float = POLL_S) -> None:
    """Look again and again until something is so."""
    end_s = time.monotonic() + PATIENCE_S
    while not is_so():
        if time.monotonic() > end_s:
            raise TimeoutError(f"{problem} after {PATIENCE_S:g} s")
        time.sleep(every_s)
