"""One sampler for everything and everybody: counters of all arrays, values of what is looked at.

The naive way reads an array for every client that watches it. Here clients ask for topics, a topic
is sampled once however many ask, and a topic that nobody asks for is not sampled at all.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator

from shmscope.layout.names import ArrayId
from shmscope.sampling.answers import Answers
from shmscope.sampling.attendance import Attendance
from shmscope.sampling.budget import Account, Budget, Tier
from shmscope.sampling.chronicle import chronicle
from shmscope.sampling.complaints import Complaints
from shmscope.sampling.demand import Demand
from shmscope.sampling.events import Timeline
from shmscope.sampling.host_watch import HostWatch
from shmscope.sampling.keeping import Keeping
from shmscope.sampling.news import News
from shmscope.sampling.observer import Observer
from shmscope.sampling.pace import next_due_s
from shmscope.sampling.rates import TICK_S
from shmscope.sampling.references import References
from shmscope.sampling.reports import Reports
from shmscope.sampling.roster import Roster, Surveys
from shmscope.sampling.rounds import Rounds
from shmscope.sampling.scans import Scans
from shmscope.sampling.topics import (
    ArrayTopic,
    Delivery,
    HostTopic,
    OverviewTopic,
    Topic,
    ValuesTopic,
)
from shmscope.sampling.viewing import Viewing
from shmscope.sources.blocks import BlockFinder
from shmscope.sources.configuration import Configuration
from shmscope.sources.permits import EVERYTHING, Permits

MOST_TICK_S = 2.0  # that the budget may hold a tick back

log = logging.getLogger(__name__)


class Sampler:
    """What is known of all arrays, and who wants to know more.

    `step` does what is due and is called by one thread; everything else may be called from any.

    Args:
        host: Name of this machine, the first part of every id.
        deliver: Takes what is new about a topic; called from the sampler's thread.
        finder: Finds the control blocks.
        clock: CLOCK_MONOTONIC in seconds, which writers note their last write by.
        surveys: Find what nobody published; without them, nothing is found.
        configuration: Layouts that the user gave, and the ceiling of what may be spent.
        cpu_clock: Seconds of CPU time of the thread that calls `step`.
        permits: What may be shown.
        unattended_tick_s: How often counters are read while no client is connected, and nobody
            has asked for some seconds.

    Attributes:
        demand: Who wants to know what.
        roster: The arrays.
        reports: What is known of them.
        host: How full the host's shared memory is.
        timeline: What changed when.
        keeping: What is kept of arrays for users: copies and watches.
        answers: For those who ask once.
    """

    def __init__(  # noqa: PLR0913 - three of them are there for tests
        self,
        host: str,
        deliver: Callable[[Delivery], None],
        finder: BlockFinder | None = None,
        clock: Callable[[], float] = time.monotonic,
        *,
        surveys: Surveys | None = None,
        configuration: Configuration | None = None,
        cpu_clock: Callable[[], float] = time.thread_time,
        permits: Permits = EVERYTHING,
        unattended_tick_s: float = TICK_S,
    ) -> None:
        given = configuration or Configuration(None)
        self.demand = Demand()
        self._budget = Budget(given.ceiling, clock, cpu_clock)
        self._counters = Account(Tier.COUNTERS)
        self.observer = Observer(self._budget, clock)
        self.roster = Roster(host, finder or BlockFinder(), surveys, given, clock, permits=permits)
        self.host = HostWatch()
        self.timeline = Timeline()
        self.reports = Reports(self.roster, self.observer, self.demand, clock, self.host)
        self.answers = Answers(self.roster, self.observer, surveys, self._settle)
        wake = self.demand.changed.set
        self.keeping = Keeping(self.roster, self.observer, clock, wake, self._budget)
        self._news = News(deliver, self.demand)
        self._rounds = Rounds(clock, self.observer.note_read, self._budget)
        self._scans = Scans(self.observer.note_read, self._budget)
        references = References(self.roster.trace, self.keeping.copies)
        self._viewing = Viewing(
            self.roster, references, self._news, self.observer, self._budget, clock
        )
        self._clock = clock
        self._surveys = surveys
        self._ticked = threading.Condition()
        self._told: set[Topic] = set()  # has had this tick's news
        self._tick_due_s, self._held_s = clock(), 0.0
        self._ticked_s = clock()
        self._attendance = Attendance(self.demand, unattended_tick_s, clock())

    def step(self) -> float:
        """Do what is due and return when the next thing is, on the clock."""
        now_s = self._clock()
        if self._attendance.look(now_s):
            self._hasten()
        if now_s >= self._tick_due_s + self._held_s:
            self._tick(now_s)
            self._scans.look(self.roster.by_id, now_s)
            self._scans.sum_up(self.roster.by_id)
        with self._budget.paid_by(self._counters):
            self._tell(now_s)
        views_s, watches_s = self._viewing.look(self.demand), self.keeping.look()
        changes = self._rounds.look(self.roster.by_id, self._open_arrays())
        scans_s = self._scans.look(self.roster.by_id, now_s)
        return min([self._tick_due_s + self._held_s, views_s, watches_s, scans_s, *changes])

    def refresh(self) -> None:
        """Take in what there is now, without waiting for the next tick."""
        self.roster.ask()
        self._hasten()
        self.step()

    def idle_s(self) -> float:
        """Return how long ago the last tick came to its end."""
        return self._clock() - self._ticked_s

    def close(self) -> None:
        """Let go of every source."""
        self.roster.close()

    def _hasten(self) -> None:
        """Have the next tick come at once."""
        self._tick_due_s, self._held_s = self._clock(), 0.0

    def _settle(self, known: Callable[[], bool], timeout_s: float) -> None:
        """Have the next tick come at once, and wait until something is known by it."""
        with self._ticked:
            if not known():
                self._hasten()
                self.demand.changed.set()
                self._ticked.wait_for(known, timeout_s)

    def _tick(self, now_s: float) -> None:
        self.observer.note_tick(now_s - self._tick_due_s)
        worth = self._attendance.tick(now_s)
        self._tick_due_s = next_due_s(self._tick_due_s, self._attendance.tick_s, now_s)
        with self._budget.paid_by(self._counters):
            self._count(now_s, worth)
        held_s = self._budget.free_s(self._counters) - self._tick_due_s
        self._held_s = min(max(held_s, 0.0), MOST_TICK_S)
        self._ticked_s = self._clock()

    def _count(self, now_s: float, worth: int) -> None:
        watched, opened = self.demand.topics(), self._open_arrays()
        if self._surveys is not None:
            self._surveys.watched = bool(watched)
        everything = not {OverviewTopic(), HostTopic()}.isdisjoint(watched)
        self.roster.refresh(now_s, opened, watched=everything, worth=worth)
        arrays = self.roster.by_id.values()
        self.host.update(self.roster.seen, arrays, now_s, self.roster.unsound_blocks)
        chronicle(self.timeline, self.roster, self.host, time.time())
        with self._ticked:
            self._ticked.notify_all()
        self._rounds.plan(self.roster.found, opened, calm=OverviewTopic() in watched)
        self._scans.plan(opened)
        self._viewing.report()
        self.keeping.forget_gone()
        self._news.forget_but(watched)
        self._told.clear()

    def _open_arrays(self) -> set[ArrayId]:
        """Return the arrays at whose pages somebody looks."""
        topics = self.demand.topics()
        return {topic.array for topic in topics if isinstance(topic, ArrayTopic | ValuesTopic)}

    def _tell(self, now_s: float) -> None:
        """Deliver the status topics once a tick, and to newcomers at once."""
        for topic in self.demand.topics():
            if topic not in self._told:
                self._told.add(topic)
                self._tell_of(topic, now_s)

    def _tell_of(self, topic: Topic, now_s: float) -> None:
        if isinstance(topic, OverviewTopic):
            self._news.frame(topic, now_s, self.reports.overview())
        elif isinstance(topic, HostTopic):
            self._news.frame(topic, now_s, self.reports.memory(self.timeline))
        elif isinstance(topic, ArrayTopic):
            trace = self.roster.by_id.get(topic.array)
            if trace is None:
                self._news.absence(topic, now_s)
            else:
                body = self.reports.array(trace, now_s, self.timeline)
                self._news.frame(topic, now_s, body | self.keeping.rows(topic.array))


class SamplerThread:
    """Drives a sampler: calls `step`, sleeps until the next thing is due, wakes for new demand."""

    def __init__(self, sampler: Sampler, clock: Callable[[], float] = time.monotonic) -> None:
        self._sampler = sampler
        self._clock = clock
        self._stop = False
        self._complaints = Complaints(clock)
        self._thread = threading.Thread(target=self._run, name="sampler", daemon=True)

    def __enter__(self) -> Sampler:
        self._thread.start()
        return self._sampler

    def __exit__(self, *_: object) -> None:
        self._stop = True
        self._sampler.demand.changed.set()
        self._thread.join()
        self._sampler.close()

    def _run(self) -> None:
        changed = self._sampler.demand.changed
        for due_s in self._steps():
            changed.wait(max(due_s - self._clock(), 0.0))
            changed.clear()

    def _steps(self) -> Iterator[float]:
        while not self._stop:
            try:
                yield self._sampler.step()
            except Exception as error:  # unknown failures are logged; the instrument goes on
                count = self._complaints.take(error)
                if count is not None:
                    log.exception("a sampler step failed", extra={"times": count})
                yield self._clock() + TICK_S
