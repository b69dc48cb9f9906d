"""A glance into a segment, for recognisers: some of its bytes, and its neighbours by name.

The naive way opens a segment for every header that a recogniser asks for. Here each is opened when
the first byte of it is asked for, and all are let go when the glance ends.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from typing import Self

from shmscope.layout.formats import Look
from shmscope.publishing.segment import SHM_DIR
from shmscope.sources.assembly import FoundSegment
from shmscope.sources.scope import Identity
from shmscope.sources.segments import open_identified


class Glance:
    """Looks at segments until it ends.

    Args:
        by_path: All segments that have a name, by their paths.

    Attributes:
        asked: Paths of the neighbours that were asked for, whether they are there or not.
        failed: Whether a segment could not be opened or read: it may have gone.
    """

    def __init__(self, by_path: Mapping[str, FoundSegment]) -> None:
        self.asked: set[str] = set()
        self.failed = False
        self._by_path = by_path
        self._descriptors: dict[Identity, int | None] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def look(self, segment: FoundSegment, name: str | None = None) -> Look:
        """Return a look at a segment.

        Args:
            segment: Which.
            name: What to call it, else its label.
        """
        return Look(
            segment.label if name is None else name,
            segment.size_bytes,
            partial(self._read, segment),
            partial(self._neighbour, folder_of(segment)),
        )

    def _neighbour(self, folder: str, name: str) -> Look | None:
        path = folder + name
        self.asked.add(path)
        segment = self._by_path.get(path)
        return None if segment is None else self.look(segment, name)

    def _read(self, segment: FoundSegment, offset: int, count: int) -> bytes:
        """Return bytes of a segment; what cannot be read is not there."""
        fd = self._descriptor(segment)
        try:
            return b"" if fd is None else os.pread(fd, count, offset)
        except OSError:
            self.failed = True
            return b""

    def _descriptor(self, segment: FoundSegment) -> int | None:
        identity = segment.identity
        if identity not in self._descriptors:
            fd = self._descriptors[identity] = _open(segment)
            if fd is None:
                self.failed = True
            else:
                self._stack.callback(os.close, fd)
        return self._descriptors[identity]


def folder_of(segment: FoundSegment) -> str:
    """Return what its neighbours' paths begin with, if their names begin like its own.

    Of a segment whose name is gone it is /dev/shm, where nearly all of them were.
    """
    if not segment.paths:
        return f"{SHM_DIR}/"
    return segment.paths[0].removesuffix(segment.names[0])


def _open(segment: FoundSegment) -> int | None:
    for path in segment.ways:
        try:
            found = open_identified(path, *segment.identity)
        except PermissionError:
            continue
        if found is not None:
            return found[0]
    return None
