"""The command line, run as a person or a script runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

EACH = """
import json, sys
from shmscope.cli import main
codes = [main(arguments) for arguments in json.loads(sys.argv[1])]
print(json.dumps(codes), end="")
"""


def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run `shmscope` and return what it printed."""
    command = [sys.executable, "-m", "shmscope", *arguments]
    return subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)


def run_each(lines: Sequence[Sequence[str]]) -> tuple[list[int], bytes, bytes]:
    """Run several command lines in one process, which starts much sooner than one for each.

    Returns:
        The exit code of each, and what all of them printed, and complained of.
    """
    command = [sys.executable, "-c", EACH, json.dumps(lines)]
    done = subprocess.run(command, capture_output=True, check=True, stdin=subprocess.DEVNULL)
    output, bracket, codes = done.stdout.rpartition(b"[")
    return json.loads(bracket + codes), output, done.stderr


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
