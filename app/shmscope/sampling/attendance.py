"""Whether anybody is there: while nobody is, counters are read more seldom."""

from __future__ import annotations

from typing import Final

from shmscope.sampling.demand import Demand
from shmscope.sampling.rows import TICK_S

UNATTENDED_TICK_S: Final = 3.0
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

    @property
    def tick_s(self) -> float:
        """How far apart ticks are now."""
        return self._unattended_tick_s if self._demand.unattended else TICK_S

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
