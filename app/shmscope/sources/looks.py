"""One process looked at: which segments it maps and of which it holds descriptors.

All is read through a descriptor of /proc/PID, which stands for that very process: once it has ended
nothing can be read through it, even if its pid is used again.

A look costs some tenths of a millisecond, most of them the kernel's, which writes a line for every
library that is mapped. Two things spare that:

- A process that has used no CPU time since the last look has run no instruction, so it has mapped,
  opened and closed nothing: that look still holds. It is the same process if its folder in /proc
  has the same inode, which the kernel makes for one process only. The time of one that runs at this
  moment is some milliseconds behind: what it does in them is seen at the look after.
- Of one that has run, a newer kernel tells the shared mappings alone. What it maps privately, which
  hardly any program does with a segment, is then seen at the next look that reads all lines.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import Final

from shmscope.layout.control import Process
from shmscope.publishing.process import parse_stat
from shmscope.sources.findings import Findings, Held
from shmscope.sources.folders import FOLDER_FLAGS, opened, raise_if_short, read_whole
from shmscope.sources.mapping_query import query_shared
from shmscope.sources.mappings import Mapped, find_mapped
from shmscope.sources.process_facts import ProcessFacts, read_facts
from shmscope.sources.scope import Scope

# Processes can share mappings or descriptors as threads do, though hardly any do: clone(2).
MAX_AGE_S: Final = 30.0
MAX_LINES_AGE_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Look:
    """What one process was found to use.

    Attributes:
        inode: Of its folder in /proc.
        ran_ns: CPU time that it had used when it was looked at; None where that is unknown.
        looked_s: When that was, CLOCK_MONOTONIC.
        lines_s: When all lines of its mappings were read, and no segment was mapped privately.
        facts: Of a process that uses anything.
    """

    process: Process
    inode: int
    ran_ns: int | None
    looked_s: float
    lines_s: float | None
    held: tuple[Held, ...]
    facts: ProcessFacts | None


class Looker:
    """Looks at processes.

    Args:
        scope: What counts as shared memory.
        proc: Where procfs is mounted.
        namespace: This process's pid namespace.
    """

    def __init__(self, scope: Scope, proc: str, namespace: int) -> None:
        self._scope, self._proc, self._namespace = scope, proc, namespace
        self._needles = scope.needles
        self._is_real = proc == "/proc"  # elsewhere pids may mean other processes
        self._ipc = _link(f"{proc}/self/ns/ipc")

    def look(self, pid: int, previous: Look | None) -> Look | None:
        """Return what the process uses now; None where there is no such process.

        Raises:
            PermissionError: it may not be looked at.
        """
        path = f"{self._proc}/{pid}"
        ran_ns = _ran_ns(pid) if self._is_real else None
        if previous is not None and _rested(previous, ran_ns) and _inode(path) == previous.inode:
            return previous
        with opened(path, FOLDER_FLAGS) as folder:
            return None if folder is None else self._look(pid, folder, ran_ns, previous)

    def _look(
        self, pid: int, folder: int, ran_ns: int | None, previous: Look | None
    ) -> Look | None:
        looked_s = time.monotonic()
        process = self._identify(pid, folder)
        if process is None:
            return None
        lines_s = previous.lines_s if previous is not None and previous.process == process else None
        findings = Findings(self._scope, lambda: _link("ns/ipc", folder) == self._ipc)
        for base in _bases(folder):
            mappings, lines_s = self._mappings(folder, base, lines_s)
            if mappings is not None:
                findings.add_mappings(mappings)
                _add_descriptors(findings, folder, base)
                break
        held = findings.held_by(process)
        facts = read_facts(process, folder) if held else None
        if self._identify(pid, folder) != process:
            return None
        return Look(process, os.fstat(folder).st_ino, ran_ns, looked_s, lines_s, held, facts)

    def _identify(self, pid: int, folder: int) -> Process | None:
        try:
            started = parse_stat(read_whole("stat", folder, 1024) or b"")[1]
        except (ValueError, IndexError):
            return None
        return Process(pid, started, self._namespace)

    def _mappings(
        self, folder: int, base: str, lines_s: float | None
    ) -> tuple[list[Mapped] | None, float | None]:
        """Return the mappings that may be of segments, and the new `lines_s`.

        There are None where nothing is mapped at all: that is so of the kernel's own threads, and
        of a thread that has ended.
        """
        now_s = time.monotonic()
        if lines_s is not None and now_s - lines_s < MAX_LINES_AGE_S:
            with opened(f"{base}maps", os.O_RDONLY | os.O_CLOEXEC, folder) as maps:
                mappings = None if maps is None else query_shared(maps)
            if mappings is not None:
                return mappings, lines_s
        lines = read_whole(f"{base}maps", folder)
        if not lines:
            return None, None
        mappings = find_mapped(lines, self._needles)
        private = any(not one.shared and self._scope.kind(one) is not None for one in mappings)
        return mappings, None if private else now_s


def _add_descriptors(findings: Findings, folder: int, base: str) -> None:
    with opened(f"{base}fd", FOLDER_FLAGS, folder) as fds:
        if fds is not None:
            findings.add_descriptors(fds, f"{base}fd/")


def _rested(previous: Look, ran_ns: int | None) -> bool:
    """Whether a process has not run since it was looked at."""
    age_s = time.monotonic() - previous.looked_s
    return bool(ran_ns) and ran_ns == previous.ran_ns and age_s < MAX_AGE_S


def _inode(path: str) -> int | None:
    try:
        return os.stat(path).st_ino
    except OSError as error:
        raise_if_short(error)
        return None


def _ran_ns(pid: int) -> int | None:
    """Return the CPU time that a process and all its threads have used; clock_getcpuclockid(3)."""
    try:
        return time.clock_gettime_ns((~pid << 3) | 2)
    except OSError:
        return None


def _bases(folder: int) -> list[str]:
    """Return where in /proc/PID to look, with a final slash.

    The first thread may have ended before the others, and takes its own view with it.
    """
    try:
        if os.stat("task", dir_fd=folder).st_nlink <= 3:
            return [""]
    except OSError as error:
        raise_if_short(error)
        return [""]
    with opened("task", FOLDER_FLAGS, folder) as threads:
        names = [] if threads is None else os.listdir(threads)
    return ["", *(f"task/{name}/" for name in names)]


def _link(path: str, folder: int | None = None) -> str | None:
    try:
        return os.readlink(path, dir_fd=folder)
    except OSError as error:
        raise_if_short(error)
        return None
