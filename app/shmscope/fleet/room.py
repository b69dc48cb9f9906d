"""How much memory the answers take that an agent makes and keeps, all together."""

from __future__ import annotations

from typing import Self

from shmscope.errors import BusyError, LimitError


class Room:
    """Bytes that may be kept at once. Belongs to one event loop.

    Args:
        most_bytes: So many.

    Attributes:
        size_bytes: What is kept.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self.size_bytes = 0

    def take(self, size_bytes: int) -> None:
        """Keep so many bytes more.

        Raises:
            BusyError: there is no room for them.
        """
        size = self.size_bytes + size_bytes
        if size > self._most_bytes:
            raise BusyError(
                f"the agent would keep {size:,} bytes of answers that are being made or pulled; it "
                f"may keep {self._most_bytes:,}",
                value=size,
                limit=self._most_bytes,
            )
        self.size_bytes = size

    def give(self, size_bytes: int) -> None:
        """Keep so many bytes less."""
        self.size_bytes -= size_bytes


class Share:
    """What one answer takes of a room while it is made; given back at the end of the block.

    Args:
        room: What it is taken of.
        most_bytes: The largest answer.
    """

    def __init__(self, room: Room, most_bytes: int) -> None:
        self._room, self._most_bytes = room, most_bytes
        self._size_bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._room.give(self._size_bytes)

    def take(self, size_bytes: int) -> None:
        """Take so many bytes more.

        Raises:
            LimitError: the answer is too large.
            BusyError: there is no room for them.
        """
        if self._size_bytes + size_bytes > self._most_bytes:
            raise LimitError(
                f"another host answers with {self._most_bytes:,} bytes at most: select less, or "
                "ask its own server",
                limit=self._most_bytes,
            )
        self._room.take(size_bytes)
        self._size_bytes += size_bytes
