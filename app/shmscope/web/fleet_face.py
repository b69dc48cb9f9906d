"""What the web needs of a fleet, whatever carries it: hosts, their arrays, their answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Protocol

from shmscope.fleet.local import Request
from shmscope.fleet.relay import Tell
from shmscope.layout.names import ArrayId
from shmscope.sampling.demand import Ticket
from shmscope.sampling.topics import Topic


class Demanding(Protocol):
    """Takes note of who asks for what."""

    def add(self, topic: Topic, rate_hz: float = 2.0) -> Ticket:
        """Ask for `topic`, values at up to `rate_hz`."""

    def drop(self, ticket: Ticket) -> None:
        """Ask no more."""


class RemoteAnswer(Protocol):
    """A remote host's answer to a GET request."""

    @property
    def status(self) -> int:
        """HTTP status code."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Names in lower case."""

    @property
    def size_bytes(self) -> int:
        """Size of the body."""

    @property
    def body(self) -> AsyncIterator[bytes]:
        """The body, piece by piece."""

    def close(self) -> None:
        """Want no more of it; what its host still keeps is dropped there."""


class Fleet(Protocol):
    """The hosts of a hub. May be used from any thread, but for `get`."""

    @property
    def demand(self) -> Demanding:
        """Takes topics of other hosts than the hub."""

    def start(self, deliver: Tell) -> None:
        """Begin; `deliver` is called from any thread."""

    def close(self) -> None:
        """End, and wait for what runs."""

    def hosts(self) -> list[dict[str, Any]]:
        """Return one row a host; docs/stream.md names the fields."""

    def rows(self, host: str) -> list[dict[str, Any]]:
        """Return the rows of a host's arrays as they were last known."""

    def named(self, arrays: Iterable[ArrayId]) -> list[dict[str, Any]]:
        """Return the rows of those of some arrays that are known."""

    def page(
        self, hosts: str, match: str, first: int, most: int
    ) -> tuple[list[dict[str, Any]], int]:
        """Return rows of the hosts like one pattern, of names like another, and their count."""

    def find(self, text: str, most: int) -> tuple[list[dict[str, Any]], int]:
        """Return at most so many rows that match, and how many there are."""

    async def get(self, host: str, request: Request) -> RemoteAnswer:
        """Ask a host's REST API.

        Raises:
            ShmscopeError: the host is unknown, or cannot be reached.
        """
