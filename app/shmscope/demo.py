"""The demo: the example workers, and a supervisor that sees to it that they leave nothing behind.

The naive way starts workers as children and ends them in a `finally`, which a `kill -9` never
reaches: they go on, and their segments stay. So a supervisor, in a session of its own where no
Ctrl-C of the terminal arrives, holds the read end of a pipe. The write end is the demo's alone: it
closes when the demo says so or dies, by whatever means, and then the supervisor ends the workers.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from shmscope.errors import AlreadyPublishedError, PublishError
from shmscope.layout.control import Description, Header
from shmscope.publishing.files import block_paths, read_description
from shmscope.publishing.process import parse_stat
from shmscope.publishing.segment import SHM_DIR

ALL: Final = ("heat", "camera", "tape", "race", "tally", "proxies", "copy_trap")

_LIFELINE, _REPORT = 0, 1  # the supervisor's standard input and output
_ENDINGS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Demo:
    """A running demo.

    Attributes:
        workers: Pid of each worker's main process, by the worker's name.
    """

    def __init__(self, supervisor: subprocess.Popen[bytes]) -> None:
        self._supervisor = supervisor
        report = supervisor.stdout.readline() if supervisor.stdout else b""
        self.workers: dict[str, int] = json.loads(report or b"{}")

    def stop(self, timeout_s: float = 15.0) -> None:
        """End all workers, and return when they and what they shared are gone.

        Raises:
            subprocess.TimeoutExpired: they are not, after `timeout_s`.
        """
        for pipe in (self._supervisor.stdin, self._supervisor.stdout):
            if pipe is not None:
                pipe.close()
        self._supervisor.wait(timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(workers: Sequence[str] = ALL, *, prefix: str = "") -> Demo:
    """Start workers, each of which publishes an array of its own name.

    Args:
        workers: Names of modules in `shmscope.workers`.
        prefix: What the arrays' names begin with; demos with different ones run side by side.

    Raises:
        AlreadyPublishedError: a demo runs already.
        PublishError: the supervisor did not start; it said why on standard error.
        ValueError: there is no such worker.
    """
    if unknown := sorted({*workers} - {*ALL}):
        raise ValueError(f"no worker is called {unknown[0]!r}; there are {', '.join(ALL)}")
    with _claim(prefix) as claim:
        supervisor = subprocess.Popen(
            _module("shmscope.demo", prefix, *workers),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[claim.fileno()],
            start_new_session=True,
        )
    demo = Demo(supervisor)
    if not demo.workers:
        demo.stop()
        raise PublishError(f"the demo's supervisor ended with status {supervisor.returncode}")
    return demo


def _claim(prefix: str) -> socket.socket:
    """Listen on an abstract name that one demo has at a time; it is gone when its supervisor is."""
    claim = socket.socket(socket.AF_UNIX)
    address = f"\0shmscope-demo-{os.getuid()}-{prefix}"
    try:
        claim.bind(address)
        claim.listen()
    except OSError:
        claim.connect(address)
        credentials = claim.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        claim.close()
        pid = struct.unpack("3i", credentials)[0]
        raise AlreadyPublishedError(
            f"a demo runs already, of process {pid}: look at it there, or end it first "
            f"(Ctrl-C in its terminal, or: kill {pid})",
            value=pid,
        ) from None
    return claim


def _module(name: str, *arguments: str) -> list[str]:
    """Return the command that runs a module; no file of the current folder can stand in its way."""
    return [sys.executable, "-P", "-m", name, *arguments]


def _blocks() -> Iterator[tuple[str, Header, Description]]:
    for path in block_paths():
        if found := read_description(path):
            yield path, *found


class _Worker:
    """A worker's process group: its main process, which leads it, and all that this one started."""

    def __init__(self, name: str, array: str) -> None:
        self.name = name
        self.status: int | None = None  # the main process's exit status or signal, if it is dead
        self._main = subprocess.Popen(
            _module(f"shmscope.workers.{name}", array),
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            start_new_session=True,
        )
        self.pid = self._main.pid
        self._started = parse_stat(Path(f"/proc/{self.pid}/stat").read_bytes())[1]

    def published(self, header: Header) -> bool:
        return (header.publisher.pid, header.publisher.started) == (self.pid, self._started)

    def is_up(self) -> bool:
        """Whether somebody writes: what is made by half, nobody could clear away."""
        return any(self.published(header) and header.slots_used for _, header, _ in _blocks())

    def gone(self) -> bool:
        """Reap the group's dead, and return whether nobody of it lives."""
        with suppress(ChildProcessError):
            while dead := os.waitid(os.P_PGID, self.pid, os.WEXITED | os.WNOHANG):
                if dead.si_pid == self.pid:
                    self.status = dead.si_status
            return False
        return True

    def signal(self, kill: Callable[[int, int], None], number: int) -> None:
        """Signal the main process (`os.kill`) or all of the group (`os.killpg`)."""
        if not self.gone():  # so the number is still the group's
            with suppress(ProcessLookupError):
                kill(self.pid, number)


def _supervise(prefix: str, names: Sequence[str]) -> None:
    """Run the workers until the lifeline closes or a signal asks for the end."""
    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER: whoever is orphaned becomes our child
    for number in _ENDINGS:  # a worker inherits an ignored signal, but not a handled one
        signal.signal(number, lambda *_: sys.exit())
    crew: list[_Worker] = []
    with tempfile.TemporaryDirectory(prefix="shmscope-demo-") as scratch:
        os.environ |= {"TMPDIR": scratch, "OPENBLAS_NUM_THREADS": "1"}
        try:
            crew.extend(_Worker(name, prefix + name) for name in names)
            report = {worker.name: worker.pid for worker in crew}
            os.write(_REPORT, json.dumps(report).encode() + b"\n")
            _watch(crew)
        finally:
            for number in _ENDINGS:
                signal.signal(number, signal.SIG_IGN)
            _end(crew)
            _clear(crew)


def _watch(crew: Sequence[_Worker]) -> None:
    """Wait for the lifeline to close, and say which workers end before."""
    running = list(crew)
    while not select.select([_LIFELINE], [], [], 0.5)[0]:
        for worker in [worker for worker in running if worker.gone() or worker.status is not None]:
            running.remove(worker)
            worker.signal(os.killpg, signal.SIGTERM)
            with suppress(OSError):  # the terminal may be gone
                sys.stderr.write(f"shmscope demo: {worker.name} has ended ({worker.status})\n")


def _end(crew: Sequence[_Worker]) -> None:
    """End the workers, once they are up, as Ctrl-C would; then all they started; then by force."""
    _wait(lambda: all(worker.gone() or worker.is_up() for worker in crew), within_s=3)
    for worker in crew:
        worker.signal(os.kill, signal.SIGINT)
    for number in (signal.SIGTERM, signal.SIGKILL, 0):
        if not _wait(lambda: all(worker.gone() for worker in crew), within_s=3):
            for worker in crew:
                worker.signal(os.killpg, number)


def _wait(condition: Callable[[], bool], within_s: float) -> bool:
    """Wait until `condition` holds, or time is up; return whether it holds."""
    until = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def _clear(crew: Sequence[_Worker]) -> None:
    """Remove what workers published and, killed, could not remove themselves."""
    for path, header, description in list(_blocks()):
        if any(worker.published(header) for worker in crew):
            segment = Path(SHM_DIR, description.segment or "")
            with suppress(FileNotFoundError):
                status = segment.stat()
                if (status.st_dev, status.st_ino) == (header.device, header.inode):
                    segment.unlink()
            Path(path).unlink(missing_ok=True)


if __name__ == "__main__":
    _supervise(sys.argv[1], sys.argv[2:])
