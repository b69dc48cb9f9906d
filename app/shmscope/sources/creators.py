"""Whether a process that made a segment still lives, where all that is known of it is its pid."""

from __future__ import annotations

import os
import time
from typing import Final

from shmscope.publishing.process import parse_stat

_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
# Both clocks are coarse: a process may seem to have begun a little after what it made.
SLACK_S: Final = 1.0


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
    boot_unix_s = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
    began_unix_s = boot_unix_s + started / _TICKS_PER_S
    return state not in "ZXx" and began_unix_s <= made_unix_s + SLACK_S
