"""The files below the roots: which there are is asked every time, how large they are not always.

To ask for the status of a file costs five times as much as to see its name. So a file whose status
was twice the same is asked again only after some seconds; one that was changed, and one that is
still empty, at the next look.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, TypeAlias

from shmscope.sources.folders import files_below, raise_if_short
from shmscope.sources.scope import Identity, Root

MAX_STATUS_AGE_S: Final = 4.0


class Measures(NamedTuple):
    """What the status of a file tells.

    Attributes:
        resident_bytes: What of it takes up memory.
        owner: User id.
        mode: Permission bits.
    """

    size_bytes: int
    resident_bytes: int
    owner: int
    mode: int

    @classmethod
    def of(cls, status: os.stat_result) -> Measures:
        """Return what `status` tells."""
        mode = stat.S_IMODE(status.st_mode)
        return cls(status.st_size, status.st_blocks * 512, status.st_uid, mode)


class SeenFile(NamedTuple):
    """A file of one name, as it was when it was last asked."""

    identity: Identity
    measures: Measures


class Listing(NamedTuple):
    """The files below the roots, by their paths.

    Attributes:
        files: What they are; of one that was the same again it is the same object.
        due_s: When to ask each again, CLOCK_MONOTONIC.
    """

    files: Mapping[str, SeenFile]
    due_s: Mapping[str, float]


Files: TypeAlias = Mapping[Identity, tuple[Measures, list[str]]]


def list_files(roots: Iterable[Root], before: Listing, now_s: float) -> Listing:
    """Return the files below the roots.

    Args:
        roots: Where to look.
        before: An earlier answer.
        now_s: The time, CLOCK_MONOTONIC.
    """
    files: dict[str, SeenFile] = {}
    times: dict[str, float] = {}
    for root in roots:
        for path, entry in files_below(root.path, root.device):
            seen, due_s = before.files.get(path), before.due_s.get(path, now_s)
            if seen is None or due_s <= now_s or seen.identity[1] != entry.inode():
                known, seen = seen, _ask(entry, root.device)
                if seen is None:
                    continue
                due_s = now_s
                if seen == known and seen.measures.size_bytes:
                    seen, due_s = known, due_again_s(seen.identity[1], now_s)
            files[path], times[path] = seen, due_s
    return Listing(files, times)


def by_identity(files: Mapping[str, SeenFile]) -> Files:
    """Return what files of any name are and by which paths each is found."""
    found: dict[Identity, tuple[Measures, list[str]]] = {}
    for path, seen in files.items():
        found.setdefault(seen.identity, (seen.measures, []))[1].append(path)
    return found


def list_names(roots: Iterable[Root]) -> list[tuple[str, int]]:
    """Return paths and inodes of the files below the roots, without asking any of them."""
    return [
        (path, entry.inode())
        for root in roots
        for path, entry in files_below(root.path, root.device)
    ]


def _ask(entry: os.DirEntry[str], device: int) -> SeenFile | None:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:
        raise_if_short(error)
        return None
    if status.st_dev != device or not stat.S_ISREG(status.st_mode):
        return None
    return SeenFile((status.st_dev, status.st_ino), Measures.of(status))


def due_again_s(inode: int, now_s: float) -> float:
    """Return when to ask a file again that was the same; not all are to come due at once."""
    return now_s + MAX_STATUS_AGE_S * (1 - inode % 16 / 32)
