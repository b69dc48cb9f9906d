"""A real server in a process of its own, so that what it takes up can be read from outside."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import httpx2
from tests.waiting import until
from tests.web.watching import Watcher
from websockets.sync.client import connect

COMMAND = str(Path(sys.executable).with_name("shmscope"))
TIMEOUT_S = 20.0


class Serving:
    """`shmscope serve`, from outside.

    Args:
        roots: Further folders of shared memory.

    Attributes:
        pid: Of its process.
        address: ``http://127.0.0.1:port``.
    """

    def __init__(self, *roots: str) -> None:
        given = [option for root in roots for option in ("--root", root)]
        self._process = subprocess.Popen(
            [COMMAND, "serve", "--port", "0", "--no-browser", *given],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = self._process.pid
        assert self._process.stdout is not None
        self.address = self._process.stdout.readline().split()[1].rstrip("/")
        # A connection that is kept alive is a descriptor of the server's.
        alone = httpx2.Limits(max_keepalive_connections=0)
        self.http = httpx2.Client(
            base_url=self.address, timeout=TIMEOUT_S, trust_env=False, limits=alone
        )

    def get(self, path: str) -> Any:
        """Return what the API answers."""
        answer = self.http.get(f"/api/v1/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def id_of(self, name: str) -> str:
        """Return the id of the one array called `name`, once it is seen."""

        def seen() -> list[str]:
            return [row["id"] for row in self.get("arrays")["arrays"] if row["name"] == name]

        return until(seen)[0]

    def verdicts(self, array: str) -> dict[str, str]:
        """Return what is said of an array now: rule and sentence."""
        found = self.get(f"arrays/{array}")["health"]["verdicts"]
        return {one["rule"]: one["sentence"] for one in found}

    def until_told(self, array: str, rule: str) -> str:
        """Wait until a rule speaks of an array, and return its sentence."""
        return until(lambda: self.verdicts(array).get(rule))

    def until_silent(self, array: str, rule: str) -> None:
        """Wait until a rule says no more of an array."""
        until(lambda: rule not in self.verdicts(array))

    @contextmanager
    def watched(self) -> Iterator[Watcher]:
        """Connect a page that has been greeted."""
        stream = self.address.replace("http", "ws", 1) + "/api/v1/stream"
        with connect(stream, compression=None, max_size=None, proxy=None) as connection:
            yield Watcher(connection)

    @property
    def resident_bytes(self) -> int:
        """Memory that the server itself takes up: pages of files do not count."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"^RssAnon:\s+(\d+) kB$", status, re.MULTILINE)
        assert found is not None
        return int(found[1]) << 10

    @property
    def descriptors(self) -> int:
        """How many descriptors it has open."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()
        self._process.send_signal(signal.SIGINT)
        self._process.communicate(timeout=TIMEOUT_S)
