"""Whether an array's memory is still where its control block says."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal, TypeAlias

from shmscope.errors import SourceError, SourceForbiddenError, SourceGoneError
from shmscope.publishing.segment import SHM_DIR
from shmscope.sources.arrays import ArraySource, MemoryArray
from shmscope.sources.manager_arrays import ManagerArray
from shmscope.sources.segments import Segment

Presence: TypeAlias = Literal[
    "present", "unlinked", "recreated", "gone", "forbidden", "unreachable"
]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One look at where the memory is, without reading any of it.

    Attributes:
        detail: What went wrong, where something did.
        size_bytes: Size of the segment now, None where unknown.
    """

    presence: Presence
    detail: str = ""
    size_bytes: int | None = None


def sight(source: ArraySource) -> Sighting:
    """Say whether `source` is present; a Manager is not asked, its last answer counts."""
    if isinstance(source, MemoryArray):
        return _sight_memory(source)
    if isinstance(source, ManagerArray) and source.error is not None:
        return Sighting("unreachable", str(source.error))
    return Sighting("present")


class Lookout:
    """Sights one source again and again.

    Opening a segment to see whether it is there costs more than asking for the status of its name.
    Where that is as it was when the segment was found by this name, so is all else: a change of
    size, mode or owner changes the status.

    Args:
        source: What is looked out for.
    """

    def __init__(self, source: ArraySource) -> None:
        self._source = source
        self._status: tuple[int, ...] | None = None
        self._sighting = Sighting("present")

    def sight(self) -> Sighting:
        """Say whether the source is present, as `sight` does."""
        status = self._status_of_name()
        if status is None or status != self._status:
            self._sighting = sight(self._source)
            self._status = status if self._sighting.presence == "present" else None
        return self._sighting

    def _status_of_name(self) -> tuple[int, ...] | None:
        source = self._source
        if not isinstance(source, MemoryArray) or source.segment.name is None:
            return None
        try:
            now = os.stat(f"{SHM_DIR}/{source.segment.name}", follow_symlinks=False)
        except OSError:
            return None
        return now.st_dev, now.st_ino, now.st_mode, now.st_uid, now.st_size, now.st_ctime_ns


def _sight_memory(source: MemoryArray) -> Sighting:
    segment = source.segment
    try:
        with source.opened() as opened:
            return Sighting(_name_state(segment), size_bytes=opened.size_bytes)
    except SourceForbiddenError as error:
        return Sighting("forbidden", error.detail)
    except SourceGoneError as error:
        return Sighting("gone", error.detail)
    except SourceError as error:
        return Sighting("forbidden", error.detail)


def _name_state(segment: Segment) -> Presence:
    """Say what the name stands for; memory that never had one is where it always was."""
    if segment.name is None:
        return "present"
    try:
        status = os.stat(f"{SHM_DIR}/{segment.name}", follow_symlinks=False)
    except OSError:
        return "unlinked"
    same = (status.st_dev, status.st_ino) == (segment.device, segment.inode)
    return "present" if same else "recreated"
