"""Which files are shared memory: those below the roots, and what the kernel keeps unnamed."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from shmscope.publishing.segment import SHM_DIR
from shmscope.sources import sysv
from shmscope.sources.folders import raise_if_short, read_whole
from shmscope.sources.mappings import Mapped, device_needle

Kind: TypeAlias = Literal["file", "unlinked", "memfd", "sysv"]
Identity: TypeAlias = tuple[int, int]

_MEMFD = "/memfd:"
_ARENA = "pym-"  # multiprocessing.heap; on a disk where /dev/shm has too little room


@dataclass(frozen=True, slots=True)
class Mount:
    """A line of /proc/PID/mountinfo.

    Attributes:
        root: What of the file system is mounted there.
        point: Where.
        kind: File system type.
    """

    device: int
    root: str
    point: str
    kind: str


@dataclass(frozen=True, slots=True)
class Root:
    """A folder whose files are shared memory.

    Attributes:
        path: Without symbolic links.
        prefix: How the paths below it begin.
        whole: Whether it is all of a tmpfs, so that what is on the device is below it.
    """

    path: str
    prefix: str
    device: int
    whole: bool

    def has(self, path: str) -> bool:
        """Whether `path` is below this folder."""
        return path.startswith(self.prefix)


@dataclass(frozen=True, slots=True)
class Scope:
    """What counts as shared memory on this machine, now.

    Attributes:
        mounted: Devices of all mounts. The kernel's own, of memfd and SysV, is none of them.
        tmpfs: Those of them that are memory.
    """

    roots: tuple[Root, ...]
    mounted: frozenset[int]
    tmpfs: frozenset[int]

    @property
    def needles(self) -> list[bytes]:
        """What the line of a mapping holds that may be of interest though it is not shared."""
        return [b" /memfd:", *map(device_needle, sorted({root.device for root in self.roots}))]

    @property
    def prefixes(self) -> tuple[str, ...]:
        """How the paths of descriptors begin that may be of interest."""
        return (_MEMFD, *(root.prefix for root in self.roots))

    def kind(self, mapped: Mapped) -> Kind | None:
        """Say what kind of segment is mapped, None where it is none."""
        if mapped.path.startswith(sysv.PREFIX):
            return "sysv" if mapped.deleted and self._is_kernels(mapped.device) else None
        kind = self.kind_at(mapped.path, mapped.device, deleted=mapped.deleted)
        if kind is None and mapped.shared and mapped.deleted:
            arena = os.path.basename(mapped.path).startswith(_ARENA)
            return "unlinked" if arena or mapped.device in self.tmpfs else None
        return kind

    def kind_at(self, path: str, device: int, *, deleted: bool) -> Kind | None:
        """Say what kind of segment a descriptor of `path` on `device` stands for."""
        if path.startswith(_MEMFD):
            return "memfd" if deleted and self._is_kernels(device) else None
        for root in self.roots:
            if _covers(root, path, device):
                return "unlinked" if deleted else "file"
        return None

    def own_root(self, path: str, device: int) -> Root | None:
        """Return the root below which `path` stands here; other containers have a /dev/shm too."""
        for root in self.roots:
            if device == root.device and root.has(path):
                return root
        return None

    def shorten(self, path: str) -> str:
        """Return what to call the file at `path`: relative to its root, ``memfd:<name>``."""
        for root in self.roots:
            if path.startswith(root.prefix):
                return path[len(root.prefix) :]
        return path.removeprefix("/") if path.startswith(_MEMFD) else path

    def _is_kernels(self, device: int) -> bool:
        return os.major(device) == 0 and device not in self.mounted


def _covers(root: Root, path: str, device: int) -> bool:
    if device == root.device and root.whole:
        return True
    return root.has(path) and (device == root.device or root.path == SHM_DIR)


def read_scope(roots: Iterable[str], proc: str) -> Scope:
    """Find out what the roots are now; one that is not there is passed over."""
    mounts = _mounts(read_whole(f"{proc}/self/mountinfo") or b"")
    found = {root.path: root for root in (_root(path, mounts.whole) for path in roots) if root}
    return Scope(
        roots=tuple(root for root in found.values() if not _is_within(root, found.values())),
        mounted=mounts.devices,
        tmpfs=mounts.tmpfs,
    )


def _is_within(root: Root, others: Iterable[Root]) -> bool:
    """Whether looking below one of `others` finds what is below `root`."""
    return any(
        other != root and other.has(root.path) and other.device == root.device for other in others
    )


def _root(path: str, whole: Container[tuple[int, str]]) -> Root | None:
    real = os.path.realpath(path)
    try:
        status = os.stat(real)
    except OSError as error:
        raise_if_short(error)
        return None
    if not stat.S_ISDIR(status.st_mode):
        return None
    return Root(real, real.rstrip("/") + "/", status.st_dev, (status.st_dev, real) in whole)


class _Mounts(NamedTuple):
    """What is of interest in mountinfo.

    Attributes:
        devices: Of all mounts.
        tmpfs: Those that are memory.
        whole: Device and place of every tmpfs that is mounted from its root on.
    """

    devices: frozenset[int]
    tmpfs: frozenset[int]
    whole: frozenset[tuple[int, str]]


@lru_cache(maxsize=2)  # it is read again and again, and hardly ever changes
def _mounts(mountinfo: bytes) -> _Mounts:
    mounts = parse_mounts(mountinfo)
    return _Mounts(
        devices=frozenset(mount.device for mount in mounts),
        tmpfs=frozenset(mount.device for mount in mounts if mount.kind in ("tmpfs", "ramfs")),
        whole=frozenset(
            (mount.device, mount.point)
            for mount in mounts
            if mount.kind == "tmpfs" and mount.root == "/"
        ),
    )


def parse_mounts(mountinfo: bytes) -> list[Mount]:
    """Read /proc/PID/mountinfo; a line that cannot be read is passed over."""
    found = (_parse_mount(line) for line in mountinfo.splitlines())
    return [mount for mount in found if mount is not None]


def _parse_mount(line: bytes) -> Mount | None:
    before, separator, after = line.partition(b" - ")
    fields, kind = before.split(b" "), after.split(b" ")[0]
    try:
        major, minor = (int(number) for number in fields[2].split(b":"))
        device = os.makedev(major, minor)
        root, point = (os.fsdecode(_unescape(field)) for field in fields[3:5])
    except (IndexError, ValueError, OverflowError):
        return None
    return Mount(device, root, point, kind.decode("ascii", "replace")) if separator else None


def _unescape(field: bytes) -> bytes:
    """Undo the kernel's octal escapes of blanks, newlines and backslashes."""
    return re.sub(rb"\\([0-3][0-7]{2})", lambda match: bytes([int(match[1], 8)]), field)
