"""Spaced looks: how soon to look again, and how often looks find a change."""

from __future__ import annotations

from collections import deque

from shmscope.sampling.rates import RateMeter

FASTEST_S = 1 / 60
SLOWEST_S = 0.45  # less than a tick: a look that comes with every tick must not miss it by a hair
SHRINK, GROW = 0.5, 1.1
RECENT_LOOKS = 24
OUTRUN_LOOKS = 16
OUTRUN_SHARE, CAUGHT_UP_SHARE = 0.8, 0.6
RECENT_CHANGES = 16


def next_due_s(due_s: float, period_s: float, now_s: float) -> float:
    """Return when a look is due again: evenly after it was, but never twice to make up for one."""
    even_s = due_s + period_s
    return even_s if even_s > now_s else now_s + period_s


class Pace:
    """How soon to look again.

    A look that finds a change halves the time to the next, any other makes it a tenth longer. So
    there are about eight looks for every change, as far as the limits allow: with two, a third of
    the changes of an irregular writer fell between the same two looks.

    Attributes:
        interval_s: Seconds to the next look.
        is_outrun: Whether nearly every look finds a change.
    """

    def __init__(self) -> None:
        self.interval_s = FASTEST_S
        self.is_outrun = False
        self._recent: deque[bool] = deque(maxlen=RECENT_LOOKS)

    def note(self, *, changed: bool) -> None:
        """Note whether a look found a change."""
        wish_s = self.interval_s * (SHRINK if changed else GROW)
        self.interval_s = min(max(wish_s, FASTEST_S), SLOWEST_S)
        self._recent.append(changed)
        share = CAUGHT_UP_SHARE if self.is_outrun else OUTRUN_SHARE
        looks = len(self._recent)
        self.is_outrun = looks >= OUTRUN_LOOKS and sum(self._recent) >= share * looks


class LookMeter:
    """How often somebody looks, and how often that finds a change.

    The first change found only starts the measuring: how long nothing had changed before it nobody
    knows, and one change in the first sixtieth of a second is no 60 per second.
    """

    def __init__(self) -> None:
        self._looks = RateMeter()
        self._changes: RateMeter | None = None
        self.looked = self._changed = 0
        self._elements: deque[int] = deque(maxlen=RECENT_CHANGES)

    def note(self, now_s: float, elements: int) -> None:
        """Note that a look found so many elements different."""
        self.looked += 1
        self._looks.update(now_s, self.looked)
        if elements:
            self._elements.append(elements)
            self._changed += self._changes is not None
            self._changes = self._changes or RateMeter()
        if self._changes is not None:
            self._changes.update(now_s, self._changed)

    @property
    def looks_per_s(self) -> float:
        """Looks per second."""
        return self._looks.per_s

    @property
    def per_s(self) -> float:
        """Looks that found a change, per second."""
        return self._changes.per_s if self._changes is not None else 0.0

    @property
    def elements_per_s(self) -> float:
        """Elements found different per second."""
        elements = tuple(self._elements)  # another thread may add one meanwhile
        return self.per_s * sum(elements) / len(elements) if elements else 0.0
