"""Who maps or has open what lies in /dev/shm, found with psutil; it runs in psutil's environment.

For every line that it reads it looks once, and prints how many milliseconds of CPU that took and
how many processes it found.
"""

from __future__ import annotations

import importlib
import sys
import time
from typing import Any

FOLDER = "/dev/shm/"


def main() -> None:
    """Look whenever a line comes."""
    psutil = importlib.import_module("psutil")
    for _ in sys.stdin:
        started_s = time.process_time()
        found = look(psutil)
        print((time.process_time() - started_s) * 1e3, len(found), flush=True)


def look(psutil: Any) -> dict[int, set[str]]:
    """Return the paths in /dev/shm that each process uses, by pid."""
    found: dict[int, set[str]] = {}
    for process in psutil.process_iter():
        try:
            mapped = {entry.path for entry in process.memory_maps(grouped=True)}
            opened = {entry.path for entry in process.open_files()}
        except psutil.Error:
            continue
        if used := {path for path in mapped | opened if path.startswith(FOLDER)}:
            found[process.pid] = used
    return found


if __name__ == "__main__":
    main()
