"""What /proc shows of a process that may concern shared memory: the same again needs no thought.

Read through a descriptor of /proc/PID. All lines of its mappings cost the kernel most, for there is
one for every part of every library; a newer kernel tells the shared mappings alone. What is mapped
privately, which hardly any program does with a segment, is then seen at the next look that reads
all lines.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from shmscope.sources.folders import FOLDER_FLAGS, names_in, opened, raise_if_short, read_whole
from shmscope.sources.mapping_query import query_shared
from shmscope.sources.mappings import Mapped, find_mapped, split_deleted
from shmscope.sources.scope import Scope

MAX_LINES_AGE_S: Final = 10.0


class Descriptor(NamedTuple):
    """A descriptor of a regular file.

    Attributes:
        path: By which it was opened, without the kernel's mark.
        deleted: Whether the kernel says that this path is gone.
    """

    number: int
    path: str
    deleted: bool
    device: int
    inode: int


class Evidence(NamedTuple):
    """What was read.

    Attributes:
        base: Where in /proc/PID, with a final slash, if not at the top.
        mappings: All that may be of segments.
        paths: Of those that are.
        descriptors: All that may be of segments.
    """

    base: str
    mappings: tuple[Mapped, ...]
    paths: frozenset[str]
    descriptors: tuple[Descriptor, ...]


NONE: Final = Evidence("", (), frozenset(), ())


def gather(
    folder: int, scope: Scope, previous: Evidence, lines_s: float | None
) -> tuple[Evidence, float | None]:
    """Return what a process shows now, and the new `lines_s`.

    Args:
        folder: A descriptor of its folder in /proc.
        scope: What counts as shared memory.
        previous: What it showed before, or nothing.
        lines_s: When all lines of its mappings were read, CLOCK_MONOTONIC, if no segment was among
            the private ones.

    Raises:
        PermissionError: it may not be looked at.
    """
    for base in _bases(folder):
        mappings, lines_s = _mappings(f"{base}maps", folder, scope, lines_s)
        if mappings is not None:
            paths = previous.paths
            if mappings != previous.mappings:
                paths = frozenset(one.path for one in mappings if scope.kind(one) is not None)
            descriptors = tuple(_descriptors(f"{base}fd", folder, scope.prefixes, paths))
            return Evidence(base, mappings, paths, descriptors), lines_s
    return NONE, None


def _mappings(
    path: str, folder: int, scope: Scope, lines_s: float | None
) -> tuple[tuple[Mapped, ...] | None, float | None]:
    """Return the mappings that may be of segments, and the new `lines_s`.

    There are None where nothing is mapped at all: that is so of the kernel's own threads, and of a
    thread that has ended.
    """
    now_s = time.monotonic()
    if lines_s is not None and now_s - lines_s < MAX_LINES_AGE_S:
        with opened(path, os.O_RDONLY | os.O_CLOEXEC, folder) as maps:
            asked = None if maps is None else query_shared(maps)
        if asked is not None:
            return tuple(asked), lines_s
    lines = read_whole(path, folder)
    if not lines:
        return None, None
    mappings = tuple(find_mapped(lines, scope.needles))
    private = any(not one.shared and scope.kind(one) is not None for one in mappings)
    return mappings, None if private else now_s


def _descriptors(
    path: str, folder: int, prefixes: tuple[str, ...], paths: Collection[str]
) -> Iterator[Descriptor]:
    """Yield the descriptors that may be of segments.

    Only what looks like one by its path is touched: to ask for the status of a file of a dead
    network server can take for ever.
    """
    with opened(path, FOLDER_FLAGS, folder) as fds:
        for name in names_in(fds):
            try:
                link = os.readlink(name, dir_fd=fds)
                if link.startswith(prefixes) or split_deleted(link)[0] in paths:
                    status = os.stat(name, dir_fd=fds)
                    if stat.S_ISREG(status.st_mode):
                        file = *split_deleted(link), status.st_dev, status.st_ino
                        yield Descriptor(int(name), *file)
            except OSError as error:
                raise_if_short(error)


def _bases(folder: int) -> list[str]:
    """Return where in /proc/PID to look.

    The first thread may have ended before the others, and takes its own view with it.
    """
    try:
        if os.stat("task", dir_fd=folder).st_nlink <= 3:
            return [""]
    except OSError as error:
        raise_if_short(error)
        return [""]
    with opened("task", FOLDER_FLAGS, folder) as threads:
        return ["", *(f"task/{name}/" for name in names_in(threads))]
