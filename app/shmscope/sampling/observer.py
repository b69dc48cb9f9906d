"""The instrument measures itself: what watching costs, beside what is watched."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from shmscope.publishing.segment import SHM_DIR
from shmscope.sampling.budget import Budget
from shmscope.sampling.demand import Demand
from shmscope.sampling.topics import ValuesTopic

_SMOOTH = 0.3


class Observer:
    """CPU, lateness and bytes read of this process, smoothed over some seconds.

    Attributes:
        view_late_s: How late the views' looks are, of that which comes latest.
        views_held: How many views come late because of the budget.
    """

    def __init__(
        self,
        budget: Budget,
        clock: Callable[[], float],
        cpu_clock: Callable[[], float] = time.process_time,
        unix_clock: Callable[[], float] = time.time,
    ) -> None:
        self._clock, self._cpu_clock, self._unix_clock = clock, cpu_clock, unix_clock
        self._last_s, self._last_cpu_s = clock(), cpu_clock()
        self._bytes = 0
        self._budget, self._spent_s = budget, budget.spent_s.copy()
        self.budget_used, self.limit = 0.0, "cpu"
        self.view_late_s, self.views_held = 0.0, 0
        self.cpu_share = 0.0
        self.tick_late_s = 0.0
        self.bytes_read_per_s = 0.0

    def note_read(self, size_bytes: int) -> None:
        """Count bytes read from arrays."""
        self._bytes += size_bytes

    def note_tick(self, late_s: float) -> None:
        """Close a tick that began `late_s` after it was due."""
        now_s, cpu_s = self._clock(), self._cpu_clock()
        elapsed_s = now_s - self._last_s
        if elapsed_s > 0:
            self.cpu_share += _SMOOTH * ((cpu_s - self._last_cpu_s) / elapsed_s - self.cpu_share)
            self.bytes_read_per_s += _SMOOTH * (self._bytes / elapsed_s - self.bytes_read_per_s)
            self._note_spent(elapsed_s)
        self.tick_late_s += _SMOOTH * (late_s - self.tick_late_s)
        self._last_s, self._last_cpu_s, self._bytes = now_s, cpu_s, 0

    def note_views(self, late_s: float, held: int) -> None:
        """Take in how late the latest view is, and how many the budget holds back."""
        self.view_late_s, self.views_held = late_s, held

    def _note_spent(self, elapsed_s: float) -> None:
        before_s, self._spent_s = self._spent_s, self._budget.spent_s.copy()
        spent_s = {cause: now_s - before_s[cause] for cause, now_s in self._spent_s.items()}
        self.budget_used += _SMOOTH * (sum(spent_s.values()) / elapsed_s - self.budget_used)
        self.limit = max(spent_s, key=spent_s.__getitem__)

    def host_row(self, host: str, demand: Demand) -> dict[str, Any]:
        """Return the host's shared memory and this process's own costs."""
        shm = os.statvfs(SHM_DIR)
        size, free = shm.f_blocks * shm.f_frsize, shm.f_bavail * shm.f_frsize
        return {
            "name": host,
            "server_unix_s": self._unix_clock(),
            "shm": {"size_bytes": size, "used_bytes": size - free, "free_bytes": free},
            "observer": {
                "cpu_share": self.cpu_share,
                "tick_late_s": self.tick_late_s,
                "bytes_read_per_s": self.bytes_read_per_s,
                "view_late_s": self.view_late_s,
                "views_held": self.views_held,
                "budget": self._budget_row(),
                "clients": demand.clients,
                "views": sum(isinstance(topic, ValuesTopic) for topic in demand.topics()),
            },
        }

    def _budget_row(self) -> dict[str, Any]:
        ceiling = self._budget.ceiling
        return {
            "cpu_share": ceiling.cpu_share,
            "bytes_per_s": ceiling.bytes_per_s,
            "used": min(self.budget_used, 1.0),
            "limit": self.limit,
        }
