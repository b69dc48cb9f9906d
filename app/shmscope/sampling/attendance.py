"""Whether anybody is there: while nobody is, counters are read more seldom."""

from __future__ import annotations

from typing import Final

from shmscope.sampling.demand import Demand
from shmscope.sampling.rates import SPARE, TICK_S

UNATTENDED_TICK_S: Final = 5.0
ATTENDED_S: Final = 10.0  # since somebody asked, who may ask again


class Attendance:
    """Somebody is there who is connected, or has subscribed, or has asked some seconds ago.

    Args:
        demand: Who wants to know what; is told that nobody is there.
        unattended_tick_s: How far apart ticks are then.
        now_s: When it begins: whoever starts a server is there.
    """

    def __init__(self, demand: Demand, unattended_tick_s: float, now_s: float) -> None:
        self._demand = demand
        self._unattended_tick_s = unattended_tick_s
        self._asked, self._asked_s = demand.asked, now_s
        self._planned_s, self._ticked_s = TICK_S, now_s

    @property
    def tick_s(self) -> float:
        """How far apart ticks are now."""
        return self._unattended_tick_s if self._demand.unattended else TICK_S

    def tick(self, now_s: float) -> int:
        """Note a tick, and return how many it stands for: itself, and those left out before it."""
        left_out = self._planned_s > TICK_S
        worth = round((now_s - self._ticked_s) / TICK_S) if left_out else 1
        self._planned_s, self._ticked_s = self.tick_s, now_s
        return min(max(worth, 1), SPARE)

    def look(self, now_s: float) -> bool:
        """Look who is there, and return whether somebody has just come."""
        demand = self._demand
        if demand.asked != self._asked:
            self._asked, self._asked_s = demand.asked, now_s
        asked = now_s - self._asked_s < ATTENDED_S
        attended = bool(asked or demand.clients or demand.topics())
        came = attended and demand.unattended
        demand.unattended = not attended
        return came
