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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from shmscope.layout.control import Process
from shmscope.publishing.segment import SHM_DIR
from shmscope.sources.assembly import Assembly, Earlier, FoundSegment
from shmscope.sources.files import Files, Listing, by_identity, list_files
from shmscope.sources.findings import Access, Use
from shmscope.sources.folders import read_whole
from shmscope.sources.looks import Look, Looker, spread
from shmscope.sources.process_facts import ProcessFacts
from shmscope.sources.processes import own_namespace
from shmscope.sources.scope import Identity, Kind, Scope, read_scope
from shmscope.sources.sysv import SysVId, parse_ids
from shmscope.sources.tally import Tally

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


MAX_REFUSAL_AGE_S: Final = 10.0


class Refusal(NamedTuple):
    """A process that may not be looked at.

    Attributes:
        inode: Of its folder in /proc.
        tried_s: When that was found out, CLOCK_MONOTONIC.
    """

    inode: int
    tried_s: float


@dataclass(frozen=True, slots=True)
class Memory:
    """What an inventory leaves to the next one, so that it need not look at everything again.

    Attributes:
        files: What the listing has, by identity.
        named: The segments that were found by name.
        segments: All of them, in their order.
        due_s: When to ask those for their status again that have no name.
    """

    scope: Scope
    listing: Listing = field(default_factory=lambda: Listing({}, {}))
    files: Files = field(default_factory=dict)
    looks: Mapping[int, Look] = field(default_factory=dict)
    refusals: Mapping[int, Refusal] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    named: Sequence[FoundSegment] = ()
    segments: Mapping[Identity, FoundSegment] = field(default_factory=dict)
    due_s: Mapping[Identity, float] = field(default_factory=dict)


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
    before = Memory(scope)
    if previous is not None and previous.memory.scope == scope:
        before = previous.memory
    listing = list_files(scope.roots, before.listing, taken_s)
    known = sum(not look.footprint.is_kernels for look in before.looks.values())
    looker = Looker(scope, proc, own_namespace(), known)
    looks, refusals = _look_at_all(looker, proc, before)
    memory = _assemble(listing, looks, refusals, before, (proc, taken_s))
    return Inventory(
        segments=tuple(memory.segments.values()),
        processes={look.process: look.facts for look in looks.values() if look.facts is not None},
        hidden_processes=len(refusals),
        taken_s=taken_s,
        took_s=time.monotonic() - taken_s,
        memory=memory,
    )


def _assemble(
    listing: Listing,
    looks: Mapping[int, Look],
    refusals: Mapping[int, Refusal],
    before: Memory,
    where_and_when: tuple[str, float],
) -> Memory:
    """Put the segments together, anew only where there is news."""
    proc, now_s = where_and_when
    found = [look.held for look in looks.values() if look.held]
    tally = before.tally if before.tally.is_of(found) else Tally(found)
    same_files = listing.files == before.listing.files
    files = before.files if same_files else by_identity(listing.files)
    hidden, earlier = bool(refusals), Earlier(before.segments, before.due_s)
    assembly = Assembly(before.scope, proc, tally, earlier, now_s, someone_hidden=hidden)
    named = before.named
    if not same_files or tally is not before.tally or hidden != bool(before.refusals):
        named = assembly.named(files)
    sysv = assembly.sysv(parse_ids(_read_or_nothing(f"{proc}/sysvipc/shm")))
    segments = {one.identity: one for one in (*named, *assembly.unnamed(files), *sysv)}
    return Memory(
        before.scope, listing, files, looks, refusals, tally, named, segments, assembly.due_s
    )


def _look_at_all(
    looker: Looker, proc: str, before: Memory
) -> tuple[dict[int, Look], dict[int, Refusal]]:
    """Return a look at every process that may be looked at, and those that may not."""
    looks: dict[int, Look] = {}
    refusals: dict[int, Refusal] = {}
    for pid, inode in _list_processes(proc):
        refusal = before.refusals.get(pid)
        if refusal is not None and _still_refuses(pid, inode, refusal):
            refusals[pid] = refusal
            continue
        try:
            look = looker.look(pid, inode, before.looks.get(pid))
        except PermissionError:
            refusals[pid] = Refusal(inode, time.monotonic())
            continue
        if look is not None:
            looks[pid] = look
    return looks, refusals


def _list_processes(proc: str) -> Iterator[tuple[int, int]]:
    """Yield pid and inode of every folder of a process."""
    with os.scandir(proc) as entries:
        for entry in entries:
            name = entry.name
            if name.isdecimal() and name.isascii():
                yield int(name), entry.inode()


def _still_refuses(pid: int, inode: int, refusal: Refusal) -> bool:
    """Whether not to ask a process again: for a while; it may become another user."""
    age_s = time.monotonic() - refusal.tried_s
    return refusal.inode == inode and age_s < MAX_REFUSAL_AGE_S * spread(pid)


def _read_or_nothing(path: str) -> bytes:
    try:
        return read_whole(path) or b""
    except PermissionError:
        return b""
