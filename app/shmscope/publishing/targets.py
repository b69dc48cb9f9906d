"""What a publisher hands over, and where its memory really is.

Arrays are not asked how they came to be: the kernel's own table of this process's mappings says
which segment an address belongs to. One way serves SharedMemory, multiprocessing.Array and anything
else that maps a file, and rests on no private attribute.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from shmscope.errors import NotShareableError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.control import Mechanism
from shmscope.publishing.segment import SHM_DIR

_DELETED = " (deleted)"


@dataclass(frozen=True, slots=True)
class Mapping:
    """One line of /proc/self/maps."""

    start: int
    stop: int
    shared: bool
    file_offset: int
    device: int
    inode: int
    path: str

    @classmethod
    def parse(cls, line: str) -> Mapping:
        """Read one line, as proc(5) describes it."""
        addresses, permissions, offset, device, inode, *path = line.split(maxsplit=5)
        start, stop = (int(part, 16) for part in addresses.split("-"))
        major, minor = (int(part, 16) for part in device.split(":"))
        shared = permissions[3] == "s"
        name = path[0].rstrip("\n") if path else ""
        return cls(start, stop, shared, int(offset, 16), os.makedev(major, minor), int(inode), name)


@dataclass(frozen=True, slots=True)
class MemoryTarget:
    """A piece of shared memory that an array lies in.

    Attributes:
        segment: File name in /dev/shm, or None for memory without a name there.
        layout: Where the array lies in the segment.
    """

    device: int
    inode: int
    segment: str | None
    mechanism: Mechanism
    layout: ArrayLayout

    @property
    def identity(self) -> str:
        """What tells this target from every other one on the machine, while it exists."""
        return f"{self.device:x}-{self.inode:x}-{self.layout.offset:x}"


def locate(array: np.ndarray[Any, Any], mechanism: Mechanism) -> MemoryTarget:
    """Find the shared memory that `array` is a view of.

    Raises:
        NotShareableError: it lies in ordinary memory, which is copied when it is passed to a
            process, or in an anonymous mapping, which nobody else can open.
    """
    data: int = array.__array_interface__["data"][0]
    low, high = _reach(array)
    mapping = _mapping_of(data + low, data + high)
    if mapping is None or not mapping.shared:
        raise NotShareableError(
            f"the array of shape {array.shape} lies in ordinary memory of this process: other "
            "processes get a copy of it. Use shmscope.create, or make it a view of "
            "multiprocessing.shared_memory or multiprocessing.Array first"
        )
    if mapping.path.startswith("/dev/zero"):
        raise NotShareableError(
            "the array lies in an anonymous mapping, which no other process can open by itself"
        )
    offset = data - mapping.start + mapping.file_offset
    return MemoryTarget(
        mapping.device,
        mapping.inode,
        _segment_name(mapping),
        mechanism,
        ArrayLayout(array.dtype, array.shape, array.strides, offset),
    )


def _reach(array: np.ndarray[Any, Any]) -> tuple[int, int]:
    """First and last byte that the array touches, counted from its first element."""
    spans = [(n - 1) * s for n, s in zip(array.shape, array.strides, strict=True) if n]
    low = sum(span for span in spans if span < 0)
    return low, sum(span for span in spans if span > 0) + array.itemsize


def _mapping_of(start: int, stop: int) -> Mapping | None:
    for mapping in _own_mappings():
        if mapping.start <= start and stop <= mapping.stop:
            return mapping
    return None


def _own_mappings() -> Iterator[Mapping]:
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
        for line in maps:
            yield Mapping.parse(line)


def _segment_name(mapping: Mapping) -> str | None:
    """Return the mapping's name in /dev/shm, if that is where it is and still the same file."""
    directory, name = os.path.split(mapping.path)
    if directory != SHM_DIR or name.endswith(_DELETED):
        return None
    try:
        return name if os.stat(mapping.path).st_ino == mapping.inode else None
    except FileNotFoundError:
        return None
