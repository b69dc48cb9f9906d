"""Observed change: how often an array changes whose writers nobody counts.

Looks are compared with the looks before them, faster the more they find: every look that finds a
change halves the time to the next one, every other makes it a tenth longer. Where nearly all looks
find one, the writer is faster than they are: bursts of looks at one word tell more of it. All
figures are lower bounds of what was written; docs/changes.md says what they mean.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple

from shmscope.layout.array import ArrayLayout
from shmscope.layout.runs import ReadInto
from shmscope.sampling.closer_looks import CloserLooks
from shmscope.sampling.pace import SLOWEST_S, LookMeter, Pace
from shmscope.sampling.probes import Probes

REST = 4.0  # a look that takes long rests this many times as long
LONGEST_REST_S = 2.0
PAUSE_S = 60.0  # in which nobody looked, and did not say that he rests
LIVELY_S = 10.0  # after a change
HOLD_S = 1.0  # that the latest rate stands where no look came between two ticks

_NO_LOOKS = LookMeter()

OpenReader = Callable[[], AbstractContextManager[ReadInto]]


@dataclass(frozen=True, slots=True)
class Changes:
    """What was seen of an array's changes; each figure is at least so much.

    Attributes:
        per_s: Changes per second.
        looks_per_s: How often somebody looked; 0 while nobody does.
        burst_looks_per_s: Looks per second within bursts, where `per_s` comes from them.
        elements: Elements that differed at the last look that found any.
        elements_per_s: Elements found different per second.
        compared: Elements that a look compares.
        coverage: What part of the array they are, 0 to 1.
        last_change_age_s: Since a look last found a change; None where none ever did.
    """

    per_s: float
    looks_per_s: float
    burst_looks_per_s: float | None
    elements: int
    elements_per_s: float
    compared: int
    coverage: float
    last_change_age_s: float | None


class _Mark(NamedTuple):
    """A tick or a first look: when it was, the last look until then, the changes until then."""

    at_s: float
    looked_s: float
    total: int


class ChangeWatch:
    """Looks at one array again and again, and tells how often it changes.

    Args:
        layout: The array.
        clock: Seconds, as `changes` and `tick` get them.

    Attributes:
        due_s: When the next look is due, on the clock.
        latest_per_s: Changes per second between the last two ticks; NaN where nobody looked.
    """

    def __init__(self, layout: ArrayLayout, clock: Callable[[], float] = time.monotonic) -> None:
        self.due_s = 0.0
        self.latest_per_s = math.nan
        self._clock = clock
        self._probes = Probes(layout) if layout.size_bytes else None
        self._closer = CloserLooks(clock)
        self._pace = Pace()
        self._looks = LookMeter()
        self._eager = False
        self._look_due_s = 0.0
        self._looked_s = -math.inf
        self._changed_s: float | None = None
        self._elements = self._total = 0
        self._mark: _Mark | None = None

    def look(self, open_reader: OpenReader, *, eager: bool) -> int:
        """Do what is due: a spaced look, a burst, both or neither.

        Args:
            open_reader: Opens the array's segment for one look.
            eager: Whether somebody looks at this very array: it gets up to 60 looks per second,
                and bursts. Else it gets two looks per second.

        Returns:
            Bytes read.

        Raises:
            SourceError: the memory cannot be read now; the look after that begins anew.
        """
        now_s = self._clock()
        self._settle(now_s, eager)
        if now_s < self.due_s:
            return 0
        if self._probes is None:  # an array without elements never changes
            self.due_s = now_s + SLOWEST_S
            return 0
        try:
            with open_reader() as read_into:
                return self._look_at(self._probes, read_into, now_s)
        except Exception:
            self.rest()
            self.due_s = self._look_due_s = now_s + SLOWEST_S
            raise

    def rest(self) -> None:
        """Forget what looks are compared with, and the rate of looking: nobody looks any more."""
        if self._probes is not None:
            self._probes.forget()
        self._closer.stop()
        self._pace = Pace()
        self._looks = LookMeter()
        self._looked_s = -math.inf
        self._mark = None
        self._look_due_s = self.due_s = 0.0

    def tick(self, now_s: float) -> None:
        """Note in `latest_per_s` what changed since the last tick that a look came before."""
        mark, looked_s = self._mark, self._looked_s
        if mark is not None and mark.looked_s != looked_s and mark.at_s < now_s:
            spaced_per_s = (self._total - mark.total) / (now_s - mark.at_s)
            burst = self._closer.rate(spaced_per_s)
            self.latest_per_s = spaced_per_s if burst is None else burst.per_s
            self._mark = _Mark(now_s, looked_s, self._total)
        elif now_s - looked_s > HOLD_S:
            self.latest_per_s = math.nan

    def changes(self, now_s: float) -> Changes:
        """Return what was seen."""
        looks = _NO_LOOKS if self._is_resting(now_s) else self._looks
        changed_s, probes = self._changed_s, self._probes
        spaced_per_s = looks.per_s
        burst = self._closer.rate(spaced_per_s)
        return Changes(
            per_s=spaced_per_s if burst is None else burst.per_s,
            looks_per_s=looks.looks_per_s,
            burst_looks_per_s=None if burst is None else burst.looks_per_s,
            elements=self._elements,
            elements_per_s=looks.elements_per_s,
            compared=0 if probes is None else probes.elements,
            coverage=1.0 if probes is None else probes.coverage,
            last_change_age_s=None if changed_s is None else max(now_s - changed_s, 0.0),
        )

    def is_lively(self, now_s: float) -> bool:
        """Whether a look may well find something: a recent one did, or none was compared yet."""
        changed_s = self._changed_s
        recent = changed_s is not None and now_s - changed_s < LIVELY_S
        return recent or self._looks.looked < 2  # the first look only has something to remember

    def _is_resting(self, now_s: float) -> bool:
        return now_s - self._looked_s > PAUSE_S

    def _settle(self, now_s: float, eager: bool) -> None:
        """Begin anew after a pause, and look at once where somebody begins to be eager."""
        if self._is_resting(now_s):
            self.rest()
        if eager is not self._eager:
            self._eager = eager
            self._pace = Pace()
            self._closer.stop()
            if eager:
                self._look_due_s = now_s
            self.due_s = self._look_due_s

    def _look_at(self, probes: Probes, read_into: ReadInto, now_s: float) -> int:
        size = 0
        if now_s >= self._look_due_s:
            self._compare(probes, read_into, now_s)
            size += probes.read_bytes
            self._look_due_s = now_s + self._interval_s(self._clock() - now_s)
        if now_s >= self._closer.due_s:
            size += self._closer.look(read_into, probes.hottest())
        self.due_s = min(self._look_due_s, self._closer.due_s)
        return size

    def _interval_s(self, spent_s: float) -> float:
        """Return the seconds to the next spaced look after one that took `spent_s`."""
        wish_s = self._pace.interval_s if self._eager else SLOWEST_S
        return max(wish_s, min(REST * spent_s, LONGEST_REST_S))

    def _compare(self, probes: Probes, read_into: ReadInto, now_s: float) -> None:
        elements = probes.look(read_into)
        self._looked_s = now_s
        self._mark = self._mark or _Mark(now_s, now_s, self._total)
        self._looks.note(now_s, elements or 0)
        if elements:
            self._changed_s, self._elements = now_s, elements
            self._total += 1
        if self._eager and elements is not None:
            self._pace.note(changed=elements > 0)
            if self._pace.is_outrun:
                self._closer.want(now_s)
            else:
                self._closer.stop()
