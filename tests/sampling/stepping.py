"""A sampler on a clock of its own, and what it delivers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

from tests.sources.reading import FinderOf

from shmscope.layout.names import ArrayId
from shmscope.publishing.segment import SHM_DIR
from shmscope.sampling.demand import Ticket
from shmscope.sampling.published import PublishedTrace
from shmscope.sampling.rates import TICK_S
from shmscope.sampling.sampler import Sampler
from shmscope.sampling.topics import Delivery, OverviewTopic, Topic, ValuesTopic
from shmscope.sampling.trace import Trace
from shmscope.sources.configuration import Configuration
from shmscope.sources.permits import EVERYTHING, Permits
from shmscope.sources.survey import Survey, take_survey

HOST = "box"


@dataclass
class Clock:
    """Stands still until somebody moves it."""

    now_s: float

    def __call__(self) -> float:
        return self.now_s


class SurveysOf:
    """Surveys of segments whose names hold `name`, taken when somebody says so."""

    def __init__(self, name: str) -> None:
        self.latest: Survey | None = None
        self.watched = False
        self._name = name
        self._whole: Survey | None = None

    def take(self) -> None:
        """Look at everything, and forget what other tests have made."""
        self._whole = take_survey((SHM_DIR,), FinderOf(self._name).find().values(), self._whole)
        catalogue = self._whole.catalogue
        entries = (one for one in catalogue.entries if self._name in one.segment.label)
        self.latest = replace(self._whole, catalogue=replace(catalogue, entries=tuple(entries)))

    def wait_fresh(self, max_age_s: float, timeout_s: float) -> Survey | None:  # noqa: ARG002 - as others have it
        """Return what there is."""
        return self.latest


class Stepped:
    """A sampler that does a step when it is told.

    Attributes:
        news: What was delivered and not taken yet.
        surveys: What it knows of segments that nobody published: nothing before the first.
    """

    def __init__(
        self,
        name: str,
        now_s: float,
        configuration: Configuration | None = None,
        permits: Permits = EVERYTHING,
        unattended_tick_s: float = TICK_S,
    ) -> None:
        self.clock = Clock(now_s)
        self.news: list[Delivery] = []
        self.surveys = SurveysOf(name)
        self.sampler = Sampler(
            HOST,
            self.news.append,
            FinderOf(name),
            self.clock,
            surveys=self.surveys,
            configuration=configuration,
            cpu_clock=self.clock,
            permits=permits,
            unattended_tick_s=unattended_tick_s,
        )

    def survey(self) -> list[Delivery]:
        """Look at all segments and let a tick pass."""
        self.surveys.take()
        return self.tick()

    def step(self, later_s: float = 0.0) -> list[Delivery]:
        """Do what is due so much later, and return what was delivered for it."""
        self.clock.now_s += later_s
        self.sampler.step()
        return self.taken()

    def run(self, seconds: float) -> list[Delivery]:
        """Step whenever something is due, for so long."""
        end_s = self.clock.now_s + seconds
        while True:
            due_s = self.sampler.step()
            if due_s > end_s:
                self.clock.now_s = end_s
                return self.taken()
            self.clock.now_s = max(due_s, self.clock.now_s)

    def tick(self, ticks: int = 1) -> list[Delivery]:
        """Let so many ticks of the counters pass, and return what the last one delivered."""
        found: list[Delivery] = []
        for _ in range(ticks):
            found = self.step(TICK_S)
        return found

    def watch(self) -> Ticket:
        """Look at all arrays from now on: each is judged at every tick."""
        return self.sampler.demand.add(OverviewTopic())

    def taken(self) -> list[Delivery]:
        found = list(self.news)
        self.news.clear()
        return found

    @property
    def ids(self) -> list[ArrayId]:
        return [ArrayId.parse(row["id"]) for row in self.sampler.reports.rows()]

    @property
    def id(self) -> ArrayId:
        """Return the id of the only array."""
        [found] = self.ids
        return found

    @property
    def trace(self) -> Trace:
        return self.sampler.roster.by_id[self.id]  # asking the roster would have it judged

    @property
    def published(self) -> PublishedTrace:
        """Return the only array, which its program publishes."""
        assert isinstance(self.trace, PublishedTrace)
        return self.trace

    @property
    def rules(self) -> list[str]:
        """Return the names of the rules that speak of the only array, the worst first."""
        return [verdict.rule for verdict in self.trace.verdicts]

    def sentence(self, rule: str) -> str:
        [found] = [verdict.sentence for verdict in self.trace.verdicts if verdict.rule == rule]
        return found

    def values(self, select: str = "...", max_points: int = 1000) -> ValuesTopic:
        return ValuesTopic(self.id, select, max_points)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.sampler.close()


def kinds(news: list[Delivery], topic: Topic | None = None) -> list[str]:
    """Return what kinds of things were delivered, of one topic or of all."""
    return [found.kind for found in news if topic is None or found.topic == topic]


def bodies(news: list[Delivery], kind: str) -> list[Any]:
    return [found.body for found in news if found.kind == kind]
