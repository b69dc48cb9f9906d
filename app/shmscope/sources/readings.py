"""Arrays that are open to be read block by block, and may be changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np


class Reading(Protocol):
    """The bytes of an array while it is scanned."""

    def read_into(self, buffer: memoryview, offset: int) -> None:
        """Fill `buffer` with the bytes from `offset` on.

        Raises:
            SourceError: they cannot be read now.
        """

    def hole_end(self, offset: int) -> int:
        """Return up to which byte nothing was ever written from `offset` on, all of it zeros."""


class Fetched:
    """An array that was fetched whole.

    Args:
        values: The array.
    """

    def __init__(self, values: np.ndarray[Any, Any]) -> None:
        self._content = np.ascontiguousarray(values).reshape(-1).view(np.uint8)

    def read_into(self, buffer: memoryview, offset: int) -> None:
        """Fill `buffer` with the bytes from `offset` on."""
        buffer[:] = self._content[offset : offset + len(buffer)].data

    def hole_end(self, offset: int) -> int:
        """Return `offset`: there are no holes."""
        return offset


class Noted:
    """Another reading, of which somebody is told.

    Args:
        reading: The other one.
        note_read: Told how many bytes were read.
    """

    def __init__(self, reading: Reading, note_read: Callable[[int], None]) -> None:
        self._reading, self._note_read = reading, note_read

    def read_into(self, buffer: memoryview, offset: int) -> None:
        """Fill `buffer` with the bytes from `offset` on.

        Raises:
            SourceError: they cannot be read now.
        """
        self._reading.read_into(buffer, offset)
        self._note_read(len(buffer))

    def hole_end(self, offset: int) -> int:
        """Return up to which byte nothing was ever written from `offset` on."""
        return self._reading.hole_end(offset)
