"""Whether a process that made a segment still lives, where all that is known of it is its pid."""

from __future__ import annotations

import os
import time
from typing import Final

from shmscope.publishing.process import parse_stat

_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
# Both clocks are coarse: a process may seem to have begun a little after what it made.
SLACK_S: Final = 1.0
_BOOT_UNIX_S: Final = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)


def boot_unix_s() -> float:
    """Return when the machine was started, by the wall clock of now or of this server's start.

    The wall clock may be set, and the stamps of files do not follow. Of the two the earlier is
    taken: then nothing seems older than it is, and nobody to have come later than he did.
    """
    return min(time.time() - time.clock_gettime(time.CLOCK_BOOTTIME), _BOOT_UNIX_S)


def cautious_unix_s() -> float:
    """Return the time by which to tell the age of files: a clock that was set makes none older."""
    return boot_unix_s() + time.clock_gettime(time.CLOCK_BOOTTIME)


def may_live(pid: int, made_unix_s: float, proc: str = "/proc") -> bool:
    """Whether the process `pid` may be the one that made something at `made_unix_s` or before.

    One that began after that has only inherited the pid.
    """
    try:
        with open(f"{proc}/{pid}/stat", "rb") as stat:
            state, started = parse_stat(stat.read())
    except (FileNotFoundError, ProcessLookupError):
        return False
    except (OSError, ValueError, IndexError):
        return True  # it may not be looked at: then nothing speaks against it
    began_unix_s = boot_unix_s() + started / _TICKS_PER_S
    return state not in "ZXx" and began_unix_s <= made_unix_s + SLACK_S
