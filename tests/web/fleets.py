"""A fleet whose hosts are only said to be there: what a hub makes of it needs no carrier."""

from __future__ import annotations

import fnmatch
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from shmscope.errors import ShmscopeError, UnknownHostError
from shmscope.fleet.local import Request
from shmscope.fleet.relay import Tell
from shmscope.layout.names import ArrayId
from shmscope.sampling.demand import Demand


def host_row(host: str, **fields: Any) -> dict[str, Any]:
    """Return a host's row."""
    return {
        "host": host,
        "site": "_",
        "state": "reachable",
        "since_s": 5.0,
        "heard_s": 0.1,
        "arrays": 1,
        "cut": None,
        "writes_per_s": 2.0,
        "level": "ok",
        "levels": {"ok": 1, "warning": 0, "critical": 0},
        "room": {"size_bytes": 1 << 30, "used_bytes": 1 << 20},
        "version": "1",
        "lag": 0.0,
        **fields,
    }


def array_row(host: str, name: str, **fields: Any) -> dict[str, Any]:
    """Return what of an array's row a hub looks at."""
    known = {"id": f"{host}/1-1/{name}", "host": host, "segment": "1-1", "name": name}
    return {**known, "state": "reachable", "known_age_s": 0.1, **fields}


@dataclass
class Said:
    """An answer of a host.

    Attributes:
        pieces: Of its body; an error is raised in its place.
        closed: How often nobody wanted more of it.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "application/json"})
    pieces: tuple[bytes | ShmscopeError, ...] = (b"{}",)
    closed: int = 0

    @property
    def size_bytes(self) -> int:
        """Size of the body; where it breaks off, a byte is missing."""
        return sum(1 if isinstance(piece, ShmscopeError) else len(piece) for piece in self.pieces)

    @property
    async def body(self) -> AsyncIterator[bytes]:
        """The body."""
        for piece in self.pieces:
            if isinstance(piece, ShmscopeError):
                raise piece
            yield piece

    def close(self) -> None:
        """Count it."""
        self.closed += 1


class SaidFleet:
    """Hosts as a test says that they are.

    Attributes:
        arrays: Rows by host.
        answers: Answers by host; errors are raised.
        asked: What was asked of hosts.
        found: What was searched for.
        tell: Takes what is new about a topic.
    """

    def __init__(self, arrays: Mapping[str, list[dict[str, Any]]], **hosts: dict[str, Any]) -> None:
        self.arrays = dict(arrays)
        self._hosts = hosts
        self.demand = Demand()
        self.answers: dict[str, Said | ShmscopeError] = {}
        self.asked: list[tuple[str, Request]] = []
        self.found: list[str] = []
        self.tell: Tell

    def start(self, deliver: Tell) -> None:
        """Begin."""
        self.tell = deliver

    def close(self) -> None:
        """End."""

    def hosts(self) -> list[dict[str, Any]]:
        """Return one row a host."""
        return [
            host_row(host, arrays=len(rows), **self._hosts.get(host, {}))
            for host, rows in self.arrays.items()
        ]

    def rows(self, host: str) -> list[dict[str, Any]]:
        """Return a host's rows."""
        return self.arrays.get(host, [])

    def named(self, arrays: Iterable[ArrayId]) -> list[dict[str, Any]]:
        """Return the rows of arrays."""
        rows = {row["id"]: row for found in self.arrays.values() for row in found}
        return [rows[str(array)] for array in arrays if str(array) in rows]

    def page(
        self, hosts: str, match: str, first: int, most: int
    ) -> tuple[list[dict[str, Any]], int]:
        """Return rows by host and name."""
        found = [
            row
            for host in sorted(fnmatch.filter(self.arrays, hosts))
            for row in sorted(self.arrays[host], key=itemgetter("name"))
            if fnmatch.fnmatchcase(row["name"], match)
        ]
        return found[first : first + most], len(found)

    def find(self, text: str, most: int) -> tuple[list[dict[str, Any]], int]:
        """Return the rows whose name has `text` in it."""
        self.found.append(text)
        found = [row for rows in self.arrays.values() for row in rows if text in row["name"]]
        return found[:most], len(found)

    async def get(self, host: str, request: Request) -> Said:
        """Answer as the test says."""
        self.asked.append((host, request))
        if host not in self.arrays:
            raise UnknownHostError(f"no host of the fleet is called {host!r}", value=host)
        answer = self.answers.get(host, Said())
        if isinstance(answer, ShmscopeError):
            raise answer
        return answer
