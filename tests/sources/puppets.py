"""Other processes that do what they are told: real writers, which can be stopped and killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Self

from shmscope.layout.control import Process
from shmscope.publishing.process import parse_stat

# Reads one JSON string a line: an expression, whose value is the answer, or statements. Standard
# output belongs to the answers, so what is printed goes to standard error.
_PROGRAM = """
import json, os, sys, traceback
answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)
here = {"__name__": "__main__"}
for line in sys.stdin:
    source, value, error = json.loads(line), None, None
    try:
        try:
            code = compile(source, "<told>", "eval")
        except SyntaxError:
            exec(compile(source, "<told>", "exec"), here)
        else:
            value = eval(code, here)
    except Exception:
        error = traceback.format_exc()
    print(json.dumps([value, error], default=repr), file=answers)
"""


def publish_list(puppet: Puppet, name: str) -> Puppet:
    """Have a process, which has shmscope, publish a Manager's list."""
    puppet.do("manager = multiprocessing.get_context('fork').Manager()")
    puppet.do("proxy = manager.list([1, 2, 3])")
    puppet.do(f"shared = shmscope.publish({name!r}, proxy, label='first')")
    return puppet


class Puppet:
    """A Python process that runs what it is told, line by line.

    Args:
        python: Its interpreter.
        environment: Variables beside those of this process.
    """

    def __init__(
        self, python: str = sys.executable, environment: Mapping[str, str] | None = None
    ) -> None:
        self._process = subprocess.Popen(
            [python, "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, **(environment or {})},
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def identity(self) -> Process:
        """Return the process as the kernel knows it."""
        with open(f"/proc/{self.pid}/stat", "rb") as stat:
            started = parse_stat(stat.read())[1]
        return Process(self.pid, started, os.stat(f"/proc/{self.pid}/ns/pid").st_ino)

    def do(self, source: str) -> Any:
        """Run `source` there and return what it is worth, as JSON."""
        self.begin(source)
        return self.answer()

    def begin(self, source: str) -> None:
        """Run `source` there without waiting for its end."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(source) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        """Wait for the end of what `begin` began."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the process ended: {self._process.wait()}"
        value, error = json.loads(line)
        assert error is None, error
        return value

    def stop(self) -> None:
        """Stop the process by a signal, and return when it stands."""
        os.kill(self.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, self.pid, os.WSTOPPED)

    def resume(self) -> None:
        os.kill(self.pid, signal.SIGCONT)
        os.waitid(os.P_PID, self.pid, os.WCONTINUED)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def leave(self) -> int:
        """Have the process come to its end by itself, and return its exit status."""
        self._process.communicate()
        self._process.stdin = None
        return self._process.returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):  # it left, and so did all that it started
            os.killpg(self.pid, signal.SIGKILL)
        self._process.communicate()
