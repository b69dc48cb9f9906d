"""One sampler for everything and everybody: counters of all arrays, values of what is looked at.

The naive way reads an array for every client that watches it. Here clients ask for topics, a topic
is sampled once however many ask, and a topic that nobody asks for is not sampled at all.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator

from shmscope.errors import ShmscopeError
from shmscope.layout.names import ArrayId
from shmscope.sampling import rows
from shmscope.sampling.answers import Answers
from shmscope.sampling.chronicle import chronicle
from shmscope.sampling.demand import Demand
from shmscope.sampling.events import Timeline
from shmscope.sampling.host_watch import HostWatch
from shmscope.sampling.keeping import Keeping
from shmscope.sampling.news import News
from shmscope.sampling.observer import Observer
from shmscope.sampling.references import References
from shmscope.sampling.reports import Reports
from shmscope.sampling.roster import Roster, Surveys
from shmscope.sampling.rounds import Rounds
from shmscope.sampling.topics import (
    ArrayTopic,
    Delivery,
    HostTopic,
    OverviewTopic,
    Topic,
    ValuesTopic,
)
from shmscope.sampling.trace import Trace
from shmscope.sampling.views import View
from shmscope.sources.blocks import BlockFinder
from shmscope.sources.configuration import Configuration

TICK_S = rows.TICK_S
RETRY_S = 0.5
REST = 4.0  # a view that takes long to copy rests this many times as long
SCAN_BYTES = 32 << 20

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
        configuration: Layouts that the user gave.

    Attributes:
        demand: Who wants to know what.
        roster: The arrays.
        reports: What is known of them.
        host: How full the host's shared memory is.
        timeline: What changed when.
        keeping: What is kept of arrays for users: copies and watches.
        answers: For those who ask once.
    """

    def __init__(
        self,
        host: str,
        deliver: Callable[[Delivery], None],
        finder: BlockFinder | None = None,
        clock: Callable[[], float] = time.monotonic,
        *,
        surveys: Surveys | None = None,
        configuration: Configuration | None = None,
    ) -> None:
        self.demand = Demand()
        self.observer = Observer(clock)
        self.roster = Roster(
            host,
            finder or BlockFinder(),
            surveys,
            configuration or Configuration(None),
            clock,
        )
        self.host = HostWatch()
        self.timeline = Timeline()
        self.reports = Reports(self.roster, self.observer, self.demand, clock, self.host)
        self.answers = Answers(self.roster, self.observer, surveys, self._settle)
        wake = self.demand.changed.set
        self.keeping = Keeping(self.roster, self.observer, clock, wake)
        self._news = News(deliver, self.demand)
        self._rounds = Rounds(clock, self.observer.note_read)
        self._clock = clock
        self._surveys = surveys
        self._ticked = threading.Condition()
        self._references = References(self.roster.trace, self.keeping.copies)
        self._views: dict[ValuesTopic, View] = {}
        self._told: set[Topic] = set()  # has had this tick's news
        self._tick_due_s = clock()

    def step(self) -> float:
        """Do what is due and return when the next thing is, on the clock."""
        now_s = self._clock()
        if now_s >= self._tick_due_s:
            self.observer.note_tick(now_s - self._tick_due_s)
            self._tick(now_s)
            on_time_s = self._tick_due_s + TICK_S
            self._tick_due_s = on_time_s if on_time_s > now_s else now_s + TICK_S
        self._tell(now_s)
        self._look(now_s)
        watched = self._rounds.look(self.roster.by_id, self._open_arrays())
        dues = [view.due_s for view in self._views.values()]
        return min([self._tick_due_s, self.keeping.look(), *dues, *watched])

    def refresh(self) -> None:
        """Take in what there is now, without waiting for the next tick."""
        self._tick_due_s = self._clock()
        self.step()

    def close(self) -> None:
        """Let go of every source."""
        self.roster.close()

    def _settle(self, known: Callable[[], bool], timeout_s: float) -> None:
        """Have the next tick come at once, and wait until something is known by it."""
        with self._ticked:
            if not known():
                self._tick_due_s = self._clock()
                self.demand.changed.set()
                self._ticked.wait_for(known, timeout_s)

    def _tick(self, now_s: float) -> None:
        watched, opened = self.demand.topics(), self._open_arrays()
        if self._surveys is not None:
            self._surveys.watched = bool(watched)
        everything = not {OverviewTopic(), HostTopic()}.isdisjoint(watched)
        self.roster.refresh(now_s, opened, watched=everything)
        arrays = self.roster.by_id.values()
        self.host.update(self.roster.seen, arrays, now_s, self.roster.unsound_blocks)
        chronicle(self.timeline, self.roster, self.host, time.time())
        with self._ticked:
            self._ticked.notify_all()
        self._rounds.plan(self.roster.found, opened, calm=OverviewTopic() in watched)
        for array in opened & self.roster.by_id.keys():
            self.observer.note_read(self.roster.by_id[array].scan(now_s, SCAN_BYTES))
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

    def _look(self, now_s: float) -> None:
        wanted = self.demand.values()
        self._views = {topic: self._view(topic) for topic in wanted}
        for topic, view in self._views.items():
            view.hurry(wanted[topic], now_s)
            if view.due_s <= now_s:
                view.due_s = now_s + RETRY_S  # stands where the look fails in an unknown way
                view.due_s = now_s + self._look_at(view, wanted[topic], now_s)

    def _view(self, topic: ValuesTopic) -> View:
        """Return a view no older than its audience, for whom a schema comes first."""
        view, spell = self._views.get(topic), self.demand.spell(topic)
        if view is not None and view.spell == spell:
            return view
        return View(topic, self._references, spell)

    def _look_at(self, view: View, rate_hz: float, now_s: float) -> float:
        """Deliver a view's schema and frame and return the seconds until the next."""
        trace = self.roster.by_id.get(view.topic.array)
        if trace is None:
            self._news.absence(view.topic, now_s)
            return RETRY_S
        started_s = self._clock()
        try:
            if not view.ready(trace):
                return RETRY_S / 10
            self._look_through(view, trace, now_s)
        except ShmscopeError as error:
            self._news.trouble(view, error, now_s)
            return RETRY_S
        spent_s = self._clock() - started_s
        return max(1 / min(rate_hz, trace.source.fastest_hz), REST * spent_s)

    def _look_through(self, view: View, trace: Trace, now_s: float) -> None:
        schema = view.resolve(trace)
        read_bytes, body = view.look(trace)
        self.observer.note_read(read_bytes)
        self._news.look(view, now_s, body, described=schema is not None)


class SamplerThread:
    """Drives a sampler: calls `step`, sleeps until the next thing is due, wakes for new demand."""

    def __init__(self, sampler: Sampler, clock: Callable[[], float] = time.monotonic) -> None:
        self._sampler = sampler
        self._clock = clock
        self._stop = False
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
            except Exception:  # unknown failures are logged; the instrument goes on
                log.exception("a sampler step failed")
                yield self._clock() + TICK_S
