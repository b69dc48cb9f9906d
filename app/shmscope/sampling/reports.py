"""What is known of the host and its arrays, as the API and the stream tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import Any

from shmscope.layout.names import ArrayId
from shmscope.sampling import detail_rows, host_rows, rows, segment_rows, statistics_rows
from shmscope.sampling.demand import Demand
from shmscope.sampling.events import Timeline
from shmscope.sampling.health.verdicts import LEVELS, Verdict, worst
from shmscope.sampling.host_watch import HostWatch
from shmscope.sampling.observer import Observer
from shmscope.sampling.roster import Roster
from shmscope.sampling.trace import Trace

MOST_EVENTS = 100
SOME_EVENTS = 20


class Reports:
    """Tells of arrays. May be asked from any thread.

    Args:
        roster: The arrays.
        observer: What watching costs.
        demand: Who watches.
        clock: Seconds, as the roster gets them.
        host: How full the host's shared memory is.
    """

    def __init__(
        self,
        roster: Roster,
        observer: Observer,
        demand: Demand,
        clock: Callable[[], float],
        host: HostWatch,
    ) -> None:
        self._host = host
        self._build = rows.Rows()
        self._roster = roster
        self._observer = observer
        self._demand = demand
        self._clock = clock

    def host(self) -> dict[str, Any]:
        """Return the host's state and what watching it costs."""
        return {
            **self._observer.host_row(self._roster.host, self._demand),
            **host_rows.survey(self._roster.seen, self._clock()),
            "config": host_rows.configuration(self._roster.configuration),
            "health": rows.health(self._host.verdicts),
        }

    def memory(self, timeline: Timeline) -> dict[str, Any]:
        """Return who fills the host's shared memory, its locks, and what changed when."""
        arrays = list(self._roster.by_id.values())
        return {
            "host": self.host(),
            "room": host_rows.room(self._host.facts),
            "segments": host_rows.segments(self._host.facts, self._roster.seen, arrays),
            "locks": host_rows.locks(arrays),
            "events": [host_rows.event(one) for one in timeline.last(MOST_EVENTS)],
        }

    def troubles(self) -> dict[str, Any]:
        """Return the worst level, and every verdict of host and arrays that is not ok."""
        arrays = [
            {"id": trace.key, "name": trace.id.name, **rows.health(_not_ok(trace.verdicts))}
            for trace in self._roster.by_id.values()
            if _not_ok(trace.verdicts)
        ]
        host = rows.health(_not_ok(self._host.verdicts))
        every = [self._host.verdicts, *(trace.verdicts for trace in self._roster.by_id.values())]
        level = worst(verdict for verdicts in every for verdict in verdicts)
        arrays.sort(key=lambda one: (-LEVELS.index(one["level"]), one["name"]))
        return {"level": level, "host": host, "arrays": arrays}

    def row(self, array: ArrayId) -> dict[str, Any]:
        """Return one array's row.

        Raises:
            UnknownArrayError: no array has this id.
        """
        return self._row(self._roster.trace(array))

    def rows(self) -> list[dict[str, Any]]:
        """Return the row of every array that is there, by name."""
        return self._rows(self._roster.by_id.values())

    def page(self, pattern: str, offset: int, limit: int) -> tuple[list[dict[str, Any]], int]:
        """Return the rows of some arrays by name, and how many there are that match.

        Args:
            pattern: A shell pattern of names.
            offset: So many are passed over.
            limit: At most so many are told.
        """
        every = self._roster.by_id.values()
        found = [trace for trace in every if fnmatchcase(trace.id.name, pattern)]
        return [self._row(trace) for trace in by_name(found)[offset : offset + limit]], len(found)

    def segments(self, pattern: str, offset: int, limit: int) -> tuple[list[dict[str, Any]], int]:
        """Return some segments, the largest first, and how many there are that match; as `page`."""
        seen = self._roster.seen
        if seen is None:
            return [], 0
        found = segment_rows.matching(seen, pattern)
        some = found[offset : offset + limit]
        return segment_rows.rows(some, self._roster.by_id.values()), len(found)

    def processes(self, array: ArrayId) -> list[dict[str, Any]] | None:
        """Return who uses an array's segment, None where that is unknown.

        Raises:
            UnknownArrayError: no array has this id.
        """
        return self._processes(self._roster.trace(array))

    def overview(self) -> dict[str, Any]:
        """Return all arrays, those that went a moment ago included."""
        traces = [*self._roster.by_id.values(), *self._roster.comings.gone]
        return {"host": self.host(), "arrays": self._rows(traces)}

    def array(self, trace: Trace, now_s: float, timeline: Timeline) -> dict[str, Any]:
        """Return everything that one array's page shows beside its values."""
        return {
            "host": self.host(),
            "row": self._row(trace),
            "history": detail_rows.history(trace),
            "statistics": statistics_rows.rows(trace.statistics, trace.looked_age_s(now_s)),
            "processes": self._processes(trace),
            "events": [host_rows.event(one) for one in timeline.last(SOME_EVENTS, trace.key)],
        }

    def _row(self, trace: Trace) -> dict[str, Any]:
        return self._build.row(trace, self._roster.segment_of(trace))

    def _rows(self, traces: Iterable[Trace]) -> list[dict[str, Any]]:
        return [self._row(trace) for trace in by_name(traces)]

    def _processes(self, trace: Trace) -> list[dict[str, Any]] | None:
        return detail_rows.processes(self._roster.segment_of(trace), self._roster.seen)


def by_name(traces: Iterable[Trace]) -> list[Trace]:
    """Return arrays by name."""
    return sorted(traces, key=lambda trace: (trace.id.name, trace.id.segment))


def _not_ok(verdicts: Iterable[Verdict]) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.level != "ok"]
