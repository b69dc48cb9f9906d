"""Programs whose wall clock is apart from this machine's.

A library that is loaded before all others answers what they ask of the clock: Python, the carrier's
engine and what it takes from TLS. The clock that counts from the start of the machine stays.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

_SOURCE: Final = """
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
    int done = syscall(SYS_clock_gettime, clock, now);
    const char *apart = getenv("APART_S");
    if (done == 0 && apart && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += atol(apart);
    return done;
}
"""


@cache
def missing() -> str | None:
    """Return why no clock can be set apart here; None where one can."""
    if shutil.which("cc") is None:
        return "there is no C compiler 'cc', which makes the library that sets a clock apart"
    return None


def clock_apart(folder: Path, apart_s: int) -> Mapping[str, str]:
    """Return the environment of a program whose wall clock is so far ahead.

    Args:
        folder: Where the library is put.
        apart_s: Seconds; negative for a clock that is behind.
    """
    library = folder / "apart.so"
    command = ["cc", "-shared", "-fPIC", "-x", "c", "-o", str(library), "-"]
    subprocess.run(command, input=_SOURCE, text=True, check=True)
    return {**os.environ, "LD_PRELOAD": str(library), "APART_S": str(apart_s)}
