"""Closer looks: bursts at one word, where nearly every spaced look finds a change.

The naive way looks at the word back to back for 5 milliseconds, twice a second. That reads a writer
of 10 kHz right, but hardly ever meets one of 100 Hz, and where the machine has no core to spare the
writer waits for ours until the burst is over: of one of 1 kHz half the changes were seen, or none.
So there are loose bursts first, a look every millisecond for 30 of them, between which this thread
sleeps. Tight ones, back to back, come where nearly every look of a loose one finds a change.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from shmscope.layout.runs import ReadInto
from shmscope.sampling.bursts import Burst, BurstMeter, BurstRate, burst_tightly
from shmscope.sampling.probes import Word

LOOSE_S = 0.03
SPACING_S = 0.001
LOOSE_PAUSE_S = 0.004
OUTRUN_SHARE, CAUGHT_UP_SHARE = 0.8, 0.6


class CloserLooks:
    """Loose and tight bursts, and what they tell.

    Attributes:
        due_s: When the next look is due, on the clock; infinite while none is wanted.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.due_s = math.inf
        self._clock = clock
        self._loose, self._tight = BurstMeter(), BurstMeter()
        self._burst: Burst | None = None  # a loose one under way
        self._loose_due_s = math.inf

    def want(self, now_s: float) -> None:
        """Begin, where that is not done yet."""
        if not self._loose.wanted:
            self._loose.start(now_s)
            self._loose_due_s = self.due_s = now_s

    def stop(self) -> None:
        """Want none any more, and forget what they told."""
        self._loose.stop()
        self._tight.stop()
        self._burst = None
        self._loose_due_s = self.due_s = math.inf

    def look(self, read_into: ReadInto, word: Word | None) -> int:
        """Do what is due and return how many bytes were read.

        Args:
            read_into: Reads the segment.
            word: What to look at, where a burst begins; None where nothing changed lately.

        Raises:
            SourceError: the memory cannot be read now; `stop` must come next.
        """
        now_s, size = self._clock(), 0
        if now_s >= self._loose_due_s:
            size += self._look_loosely(read_into, word, now_s)
        if now_s >= self._tight.due_s:
            size += self._look_tightly(read_into, word, now_s)
        self.due_s = min(self._loose_due_s, self._tight.due_s)
        return size

    def rate(self, spaced_per_s: float) -> BurstRate | None:
        """Return what bursts tell, where that is more than `spaced_per_s` and not by chance."""
        found, least_per_s = None, spaced_per_s
        for meter in (self._loose, self._tight):
            rate = meter.rate()
            if rate is not None and rate.sure_per_s > least_per_s:
                found, least_per_s = rate, rate.per_s
        return found

    def _look_loosely(self, read_into: ReadInto, word: Word | None, now_s: float) -> int:
        burst = self._burst or (Burst(word, LOOSE_PAUSE_S) if word is not None else None)
        if burst is None:
            self._loose.skip(now_s)
            self._loose_due_s = self._loose.due_s
            return 0
        size = burst.look(read_into, self._clock)
        if burst.lasted_s < LOOSE_S:
            self._burst, self._loose_due_s = burst, burst.last_s + SPACING_S
        else:
            self._loose.add(burst)
            self._burst, self._loose_due_s = None, self._loose.due_s
            self._judge(burst)
        return size

    def _judge(self, burst: Burst) -> None:
        """Want tight bursts where a loose one is outrun, or this thread always woke too late."""
        share = CAUGHT_UP_SHARE if self._tight.wanted else OUTRUN_SHARE
        if burst.changes < share * burst.looks:
            self._tight.stop()
        elif not self._tight.wanted:
            self._tight.start(burst.last_s)

    def _look_tightly(self, read_into: ReadInto, word: Word | None, now_s: float) -> int:
        if word is None:
            self._tight.skip(now_s)
            return 0
        burst, size = burst_tightly(read_into, word, self._clock)
        self._tight.add(burst)
        return size
