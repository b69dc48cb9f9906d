"""What is known of the host and its arrays, as the API and the stream tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from shmscope.layout.names import ArrayId
from shmscope.sampling import rows
from shmscope.sampling.demand import Demand
from shmscope.sampling.observer import Observer
from shmscope.sampling.roster import Roster
from shmscope.sampling.trace import Trace


class Reports:
    """Tells of arrays. May be asked from any thread.

    Args:
        roster: The arrays.
        observer: What watching costs.
        demand: Who watches.
        clock: Seconds, as the roster gets them.
    """

    def __init__(
        self, roster: Roster, observer: Observer, demand: Demand, clock: Callable[[], float]
    ) -> None:
        self._roster = roster
        self._observer = observer
        self._demand = demand
        self._clock = clock

    def host(self) -> dict[str, Any]:
        """Return the host's state and what watching it costs."""
        return {
            **self._observer.host_row(self._roster.host, self._demand),
            **rows.survey(self._roster.seen, self._clock()),
            "config": rows.configuration(self._roster.configuration),
        }

    def row(self, array: ArrayId) -> dict[str, Any]:
        """Return one array's row.

        Raises:
            UnknownArrayError: no array has this id.
        """
        return self._row(self._roster.trace(array))

    def rows(self) -> list[dict[str, Any]]:
        """Return the row of every array that is there, by name."""
        return self._rows(self._roster.by_id.values())

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

    def array(self, trace: Trace, now_s: float) -> dict[str, Any]:
        """Return everything that one array's page shows beside its values."""
        return {
            "host": self.host(),
            "row": self._row(trace),
            "history": rows.history(trace),
            "statistics": rows.statistics(trace.statistics, trace.looked_age_s(now_s)),
            "processes": self._processes(trace),
        }

    def _row(self, trace: Trace) -> dict[str, Any]:
        return rows.row(trace, self._roster.segment_of(trace))

    def _rows(self, traces: Iterable[Trace]) -> list[dict[str, Any]]:
        ordered = sorted(traces, key=lambda trace: (trace.id.name, trace.id.segment))
        return [self._row(trace) for trace in ordered]

    def _processes(self, trace: Trace) -> list[dict[str, Any]] | None:
        return rows.processes(self._roster.segment_of(trace), self._roster.seen)
