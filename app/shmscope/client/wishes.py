"""What may be asked of a live stream, and how long it is waited for a server that went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypedDict

from shmscope.client.questions import Part

RECONNECT_S: Final = 60.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 2.0


class LiveLens(TypedDict, total=False):
    """How a selection is seen live; docs/stream.md tells what each field means."""

    max_points: int
    field: str
    part: Part
    order: Sequence[int]
    window: Sequence[tuple[int, int]]
    most: Sequence[int]
    reduce: Literal["stride", "mean", "min", "max", "envelope"]
    against: Mapping[str, Any]
    layout: Mapping[str, Any]


def wish_for(array: str, select: str, rate_hz: float, lens: LiveLens) -> dict[str, Any]:
    """Return what a subscription asks for."""
    return {"array": array, "select": select, "rate_hz": rate_hz, **lens}


class Patience:
    """How long, and how often, a server that went is looked for.

    Args:
        reconnect_s: How long in all; 0 not at all.
    """

    def __init__(self, reconnect_s: float) -> None:
        self._reconnect_s = reconnect_s
        self._until_s: float | None = None
        self._pause_s = _FIRST_PAUSE_S
        self._was_there = False

    def found(self) -> None:
        """Note that the server is there."""
        self._was_there, self._until_s, self._pause_s = True, None, _FIRST_PAUSE_S

    def pause_s(self, now_s: float) -> float | None:
        """Return how long to wait before the next attempt; None: it is not worth another.

        A server that was never there is not waited for.
        """
        if not self._was_there:
            return None
        if self._until_s is None:
            self._until_s = now_s + self._reconnect_s
        if now_s >= self._until_s:
            return None
        pause_s, self._pause_s = self._pause_s, min(self._pause_s * 2, _LONGEST_PAUSE_S)
        return min(pause_s, self._until_s - now_s)
