"""Full scans: the statistics of the arrays at whose pages somebody looks, with what is left.

The first scan of an array goes on as fast as the budget allows, for nobody knows anything of it.
Once there are statistics, they are renewed calmly: so many bytes a tick.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping

from shmscope.layout.names import ArrayId
from shmscope.sampling.budget import Account, Budget, Tier
from shmscope.sampling.trace import Trace

SCAN_BYTES = 32 << 20  # a tick, of one array
STRETCH_BYTES = 4 << 20
MORE = 1.5  # times as much must be known for statistics to be made anew


class Scans:
    """Scans arrays a stretch at a time.

    Args:
        note_read: Told how many bytes were read.
        budget: What scans are paid out of.
    """

    def __init__(self, note_read: Callable[[int], None], budget: Budget) -> None:
        self._note_read = note_read
        self._budget = budget
        self._account = Account(Tier.SCANS)
        self._left_bytes: dict[ArrayId, int] = {}  # that each may read in this tick
        self._done: Counter[ArrayId] = Counter()  # stretches of each, since its page was opened
        self._summed_up: Counter[ArrayId] = Counter()  # and those that its statistics tell of

    def plan(self, opened: Collection[ArrayId]) -> None:
        """Begin a tick."""
        kept = [ident for ident in self._left_bytes if ident in opened]  # who waits comes first
        self._left_bytes = dict.fromkeys([*kept, *opened], SCAN_BYTES)
        for gone in self._done.keys() - self._left_bytes.keys():
            del self._done[gone], self._summed_up[gone]

    def look(self, by_id: Mapping[ArrayId, Trace], now_s: float) -> float:
        """Scan a stretch, after which others have their turn, and return when to go on."""
        if self._left_bytes and not self._budget.holds(self._account):
            ident = next(iter(self._left_bytes))
            left_bytes, trace = self._left_bytes.pop(ident), by_id.get(ident)
            if trace is not None:
                self._go_on(trace, left_bytes, now_s)
        return self._budget.free_s(self._account) if self._left_bytes else math.inf

    def sum_up(self, by_id: Mapping[ArrayId, Trace]) -> None:
        """Have statistics of what is known by now, where that is a good deal more than before.

        To order the elements takes as long as to scan some megabytes.
        """
        with self._budget.paid_by(self._account):
            for ident, done in self._done.items():
                if ident in by_id and done > MORE * self._summed_up[ident]:
                    self._summed_up[ident] = done
                    by_id[ident].sum_up()

    def _go_on(self, trace: Trace, left_bytes: int, now_s: float) -> None:
        """Scan a stretch of an array, which then comes after the others."""
        before_s = trace.scanned_s
        with self._budget.paid_by(self._account) as bill:
            bill.read_bytes = trace.scan(now_s, min(left_bytes, STRETCH_BYTES))
        self._note_read(bill.read_bytes)
        self._done[trace.id] += 1
        left_bytes -= 0 if before_s is None else STRETCH_BYTES
        if trace.is_scanning and left_bytes > 0:
            self._left_bytes[trace.id] = left_bytes
