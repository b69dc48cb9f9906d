"""A hub and agents as programs, started as a person starts them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
from tests.fleet.wire import TRIES, free_port
from tests.waiting import until

END_S = 30.0


class Program:
    """A command that runs until it is ended.

    Attributes:
        said: The lines that it has printed.
    """

    def __init__(self, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "shmscope", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self.said: list[str] = []
        self.complained: list[str] = []
        self._readers = [
            threading.Thread(target=self._read, args=(self.process.stdout, self.said)),
            threading.Thread(target=self._read, args=(self.process.stderr, self.complained)),
        ]
        for reader in self._readers:
            reader.start()

    @staticmethod
    def _read(pipe: Any, lines: list[str]) -> None:
        with pipe:
            lines.extend(pipe)

    @property
    def resident_bytes(self) -> int:
        """What it has in memory."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * 4096

    def tell(self, number: int) -> None:
        """Send a signal."""
        self.process.send_signal(number)

    def end(self, number: int = signal.SIGTERM) -> int:
        """End it and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
            try:
                self.process.wait(END_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
        for reader in self._readers:
            reader.join(END_S)
        return self.process.wait()


class Hub(Program):
    """`shmscope hub`.

    Attributes:
        address: Where agents connect.
        port: Of its page.
        http: A client of its page.
    """

    def __init__(self, address: str, *arguments: str, port: int | None = None) -> None:
        self.address = address
        self.port = port = port or free_port()
        self.http = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False)
        wanted = ("--no-browser", "--port", str(port), "--fleet-listen", address)
        super().__init__("hub", *wanted, *arguments)
        until(lambda: self.said or self.process.poll() is not None)

    def hosts(self) -> dict[str, dict[str, Any]]:
        """Return what it tells of hosts, by name."""
        rows = self.http.get("/api/v1/fleet/hosts").json()["hosts"]
        return {row["host"]: row for row in rows}

    def state(self, host: str) -> str | None:
        """Return the state of a host."""
        return self.hosts().get(host, {}).get("state")

    def end(self, number: int = signal.SIGTERM) -> int:
        """End it and return its exit code."""
        self.http.close()
        return super().end(number)


@contextmanager
def hub(*arguments: str) -> Iterator[Hub]:
    """A hub that serves."""
    found = Hub(f"127.0.0.1:{free_port()}", *arguments)
    for _ in range(TRIES):
        if not found.said:  # somebody else was faster to take the port
            found.end()
            found = Hub(f"127.0.0.1:{free_port()}", *arguments)
    try:
        yield found
    finally:
        found.end()


@contextmanager
def agent(
    address: str, host: str, *arguments: str, environment: Mapping[str, str] | None = None
) -> Iterator[Program]:
    """An agent."""
    command = "agent", "--hub", address, "--name", host
    found = Program(*command, *arguments, environment=environment)
    try:
        yield found
    finally:
        if found.process.poll() is None:
            found.tell(signal.SIGCONT)
        found.end()


def connections(program: Program, address: str) -> set[str]:
    """Return the inodes of the sockets by which a program is connected to an address."""
    port = f":{int(address.split(':')[1]):04X}"
    folder = Path(f"/proc/{program.process.pid}")
    lines = [line.split() for line in (folder / "net/tcp").read_text().splitlines()]
    held = set(_targets(folder / "fd"))
    found = {fields[9] for fields in lines if fields[2].endswith(port)}
    return {inode for inode in found if f"socket:[{inode}]" in held}


def _targets(folder: Path) -> Iterator[str]:
    for link in folder.iterdir():
        with suppress(FileNotFoundError):  # it was closed meanwhile
            yield os.readlink(link)


def listens(address: str) -> bool:
    """Whether somebody listens there."""
    host, port = address.split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0
