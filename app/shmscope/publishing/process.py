"""Who this process is, and whether another one still lives.

A pid alone is reused, so a process is its pid with its start time, within a pid namespace.
"""

from __future__ import annotations

import os
import sys

from shmscope.layout.control import Process


def parse_stat(stat: bytes) -> tuple[str, int]:
    """Return (state letter, start time in clock ticks since boot) from /proc/PID/stat.

    The command name stands in brackets and may hold anything, brackets and spaces included.
    """
    fields = stat[stat.rindex(b")") + 2 :].split()
    return fields[0].decode(), int(fields[19])


def current_process() -> Process:
    """Return this process's identity."""
    with open("/proc/self/stat", "rb") as stat:
        started = parse_stat(stat.read())[1]
    return Process(os.getpid(), started, os.stat("/proc/self/ns/pid").st_ino)


def is_alive(process: Process) -> bool:
    """Whether `process` still runs; one of another pid namespace is believed to."""
    if process.namespace != os.stat("/proc/self/ns/pid").st_ino:
        return True
    try:
        with open(f"/proc/{process.pid}/stat", "rb") as stat:
            state, started = parse_stat(stat.read())
    except (FileNotFoundError, ProcessLookupError):
        return False
    return started == process.started and state not in "ZXx"


def default_label() -> str:
    """Return multiprocessing's name of this process, or the name of its program."""
    multiprocessing = sys.modules.get("multiprocessing.process")
    if multiprocessing is not None:
        name: str = multiprocessing.current_process().name
        if name != "MainProcess":
            return name
    program = os.path.basename(sys.argv[0]) if getattr(sys, "argv", None) else ""
    return program if program.strip("-c") else "python"
