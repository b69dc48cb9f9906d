"""Answers that are too large for one message, kept on the agent until they have been pulled."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from shmscope.errors import BusyError, LimitError, MessageError, SourceGoneError
from shmscope.fleet import messages
from shmscope.fleet.room import Room

KEPT_S: Final = 60.0  # after a piece was pulled
DONE_S: Final = 10.0  # after the last one was: its answer may have been lost
MOST_COPIES: Final = 64
MOST_COPIES_BYTES: Final = 256 << 20


@dataclass(slots=True)
class _Copy:
    body: bytes | bytearray
    until_s: float
    touch: Callable[[], None]


class Copies:
    """Keeps bodies for a while. Belongs to one event loop.

    Args:
        clock: Seconds.
        most_bytes: All of them together.
        numbers: What copies are called by, where others are kept elsewhere.

    Attributes:
        room: What they take; that of answers which are still being made may be taken of it, too.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        most_bytes: int = MOST_COPIES_BYTES,
        numbers: Iterator[int] | None = None,
    ) -> None:
        self._clock, self.room = clock, Room(most_bytes)
        self._copies: dict[int, _Copy] = {}
        self._numbers = itertools.count(1) if numbers is None else numbers

    def __contains__(self, number: int) -> bool:
        return number in self._copies

    @property
    def size_bytes(self) -> int:
        """What all of them take."""
        return sum(len(copy.body) for copy in self._copies.values())

    def pack(
        self,
        head: dict[str, Any],
        body: bytes | bytearray,
        touch: Callable[[], None] = lambda: None,
    ) -> tuple[bytes, int | None]:
        """Return the message that answers with a body, and the number of its copy, if it has one.

        Args:
            head: What stands beside the body.
            body: In the message, where it is small.
            touch: Called for each piece that is pulled.

        Raises:
            LimitError: it is larger than any copy may be.
            BusyError: there is no room for another copy.
        """
        if len(body) <= messages.MOST_WHOLE_BYTES:
            return messages.encode({**head, "whole": bytes(body)}), None
        number = self._keep(body, touch)
        return messages.encode({**head, "copy": number, "size": len(body)}), number

    def _keep(self, body: bytes | bytearray, touch: Callable[[], None]) -> int:
        most = messages.MOST_COPY_BYTES
        if len(body) > most:
            raise LimitError(
                f"an answer has {len(body):,} bytes; an agent sends {most:,} at most",
                value=len(body),
                limit=most,
            )
        self.forget_old()
        if len(self._copies) >= MOST_COPIES:
            raise BusyError(f"{MOST_COPIES} answers are being pulled already", limit=MOST_COPIES)
        self.room.take(len(body))
        number = next(self._numbers)
        self._copies[number] = _Copy(body, self._clock() + KEPT_S, touch)
        return number

    def piece(self, number: int, at: int) -> bytes:
        """Return a piece of a copy.

        Args:
            number: Of the copy.
            at: Byte at which it begins.

        Raises:
            SourceGoneError: there is no such copy any more.
            MessageError: it ends before.
        """
        copy = self._copies.get(number)
        if copy is None:
            raise SourceGoneError(f"there is no copy {number} any more", value=number)
        if not 0 <= at < len(copy.body):
            raise MessageError(
                f"copy {number} has {len(copy.body):,} bytes, none at {at:,}", value=at
            )
        end = at + messages.PIECE_BYTES
        copy.until_s = self._clock() + (KEPT_S if end < len(copy.body) else DONE_S)
        copy.touch()
        return bytes(copy.body[at:end])

    def drop(self, number: int | None) -> None:
        """Forget a copy, if it is still there."""
        copy = None if number is None else self._copies.pop(number, None)
        if copy is not None:
            self.room.give(len(copy.body))

    def forget_old(self) -> None:
        """Forget what nobody pulls any more."""
        now_s = self._clock()
        for number in [one for one, copy in self._copies.items() if copy.until_s < now_s]:
            self.drop(number)
