"""What the kernel tells of other processes, without touching them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from shmscope.layout.control import Process
from shmscope.publishing.process import parse_stat
from shmscope.sources.folders import read_whole

Liveness: TypeAlias = Literal["alive", "stopped", "dead", "unseen"]

_STAT_BYTES = 4096


def own_namespace() -> int:
    """Return the inode of this process's pid namespace."""
    return os.stat("/proc/self/ns/pid").st_ino


def liveness(process: Process, namespace: int) -> Liveness:
    """Return how `process` is, seen from the pid namespace `namespace`.

    ``stopped`` is by a signal or a debugger; ``unseen`` means that it belongs to another pid
    namespace (a container), where its pid says nothing here.
    """
    if process.namespace != namespace:
        return "unseen"
    try:
        stat = read_whole(f"/proc/{process.pid}/stat", limit_bytes=_STAT_BYTES)
        if stat is None:
            return "dead"
        state, started = parse_stat(stat)
    except (PermissionError, ValueError, IndexError):
        return "unseen"
    if started != process.started or state in "ZXx":
        return "dead"
    return "stopped" if state in "Tt" else "alive"


class Roll:
    """How processes are; each is looked at once, however many arrays it writes, until `renew`.

    Args:
        namespace: This server's pid namespace.

    Attributes:
        changes: Another number when a process may be otherwise than it was.
    """

    RENEWALS = 20  # after so many those are forgotten that nobody asks for any more

    def __init__(self, namespace: int) -> None:
        self.namespace = namespace
        self.changes = 0
        self._called: dict[Process, Liveness] = {}
        self._renewed = 0

    def renew(self) -> None:
        """Look at every process anew."""
        self._renewed += 1
        now: dict[Process, Liveness] = {}
        if self._renewed % self.RENEWALS:
            now = {process: liveness(process, self.namespace) for process in self._called}
        if now != self._called:
            self._called = now
            self.changes += 1

    def liveness(self, process: Process) -> Liveness:
        """Return how a process is, as `liveness` does."""
        known = self._called.get(process)
        if known is None:
            known = self._called[process] = liveness(process, self.namespace)
        return known


def descriptors_of(
    processes: Iterable[Process], namespace: int, device: int, inode: int
) -> Iterator[str]:
    """Yield paths in /proc by which these processes' own descriptors of a file can be opened.

    Processes that are gone, and those that may not be looked at, yield nothing.
    """
    for process in processes:
        if liveness(process, namespace) not in ("alive", "stopped"):
            continue
        yield from _matching(f"/proc/{process.pid}/fd", device, inode)


def _matching(directory: str, device: int, inode: int) -> Iterator[str]:
    try:
        names = os.listdir(directory)
    except OSError:
        return
    for name in names:
        path = f"{directory}/{name}"
        try:
            status = os.stat(path)
        except OSError:
            continue
        if (status.st_dev, status.st_ino) == (device, inode):
            yield path
