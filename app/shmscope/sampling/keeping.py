"""What the server keeps of arrays for its users: copies, and watches with their traces."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from typing import Any

from shmscope.layout.dtypes import format_dtype
from shmscope.layout.names import ArrayId
from shmscope.layout.selection import parse_selection
from shmscope.sampling.budget import Budget
from shmscope.sampling.copies import KeptCopies, KeptCopy
from shmscope.sampling.gauges import Gauge
from shmscope.sampling.observer import Observer
from shmscope.sampling.roster import Roster
from shmscope.sampling.watches import Watch, Watches


class Keeping:
    """Keeps them until they are dropped, or their array has been gone for ten seconds.

    `look` and `forget_gone` are called by the sampler's thread, all else by any.

    Args:
        roster: The arrays.
        observer: Told what was read.
        clock: Seconds.
        wake: Has the sampler's thread look at once.
        budget: What watches pay their looks out of; its ceiling says how much is kept.
    """

    def __init__(
        self,
        roster: Roster,
        observer: Observer,
        clock: Callable[[], float],
        wake: Callable[[], None],
        budget: Budget,
    ) -> None:
        self.copies = KeptCopies(budget.ceiling)
        self.watches = Watches(clock, budget)
        self._roster = roster
        self._observer = observer
        self._clock = clock
        self._wake = wake
        self._copying = threading.Lock()

    def copy(self, array: ArrayId) -> KeptCopy:
        """Copy all of an array now, and keep that.

        Raises:
            UnknownArrayError: no array has this id.
            LimitError: it is too large, or there are too many copies.
            SourceError: the array cannot be read now.
        """
        trace = self._roster.trace(array)
        with self._copying:  # one at a time: those under way take memory that nobody counts
            layout = trace.layout
            self.copies.check(layout.size_bytes)
            snapshot = trace.source.look(parse_selection("...", layout.shape))
            trace.note_copy(snapshot)
            self._observer.note_read(snapshot.values.nbytes)
            return self.copies.keep(array, snapshot)

    def watch(self, array: ArrayId, gauge: Gauge, rate_hz: float) -> tuple[Watch, bool]:
        """Watch a number of an array; return the watch, and whether it is a new one.

        Raises:
            UnknownArrayError: no array has this id.
            SelectionError: the gauge does not fit the array.
            LimitError: it takes in too much, or there are too many watches.
        """
        trace = self._roster.trace(array)
        fitted, unit = gauge.fit(trace.layout), trace.subject.unit
        watch, is_new = self.watches.add(array, fitted, rate_hz, unit)
        self._wake()
        return watch, is_new

    def look(self) -> float:
        """Take the samples that are due and return when the next one is."""
        return self.watches.look(self._roster.by_id, self._observer.note_read)

    def forget_gone(self) -> None:
        """Keep nothing more of arrays that went a while ago."""
        arrays = {*self._roster.by_id, *(trace.id for trace in self._roster.comings.gone)}
        self.copies.forget_but(arrays)
        self.watches.forget_but(arrays)

    def rows(self, array: ArrayId) -> dict[str, Any]:
        """Return all that is kept of an array, as its page shows it."""
        return {"copies": self.copy_rows(array), "watches": self.watch_rows(array)}

    def copy_rows(self, array: ArrayId) -> list[dict[str, Any]]:
        """Return the copies of an array, the newest first."""
        return [copy_row(copy) for copy in self.copies.of(array)]

    def watch_rows(self, array: ArrayId) -> list[dict[str, Any]]:
        """Return the watches of an array with their traces, the oldest first."""
        return [self.watch_row(watch) for watch in self.watches.of(array)]

    def watch_row(self, watch: Watch) -> dict[str, Any]:
        """Return a watch with its trace."""
        fitted = watch.gauge
        ages_s, values = watch.samples.last(self._clock())
        latest = float(values[-1]) if len(values) else math.nan
        return {
            "number": watch.number,
            "kind": fitted.gauge.kind,
            "select": str(fitted.selection),
            "field": fitted.gauge.field,
            "part": fitted.gauge.part,
            "label": fitted.label,
            "rate_hz": watch.rate_hz,
            "unit": watch.unit,
            "latest": None if math.isnan(latest) else latest,
            "problem": watch.problem,
            "age_s": ages_s,
            "values": values,
        }


def copy_row(copy: KeptCopy) -> dict[str, Any]:
    """Return what is known of a kept copy, without its values."""
    return {
        "number": copy.number,
        "taken_unix_s": copy.taken_unix_s,
        "verdict": copy.verdict,
        "size_bytes": copy.values.nbytes,
        "shape": list(copy.values.shape),
        "dtype": format_dtype(copy.values.dtype),
    }
