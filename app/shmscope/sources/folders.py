"""Folders and files that may go away while they are read: normal in /proc and in /dev/shm."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
_SHORT = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)
_CHUNK_BYTES = 1 << 16


def raise_if_short(error: OSError) -> None:
    """Raise `error` if it is this process that runs short of something.

    Else what was asked for is gone, or not to be looked at. Running short must not pass as that:
    it would make everything look gone.
    """
    if error.errno in _SHORT:
        raise error


def read_whole(
    path: str, dir_fd: int | None = None, limit_bytes: int | None = None
) -> bytes | None:
    """Return the content of a file of /proc, None where it is gone.

    Args:
        path: Relative to the folder that is open as `dir_fd`, if that is given.
        dir_fd: A descriptor of that folder.
        limit_bytes: Read once, and no more than this.

    Raises:
        PermissionError: it may not be looked at.
    """
    try:
        fd = os.open(path, _FILE_FLAGS, dir_fd=dir_fd)
    except PermissionError:
        raise
    except OSError as error:
        raise_if_short(error)
        return None
    try:
        return _read(fd, limit_bytes)
    except PermissionError:
        raise
    except OSError as error:
        raise_if_short(error)
        return None
    finally:
        os.close(fd)


def _read(fd: int, limit_bytes: int | None) -> bytes:
    if limit_bytes is not None:
        return os.read(fd, limit_bytes)
    chunks = []
    while chunk := os.read(fd, _CHUNK_BYTES):
        chunks.append(chunk)
    return b"".join(chunks)


@contextmanager
def opened(path: str, flags: int, dir_fd: int | None = None) -> Iterator[int | None]:
    """Open a file or folder of /proc to look at it, None where it is gone.

    Raises:
        PermissionError: it may not be looked at.
    """
    try:
        fd = os.open(path, flags, dir_fd=dir_fd)
    except PermissionError:
        raise
    except OSError as error:
        raise_if_short(error)
        yield None
        return
    try:
        yield fd
    finally:
        os.close(fd)


def names_in(folder: int | None) -> list[str]:
    """Return the names in a folder of /proc that is open; none where it is gone meanwhile.

    Raises:
        PermissionError: it may not be looked at.
    """
    try:
        return [] if folder is None else os.listdir(folder)
    except PermissionError:
        raise
    except OSError as error:
        raise_if_short(error)
        return []


def files_below(folder: str, device: int) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield path and entry of every regular file below `folder`, on its own device.

    The folders tell all of it: no file is asked. An entry is good until the next one is drawn.
    Symbolic links are not followed, other file systems mounted below not entered; what goes away
    meanwhile and folders that may not be listed are passed over.
    """
    folders = [folder]
    while folders:
        folder = folders.pop()
        with _listed(folder, device) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False):
                    yield f"{folder}/{entry.name}", entry
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(f"{folder}/{entry.name}")


@contextmanager
def _listed(folder: str, device: int) -> Iterator[Iterable[os.DirEntry[str]]]:
    """List a folder, and nothing where it may not be listed, is gone or on another device."""
    try:
        fd = os.open(folder, FOLDER_FLAGS)
    except OSError as error:
        raise_if_short(error)
        yield ()
        return
    try:
        if os.fstat(fd).st_dev != device:
            yield ()
            return
        with os.scandir(fd) as entries:
            yield entries
    finally:
        os.close(fd)
