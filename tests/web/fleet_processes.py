"""A hub and its agents as processes, as a user runs them: on loopback, and on one machine.

All of them see the same shared memory, so each is told which arrays to show.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from urllib.request import urlopen

from tests.fleet.wire import TRIES, free_port
from tests.waiting import until

_PIPE = subprocess.PIPE


class Hub:
    """`shmscope hub`, and agents that speak to it.

    Attributes:
        address: ``http://127.0.0.1:port/``.
    """

    def __init__(self, *options: str) -> None:
        self._agents: dict[str, tuple[subprocess.Popen[str], Sequence[str]]] = {}
        self._options = options
        said = ""
        for _ in range(TRIES):
            self._listen = f"127.0.0.1:{free_port()}"
            said = self._begin(0)
            if said:  # else somebody else was faster
                break
            self._process.communicate()
        self.address = said.split()[1]

    def _begin(self, port: int) -> str:
        command = ["hub", "--no-browser", f"--port={port}", f"--fleet-listen={self._listen}"]
        self._process = _started(*command, *self._options)
        return _line_of(self._process)

    def kill_hub(self) -> None:
        """Kill the hub itself as `kill -9` does."""
        self._process.kill()
        self._process.communicate()

    def restart_hub(self) -> None:
        """Start it again where it was."""
        assert self._begin(int(self.address.rstrip("/").rpartition(":")[2]))

    def start(self, host: str, *options: str) -> None:
        """Start a host's agent, and wait until it speaks."""
        process = _started("agent", f"--hub={self._listen}", f"--name={host}", *options)
        self._agents[host] = process, options
        assert _line_of(process).startswith(f"shmscope: {host} speaks to")

    def restart(self, host: str) -> None:
        """Start the agent of a host again, as it was."""
        self.start(host, *self._agents[host][1])

    def kill(self, host: str) -> None:
        """Kill a host's agent as `kill -9` does."""
        process = self._agents[host][0]
        process.kill()
        process.communicate()

    def end(self, host: str) -> int:
        """Have a host's agent end in order, and return its exit code."""
        process = self._agents[host][0]
        process.terminate()
        process.communicate()
        return process.returncode

    def ask(self, path: str) -> Any:
        """Return what is answered as JSON."""
        with urlopen(f"{self.address}api/v1/{path}") as answer:
            return json.load(answer)

    def state(self, host: str) -> str | None:
        """Return the state of a host."""
        found = self.ask("fleet/hosts")["hosts"]
        return next((row["state"] for row in found if row["host"] == host), None)

    def id_of(self, host: str, name: str) -> str:
        """Return the id of a host's array, once it is seen."""

        def seen() -> list[str]:
            rows = self.ask("arrays?host=*")["arrays"]
            return [row["id"] for row in rows if (row["host"], row["name"]) == (host, name)]

        return until(seen)[0]

    def close(self) -> None:
        """End all of them."""
        processes = [self._process, *(process for process, _ in self._agents.values())]
        for process in processes:
            with suppress(ProcessLookupError):
                process.terminate()
        for process in processes:
            if process.stdout is not None and not process.stdout.closed:
                process.communicate()


def _started(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "shmscope", *arguments]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=_PIPE, text=True)


def _line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@contextmanager
def hub_of(*options: str) -> Iterator[Hub]:
    """Run a hub."""
    hub = Hub(*options)
    try:
        yield hub
    finally:
        hub.close()
