"""Segments put together from the files that were found and from what processes show of them."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from shmscope.sources.files import Files, Measures, due_again_s
from shmscope.sources.findings import Held, Use
from shmscope.sources.folders import raise_if_short
from shmscope.sources.process_facts import printable
from shmscope.sources.scope import Identity, Kind, Scope
from shmscope.sources.sysv import SysVId
from shmscope.sources.tally import Tally


@dataclass(frozen=True, slots=True)
class FoundSegment:
    """A segment of shared memory.

    Attributes:
        device: st_dev; 0 for SysV, whose ids are no files.
        inode: st_ino; the id of a SysV segment.
        kind: ``file`` has a name, ``unlinked`` none any more, ``memfd`` never had one.
        names: What stands for it now, relative to its root; several where it has hard links. None
            for a file of another container's /dev/shm, which cannot be opened by name from here.
        paths: The same from the root folder on.
        label: What to call it, printable: its first name, its former name, ``memfd:<name>``,
            ``sysv <key> <id>``.
        size_bytes: Its size, which may be some seconds old; where `resident_bytes` is None only
            mappings tell of it, and it is as much as they show of it, in whole pages.
        resident_bytes: What of it takes up memory.
        owner: User id, None where unknown.
        mode: Permission bits, None where unknown.
        uses: Who uses it, of those that may be looked at; None where none of them does and there
            are others.
        sysv: What is known of a SysV segment besides.
        handles: Where processes have it, below /proc, if it has no path: opening one of them is
            opening the segment, for whoever may look at that process.
    """

    device: int
    inode: int
    kind: Kind
    names: tuple[str, ...]
    paths: tuple[str, ...]
    label: str
    size_bytes: int
    resident_bytes: int | None
    owner: int | None
    mode: int | None
    uses: tuple[Use, ...] | None
    sysv: SysVId | None = None
    handles: tuple[str, ...] = ()

    @property
    def ways(self) -> tuple[str, ...]:
        """Paths to try in turn to open it; another file may stand there by now."""
        return self.paths + self.handles

    @property
    def identity(self) -> Identity:
        """Device and inode."""
        return self.device, self.inode


class Earlier(NamedTuple):
    """Segments that were put together earlier, and `Assembly.due_s` of then."""

    segments: Mapping[Identity, FoundSegment]
    due_s: Mapping[Identity, float]


class Assembly:
    """Puts together what the files and the processes tell of each segment.

    Args:
        scope: What counts as shared memory.
        proc: Where procfs is mounted.
        tally: Who uses what.
        before: What was put together earlier; what is said of a segment again is the same object.
        now_s: The time, CLOCK_MONOTONIC.
        someone_hidden: Whether there are processes that may not be looked at.

    Attributes:
        due_s: When to ask those for their status again that have no name.
    """

    def __init__(
        self,
        scope: Scope,
        proc: str,
        tally: Tally,
        before: Earlier,
        now_s: float,
        *,
        someone_hidden: bool,
    ) -> None:
        self._scope, self._proc, self._tally, self._now_s = scope, proc, tally, now_s
        self._before, self._before_due_s = before
        self.due_s: dict[Identity, float] = {}
        self._nobody = None if someone_hidden else ()

    def named(self, files: Files) -> list[FoundSegment]:
        """Return the segments that were found by name, below the roots."""
        found = [
            self._named(identity, measures, paths) for identity, (measures, paths) in files.items()
        ]
        return sorted(found, key=lambda segment: segment.names)

    def unnamed(self, files: Files) -> Iterator[FoundSegment]:
        """Yield the segments that only processes know."""
        for identity, held in self._tally.held.items():
            if identity in files or held[0].kind == "sysv":
                continue
            before, due_s = self._before.get(identity), self._before_due_s.get(identity, -math.inf)
            if before is None or due_s <= self._now_s or before.uses != self._uses(identity):
                segment = self._same(self._unnamed(identity, held))
                due_s = due_again_s(identity[1], self._now_s) if segment is before else -math.inf
            else:
                segment = before
            self.due_s[identity] = due_s
            yield segment

    def sysv(self, ids: Iterable[SysVId]) -> Iterator[FoundSegment]:
        """Yield the SysV segments."""
        for one in ids:
            yield self._same(self._sysv(one))

    def _same(self, segment: FoundSegment) -> FoundSegment:
        before = self._before.get(segment.identity)
        return before if before is not None and before == segment else segment

    def _sysv(self, one: SysVId) -> FoundSegment:
        return FoundSegment(
            device=0,
            inode=one.shmid,
            kind="sysv",
            names=(),
            paths=(),
            label=one.label,
            size_bytes=one.size_bytes,
            resident_bytes=one.resident_bytes,
            owner=one.owner,
            mode=one.mode,
            uses=self._attachers(one),
            sysv=one,
        )

    def _named(self, identity: Identity, measures: Measures, paths: list[str]) -> FoundSegment:
        uses, before = self._uses(identity), self._before.get(identity)
        paths.sort()
        if before is not None and _is_still(before, measures, paths, uses):
            return before
        names = tuple(map(self._scope.shorten, paths))
        return FoundSegment(
            *identity,
            kind="file",
            names=names,
            paths=tuple(paths),
            label=printable(names[0]),
            size_bytes=measures.size_bytes,
            resident_bytes=measures.resident_bytes,
            owner=measures.owner,
            mode=measures.mode,
            uses=uses,
        )

    def _unnamed(self, identity: Identity, held: list[Held]) -> FoundSegment:
        shown = next((one for one in held if one.use.descriptors), held[0])
        paths = tuple(self._paths_now(identity, shown))
        handles = tuple(f"{self._proc}/{one.use.process.pid}/{one.handle}" for one in held)
        status = _status_of(identity, (*paths, *handles))
        linked = not shown.deleted if status is None else status.st_nlink > 0
        kind: Kind = "memfd" if shown.kind == "memfd" else "file" if linked else "unlinked"
        least = (max(one.least_bytes for one in held), None, None, None)
        size_bytes, resident_bytes, owner, mode = Measures.of(status) if status else least
        return FoundSegment(
            *identity,
            kind=kind,
            names=tuple(map(self._scope.shorten, paths)),
            paths=paths,
            label=printable(self._scope.shorten(shown.path)),
            size_bytes=size_bytes,
            resident_bytes=resident_bytes,
            owner=owner,
            mode=mode,
            uses=tuple(one.use for one in held),
            handles=() if paths else handles,
        )

    def _paths_now(self, identity: Identity, held: Held) -> Iterator[str]:
        """Yield the path that a process shows, if it is one here and no other file took it."""
        if held.kind != "file" or self._scope.own_root(held.path, identity[0]) is None:
            return
        try:
            status = os.lstat(held.path)
        except PermissionError:
            yield held.path
        except OSError as error:
            raise_if_short(error)
        else:
            if (status.st_dev, status.st_ino) == identity:
                yield held.path

    def _uses(self, identity: Identity) -> tuple[Use, ...] | None:
        return self._tally.uses(identity) or self._nobody

    def _attachers(self, one: SysVId) -> tuple[Use, ...] | None:
        """Return who maps a SysV segment; of those the kernel has a count."""
        return self._uses((0, one.shmid)) or (None if one.attached else ())


def _is_still(
    segment: FoundSegment, measures: Measures, paths: list[str], uses: tuple[Use, ...] | None
) -> bool:
    """Whether `segment` says of a file what would be said of it now."""
    return (
        (segment.size_bytes, segment.resident_bytes, segment.owner, segment.mode) == measures
        and segment.uses == uses
        and segment.paths == tuple(paths)
    )


def _status_of(identity: Identity, paths: Iterable[str]) -> os.stat_result | None:
    """Return the status of a file, by the first of `paths` that still leads to it."""
    for path in paths:
        try:
            status = os.stat(path)
        except OSError as error:
            raise_if_short(error)
            continue
        if (status.st_dev, status.st_ino) == identity:
            return status
    return None
