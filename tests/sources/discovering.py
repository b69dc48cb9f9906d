"""Processes that make every kind of segment, and what an inventory says of them."""

from __future__ import annotations

from tests.sources.puppets import Puppet

from shmscope.sources.inventory import FoundSegment, Inventory, Use, take_inventory

# What a puppet needs to make every kind of segment.
_TOOLS = """
import ctypes, mmap, multiprocessing, os, threading
from multiprocessing.shared_memory import SharedMemory
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = libc.shmat.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
libc.shmdt.argtypes = [ctypes.c_void_p]
held = []

def map_only(path, size=4096, protection=3, flags=1):
    fd = os.open(path, os.O_RDWR | os.O_CREAT)
    os.ftruncate(fd, size)
    address = libc.mmap(None, size, protection, flags, fd, 0)
    os.close(fd)
    return address

def own_descriptors(of):
    found = []
    for number in os.listdir('/proc/self/fd'):
        try:
            if of in os.readlink(f'/proc/self/fd/{number}'):
                found.append(int(number))
        except FileNotFoundError:
            pass
    return sorted(found)
"""


class Maker(Puppet):
    """A process that knows how to make every kind of segment."""

    def __init__(self) -> None:
        super().__init__()
        self.do(_TOOLS)


def find(inventory: Inventory, part: str) -> list[FoundSegment]:
    """Return the segments whose label holds `part`."""
    return [segment for segment in inventory.segments if part in segment.label]


def found(part: str, previous: Inventory | None = None) -> FoundSegment:
    """Look, and return the one segment whose label holds `part`."""
    [segment] = find(take_inventory(previous), part)
    return segment


def use(puppet: Puppet, mapped: str | None, part: str) -> Use:
    """Return the use that `puppet` itself says to make of what has `part` in its path."""
    assert mapped in ("rw", "r", None)
    numbers = puppet.do(f"own_descriptors({part!r})")
    return Use(puppet.identity, mapped, tuple(numbers))  # type: ignore[arg-type]  # asserted above


def newer(before: Inventory, pid: int) -> Inventory | None:
    """Return a refresh if process `pid` was looked at for it, and `before` was not believed."""
    inventory = take_inventory(before)
    known, now = before.memory.looks[pid], inventory.memory.looks[pid]
    return inventory if now.looked_s > known.looked_s else None
