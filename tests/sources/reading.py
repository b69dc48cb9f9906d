"""Published arrays as a server finds them, for tests that read what another process writes."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from shmscope.layout.names import block_prefix
from shmscope.sources.arrays import MemoryArray
from shmscope.sources.blocks import BlockFinder, BlockReader, BlockState, ReadSlots
from shmscope.sources.managers import ManagerObject
from shmscope.sources.processes import own_namespace
from shmscope.sources.segments import Segment
from shmscope.sources.snapshots import SlotWitness

SHM = Path("/dev/shm")


class FinderOf(BlockFinder):
    """Finds the control blocks of arrays whose names begin so: other tests run at the same time."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._prefix = f"{SHM}/{block_prefix(name)[:-1]}"

    def find(self) -> dict[BlockReader, BlockState]:
        found = super().find()
        return {r: state for r, state in found.items() if r.path.startswith(self._prefix)}


def block_of(name: str) -> tuple[BlockReader, BlockState]:
    """Return the one control block of the array `name`."""
    found = FinderOf(name).find()
    [(reader, state)] = [(r, s) for r, s in found.items() if s.description.name == name]
    return reader, state


def segment_of(state: BlockState) -> Segment:
    """Return the segment that a control block speaks of."""
    header, name = state.header, state.description.segment
    return Segment(header.device, header.inode, name, state.processes, own_namespace())


def memory_of(name: str, read_slots: ReadSlots | None = None) -> MemoryArray:
    """Return the published array `name`, which lies in memory."""
    reader, state = block_of(name)

    def opening() -> AbstractContextManager[ReadSlots]:
        return reader.opened(state.header) if read_slots is None else nullcontext(read_slots)

    witness = SlotWitness(opening)
    return MemoryArray(segment_of(state), state.description.layout, state.owner, witness)


def manager_of(name: str) -> ManagerObject:
    """Return the published Manager's object `name`."""
    _, state = block_of(name)
    said = state.description
    return ManagerObject(
        said.address or "", bytes.fromhex(said.authkey or ""), said.token or "", state.owner
    )


def descriptors() -> list[str]:
    """Return what this process holds open, but for the listing itself."""
    found: list[str] = []
    for number in os.listdir("/proc/self/fd"):
        try:
            found.append(f"{number} {os.readlink(f'/proc/self/fd/{number}')}")
        except FileNotFoundError:
            continue
    return sorted(found)
