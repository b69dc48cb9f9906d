"""The views that somebody looks at: when each is due, who pays, and how late it comes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from shmscope.errors import ShmscopeError
from shmscope.sampling.budget import Account, Budget, Tier
from shmscope.sampling.demand import Demand
from shmscope.sampling.news import News
from shmscope.sampling.observer import Observer
from shmscope.sampling.pace import next_due_s
from shmscope.sampling.references import References
from shmscope.sampling.roster import Roster
from shmscope.sampling.sharing import Sharing, in_step_s
from shmscope.sampling.topics import ValuesTopic
from shmscope.sampling.trace import Trace
from shmscope.sampling.views import View

RETRY_S = 0.5
TURN_S = 0.05  # after which others have their turn
LATE_SHARE = 0.1  # of its period, by which a view must come late to be called held back


@dataclass(slots=True)
class Showing:
    """A view, and its place among the others.

    Attributes:
        account: Pays for its looks.
        due_s: When the next look is due, on the clock.
        rate_hz: How often somebody wants it.
        late_s: How late the last look was.
        is_held: Whether it is the budget that makes the next look late; `was_held` of the last.
    """

    view: View
    account: Account
    due_s: float
    rate_hz: float = 0.0
    late_s: float = 0.0
    is_held: bool = False
    was_held: bool = False

    def hurry(self, rate_hz: float, now_s: float) -> None:
        """Be due earlier where somebody asks for a faster rate than before."""
        if rate_hz > self.rate_hz:
            self.due_s = min(self.due_s, now_s + 1 / rate_hz)
        self.rate_hz = rate_hz

    def begin(self, now_s: float) -> None:
        """Note how late a look begins."""
        self.late_s, self.was_held, self.is_held = now_s - self.due_s, self.is_held, False

    def lateness_s(self, now_s: float) -> float:
        """Return how late the last look was, or the next one already is."""
        return max(self.late_s, now_s - self.due_s)

    def is_held_back(self, now_s: float) -> bool:
        """Whether the budget keeps it below the rate that somebody wants."""
        held = self.was_held or self.is_held
        return held and self.lateness_s(now_s) * self.rate_hz > LATE_SHARE


class Viewing:
    """Looks at views: the cheapest first of those that are due and owe nothing.

    Args:
        roster: The arrays.
        references: Find what is subtracted.
        news: Told what is seen.
        observer: Told what was read, and how late views are.
        budget: What looks are paid out of.
        clock: Seconds.
    """

    def __init__(
        self,
        roster: Roster,
        references: References,
        news: News,
        observer: Observer,
        budget: Budget,
        clock: Callable[[], float],
    ) -> None:
        self._roster = roster
        self._references = references
        self._news = news
        self._observer = observer
        self._budget = budget
        self._clock = clock
        self._showings: dict[ValuesTopic, Showing] = {}

    def look(self, demand: Demand) -> float:
        """Look at what is due, as much as a turn allows, and return when the next look is.

        Args:
            demand: Who wants to see what.
        """
        began_s = self._clock()
        self._take_in(demand, began_s)
        due = [one for one in self._showings.values() if one.due_s <= began_s]
        sharing = Sharing()
        for showing in sorted(due, key=lambda one: one.account.last_toll_s):
            showing.is_held = self._budget.holds(showing.account) or showing.is_held
            if self._clock() - began_s > TURN_S:
                break
            if not showing.account.debt_s:
                self._look_at(showing, sharing)
        return min(map(self._next_s, self._showings.values()), default=math.inf)

    def report(self) -> None:
        """Tell the observer how late views come."""
        now_s, showings = self._clock(), self._showings.values()
        late_s = max((one.lateness_s(now_s) for one in showings), default=0.0)
        self._observer.note_views(late_s, sum(one.is_held_back(now_s) for one in showings))

    def _take_in(self, demand: Demand, now_s: float) -> None:
        """Show what is wanted and nothing else."""
        wanted = demand.values()
        for topic in self._showings.keys() - wanted.keys():
            self._budget.leave(self._showings.pop(topic).account)
        for topic, rate_hz in wanted.items():
            self._showing(topic, demand.spell(topic), now_s).hurry(rate_hz, now_s)

    def _showing(self, topic: ValuesTopic, spell: int | None, now_s: float) -> Showing:
        """Return a view no older than its audience, for whom a schema comes first."""
        showing = self._showings.get(topic)
        if showing is not None and showing.view.spell == spell:
            return showing
        account = self._budget.open(Tier.VIEWS) if showing is None else showing.account
        showing = Showing(View(topic, self._references, spell), account, now_s)
        self._showings[topic] = showing
        return showing

    def _next_s(self, showing: Showing) -> float:
        return max(showing.due_s, self._budget.free_s(showing.account))

    def _look_at(self, showing: Showing, sharing: Sharing) -> None:
        """Deliver a view's schema and frame, and note when the next look is due."""
        now_s, due_s = self._clock(), showing.due_s
        showing.begin(now_s)
        showing.due_s = now_s + RETRY_S  # stands where the look fails in an unknown way
        trace = self._roster.by_id.get(showing.view.topic.array)
        if trace is None:
            self._news.absence(showing.view.topic, now_s)
            return
        try:
            if not showing.view.ready(trace):
                showing.due_s = now_s + RETRY_S / 10
                return
            self._look_through(showing, trace, now_s, sharing)
        except ShmscopeError as error:
            self._news.trouble(showing.view, error, now_s)
            return
        period_s = 1 / min(showing.rate_hz, trace.source.fastest_hz)
        even_s = next_due_s(due_s, period_s, self._clock())
        showing.due_s = in_step_s(even_s, period_s, self._dues_s(showing.view.topic))

    def _dues_s(self, topic: ValuesTopic) -> list[float]:
        """Return when others are due that look at the same."""
        others = self._showings.items()
        return [one.due_s for other, one in others if other != topic and _is_same(other, topic)]

    def _look_through(self, showing: Showing, trace: Trace, now_s: float, sharing: Sharing) -> None:
        view = showing.view
        with self._budget.paid_by(showing.account) as bill:
            schema = view.resolve(trace)
            bill.read_bytes, body = view.look(trace, sharing)
            self._observer.note_read(bill.read_bytes)
            self._news.look(view, now_s, body, described=schema is not None)


def _is_same(one: ValuesTopic, other: ValuesTopic) -> bool:
    """Whether two topics look at the same elements, as far as can be told without the array."""
    same = one.array, one.select, one.layout
    return same == (other.array, other.select, other.layout)
