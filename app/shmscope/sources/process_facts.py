"""What the kernel tells of a process to those who want to know whom they see."""

from __future__ import annotations

import os
import pwd
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from shmscope.layout.control import Process
from shmscope.sources.folders import raise_if_short, read_whole

MAX_COMMAND_BYTES: Final = 4096
MAX_COMMAND_CHARS: Final = 512
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class ProcessFacts:
    """A process, for people.

    Attributes:
        pid: As it is seen from here.
        started: Start time in clock ticks since boot.
        inner: Its identity in its own pid namespace, by which it signs control blocks; the same as
            here unless it runs in a container.
        command: Its command line, printable and of bounded length; ``[name]`` where it has none.
        user_id: Its real user id.
        user: That user's name, or the number where there is none.
        started_unix_s: When it started.
    """

    pid: int
    started: int
    inner: Process
    command: str
    user_id: int
    user: str
    started_unix_s: float


def read_facts(process: Process, folder: int) -> ProcessFacts | None:
    """Read the facts of a process; None where it is gone.

    Args:
        process: Who it is.
        folder: A descriptor of its folder in /proc.

    Raises:
        PermissionError: it may not be looked at.
    """
    status = read_whole("status", folder, 1 << 14) or b""
    command = read_whole("cmdline", folder, MAX_COMMAND_BYTES)
    namespace = _namespace(folder)
    user_ids, pids = status_words(status, b"Uid"), status_words(status, b"NSpid")
    if command is None or namespace is None or not user_ids:
        return None
    user_id = int(user_ids[0])
    return ProcessFacts(
        pid=process.pid,
        started=process.started,
        inner=Process(int(pids[-1]) if pids else process.pid, process.started, namespace),
        command=format_command(command) or "[" + format_command(_name(status)) + "]",
        user_id=user_id,
        user=user_name(user_id),
        started_unix_s=_boot_unix_s() + process.started / _TICKS_PER_S,
    )


def status_words(status: bytes, key: bytes) -> list[bytes]:
    """Return the words after `key` in /proc/PID/status, which has ``Key:`` and a tab in each line.

    The name of the program, which comes first, may hold anything but a newline.
    """
    at = status.find(b"\n" + key + b":")
    return [] if at < 0 else status[at + 1 :].split(b"\n", 1)[0].split()[1:]


def _name(status: bytes) -> bytes:
    return status.split(b"\n", 1)[0].partition(b"\t")[2]


def format_command(cmdline: bytes) -> str:
    """Return /proc/PID/cmdline, arguments ended by zeros, as one printable line."""
    words = cmdline.rstrip(b"\0").replace(b"\0", b" ").decode("utf-8", "replace")
    shown = printable(words)
    return shown if len(shown) <= MAX_COMMAND_CHARS else shown[: MAX_COMMAND_CHARS - 1] + "…"


def printable(text: str) -> str:
    """Return `text` with a replacement character for each that cannot be shown."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def _namespace(folder: int) -> int | None:
    try:
        return os.stat("ns/pid", dir_fd=folder).st_ino
    except PermissionError:
        raise
    except OSError as error:
        raise_if_short(error)
        return None


def _boot_unix_s() -> float:
    return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)


@lru_cache(maxsize=1024)
def user_name(user_id: int) -> str:
    """Return a user's name, printable, or the number where there is none."""
    try:
        return printable(pwd.getpwuid(user_id).pw_name)
    except KeyError:
        return str(user_id)
