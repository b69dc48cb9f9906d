"""Segments, read by identity: opened read-only, never mapped, and let go after every look.

A descriptor that is held keeps a dead segment's memory alive, so none is. Opening costs some
microseconds; a segment that loses its last user between two looks is simply not found at the next.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from shmscope.errors import SourceForbiddenError, SourceGoneError, SourceTruncatedError
from shmscope.layout.control import Process
from shmscope.publishing.segment import SHM_DIR
from shmscope.sources.deadline import check_deadline
from shmscope.sources.processes import descriptors_of

_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
_CHUNK_BYTES = 64 << 20  # between two looks at whether anybody waits for it


@dataclass(frozen=True, slots=True)
class OpenSegment:
    """A segment during one look.

    Attributes:
        size_bytes: Size as the kernel has it now.
        linked: Whether any name stands for it.
        owner: User id of its owner.
    """

    fd: int
    size_bytes: int
    linked: bool
    owner: int

    def check_owner(self, owner: int) -> None:
        """Check that a control block of user `owner` may speak for this segment.

        Else a stranger's control block could name a file that only this server may read.

        Raises:
            SourceForbiddenError: the segment belongs to somebody else.
        """
        if owner not in (self.owner, 0):
            raise SourceForbiddenError(
                f"the segment belongs to user {self.owner}, its control block to {owner}",
                value=owner,
                limit=self.owner,
            )

    def read_into(self, buffer: memoryview, offset: int) -> None:
        """Fill `buffer` with the bytes from `offset` on.

        Raises:
            SourceTruncatedError: the segment ends before that.
            OverdueError: whoever asked waits no more.
        """
        done, wanted = 0, len(buffer)
        while done < wanted:
            check_deadline()
            piece = buffer[done : done + _CHUNK_BYTES]
            got = os.preadv(self.fd, [piece], offset + done)
            if not got:
                raise SourceTruncatedError(
                    f"the segment ends after {offset + done} bytes; {offset + wanted} are needed",
                    value=offset + done,
                    limit=offset + wanted,
                )
            done += got

    def read_at_once(self, offset: int, size_bytes: int) -> bytes | None:
        """Return the bytes from `offset` on, None where one system call does not give them all.

        What is small goes into Python's own bytes in half the time that a new buffer takes.
        """
        found = os.pread(self.fd, size_bytes, offset)
        return found if len(found) == size_bytes else None

    def hole_end(self, offset: int) -> int:
        """Return where a hole that begins at `offset` ends: pages that were never written.

        They read as zeros. Where there is none, that is `offset` itself.
        """
        try:
            return os.lseek(self.fd, offset, os.SEEK_DATA)
        except OSError as error:
            if error.errno != errno.ENXIO:  # this file system does not tell
                return offset
        return max(os.fstat(self.fd).st_size, offset)


class Segment:
    """A segment as the kernel knows it: device and inode.

    Args:
        device: st_dev.
        inode: st_ino.
        name: Where to look first in /dev/shm, or None.
        holders: The processes that may hold a descriptor of it, asked when the name does not serve.
        namespace: This server's pid namespace.
        paths: Where else to look, before the holders are asked.
    """

    def __init__(
        self,
        device: int,
        inode: int,
        name: str | None,
        holders: Callable[[], Iterable[Process]],
        namespace: int,
        paths: Sequence[str] = (),
    ) -> None:
        self.device, self.inode, self.name = device, inode, name
        self._others = paths
        self._holders = holders
        self._namespace = namespace
        self._known: str | None = None

    @contextmanager
    def opened(self) -> Iterator[OpenSegment]:
        """Open the segment for one look.

        Raises:
            SourceGoneError: nobody who is known has it any more.
            SourceForbiddenError: it is there but may not be read.
        """
        fd, status = self._open()
        try:
            yield _opened(fd, status)
        finally:
            os.close(fd)

    def open_at_once(self) -> OpenSegment | None:
        """Open the segment where it was found last, if that is in /dev/shm; the caller closes it.

        It is not looked for at its users, which takes the longer the more they are.
        """
        path = self._known
        if path is None or not path.startswith(f"{SHM_DIR}/"):
            return None
        try:
            found = open_identified(path, self.device, self.inode)
        except PermissionError:
            return None
        return None if found is None else _opened(*found)

    def _open(self) -> tuple[int, os.stat_result]:
        forbidden: OSError | None = None
        for path in self._paths():
            try:
                found = open_identified(path, self.device, self.inode)
            except PermissionError as error:
                forbidden = error
                continue
            if found is not None:
                self._known = path
                return found
        self._known = None
        if forbidden is not None:
            raise SourceForbiddenError(f"the segment may not be read: {forbidden}")
        raise SourceGoneError(
            "the segment has no name any more and none of the known processes holds it",
            value=f"{self.device:x}-{self.inode:x}",
        )

    def _paths(self) -> Iterator[str]:
        if self._known is not None:
            yield self._known
        if self.name is not None:
            yield f"{SHM_DIR}/{self.name}"
        yield from self._others
        yield from descriptors_of(self._holders(), self._namespace, self.device, self.inode)


class AttachedOnly(Segment):
    """A System V segment: no file, and nothing that could be read without attaching to it."""

    def _open(self) -> tuple[int, os.stat_result]:
        raise SourceForbiddenError(
            "System V memory can be read by attaching to it only, and whoever looks on would be "
            "one of its users; shmscope lists it, and leaves it alone",
            value=self.inode,
        )


def open_identified(path: str, device: int, inode: int) -> tuple[int, os.stat_result] | None:
    """Open `path` read-only if it is the file of this identity.

    Nothing is created, no symbolic link in /dev/shm is followed, and a pipe or device in the place
    of a segment is let be.

    Raises:
        PermissionError: it may not be opened.
    """
    flags = _FLAGS & ~os.O_NOFOLLOW if path.startswith("/proc/") else _FLAGS
    try:
        before = os.stat(path, follow_symlinks=path.startswith("/proc/"))
        if not _is(before, device, inode):
            return None
        fd = os.open(path, flags)
    except PermissionError:
        raise
    except OSError:
        return None
    status = os.fstat(fd)
    if _is(status, device, inode):
        return fd, status
    os.close(fd)
    return None


def _opened(fd: int, status: os.stat_result) -> OpenSegment:
    return OpenSegment(fd, status.st_size, status.st_nlink > 0, status.st_uid)


def _is(status: os.stat_result, device: int, inode: int) -> bool:
    same = (status.st_dev, status.st_ino) == (device, inode)
    return same and stat.S_ISREG(status.st_mode)
