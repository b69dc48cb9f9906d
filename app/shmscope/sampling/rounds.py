"""Who is looked at for changes, and when: what people look at first, the rest within a budget."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from shmscope.layout.names import ArrayId
from shmscope.sampling.budget import Account, Budget, Tier
from shmscope.sampling.foreign import ForeignTrace
from shmscope.sampling.trace import Trace

# What a tick spends on arrays that stand in an overview: a fifth of the budget for those that are
# new or change, a 25th for those that stand still.
LIVELY_TOLL_S, STILL_TOLL_S = 0.1, 0.02


@dataclass(slots=True)
class _Turns:
    """Who is to be looked at in a tick, one after the other, and what may yet be spent on it."""

    left_s: float
    queue: deque[ForeignTrace] = field(default_factory=deque)


class Rounds:
    """Looks for changes at arrays whose writes nobody counts.

    Args:
        clock: Seconds.
        note_read: Told how many bytes were read.
        budget: What looks are paid out of.
    """

    def __init__(
        self, clock: Callable[[], float], note_read: Callable[[int], None], budget: Budget
    ) -> None:
        self._clock = clock
        self._note_read = note_read
        self._budget = budget
        self._eager, self._calm = Account(Tier.VIEWS), Account(Tier.CHANGES)
        self._looked_at: dict[ArrayId, ForeignTrace] = {}
        self._turns: tuple[_Turns, ...] = ()

    def plan(
        self, found: Iterable[ForeignTrace], open_: Collection[ArrayId], *, calm: bool
    ) -> None:
        """Begin a tick.

        Args:
            found: The arrays that nobody published.
            open_: Those at whose page somebody looks.
            calm: Whether somebody looks at the overview.
        """
        uncounted = {trace.id: trace for trace in found if not trace.counts}
        wanted = {ident: one for ident, one in uncounted.items() if calm or ident in open_}
        for ident, trace in self._looked_at.items():
            if wanted.get(ident) is not trace:
                trace.rest()
        self._looked_at = wanted
        self._turns = self._ordered(one for ident, one in wanted.items() if ident not in open_)

    def look(self, by_id: Mapping[ArrayId, Trace], open_: Iterable[ArrayId]) -> list[float]:
        """Look at what is due and return when the next look at an open page's array is."""
        opened = [trace for ident in open_ if (trace := self._uncounted(by_id, ident)) is not None]
        for trace in opened:
            if trace.watch.due_s <= self._clock() and not self._budget.holds(self._eager):
                self._look_at(trace, self._eager)
        self._look_calmly()
        free_s = self._budget.free_s(self._eager)
        return [max(trace.watch.due_s, free_s) for trace in opened]

    def _uncounted(self, by_id: Mapping[ArrayId, Trace], ident: ArrayId) -> ForeignTrace | None:
        trace = by_id.get(ident)
        return trace if isinstance(trace, ForeignTrace) and not trace.counts else None

    def _ordered(self, waiting: Iterable[ForeignTrace]) -> tuple[_Turns, ...]:
        """Return whose turn it is: of those that do not rest, who waits longest comes first.

        A hundred arrays that nobody writes do not hold up the one that somebody begins to write.
        """
        now_s = self._clock()
        lively, still = _Turns(LIVELY_TOLL_S), _Turns(STILL_TOLL_S)
        due = (trace for trace in waiting if trace.watch.due_s <= now_s)
        for trace in sorted(due, key=lambda trace: trace.watch.due_s):
            (lively if trace.watch.is_lively(now_s) else still).queue.append(trace)
        return lively, still

    def _look_calmly(self) -> None:
        for turns in self._turns:
            while turns.queue and turns.left_s > 0 and not self._budget.holds(self._calm):
                trace = turns.queue.popleft()
                if self._looked_at.get(trace.id) is trace:
                    self._look_at(trace, self._calm)
                    turns.left_s -= self._calm.last_toll_s

    def _look_at(self, trace: ForeignTrace, account: Account) -> None:
        with self._budget.paid_by(account) as bill:
            bill.read_bytes = trace.look_for_changes(eager=account is self._eager)
        self._note_read(bill.read_bytes)
