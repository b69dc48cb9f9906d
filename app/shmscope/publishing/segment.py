"""The writer's own segments: created and attached without the traps of SharedMemory.

`SharedMemory(name)` registers with the resource tracker on Python 3.12 and older, which then
unlinks the segment when the *attacher* exits. Here only the creator registers, as CPython's own
creator does, so that the segment of a crashed program goes away with its process tree. The tracker
reads lines of ASCII with colons in them: a segment whose name it cannot read is removed when its
creator ends, but outlives its crash.
"""

from __future__ import annotations

import errno
import mmap
import os
from contextlib import suppress
from typing import Any

from shmscope.errors import AlreadyPublishedError, PublishError, UnknownArrayError

SHM_DIR = "/dev/shm"


class OwnSegment:
    """A segment of /dev/shm that this process has mapped.

    Attributes:
        name: File name in /dev/shm.
        device: st_dev.
        inode: st_ino.
        buffer: The mapping.
    """

    def __init__(self, name: str, fd: int, *, writable: bool) -> None:
        status = os.fstat(fd)
        access = mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ
        self.name = name
        self.device, self.inode = status.st_dev, status.st_ino
        self._registrar: int | None = None
        self.buffer = mmap.mmap(fd, status.st_size, access=access)  # keeps a copy of the descriptor

    @classmethod
    def create(cls, name: str, size_bytes: int, *, reserve: bool) -> OwnSegment:
        """Create a segment.

        Raises:
            AlreadyPublishedError: a segment of this name exists.
            PublishError: `reserve` was asked and /dev/shm has not as much left.
        """
        path = f"{SHM_DIR}/{name}"
        _tracker().ensure_running()  # takes milliseconds, in which nothing should be unguarded
        try:
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FileExistsError:
            raise AlreadyPublishedError(
                f"{path} exists already: another program may use it; shmscope.open attaches to it",
                value=name,
            ) from None
        try:
            _size(fd, path, max(size_bytes, 1), reserve=reserve)
            segment = cls(name, fd, writable=True)
            segment._watch()
        except BaseException:
            os.unlink(path)
            raise
        finally:
            os.close(fd)
        return segment

    @classmethod
    def attach(cls, name: str, *, writable: bool) -> OwnSegment:
        """Attach to an existing segment; nothing is created and nobody's tracker learns of it.

        Raises:
            UnknownArrayError: there is no segment of this name, or an empty one.
        """
        mode = os.O_RDWR if writable else os.O_RDONLY
        try:
            fd = os.open(f"{SHM_DIR}/{name}", mode | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError:
            raise UnknownArrayError(f"{SHM_DIR}/{name} does not exist", value=name) from None
        try:
            if not os.fstat(fd).st_size:
                raise UnknownArrayError(f"{SHM_DIR}/{name} is empty", value=name)
            return cls(name, fd, writable=writable)
        finally:
            os.close(fd)

    def unlink(self) -> None:
        """Remove the segment's name, if it still is this segment's; whoever maps it keeps it."""
        _remove(self.name, self.device, self.inode)
        if self._registrar == os.getpid():
            _tracker().unregister(f"/{self.name}", "shared_memory")
            self._registrar = None

    def _watch(self) -> None:
        """See to it that the segment goes away with its creator."""
        if _is_trackable(self.name):
            _tracker().register(f"/{self.name}", "shared_memory")
            self._registrar = os.getpid()
        else:
            from multiprocessing.util import Finalize  # noqa: PLC0415 - few names need it

            identity = (self.name, self.device, self.inode)
            Finalize(None, _remove, args=identity, exitpriority=-2)


def _remove(name: str, device: int, inode: int) -> None:
    path = f"{SHM_DIR}/{name}"
    with suppress(FileNotFoundError):
        status = os.stat(path)
        if (status.st_dev, status.st_ino) == (device, inode):
            os.unlink(path)


def _size(fd: int, path: str, size_bytes: int, *, reserve: bool) -> None:
    """Give a new file its size."""
    try:
        if reserve:
            os.posix_fallocate(fd, 0, size_bytes)
        else:
            os.ftruncate(fd, size_bytes)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EFBIG, errno.ENOMEM):
            raise
        free = os.statvfs(SHM_DIR)
        free_bytes = free.f_bavail * free.f_frsize
        raise PublishError(
            f"{path} needs {size_bytes} bytes and {SHM_DIR} has {free_bytes} left "
            "(in a container, raise --shm-size)",
            value=size_bytes,
            limit=free_bytes,
        ) from None


def _is_trackable(name: str) -> bool:
    return name.isascii() and ":" not in name


def _tracker() -> Any:
    """Return multiprocessing's resource tracker, which cleans up after a crashed process tree."""
    from multiprocessing import resource_tracker  # noqa: PLC0415 - only a creator pays for it

    return resource_tracker
