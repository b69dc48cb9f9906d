"""How the hub asks an agent: a time limit and one more try, and in pieces what is large.

The naive way sends an answer whole. On a link of 4 Mbit/s one of 4 MiB fills the queues of both
sides for nine seconds, statistics and signs of life wait behind it, and the session ends. So the
agent keeps a copy, and the hub pulls it piece by piece, behind everything else, one at a time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakValueDictionary

from shmscope.errors import BusyError, LimitError, MessageError, ShmscopeError, UnreachableError
from shmscope.fleet import messages
from shmscope.fleet.carrier import Carrier, RefusedError, SilenceError
from shmscope.fleet.keys import Part, Place

TIMEOUT_S: Final = 5.0
TRIES: Final = 2
_KINDS: Final[Mapping[int, type[ShmscopeError]]] = {503: BusyError, 413: LimitError}


@dataclass(frozen=True, slots=True)
class Answer:
    """What an agent answered.

    Attributes:
        head: All of it but its body.
        arrived_s: When it came, on the hub's clock.
        size_bytes: Of its body.
        pieces: The body.
        is_kept: Whether the agent keeps the body until it was pulled.
    """

    head: Mapping[str, Any]
    arrived_s: float
    size_bytes: int
    pieces: AsyncIterator[bytes]
    is_kept: bool = False

    async def whole(self) -> bytes:
        """Return the body in one."""
        found = bytearray()
        async for piece in self.pieces:
            found += piece
        return bytes(found)


class Asking:
    """Asks agents. Belongs to one event loop.

    Args:
        carrier: Carries the questions.
        clock: Seconds.
        timeout_s: How long to wait for each answer, before one more try.
    """

    def __init__(
        self,
        carrier: Carrier,
        clock: Callable[[], float] = time.monotonic,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._carrier, self._clock, self._timeout_s = carrier, clock, timeout_s
        # Of each host that something is pulled from: a lock is gone with the last who pulls.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def ask(
        self, place: Place, part: Part, question: Mapping[str, Any], most_bytes: int
    ) -> Answer:
        """Ask an agent.

        Args:
            place: The agent.
            part: Which of its questions.
            question: Plain data.
            most_bytes: The largest body that is taken.

        Raises:
            UnreachableError: it did not answer in time.
            ShmscopeError: it refused, or its answer is none.
        """
        head = messages.decode(await self._query(place, part, _encoded(question)))
        arrived_s = self._clock()
        copy, size = head.get("copy"), messages.count(head, "size")
        if copy is None:
            whole = messages.data(head, "whole")
            return Answer(head, arrived_s, len(whole), _one(whole))
        if size > most_bytes:
            raise LimitError(
                f"the host {place.host[:80]!r} answers with {size:,} bytes; {most_bytes:,} are "
                "taken",
                value=size,
                limit=most_bytes,
            )
        return Answer(head, arrived_s, size, self._pull(place, copy, size), is_kept=True)

    async def _pull(self, place: Place, copy: object, size: int) -> AsyncIterator[bytes]:
        at, turn = 0, self._turns.setdefault(place.host, asyncio.Lock())
        while at < size:
            question = messages.encode({"copy": copy, "at": at})
            async with turn:
                piece = await self._query(place, "q/chunk", question, bulky=True)
            if not 0 < len(piece) <= min(messages.PIECE_BYTES, size - at):
                raise MessageError(f"a piece of {len(piece):,} bytes fits no copy of {size:,}")
            at += len(piece)
            yield piece

    async def _query(
        self, place: Place, part: Part, question: bytes, *, bulky: bool = False
    ) -> bytes:
        for _ in range(TRIES):
            asked = self._carrier.query(place.key(part), question, self._timeout_s, bulky=bulky)
            try:
                return await asyncio.wrap_future(asked)
            except SilenceError:
                continue
            except RefusedError as error:
                raise _refusal(place, error.body) from None
        raise UnreachableError(
            f"the host {place.host[:80]!r} did not answer within {self._timeout_s:g} s, and not "
            "when asked again",
            value=place.host[:80],
        )


def _encoded(question: Mapping[str, Any]) -> bytes:
    asked, most = messages.encode(question), messages.MOST_QUESTION_BYTES
    if len(asked) > most:  # a larger one would end the session
        raise MessageError(
            f"what is asked of another host may have {most:,} bytes, not {len(asked):,}",
            value=len(asked),
            limit=most,
        )
    return asked


def _refusal(place: Place, body: bytes) -> ShmscopeError:
    """Return why an agent refused, as far as that can be told."""
    try:
        said = messages.decode(body)
    except MessageError:
        said = {}
    kind = _KINDS.get(messages.count(said, "status"), MessageError)
    detail = messages.text(said, "detail", 500) or "it did not say why"
    return kind(f"the host {place.host[:80]!r} refused: {detail}")


async def _one(whole: bytes) -> AsyncIterator[bytes]:
    if whole:
        yield whole
