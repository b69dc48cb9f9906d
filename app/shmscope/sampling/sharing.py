"""Copies that several views of one array share, where they are due together.

Of a look at some kilobytes, four fifths are the copy: opening the segment and asking who writes.
So views of the same elements fall in step, and what one of them has read in a turn no other reads
again: they also show the array as it was at one and the same moment.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

from shmscope.sources.snapshots import Snapshot


class Sharing:
    """The copies of one turn."""

    def __init__(self) -> None:
        self._copies: dict[Hashable, Snapshot] = {}
        self._shared_bytes = 0

    def look(self, key: Hashable, look: Callable[[], Snapshot]) -> Snapshot:
        """Return the copy that was made in this turn, or make one.

        Args:
            key: What is copied.
            look: Makes a copy.

        Raises:
            SourceError: it cannot be read now.
        """
        found = self._copies.get(key)
        if found is not None:
            self._shared_bytes += found.values.nbytes
            return found
        made = self._copies[key] = look()
        return made

    def take_shared_bytes(self) -> int:
        """Return how many bytes were shared since this was asked last."""
        shared_bytes, self._shared_bytes = self._shared_bytes, 0
        return shared_bytes


def in_step_s(due_s: float, period_s: float, others_s: Iterable[float]) -> float:
    """Return when a look is due so that it falls in step with others at the same elements.

    It is never put off, and comes at most half a period early: after two looks of two views, their
    looks come together.

    Args:
        due_s: When it would be due alone.
        period_s: Between two of its looks.
        others_s: When others are due.
    """
    near = [other_s for other_s in others_s if due_s - period_s / 2 <= other_s <= due_s]
    return max(near, default=due_s)
