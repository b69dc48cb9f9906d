"""What tells cheaply whether a process can have mapped or opened anything since the last look.

Read from /proc/PID/stat (Source: proc_pid_stat(5)) and from the size of the folder /proc/PID/fd,
which is the number of descriptors from Linux 6.2 on, and 0 before.
"""

from __future__ import annotations

import os
import time
from typing import NamedTuple

from shmscope.sources.folders import raise_if_short, read_whole

_MAX_STAT_BYTES = 1024
_PF_KTHREAD = 0x00200000


class Footprint(NamedTuple):
    """What of a process changes when it maps, touches or opens something.

    Attributes:
        started: Start time in clock ticks since boot: another process has another.
        space_bytes: Size of its address space.
        minor_faults: Pages that it touched for the first time, and the like.
        major_faults: Those of them that were read from a disk.
        descriptors: How many it holds; 0 where the kernel does not tell.
        is_kernels: Whether it is a thread of the kernel, which has no memory of its own.
    """

    started: int
    space_bytes: int
    minor_faults: int
    major_faults: int
    descriptors: int
    is_kernels: bool

    @property
    def tells(self) -> bool:
        """Whether all of it is known, so that an equal one means something."""
        return self.descriptors > 0 and self.space_bytes > 0


def read_footprint(place: str, folder: int | None = None) -> Footprint | None:
    """Return the footprint of a process; None where it is gone.

    Args:
        place: Its folder in /proc with a final slash; relative to `folder`, if that is given.
        folder: A descriptor.
    """
    stat = read_whole(f"{place}stat", folder, _MAX_STAT_BYTES) or b""
    return parse_footprint(stat, _descriptors(f"{place}fd", folder))


def parse_footprint(stat: bytes, descriptors: int) -> Footprint | None:
    """Read /proc/PID/stat; None where it cannot be read.

    Args:
        stat: Its content; the name of the program, in brackets, may hold anything.
        descriptors: How many descriptors the process holds.
    """
    try:
        fields = stat[stat.rindex(b")") + 2 :].split(b" ", 21)
        return Footprint(
            started=int(fields[19]),
            space_bytes=int(fields[20]),
            minor_faults=int(fields[7]),
            major_faults=int(fields[9]),
            descriptors=descriptors,
            is_kernels=bool(int(fields[6]) & _PF_KTHREAD),
        )
    except (ValueError, IndexError):
        return None


def _descriptors(path: str, folder: int | None) -> int:
    try:
        return os.stat(path, dir_fd=folder).st_size
    except OSError as error:
        raise_if_short(error)
        return 0


def cpu_time_ns(pid: int) -> int | None:
    """Return the CPU time that a process and all its threads have used; clock_getcpuclockid(3).

    None where there is no such process. One that ended counts until its parent has asked for it.
    """
    try:
        return time.clock_gettime_ns((~pid << 3) | 2)
    except OSError:
        return None
