"""A carrier within a test: who asks is answered at once, as the test says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

from shmscope.fleet import messages
from shmscope.fleet.carrier import TakeMessages, TakeQuestion, TakeToken
from shmscope.fleet.keys import Part, Place, parse_key

# Whom is asked, of what, and the question; what is raised is the answer, too.
Say = Callable[[Place, Part, Mapping[str, Any]], bytes]


class SaidCarrier:
    """See `shmscope.fleet.carrier.Carrier`.

    Args:
        say: Answers questions.
        failing: Names of methods that raise.

    Attributes:
        asked: What was asked of whom.
        published: Keys and bodies.
        is_closed: Whether it is.
        announced: Set with the token.
    """

    def __init__(self, say: Say, failing: tuple[str, ...] = ()) -> None:
        self._say, self._failing = say, failing
        self.asked: list[tuple[Place, Part, Mapping[str, Any]]] = []
        self.published: list[tuple[str, bytes]] = []
        self.is_closed = False
        self.announced = threading.Event()

    def publish(self, key: str, body: bytes) -> None:
        """Note what was said."""
        self._fail("publish")
        self.published.append((key, body))

    def subscribe(self, pattern: str, take: TakeMessages) -> None:
        """Hear nothing."""

    def announce(self, key: str) -> None:  # noqa: ARG002 - as a carrier has it
        """Show nothing."""
        self._fail("announce")
        self.announced.set()

    def roster(self, pattern: str, take: TakeToken) -> None:
        """See nothing."""

    def query(
        self, key: str, body: bytes, timeout_s: float, *, bulky: bool = False
    ) -> Future[bytes]:
        """Answer at once."""
        assert timeout_s > 0
        found = parse_key(key)
        assert found is not None
        assert bulky == (found[1] == "q/chunk")
        question = messages.decode(body)
        self.asked.append((*found, question))
        answer: Future[bytes] = Future()
        try:
            answer.set_result(self._say(*found, question))
        except Exception as error:  # noqa: BLE001 - whoever asks raises it
            answer.set_exception(error)
        return answer

    def serve(self, key: str, take: TakeQuestion) -> None:  # noqa: ARG002 - as a carrier has it
        """Be asked nothing."""
        self._fail("serve")

    def close(self) -> None:
        """End."""
        self.is_closed = True

    def _fail(self, method: str) -> None:
        if method in self._failing:
            raise RuntimeError(f"{method} cannot be")
