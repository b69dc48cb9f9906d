r"""What /proc/PID/maps and /proc/PID/fd say of files, as far as it can concern shared memory.

A line of maps (Source: proc_pid_maps(5)):

    start-end perms offset major:minor inode path

in hexadecimal but for the inode; the fourth letter of `perms` is ``s`` where the mapping is shared.
The path may hold anything: spaces, text that looks like a line, bytes that are no UTF-8. Only a
newline is escaped, as ``\012``, but not the backslash: a file that is really called so cannot be
told apart. The path of a file whose name is gone ends in `` (deleted)``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

DELETED: Final = " (deleted)"
# Searched as bytes: a process maps hundreds of libraries and a handful of segments.
_SHARED = (b"-s ", b"xs ")
_LINE = re.compile(
    rb"([0-9a-f]{1,16})-([0-9a-f]{1,16}) [r-]([w-])[x-]([sp]) ([0-9a-f]{1,16}) "
    rb"([0-9a-f]{1,5}):([0-9a-f]{1,5}) ([0-9]{1,20}) +(/.*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping of a file.

    Attributes:
        start: First address.
        end: First address behind it.
        offset: Where in the file it begins, bytes.
        shared: Whether stores would reach the file.
        writes: Whether stores are allowed, and reach it.
        path: As the kernel writes it, bytes that are no UTF-8 escaped as by `os.fsdecode`.
        deleted: Whether the name it was mapped by is gone; `path` has it without the mark.
    """

    start: int
    end: int
    offset: int
    shared: bool
    writes: bool
    device: int
    inode: int
    path: str
    deleted: bool

    @property
    def end_offset(self) -> int:
        """Where in the file it ends, in whole pages: the file has at least about as much."""
        return self.offset + self.end - self.start


def find_mapped(maps: bytes, needles: Iterable[bytes] = ()) -> list[Mapped]:
    """Return the mappings that are shared, and those whose line holds one of `needles`."""
    parsed = (parse_line(maps[start:end]) for start, end in _spans(maps, needles))
    return [mapped for mapped in parsed if mapped is not None]


def device_needle(device: int) -> bytes:
    """Return how every mapping of a file of `device` has it in its line."""
    return b" %02x:%02x " % (os.major(device), os.minor(device))


def parse_line(line: bytes) -> Mapped | None:
    """Read a line of maps; None where it maps no file."""
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    start, end, write, share, offset, major, minor, inode, path = found.groups()
    name, deleted = split_deleted(os.fsdecode(path.replace(rb"\012", b"\n")))
    shared = share == b"s"
    return Mapped(
        start=int(start, 16),
        end=int(end, 16),
        offset=int(offset, 16),
        shared=shared,
        writes=shared and write == b"w",
        device=os.makedev(int(major, 16), int(minor, 16)),
        inode=int(inode),
        path=name,
        deleted=deleted,
    )


def split_deleted(path: str) -> tuple[str, bool]:
    """Return `path` without the kernel's mark of a name that is gone, and whether it had one.

    A file may be called so: this is what to call it, not proof that it has no name.
    """
    if path.endswith(DELETED):
        return path[: -len(DELETED)], True
    return path, False


def _spans(maps: bytes, needles: Iterable[bytes]) -> list[tuple[int, int]]:
    """Return where the lines stand in which a needle was found, each once and in order."""
    spans = {span for needle in (*_SHARED, *needles) for span in _lines_with(maps, needle)}
    return sorted(spans)


def _lines_with(maps: bytes, needle: bytes) -> Iterator[tuple[int, int]]:
    at = maps.find(needle)
    while at >= 0:
        start = maps.rfind(b"\n", 0, at) + 1
        end = maps.find(b"\n", at)
        end = len(maps) if end < 0 else end
        yield start, end
        at = maps.find(needle, end)
