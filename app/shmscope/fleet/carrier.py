"""What agents and the hub need of the engine that carries their messages, and no more."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeAlias

# Key and body of each message, the oldest first; called from a thread of the carrier's own.
TakeMessages: TypeAlias = Callable[[list[tuple[str, bytes]]], None]
# A token's key, and whether it is there; called from a thread of the carrier's own.
TakeToken: TypeAlias = Callable[[str, bool], None]


class Question(Protocol):
    """A question that was asked of us. It is answered once, by any thread."""

    @property
    def key(self) -> str:
        """The key that was asked."""

    @property
    def body(self) -> bytes:
        """What was asked."""

    def answer(self, body: bytes) -> None:
        """Answer it; this may take as long as the link is busy."""

    def refuse(self, body: bytes) -> None:
        """Answer that it cannot be answered, and why."""


TakeQuestion: TypeAlias = Callable[[Question], None]


class Carrier(Protocol):
    """Carries messages between agents and a hub; may be used from any thread."""

    def publish(self, key: str, body: bytes) -> None:
        """Tell all who listen; what a busy link has no room for is dropped."""

    def subscribe(self, pattern: str, take: TakeMessages) -> None:
        """Listen. Who takes slowly is given the newest, and holds up nobody."""

    def announce(self, key: str) -> None:
        """Show a token until the end."""

    def roster(self, pattern: str, take: TakeToken) -> None:
        """Take in every token that is there, comes or goes."""

    def query(
        self, key: str, body: bytes, timeout_s: float, *, bulky: bool = False
    ) -> Future[bytes]:
        """Ask whoever serves a key.

        Args:
            key: Of the question.
            body: The question.
            timeout_s: How long to wait.
            bulky: Whether all else goes before the answer.

        Returns:
            Holds the answer, or `RefusedError`, or `SilenceError` where none came in time.
        """

    def serve(self, key: str, take: TakeQuestion) -> None:
        """Answer the questions to a key; `take` is called from one thread and may not wait."""

    def close(self) -> None:
        """End everything. What was published before has been sent, where the link is free."""


class SilenceError(Exception):
    """Nobody answered in time."""


class RefusedError(Exception):
    """The question was refused.

    Attributes:
        body: Why.
    """

    def __init__(self, body: bytes) -> None:
        super().__init__(body[:200])
        self.body = body
