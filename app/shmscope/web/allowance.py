"""What one client may be sent a second, over all that it has subscribed to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BURST_S = 0.25  # of allowance not used is kept for later


class Allowance:
    """So many units a second. More may be spent at once, and is waited for afterwards.

    Args:
        per_s: How many.

    Attributes:
        due_s: When something may be spent again.
    """

    def __init__(self, per_s: float) -> None:
        self._per_s = per_s
        self.due_s = float("-inf")

    def spend(self, units: float, now_s: float) -> None:
        """Spend units, whether or not there are as many."""
        self.due_s = max(self.due_s, now_s - BURST_S) + units / self._per_s


@dataclass(frozen=True, slots=True)
class Quota:
    """The most that a client is sent a second.

    The defaults let a page draw eight views sixty times a second, four of them 1024 x 1024 floats.
    """

    frames_per_s: float = 480.0
    bytes_per_s: float = float(1 << 30)


QUOTA: Final = Quota()


class Purse:
    """A client's allowances."""

    def __init__(self, quota: Quota) -> None:
        self._frames = Allowance(quota.frames_per_s)
        self._bytes = Allowance(quota.bytes_per_s)

    @property
    def due_s(self) -> float:
        """When the next frame may be sent."""
        return max(self._frames.due_s, self._bytes.due_s)

    def pay(self, size_bytes: int, now_s: float) -> None:
        """Pay for a frame."""
        self._frames.spend(1, now_s)
        self._bytes.spend(size_bytes, now_s)
