"""Which arrays there are: those that programs publish, and those that were found."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import Protocol

from shmscope.errors import UnknownArrayError
from shmscope.layout.names import ArrayId
from shmscope.sampling.comings import Comings
from shmscope.sampling.counters import Ticks
from shmscope.sampling.foreign import ForeignTrace, id_of
from shmscope.sampling.kept import KeptLayouts, see_as_kept
from shmscope.sampling.lineup import Lineup
from shmscope.sampling.published import PublishedTrace
from shmscope.sampling.trace import NOTHING_SEEN, Trace
from shmscope.sampling.usage import usage_of
from shmscope.sources.assembly import FoundSegment
from shmscope.sources.blocks import BlockFinder, BlockReader, BlockState
from shmscope.sources.configuration import Configuration
from shmscope.sources.creators import cautious_unix_s
from shmscope.sources.holdings import Holding, holdings
from shmscope.sources.limits import limits_of
from shmscope.sources.permits import EVERYTHING, Permits
from shmscope.sources.processes import Roll, own_namespace
from shmscope.sources.screen import Screen
from shmscope.sources.survey import Survey

FRESH_S = 0.6  # a tick, and a little

log = logging.getLogger(__name__)


class Surveys(Protocol):
    """What finds the segments of the machine, again and again."""

    @property
    def latest(self) -> Survey | None:
        """The newest survey; another object every time."""

    watched: bool

    def wait_fresh(self, max_age_s: float, timeout_s: float) -> Survey | None:
        """Wait for a survey that is at most so old."""


class Roster:
    """All arrays, one trace each. `refresh` is called by one thread.

    Args:
        host: Name of this machine, the first part of every id.
        finder: Finds the control blocks.
        surveys: Find what nobody published; without them nothing is found.
        configuration: Layouts that the user gave.
        clock: Seconds, as `refresh` gets them.
        unix_clock: Seconds since 1970, by which the age of files is told.
        permits: What may be shown; of all else nothing is known from here on.

    Attributes:
        by_id: The arrays there are; another mapping when there are others.
        comings: Which of them are new, and which have gone.
        kept: Layouts that were given in the page.
        seen: The survey that `by_id` knows.
    """

    def __init__(
        self,
        host: str,
        finder: BlockFinder,
        surveys: Surveys | None,
        configuration: Configuration,
        clock: Callable[[], float],
        unix_clock: Callable[[], float] = cautious_unix_s,
        *,
        permits: Permits = EVERYTHING,
    ) -> None:
        self.host = host
        self.configuration = configuration
        self.by_id: Mapping[ArrayId, Trace] = {}
        self.comings = Comings()
        self.kept = KeptLayouts()
        self.seen: Survey | None = None
        self._clock = clock
        self._unix_clock = unix_clock
        self._finder = finder
        self._surveys = surveys
        self._screen = Screen(permits)
        self._of: Survey | None = None  # what `seen` was made of
        self._namespace = own_namespace()
        self._published: dict[BlockReader, PublishedTrace] | None = None
        self._refused: set[BlockReader] = set()
        self._foreign: dict[tuple[object, ...], ForeignTrace] = {}
        self._basis: tuple[object, ...] = ()
        self._told: tuple[object, object] = (None, None)
        self._roll, self._ticks = Roll(self._namespace), Ticks()
        self._asked = self._answered = 0
        self._judged_s = -math.inf
        self._lineup = Lineup()

    @property
    def found(self) -> Iterator[ForeignTrace]:
        """The arrays that nobody published."""
        return (trace for trace in self.by_id.values() if isinstance(trace, ForeignTrace))

    @property
    def unsound_blocks(self) -> Mapping[str, str]:
        """What is wrong with control blocks that are passed over, by path.

        Whose they are nobody can tell: so they are told of only where everything may be shown.
        """
        return self._finder.unsound if self._screen.is_open else {}

    def segment_of(self, trace: Trace) -> FoundSegment | None:
        """Return the segment of an array as it was last seen, None where it was not."""
        if self.seen is None or trace.identity is None:
            return None
        return self.seen.segment(trace.identity)

    def trace(self, array: ArrayId) -> Trace:
        """Return what is known of one array, and have it judged at the next tick.

        So whoever asks for it again and again knows it as it is, though he does not look at it.

        Raises:
            UnknownArrayError: no array has this id.
        """
        trace = self.by_id.get(array)
        if trace is None:
            raise UnknownArrayError(
                f"no array has the id {str(array)[:200]}", value=str(array)[:200]
            )
        trace.hurry()
        return trace

    def is_up_to_date(self) -> bool:
        """Whether `by_id` knows the newest survey and the layouts kept by now."""
        survey, kept = self._newest(), self.kept.layouts
        return survey is None or (self._of is survey and self._basis[-1] is kept)

    def is_fresh(self) -> bool:
        """Whether it is up to date, and whoever asked is answered."""
        return self.is_up_to_date() and self._answered == self._asked

    def ask(self) -> None:
        """Have the next refresh judge every array, unless that was done just now."""
        if self._clock() - self._judged_s > FRESH_S:
            self._asked += 1

    def _newest(self) -> Survey | None:
        return None if self._surveys is None else self._surveys.latest

    def refresh(
        self,
        now_s: float,
        opened: Collection[ArrayId] = (),
        *,
        watched: bool = False,
        worth: int = 1,
    ) -> None:
        """Find out which arrays there are, and read the counters of those that have some.

        Args:
            now_s: When, on the clock.
            opened: The arrays at whose pages somebody looks.
            watched: Whether somebody looks at all arrays.
            worth: How many ticks this one stands for.
        """
        first_look, first_survey, asked = self._published is None, self.seen is None, self._asked
        everything = watched or asked != self._answered
        self.configuration.refresh()
        self._screen.look(self._finder.find(), self._newest(), self.configuration.rules)
        published, foreign = self._refresh_published(), self._refresh_foreign()
        added = self._lineup.take(published, foreign)
        self._refresh_usage(chain(published, added))
        self._roll.renew()
        with self._ticks.at(now_s, worth):
            for each in chain(published, added):
                is_watched = everything or each.id in opened
                each.update(now_s, watched=is_watched, worth=worth)
        old = [trace.id for trace in published if first_look]
        old += [trace.id for trace in added if first_survey]
        by_id = self._lineup.settle()
        self.comings.note(by_id, old, now_s)
        self.by_id, self._answered = by_id, asked
        if everything:
            self._judged_s = now_s

    def close(self) -> None:
        """Let go of every source."""
        for trace in chain((self._published or {}).values(), self._foreign.values()):
            trace.close()

    def _refresh_published(self) -> list[PublishedTrace]:
        found, before = self._screen.blocks, self._published or {}
        self._refused &= found.keys()
        traces: dict[BlockReader, PublishedTrace] = {}
        for reader, state in found.items():
            trace = before.get(reader)
            if trace is None or not trace.is_same(state):
                trace = self._new_trace(reader, state)
            if trace is not None:
                trace.read(state)
                traces[reader] = trace
        for reader, trace in before.items():
            if traces.get(reader) is not trace:
                trace.close()
        self._published = traces
        return list(traces.values())

    def _refresh_usage(self, traces: Iterable[Trace]) -> None:
        """Tell arrays who uses them, and their limits, where there is news of that."""
        seen, limits = self.seen, self.configuration.limits
        news = (seen, limits) != self._told
        self._told = (seen, limits)
        for trace in traces:
            if news or trace.segment_facts is NOTHING_SEEN:
                trace.limits = limits_of(trace.id.name, limits)
                segment = self.segment_of(trace)
                if seen is not None and segment is not None:
                    trace.take_usage(usage_of(segment, seen, self._unix_clock()))

    def _new_trace(self, reader: BlockReader, state: BlockState) -> PublishedTrace | None:
        try:
            return PublishedTrace(reader, state, self.host, self._ticks, self._roll)
        except ValueError as error:  # a block that lies; others are not held up by it
            if reader not in self._refused:
                log.warning("%s is passed over: %s", reader.path, error)
            self._refused.add(reader)
            return None

    def _refresh_foreign(self) -> list[ForeignTrace]:
        """Return the arrays that were found; worked out anew only where there is news."""
        survey, rules, kept = self._screen.survey, self.configuration.rules, self.kept.layouts
        basis = (survey, rules, kept)
        if survey is not None and any(
            new is not old for new, old in zip(basis, self._basis or (None,) * 3, strict=True)
        ):
            held = list(self._holdings(survey))
            self._foreign = {one.key: self._trace_of(one) for one in held}
            self._basis, self.seen, self._of = basis, survey, self._screen.source
        return list(self._foreign.values())

    def _holdings(self, survey: Survey) -> Iterator[Holding]:
        for entry in survey.entries:
            for one in holdings(entry, self.configuration.rules, survey.neighbour):
                ident = id_of(one, self.host)
                yield see_as_kept(entry, one, self.kept.layouts.get(ident))

    def _trace_of(self, holding: Holding) -> ForeignTrace:
        trace = self._foreign.get(holding.key)
        if trace is None:
            return ForeignTrace(holding, self.host, self._namespace, self._clock)
        trace.see(holding)
        return trace
