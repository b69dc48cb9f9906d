"""One array over time: its rhythm, presence, health and statistics, whoever tells of it."""

from __future__ import annotations

import math
import zlib
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Mapping
from typing import Any

import numpy as np

from shmscope.errors import ShmscopeError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.control import Process
from shmscope.layout.names import ArrayId
from shmscope.sampling.changes import Changes
from shmscope.sampling.facts import ArrayFacts, SegmentFacts, ValueFacts
from shmscope.sampling.health.arrays import RULES
from shmscope.sampling.health.record import HealthRecord
from shmscope.sampling.health.verdicts import Verdict
from shmscope.sampling.rates import Past
from shmscope.sampling.scan import Scan
from shmscope.sampling.statistics import Statistics
from shmscope.sampling.writers import WriterTrace
from shmscope.sources.arrays import ArraySource
from shmscope.sources.limits import DEFAULT, Limits
from shmscope.sources.snapshots import Snapshot
from shmscope.sources.subjects import Subject

RECENT_COPIES = 200
UNWATCHED_S = 10.0  # how old a verdict on an array may be at which nobody looks
NOTHING_SEEN = SegmentFacts()


class Trace(ABC):
    """One array over time.

    Args:
        ident: Its id.
        subject: What is said of it.
        source: What it is read from.
        history: Writes per second, or changes where nobody counts writes.

    Attributes:
        key: Its id as text.
        writers: What is known of each writer's slot, by number and process.
        age_s: Seconds since it appeared, None where it was there before the server was.
        gone_s: Seconds since it went, None while it is there.
        limits: What the health rules judge by.
        segment_facts: Who uses its segment, as the newest survey saw it.
    """

    def __init__(
        self, ident: ArrayId, subject: Subject, source: ArraySource, history: Past
    ) -> None:
        self.id = ident
        self.key = str(ident)
        self.subject = subject
        self.source = source
        self.history = history
        self.writers: Mapping[tuple[int, Process], WriterTrace] = {}
        self.statistics: list[Statistics] = []
        self.scanned_s: float | None = None
        self.facts: ArrayFacts | None = None
        self.verdicts: list[Verdict] = []
        self.limits = DEFAULT
        self.segment_facts = NOTHING_SEEN
        self.age_s: float | None = None
        self.gone_s: float | None = None
        self._copies: deque[bool] = deque(maxlen=RECENT_COPIES)
        self._health = HealthRecord(RULES)
        self._strange_s: float | None = None
        self._due_s = -math.inf
        self._phase_s = zlib.crc32(self.key.encode()) / (1 << 32) * UNWATCHED_S
        self._judged_by: tuple[SegmentFacts, Limits] | None = None
        self._scan: Scan | None = None

    @property
    def layout(self) -> ArrayLayout:
        """The array's layout as last known."""
        return self.source.layout

    @property
    def identity(self) -> tuple[int, int] | None:
        """Device and inode of the memory that it lies in, None for an object of a Manager."""
        return None

    @property
    def is_forbidden(self) -> bool:
        """Whether the memory may not be looked at."""
        return self.facts is not None and self.facts.presence == "forbidden"

    @property
    @abstractmethod
    def writes(self) -> int | None:
        """Writes counted so far, None where nobody counts."""

    @property
    @abstractmethod
    def writes_per_s(self) -> float | None:
        """Counted writes per second, None where nobody counts."""

    @abstractmethod
    def update(self, now_s: float, *, watched: bool, worth: int = 1) -> None:
        """Note the counters of a tick, and judge the array's health where it is due.

        Args:
            now_s: CLOCK_MONOTONIC, seconds.
            watched: Whether somebody looks at it; else it is judged every few seconds, and at once
                where there is news.
            worth: How many ticks it stands for.
        """

    @property
    def changes(self) -> Changes | None:
        """What was seen by looking, None where writes are counted."""
        return None

    def note_copy(self, snapshot: Snapshot) -> None:
        """Count a copy, and whether it was torn."""
        self._copies.append(snapshot.verdict == "torn")
        self.hurry()

    def scan(self, now_s: float, budget_bytes: int) -> int:
        """Go on with the statistics and return how many bytes were read."""
        if not self.source.ready():
            return 0
        if self._scan is None:
            self._scan = Scan(self.layout)
        try:
            spent = self._scan.advance(self.source.scan, budget_bytes)
        except (
            ShmscopeError,
            ValueError,
        ):  # gone, or a list that grew: begin anew at the next tick
            self._scan = None
            return 0
        if self._scan.finished:
            self.statistics, self.scanned_s = self._scan.summary(), now_s
            self._scan = None
        return spent

    @property
    def is_scanning(self) -> bool:
        """Whether a scan is under way, and can go on."""
        return self._scan is not None and self.source.ready()

    def sum_up(self) -> None:
        """Have statistics of what the first scan has seen by now."""
        if self._scan is not None and self.scanned_s is None:
            self.statistics = self._scan.summary()

    def take_usage(self, facts: SegmentFacts) -> None:
        """Take in who uses the segment; the very same facts stay where that is no news."""
        if facts != self.segment_facts:
            self.segment_facts = facts

    def close(self) -> None:
        """Let go of the source."""
        self.source.close()

    def is_due(self, now_s: float) -> bool:
        """Whether to judge the array though nobody looks and nothing was heard of it.

        It is every few seconds, at once after there was news of its users or limits, and at every
        tick while a verdict is about to rise or fall.
        """
        if now_s >= self._due_s or self._health.is_moving or self._judged_by is None:
            return True
        segment, limits = self._judged_by
        return segment is not self.segment_facts or limits is not self.limits

    def hurry(self) -> None:
        """Have the array judged at the next tick."""
        self._due_s = -math.inf

    def judge(self, facts: ArrayFacts, now_s: float) -> None:
        """Take in what is known at a tick, and judge it."""
        self.facts = facts
        self.verdicts = self._health.judge(facts, now_s)
        self._judged_by = self.segment_facts, self.limits
        # Each array has its own moment, so that they are not all judged at the same tick.
        self._due_s = now_s + UNWATCHED_S - (now_s - self._phase_s) % UNWATCHED_S

    @property
    def torn(self) -> tuple[int, int]:
        """Torn copies among the recent ones, and how many those are."""
        return sum(self._copies), len(self._copies)

    def value_facts(self, now_s: float) -> ValueFacts | None:
        """Return what the last full look found, None where there was none."""
        if not self.statistics:
            return None
        nan, inf = (sum(getattr(one, key) for one in self.statistics) for key in ("nan", "inf"))
        if not nan + inf:
            self._strange_s = None
        elif self._strange_s is None:
            self._strange_s = now_s
        first = self.statistics[0]
        plain = first.field is None
        return ValueFacts(
            dtype=str(self.layout.dtype),
            count=first.count,
            nan=nan,
            inf=inf,
            where=self._index_of(first.strange) if plain else None,
            not_finite_age_s=None if self._strange_s is None else now_s - self._strange_s,
            looked_age_s=self.looked_age_s(now_s),
            minimum=first.minimum if plain else None,
            constant=plain and first.coverage == 1 and _is_constant(first),
            at_limit=first.at_limit if plain and self.subject.provenance != "bytes" else 0,
            largest=_largest(self.layout.dtype) if plain else 0,
        )

    def _index_of(self, place: int | None) -> str | None:
        """Return an element's index by its place in a scan, where that is the array's order."""
        if place is None or not self.layout.is_contiguous:
            return None
        return "[" + ", ".join(map(str, np.unravel_index(place, self.layout.shape))) + "]"

    def looked_age_s(self, now_s: float) -> float | None:
        """Return how long ago the statistics were finished, None where they never were."""
        return None if self.scanned_s is None else now_s - self.scanned_s


def _is_constant(found: Statistics) -> bool:
    return not found.nan + found.inf and found.minimum == found.maximum


def _largest(dtype: np.dtype[Any]) -> int:
    return int(np.iinfo(dtype).max) if dtype.kind in "iu" else 0
