"""What an agent needs of its own host's server, which runs in its process without a port."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

Kind: TypeAlias = Literal["schema", "frame", "gone", "error"]

# Is told the size of each piece of a body before that is kept; raises where there is no room.
Take: TypeAlias = Callable[[int], None]


class Request(NamedTuple):
    """A GET request of the REST API.

    Attributes:
        path: Percent-encoded, from ``/api/v1/`` on.
        query: As it came.
        headers: Names in lower case.
        head: Whether no body is wanted.
    """

    path: str
    query: str
    headers: Mapping[str, str]
    head: bool = False


class Reply(NamedTuple):
    """What is answered to a request.

    Attributes:
        status: HTTP status code.
        headers: Names in lower case.
        body: The body; of a request for none, empty.
    """

    status: int
    headers: dict[str, str]
    body: bytes | bytearray


class Made(NamedTuple):
    """Something new about a topic.

    Attributes:
        body: Encoded.
        made_s: When, on the agent's clock.
    """

    kind: Kind
    body: bytes
    made_s: float


class View(Protocol):
    """A subscription. Belongs to the agent's event loop."""

    def take(self) -> list[Made]:
        """Return what is new, of frames the newest alone."""

    async def wait(self, timeout_s: float) -> None:
        """Wait until something may be new, or for so long."""

    def pace(self, rate_hz: float) -> None:
        """Ask for so many frames a second."""

    def close(self) -> None:
        """Ask no more."""


class Local(Protocol):
    """The server of the agent's host."""

    def overview(self) -> Mapping[str, Any]:
        """Return a frame of the topic of that name; called from any thread."""

    def look(self, wish: Mapping[str, Any]) -> View:
        """Subscribe to a topic.

        Raises:
            BusyError: there are too many.
        """

    async def get(self, request: Request, take: Take) -> Reply:
        """Answer a request.

        Raises:
            ShmscopeError: what `take` raises.
        """
