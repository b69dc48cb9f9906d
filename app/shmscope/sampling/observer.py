"""The instrument measures itself: what watching costs, beside what is watched."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from shmscope.publishing.segment import SHM_DIR
from shmscope.sampling.demand import Demand
from shmscope.sampling.topics import ValuesTopic

_SMOOTH = 0.3


class Observer:
    """CPU, lateness and bytes read of this process, smoothed over some seconds."""

    def __init__(
        self,
        clock: Callable[[], float],
        cpu_clock: Callable[[], float] = time.process_time,
        unix_clock: Callable[[], float] = time.time,
    ) -> None:
        self._clock, self._cpu_clock, self._unix_clock = clock, cpu_clock, unix_clock
        self._last_s, self._last_cpu_s = clock(), cpu_clock()
        self._bytes = 0
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
        self.tick_late_s += _SMOOTH * (late_s - self.tick_late_s)
        self._last_s, self._last_cpu_s, self._bytes = now_s, cpu_s, 0

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
                "clients": demand.clients,
                "views": sum(isinstance(topic, ValuesTopic) for topic in demand.topics()),
            },
        }
