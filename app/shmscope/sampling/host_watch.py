"""A host's shared memory over time: how full it is, how fast it fills, and its health."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from shmscope.publishing.segment import SHM_DIR
from shmscope.sampling.health.hosts import RULES
from shmscope.sampling.health.record import HealthRecord
from shmscope.sampling.health.verdicts import Verdict
from shmscope.sampling.host_facts import Claimant, HostFacts
from shmscope.sampling.trace import Trace
from shmscope.sources.assembly import FoundSegment
from shmscope.sources.logind import removes_ipc
from shmscope.sources.process_facts import user_name
from shmscope.sources.survey import Survey

GROWTH_S = 60.0
LEAST_GROWTH_S = 5.0
ORDINARY_USERS = 1000  # the first user id that systemd takes for a person's


class HostWatch:
    """Watches one mount of shared memory.

    Args:
        path: Where it is mounted.
        logind: Whether systemd removes users' segments.

    Attributes:
        facts: What is known now.
        verdicts: What the rules say of it, the worst first.
    """

    def __init__(
        self, path: str = SHM_DIR, logind: Callable[[], bool | None] = removes_ipc
    ) -> None:
        self.path = path
        self.facts = HostFacts(path, 0, 0, 0)
        self.verdicts: list[Verdict] = []
        self._logind = logind
        self._removes_ipc: bool | None = None
        self._used: deque[tuple[float, int]] = deque()
        self._health = HealthRecord(RULES)
        self._seen: Survey | None = None
        self._claimants: tuple[Claimant, ...] = ()
        self._user_segments = 0

    def update(
        self,
        seen: Survey | None,
        traces: Iterable[Trace],
        now_s: float,
        unsound_blocks: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Look how full it is, and judge it.

        Args:
            seen: The newest survey.
            traces: The arrays.
            now_s: Seconds, on any clock.
            unsound_blocks: What is wrong with control blocks, by path.
        """
        if seen is not None and seen is not self._seen:
            self._take(seen)
        room = os.statvfs(self.path)
        size, free = room.f_blocks * room.f_frsize, room.f_bavail * room.f_frsize
        orphans = {one.identity: one for one in traces if _is_orphan(one)}
        self.facts = HostFacts(
            path=self.path,
            size_bytes=size,
            used_bytes=size - free,
            free_bytes=free,
            claimed_bytes=sum(one.size_bytes for one in self._claimants),
            resident_bytes=sum(one.resident_bytes for one in self._claimants),
            claimants=self._claimants,
            growth_bytes_per_s=self._growth(now_s, size - free),
            remove_ipc=self._removes_ipc,
            user_segments=self._user_segments,
            orphans=len(orphans),
            orphan_bytes=sum(one.segment_facts.resident_bytes or 0 for one in orphans.values()),
            unsound_blocks=tuple(sorted(unsound_blocks.items())),
        )
        self.verdicts = self._health.judge(self.facts, now_s)

    def _take(self, seen: Survey) -> None:
        self._seen = seen
        self._removes_ipc = self._logind()
        device = os.stat(self.path).st_dev
        here = [one for one in seen.inventory.segments if one.device == device]
        self._claimants = tuple(_claimant(one) for one in here)
        self._user_segments = sum((one.owner or 0) >= ORDINARY_USERS for one in here)

    def _growth(self, now_s: float, used: int) -> float | None:
        self._used.append((now_s, used))
        while self._used[0][0] < now_s - GROWTH_S:
            self._used.popleft()
        first_s, first = self._used[0]
        elapsed_s = now_s - first_s
        return (used - first) / elapsed_s if elapsed_s >= LEAST_GROWTH_S else None


def _is_orphan(trace: Trace) -> bool:
    return any(one.rule == "orphan" and one.level != "ok" for one in trace.verdicts)


def _claimant(segment: FoundSegment) -> Claimant:
    owner = "?" if segment.owner is None else user_name(segment.owner)
    resident = segment.resident_bytes
    size = segment.size_bytes
    # Of what only mappings tell, all may be resident.
    return Claimant(segment.label, owner, size, size if resident is None else resident)
