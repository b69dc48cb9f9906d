"""Segments put together from the files that were found and from what processes show of them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from shmscope.sources.findings import Held, Use
from shmscope.sources.folders import raise_if_short
from shmscope.sources.looks import Look
from shmscope.sources.process_facts import printable
from shmscope.sources.scope import Identity, Kind, Scope
from shmscope.sources.sysv import SysVId


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
        size_bytes: Its size; where `resident_bytes` is None only mappings tell of it, and it is as
            much as they show of it, in whole pages.
        resident_bytes: What of it takes up memory.
        owner: User id, None where unknown.
        mode: Permission bits, None where unknown.
        uses: Who uses it, of those that may be looked at; None where none of them does and there
            are others.
        sysv: What is known of a SysV segment besides.
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

    @property
    def identity(self) -> Identity:
        """Device and inode."""
        return self.device, self.inode


Files: TypeAlias = Mapping[Identity, tuple[os.stat_result, list[str]]]


class Assembly:
    """Puts together what the files and the processes tell of each segment.

    Args:
        scope: What counts as shared memory.
        proc: Where procfs is mounted.
        looks: What each process was found to use.
        someone_hidden: Whether there are processes that may not be looked at.
    """

    def __init__(
        self, scope: Scope, proc: str, looks: Iterable[Look], *, someone_hidden: bool
    ) -> None:
        self._scope, self._proc = scope, proc
        self._nobody = None if someone_hidden else ()
        self._held: dict[Identity, list[Held]] = {}
        for look in looks:
            for held in look.held:
                self._held.setdefault((held.device, held.inode), []).append(held)

    def named(self, files: Files, before: Mapping[Identity, FoundSegment]) -> list[FoundSegment]:
        """Return the segments that were found by name.

        Args:
            files: What was found below the roots.
            before: What was made of files earlier; of use where nothing has changed since.
        """
        found = [
            self._named(identity, status, paths, before.get(identity))
            for identity, (status, paths) in files.items()
        ]
        return sorted(found, key=lambda segment: segment.names)

    def unnamed(self, files: Files) -> Iterator[FoundSegment]:
        """Yield the segments that only processes know."""
        for identity, held in self._held.items():
            if identity not in files and held[0].kind != "sysv":
                yield self._unnamed(identity, held)

    def sysv(self, ids: Iterable[SysVId]) -> Iterator[FoundSegment]:
        """Yield the SysV segments."""
        for one in ids:
            yield FoundSegment(
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

    def _named(
        self,
        identity: Identity,
        status: os.stat_result,
        paths: list[str],
        before: FoundSegment | None,
    ) -> FoundSegment:
        paths.sort()
        uses = self._uses(identity)
        if before is not None and _is_still(before, status, paths, uses):
            return before
        names = tuple(map(self._scope.shorten, paths))
        size_bytes, resident_bytes, owner, mode = _measures(status)
        return FoundSegment(
            *identity,
            kind="file",
            names=names,
            paths=tuple(paths),
            label=printable(names[0]),
            size_bytes=size_bytes,
            resident_bytes=resident_bytes,
            owner=owner,
            mode=mode,
            uses=uses,
        )

    def _unnamed(self, identity: Identity, held: list[Held]) -> FoundSegment:
        shown = next((one for one in held if one.use.descriptors), held[0])
        paths = tuple(self._paths_now(identity, shown))
        status = _status_of(identity, (*paths, *self._handles(held)))
        linked = not shown.deleted if status is None else status.st_nlink > 0
        kind: Kind = "memfd" if shown.kind == "memfd" else "file" if linked else "unlinked"
        least = (max(one.least_bytes for one in held), None, None, None)
        size_bytes, resident_bytes, owner, mode = _measures(status) if status else least
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

    def _handles(self, held: list[Held]) -> Iterator[str]:
        for one in held:
            yield f"{self._proc}/{one.use.process.pid}/{one.handle}"

    def _uses(self, identity: Identity) -> tuple[Use, ...] | None:
        held = self._held.get(identity)
        return tuple([one.use for one in held]) if held else self._nobody

    def _attachers(self, one: SysVId) -> tuple[Use, ...] | None:
        """Return who maps a SysV segment; of those the kernel has a count."""
        return self._uses((0, one.shmid)) or (None if one.attached else ())


def _measures(status: os.stat_result) -> tuple[int, int, int, int]:
    """Return size, resident bytes, owner and mode."""
    resident_bytes = status.st_blocks * 512
    return status.st_size, resident_bytes, status.st_uid, stat.S_IMODE(status.st_mode)


def _is_still(
    segment: FoundSegment,
    status: os.stat_result,
    paths: list[str],
    uses: tuple[Use, ...] | None,
) -> bool:
    """Whether `segment` says of a file what would be said of it now."""
    return (
        segment.size_bytes == status.st_size
        and segment.resident_bytes == status.st_blocks * 512
        and segment.owner == status.st_uid
        and segment.mode == stat.S_IMODE(status.st_mode)
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
