"""The command line, run as a person or a script runs it."""

from __future__ import annotations

import subprocess
import sys


def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run `shmscope` and return what it printed."""
    command = [sys.executable, "-m", "shmscope", *arguments]
    return subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)


def printed(*arguments: str) -> str:
    """Return what a command prints that goes well and complains of nothing."""
    done = run(*arguments)
    assert (done.returncode, done.stderr.decode()) == (0, "")
    return done.stdout.decode()


def complaint(code: int, *arguments: str) -> str:
    """Return the one line that a command complains with, which ends with exit code `code`."""
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (code, b"")
    [line] = done.stderr.decode().splitlines()
    assert line.startswith("shmscope: ")
    return line.removeprefix("shmscope: ")
