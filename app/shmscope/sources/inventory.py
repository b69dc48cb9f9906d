"""Every shared-memory segment of the machine, and the processes that use it.

Found without any help of the programs: by the files below /dev/shm and other roots, by the mappings
and descriptors of every process that may be looked at, and by the kernel's list of SysV ids. No
segment is opened: only folders, and files of /proc.

Not found: a descriptor of a file that is not below a root by the process's own path of it and that
the process does not map; SysV ids of other IPC namespaces (containers); what only a driver knows.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shmscope.layout.control import Process
from shmscope.publishing.segment import SHM_DIR
from shmscope.sources.assembly import Assembly, FoundSegment
from shmscope.sources.findings import Access, Use
from shmscope.sources.folders import files_below, read_whole
from shmscope.sources.looks import Look, Looker
from shmscope.sources.process_facts import ProcessFacts
from shmscope.sources.processes import own_namespace
from shmscope.sources.scope import Identity, Kind, Scope, read_scope
from shmscope.sources.sysv import SysVId, parse_ids

__all__ = [
    "Access",
    "FoundSegment",
    "Inventory",
    "Kind",
    "ProcessFacts",
    "SysVId",
    "Use",
    "take_inventory",
]


@dataclass(frozen=True, slots=True)
class Memory:
    """What an inventory leaves to the next one, so that it need not look at everything again."""

    scope: Scope
    looks: Mapping[int, Look]
    named: Mapping[Identity, FoundSegment]


@dataclass(frozen=True, slots=True)
class Inventory:
    """All shared memory at one moment.

    Attributes:
        segments: Named files first, in the order of their names.
        processes: Facts of the processes that use any of them.
        hidden_processes: How many processes may not be looked at.
        taken_s: When it was begun, CLOCK_MONOTONIC.
        took_s: How long it took.
        memory: For the next one.
    """

    segments: tuple[FoundSegment, ...]
    processes: Mapping[Process, ProcessFacts]
    hidden_processes: int
    taken_s: float
    took_s: float
    memory: Memory = field(repr=False, compare=False)


def take_inventory(
    previous: Inventory | None = None, roots: Sequence[str] = (SHM_DIR,), proc: str = "/proc"
) -> Inventory:
    """Find all segments and their users.

    Args:
        previous: An earlier answer. Of processes that have not run since, it is believed.
        roots: Folders whose files are shared memory; one that is not there is passed over.
        proc: Where procfs is mounted.
    """
    taken_s = time.monotonic()
    scope = read_scope(roots, proc)
    before = Memory(scope, {}, {})
    if previous is not None and previous.memory.scope == scope:
        before = previous.memory
    files = _list_files(scope)
    looks, hidden = _look_at_all(Looker(scope, proc, own_namespace()), proc, before.looks)
    assembly = Assembly(scope, proc, looks.values(), someone_hidden=hidden > 0)
    named = assembly.named(files, before.named)
    sysv = assembly.sysv(parse_ids(_read_or_nothing(f"{proc}/sysvipc/shm")))
    return Inventory(
        segments=(*named, *assembly.unnamed(files), *sysv),
        processes={look.process: look.facts for look in looks.values() if look.facts is not None},
        hidden_processes=hidden,
        taken_s=taken_s,
        took_s=time.monotonic() - taken_s,
        memory=Memory(scope, looks, {segment.identity: segment for segment in named}),
    )


def _list_files(scope: Scope) -> dict[Identity, tuple[os.stat_result, list[str]]]:
    """Return status and paths of all files below the roots, by identity."""
    found: dict[Identity, tuple[os.stat_result, list[str]]] = {}
    for root in scope.roots:
        for path, status in files_below(root.path, root.device):
            found.setdefault((status.st_dev, status.st_ino), (status, []))[1].append(path)
    return found


def _look_at_all(
    looker: Looker, proc: str, known: Mapping[int, Look]
) -> tuple[dict[int, Look], int]:
    """Return a look at every process that may be looked at, and how many may not."""
    looks, hidden = {}, 0
    for name in os.listdir(proc):
        if not (name.isascii() and name.isdecimal()):
            continue
        pid = int(name)
        try:
            look = looker.look(pid, known.get(pid))
        except PermissionError:
            hidden += 1
            continue
        if look is not None:
            looks[pid] = look
    return looks, hidden


def _read_or_nothing(path: str) -> bytes:
    try:
        return read_whole(path) or b""
    except PermissionError:
        return b""
