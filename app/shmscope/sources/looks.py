"""One process looked at: which segments it maps and of which it holds descriptors.

All is read through a descriptor of /proc/PID, which stands for that very process: once it has ended
nothing can be read through it, even if its pid is used again.

A look costs some tenths of a millisecond, most of them the kernel's. Two things spare it:

- A process that has used no CPU time since the last look has run no instruction, so it has mapped,
  opened and closed nothing: that look still holds. It is the same process if its folder in /proc
  has the same inode, which the kernel makes for one process only. The time of one that runs at this
  moment is some milliseconds behind: what it does in them is seen at the look after.
- Of one that has run, its footprint tells whether it can have mapped or opened anything: the size
  of its address space, its page faults and the number of its descriptors. What leaves no trace in
  them is seen late: a mapping exchanged for one of the same size that was not touched yet, a
  descriptor for another, another protection that was not used yet. Five seconds late at most among
  fifty processes, more among more: about ten of them a second are looked at all the same.
"""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass, replace
from typing import Final

from shmscope.layout.control import Process
from shmscope.sources import evidence
from shmscope.sources.evidence import Evidence, gather
from shmscope.sources.findings import Findings, Held
from shmscope.sources.folders import FOLDER_FLAGS, opened, raise_if_short
from shmscope.sources.footprints import Footprint, cpu_time_ns, read_footprint
from shmscope.sources.process_facts import ProcessFacts, read_facts
from shmscope.sources.scope import Scope

# Processes can share mappings or descriptors as threads do, though hardly any do: clone(2).
MAX_AGE_S: Final = 30.0
MIN_FOOTPRINT_AGE_S: Final = 5.0
MAX_FOOTPRINT_AGE_S: Final = 30.0
LOOKS_PER_S: Final = 10.0
MAX_FACTS_AGE_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Look:
    """What one process was found to use.

    Attributes:
        inode: Of its folder in /proc.
        ran_ns: CPU time that it had used when it was last seen; None where that is unknown.
        looked_s: When it was looked at, CLOCK_MONOTONIC.
        lines_s: When all lines of its mappings were read, and no segment was mapped privately.
        footprint: Just before it was looked at.
        evidence: What `held` was made of.
        facts: Of a process that uses anything.
        facts_s: When they were read.
    """

    process: Process
    inode: int
    ran_ns: int | None
    looked_s: float
    lines_s: float | None
    footprint: Footprint
    evidence: Evidence
    held: tuple[Held, ...]
    facts: ProcessFacts | None
    facts_s: float

    def ran(self, inode: int, ran_ns: int | None) -> Look:
        """Return the same of a process that has run since, but may use what it used."""
        return Look(
            self.process,
            inode,
            ran_ns,
            self.looked_s,
            self.lines_s,
            self.footprint,
            self.evidence,
            self.held,
            self.facts,
            self.facts_s,
        )


class Looker:
    """Looks at processes.

    Args:
        scope: What counts as shared memory.
        proc: Where procfs is mounted.
        namespace: This process's pid namespace.
        known: How many processes there are to look at.
    """

    def __init__(self, scope: Scope, proc: str, namespace: int, known: int = 0) -> None:
        self._scope, self._proc, self._namespace = scope, proc, namespace
        age_s = max(known / LOOKS_PER_S, MIN_FOOTPRINT_AGE_S)
        self._footprint_age_s = min(age_s, MAX_FOOTPRINT_AGE_S)
        self._is_real = proc == "/proc"  # elsewhere pids may mean other processes
        self._ipc = _link(f"{proc}/self/ns/ipc")

    def look(self, pid: int, inode: int, previous: Look | None) -> Look | None:
        """Return what the process uses now; None where there is no such process.

        Args:
            pid: Which process.
            inode: Of its folder, as /proc lists it.
            previous: What was found before; believed as long as it must still hold.

        Raises:
            PermissionError: it may not be looked at.
        """
        path = f"{self._proc}/{pid}"
        ran_ns = cpu_time_ns(pid) if self._is_real else None
        if previous is not None and previous.inode == inode:
            if _rested(previous, ran_ns):
                return previous
            if ran_ns and self._stays(previous, path):
                return previous.ran(inode, ran_ns)
        with opened(path, FOLDER_FLAGS) as folder:
            footprint = None if folder is None else read_footprint("", folder)
            if folder is None or footprint is None:
                return None
            process = Process(pid, footprint.started, self._namespace)
            if previous is None or previous.process != process:
                previous = _unseen(process)
            return self._look(folder, footprint, previous.ran(inode, ran_ns))

    def _look(self, folder: int, footprint: Footprint, previous: Look) -> Look | None:
        """Return what the process uses now.

        Args:
            folder: A descriptor of its folder in /proc.
            footprint: Its footprint just now.
            previous: What was found before, if anything.
        """
        looked_s = time.monotonic()
        shown, lines_s = gather(folder, self._scope, previous.evidence, previous.lines_s)
        held = previous.held
        if shown != previous.evidence:
            held = self._findings(shown, folder).held_by(previous.process)
        look = replace(
            previous, looked_s=looked_s, lines_s=lines_s, footprint=footprint, evidence=shown
        )
        if held == previous.held and looked_s - previous.facts_s < MAX_FACTS_AGE_S:
            return look
        return _with_facts(replace(look, held=held, facts_s=looked_s), folder)

    def _stays(self, look: Look, path: str) -> bool:
        """Whether a process that has run can have mapped, touched and opened nothing."""
        age_s = time.monotonic() - look.looked_s
        if age_s > self._footprint_age_s * spread(look.process.pid) or not look.footprint.tells:
            return False
        return read_footprint(f"{path}/") == look.footprint

    def _findings(self, shown: Evidence, folder: int) -> Findings:
        findings = Findings(self._scope, lambda: _link("ns/ipc", folder) == self._ipc)
        findings.add_mappings(shown.mappings)
        findings.add_descriptors(shown.descriptors, f"{shown.base}fd/")
        return findings


def _unseen(process: Process) -> Look:
    """Return what is known of a process that was never looked at."""
    nothing = Footprint(process.started, 0, 0, 0, 0, is_kernels=False)
    return Look(process, 0, None, -math.inf, None, nothing, evidence.NONE, (), None, -math.inf)


def _with_facts(look: Look, folder: int) -> Look | None:
    """Return a look with the facts; None where the process ended while it was looked at."""
    facts = read_facts(look.process, folder) if look.held else None
    still = read_footprint("", folder)
    if still is None or still.started != look.process.started:
        return None
    return replace(look, facts=facts)


def _rested(look: Look, ran_ns: int | None) -> bool:
    """Whether a process has not run since, or is the kernel's and maps nothing when it runs."""
    if time.monotonic() - look.looked_s > MAX_AGE_S * spread(look.process.pid):
        return False
    return look.footprint.is_kernels or bool(ran_ns and ran_ns == look.ran_ns)


def has_ended(look: Look) -> bool:
    """Whether a process has ended since it was looked at, as far as that can be told cheaply.

    Of one whose parent has not asked for it yet it cannot; another one of the same pid has used
    less CPU time, but for a very busy one.
    """
    if look.ran_ns is None:
        return False
    ran_ns = cpu_time_ns(look.process.pid)
    return ran_ns is None or ran_ns < look.ran_ns


def spread(pid: int) -> float:
    """Return by which part to shorten an age, so that not all processes come due at once."""
    return 1 - pid % 16 / 32


def _link(path: str, folder: int | None = None) -> str | None:
    try:
        return os.readlink(path, dir_fd=folder)
    except OSError as error:
        raise_if_short(error)
        return None
