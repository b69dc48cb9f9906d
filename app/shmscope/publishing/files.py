"""Control blocks as files: found, locked, and read as their writers see them.

Every change of who is in a block happens under an exclusive flock on its file.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from shmscope.errors import ControlBlockError, ShmscopeError, WithdrawnError
from shmscope.layout.control import (
    CLAIMED,
    HEADER_BYTES,
    SLOT_BYTES,
    Description,
    Header,
    Process,
    Slots,
    parse_slots,
)
from shmscope.layout.names import BLOCK_PREFIX
from shmscope.publishing.process import is_alive
from shmscope.publishing.segment import SHM_DIR


def read_description(path: str) -> tuple[Header, Description] | None:
    """Return what the control block at `path` says, or None where there is no sound one."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        return described(fd)
    except (ShmscopeError, OSError):  # bytes that lie, or no file that can be read from an offset
        return None
    finally:
        os.close(fd)


def block_paths(prefix: str = BLOCK_PREFIX, directory: str = SHM_DIR) -> list[str]:
    """Return the paths of all files that are called like control blocks, sorted."""
    names = sorted(name for name in os.listdir(directory) if name.startswith(prefix))
    return [f"{directory}/{name}" for name in names]


def read_header(fd: int) -> Header:
    """Return the header of an open block.

    Raises:
        ControlBlockError: it is none.
    """
    return Header.unpack(os.pread(fd, HEADER_BYTES, 0))


def read_slots(fd: int, header: Header) -> Slots:
    """Return all slots of an open block as they are now."""
    data = os.pread(fd, header.slot_count * SLOT_BYTES, header.slots_offset)
    return parse_slots(data)


def described(fd: int) -> tuple[Header, Description] | None:
    """Return what an open block says, or None where the block was never finished.

    Raises:
        ShmscopeError: it is none, or not a sound one.
    """
    start = os.pread(fd, HEADER_BYTES, 0)
    if not start.rstrip(b"\0"):
        return None
    header = Header.unpack(start)
    size = os.fstat(fd).st_size
    if size < header.total_bytes:
        raise ControlBlockError(
            f"control block of {size} bytes whose slots end at {header.total_bytes}",
            value=size,
            limit=header.total_bytes,
        )
    data = os.pread(fd, header.description_bytes, header.description_offset)
    return header, Description.decode(data)


def participants(header: Header, slots: Slots) -> Iterator[Process]:
    """Yield the publisher, then who has a slot now."""
    yield header.publisher
    for slot in slots[slots["state"] == CLAIMED]:
        yield process_of(slot)


def process_of(slot: Any) -> Process:
    """Return who has, or had, a slot."""
    return Process(int(slot["pid"]), int(slot["started"]), int(slot["namespace"]))


def is_named(segment: str, header: Header) -> bool:
    """Whether a name in /dev/shm still stands for the target of a block."""
    try:
        status = os.stat(f"{SHM_DIR}/{segment}")
    except OSError:
        return False
    return (status.st_dev, status.st_ino) == (header.device, header.inode)


def is_in_use(fd: int) -> bool:
    """Whether the publisher or a writer of an open block lives."""
    header = read_header(fd)
    return any(is_alive(who) for who in participants(header, read_slots(fd, header)))


@contextmanager
def locked(path: str, *, make: bool = False) -> Iterator[int]:
    """Open `path` under an exclusive lock, as long as the name still stands for that file.

    Raises:
        WithdrawnError: there is no such file and `make` is false.
    """
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | (os.O_CREAT if make else 0)
    while True:
        try:
            fd = os.open(path, flags, 0o600)
        except FileNotFoundError:
            raise gone(path) from None
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            if _stands_for(path, fd):
                yield fd
                return
        finally:
            fcntl.flock(fd, fcntl.LOCK_UN)  # a mapping made meanwhile keeps a copy of fd open
            os.close(fd)


def gone(path: str) -> WithdrawnError:
    """Return the error for a block whose file was removed."""
    return WithdrawnError(f"{path} is gone: the array is published no more", value=path)


def _stands_for(path: str, fd: int) -> bool:
    try:
        named, held = os.stat(path), os.fstat(fd)
    except FileNotFoundError:
        return False
    return (named.st_dev, named.st_ino) == (held.st_dev, held.st_ino)
