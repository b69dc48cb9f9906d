"""What of a process's mappings and descriptors is shared memory, put together by segment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from shmscope.layout.control import Process
from shmscope.sources.evidence import Descriptor
from shmscope.sources.mappings import Mapped
from shmscope.sources.scope import Identity, Kind, Scope

Access: TypeAlias = Literal["rw", "r"]


@dataclass(frozen=True, slots=True)
class Use:
    """A process that uses a segment.

    Attributes:
        process: As it is seen from here: its pid is one of this pid namespace.
        mapped: Whether it maps the segment so that its stores reach it, or only looks at it (a
            private mapping included); None where it does not map it.
        descriptors: Numbers of the descriptors that it holds.
    """

    process: Process
    mapped: Access | None
    descriptors: tuple[int, ...]


@dataclass(slots=True)
class Held:
    """A segment as one of its users shows it.

    Attributes:
        path: By which it was opened, or what the kernel calls it.
        deleted: Whether the kernel says that this path is gone.
        least_bytes: It is at least about so large.
        handle: Relative to /proc/PID: what `os.stat` follows to it.
    """

    kind: Kind
    device: int
    inode: int
    path: str
    deleted: bool
    least_bytes: int
    handle: str
    use: Use


class _Finding:
    __slots__ = ("deleted", "descriptors", "handle", "kind", "least_bytes", "mapped", "path")

    def __init__(self, kind: Kind, path: str, *, deleted: bool) -> None:
        self.kind, self.path, self.deleted = kind, path, deleted
        self.handle = ""
        self.least_bytes = 0
        self.mapped: Access | None = None
        self.descriptors: list[int] = []


class Findings:
    """The segments that one process uses.

    Args:
        scope: What counts as shared memory.
        own_ipc: Whether SysV ids mean the same to the process as here; asked if it maps one.
    """

    def __init__(self, scope: Scope, own_ipc: Callable[[], bool]) -> None:
        self._scope, self._own_ipc = scope, own_ipc
        self._found: dict[Identity, _Finding] = {}

    def add_mappings(self, mappings: Iterable[Mapped]) -> None:
        """Take in those mappings that are of segments."""
        for mapped in mappings:
            kind = self._scope.kind(mapped)
            if kind is not None and (kind != "sysv" or self._own_ipc()):
                self._add_mapping(mapped, kind)

    def _add_mapping(self, mapped: Mapped, kind: Kind) -> None:
        identity = (0 if kind == "sysv" else mapped.device, mapped.inode)
        finding = self._found.get(identity)
        if finding is None:
            finding = _Finding(kind, mapped.path, deleted=mapped.deleted)
            finding.handle = f"map_files/{mapped.start:x}-{mapped.end:x}"
            self._found[identity] = finding
        finding.least_bytes = max(finding.least_bytes, mapped.end_offset)
        if finding.mapped != "rw":
            finding.mapped = "rw" if mapped.writes else "r"

    def add_descriptors(self, descriptors: Iterable[Descriptor], prefix: str) -> None:
        """Take in those descriptors that are of segments.

        Args:
            descriptors: Those that may be.
            prefix: Where they stand within /proc/PID.
        """
        for descriptor in descriptors:
            self._add_descriptor(descriptor, f"{prefix}{descriptor.number}")

    def _add_descriptor(self, descriptor: Descriptor, handle: str) -> None:
        number, path, deleted, device, inode = descriptor
        finding = self._found.get((device, inode))
        if finding is None:
            kind = self._scope.kind_at(path, device, deleted=deleted)
            if kind is None:
                return
            finding = self._found[device, inode] = _Finding(kind, path, deleted=deleted)
        finding.handle, finding.path, finding.deleted = handle, path, deleted
        finding.descriptors.append(number)

    def held_by(self, process: Process) -> tuple[Held, ...]:
        """Return what was found, as used by `process`."""
        return tuple(
            Held(
                found.kind,
                *identity,
                path=found.path,
                deleted=found.deleted,
                least_bytes=found.least_bytes,
                handle=found.handle,
                use=Use(process, found.mapped, tuple(sorted(found.descriptors))),
            )
            for identity, found in self._found.items()
        )
