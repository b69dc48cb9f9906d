"""One sampler for everything and everybody: counters of all arrays, values of what is looked at.

The naive way reads an array for every client that watches it. Here clients ask for topics, a topic
is sampled once however many ask, and a topic that nobody asks for is not sampled at all.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from shmscope.errors import ShmscopeError, SourceGoneError, UnknownArrayError
from shmscope.layout.names import ArrayId
from shmscope.layout.selection import Selection, parse_selection
from shmscope.sampling import rows
from shmscope.sampling.demand import Demand
from shmscope.sampling.observer import Observer
from shmscope.sampling.statistics import Scan, Statistics
from shmscope.sampling.topics import (
    ArrayTopic,
    Delivery,
    OverviewTopic,
    Topic,
    ValuesTopic,
)
from shmscope.sampling.trace import Trace
from shmscope.sampling.views import View
from shmscope.sources.blocks import BlockFinder, BlockReader, BlockState
from shmscope.sources.processes import own_namespace
from shmscope.sources.snapshots import Snapshot

TICK_S = rows.TICK_S
RETRY_S = 0.5
REST = 4.0  # a view that takes long to copy rests this many times as long
SCAN_BYTES = 32 << 20
FULL_SCAN_BYTES = 16 << 30

log = logging.getLogger(__name__)


class Sampler:
    """What is known of all arrays, and who wants to know more.

    `step` does what is due and is called by one thread; everything else may be called from any.

    Args:
        host: Name of this machine, the first part of every id.
        deliver: Takes what is new about a topic; called from the sampler's thread.
        finder: Finds the control blocks.
        clock: CLOCK_MONOTONIC in seconds, which writers note their last write by.
    """

    def __init__(
        self,
        host: str,
        deliver: Callable[[Delivery], None],
        finder: BlockFinder | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.host = host
        self.demand = Demand()
        self.observer = Observer(clock)
        self._deliver = deliver
        self._finder = finder or BlockFinder()
        self._clock = clock
        self._namespace = own_namespace()
        self._traces: dict[BlockReader, Trace] = {}
        self._by_id: dict[ArrayId, Trace] = {}
        self._views: dict[ValuesTopic, View] = {}
        self._seen: set[Topic] = set()  # frames were delivered: what vanishes now is gone
        self._missed: dict[
            Topic, int | None
        ] = {}  # was said to be unknown, in this spell of demand
        self._told: set[Topic] = set()  # has had this tick's news
        self._refused: set[BlockReader] = set()
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
        dues = [view.due_s for view in self._views.values()]
        return min([self._tick_due_s, *dues])

    def row(self, array: ArrayId) -> dict[str, Any]:
        """Return one array's row.

        Raises:
            UnknownArrayError: no array has this id.
        """
        return rows.row(self.trace(array))

    def rows(self) -> list[dict[str, Any]]:
        """Return every array's row, by name."""
        traces = sorted(self._by_id.values(), key=lambda trace: (trace.id.name, trace.id.segment))
        return [rows.row(trace) for trace in traces]

    def host_row(self) -> dict[str, Any]:
        """Return the host's state and what watching it costs."""
        return self.observer.host_row(self.host, self.demand)

    def trace(self, array: ArrayId) -> Trace:
        """Return what is known of one array.

        Raises:
            UnknownArrayError: no array has this id.
        """
        trace = self._by_id.get(array)
        if trace is None:
            raise UnknownArrayError(
                f"no array has the id {str(array)[:200]}", value=str(array)[:200]
            )
        return trace

    def look_once(self, array: ArrayId, select: str) -> tuple[Trace, Selection, Snapshot]:
        """Copy a selection now, for somebody who asks once.

        Raises:
            UnknownArrayError: no array has this id.
            SelectionError: the selection does not fit.
            SourceError: the array cannot be read now.
        """
        trace = self.trace(array)
        selection = parse_selection(select, trace.layout.shape)
        snapshot = trace.source.look(selection)
        trace.note_copy(snapshot)
        self.observer.note_read(snapshot.values.nbytes)
        return trace, selection, snapshot

    def scan_once(self, array: ArrayId) -> list[Statistics]:
        """Scan a whole array now, for somebody who asks once.

        Raises:
            UnknownArrayError: no array has this id.
            SourceError: the array cannot be read now.
        """
        trace = self.trace(array)
        scan = Scan(trace.layout)
        self.observer.note_read(scan.advance(trace.source.scan, FULL_SCAN_BYTES))
        return scan.summary()

    def close(self) -> None:
        """Let go of every source."""
        for trace in self._traces.values():
            trace.close()

    def _tick(self, now_s: float) -> None:
        self._refresh(now_s)
        watched = self.demand.topics()
        for array in {topic.array for topic in watched if not isinstance(topic, OverviewTopic)}:
            if array in self._by_id:
                spent = self._by_id[array].scan(now_s, SCAN_BYTES)
                self.observer.note_read(spent)
        self._seen.intersection_update(watched)
        self._missed = {topic: spell for topic, spell in self._missed.items() if topic in watched}
        self._told.clear()

    def _tell(self, now_s: float) -> None:
        """Deliver the status topics once a tick, and to newcomers at once."""
        for topic in self.demand.topics():
            if topic not in self._told:
                self._told.add(topic)
                self._deliver_status(topic, now_s)

    def _refresh(self, now_s: float) -> None:
        found = self._finder.find()
        self._refused &= found.keys()
        traces: dict[BlockReader, Trace] = {}
        for reader, state in found.items():
            trace = self._traces.get(reader)
            if trace is None or not trace.is_same(state):
                trace = self._new_trace(reader, state)
            if trace is not None:
                trace.update(state, now_s)
                traces[reader] = trace
        for reader, trace in self._traces.items():
            if traces.get(reader) is not trace:
                trace.close()
        self._traces = traces
        # A stranger's control block cannot stand before the owner's of the same segment and name.
        trusted = sorted(traces.values(), key=lambda trace: not trace.is_forbidden)
        self._by_id = {trace.id: trace for trace in trusted}

    def _new_trace(self, reader: BlockReader, state: BlockState) -> Trace | None:
        try:
            return Trace(reader, state, self.host, self._namespace)
        except ValueError as error:  # a block that lies; others are not held up by it
            if reader not in self._refused:
                log.warning("%s is passed over: %s", reader.path, error)
            self._refused.add(reader)
            return None

    def _deliver_status(self, topic: Topic, now_s: float) -> None:
        if isinstance(topic, OverviewTopic):
            body = {"host": self.host_row(), "arrays": self.rows()}
            self._deliver_frame(topic, now_s, body)
        elif isinstance(topic, ArrayTopic):
            trace = self._by_id.get(topic.array)
            if trace is None:
                self._deliver_absence(topic, now_s)
            else:
                self._deliver_frame(topic, now_s, self._array_body(trace, now_s))

    def _array_body(self, trace: Trace, now_s: float) -> dict[str, Any]:
        age_s = None if trace.scanned_s is None else now_s - trace.scanned_s
        return {
            "host": self.host_row(),
            "row": rows.row(trace),
            "history": rows.history(trace),
            "statistics": rows.statistics(trace.statistics, age_s),
        }

    def _deliver_frame(self, topic: Topic, now_s: float, body: Any) -> None:
        self._seen.add(topic)
        self._missed.pop(topic, None)
        self._deliver(Delivery(topic, "frame", now_s, body))

    def _deliver_absence(self, topic: ArrayTopic | ValuesTopic, now_s: float) -> None:
        """Say that an array is gone, or that there never was one: it may not be known yet."""
        if topic in self._seen:
            self._seen.discard(topic)
            detail = "The array is not published any more: its writers ended or withdrew it."
            self._deliver(Delivery(topic, "gone", now_s, {"detail": detail}))
        elif self._missed.get(topic) != (spell := self.demand.spell(topic)):
            self._missed[topic] = spell
            error = UnknownArrayError(f"no array has the id {topic.array}", value=str(topic.array))
            self._deliver(Delivery(topic, "error", now_s, error=error))

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
        return view if view is not None and view.spell == spell else View(topic, spell)

    def _look_at(self, view: View, rate_hz: float, now_s: float) -> float:
        """Deliver a view's schema and frame and return the seconds until the next."""
        trace = self._by_id.get(view.topic.array)
        if trace is None:
            self._deliver_absence(view.topic, now_s)
            return RETRY_S
        if not trace.source.ready():
            return RETRY_S / 10
        started_s = self._clock()
        try:
            self._deliver_look(view, trace, now_s)
        except ShmscopeError as error:
            self._deliver_trouble(view, error, now_s)
            return RETRY_S
        spent_s = self._clock() - started_s
        return max(1 / min(rate_hz, trace.source.fastest_hz), REST * spent_s)

    def _deliver_look(self, view: View, trace: Trace, now_s: float) -> None:
        schema = view.resolve(trace)
        snapshot, body = view.look(trace)
        self.observer.note_read(snapshot.values.nbytes)
        if schema is not None or view.trouble is not None:
            self._deliver(Delivery(view.topic, "schema", now_s, view.schema))
        view.trouble = None
        self._deliver_frame(view.topic, now_s, body)

    def _deliver_trouble(self, view: View, error: ShmscopeError, now_s: float) -> None:
        """Say once what is wrong; the view is tried again, for it may be mended."""
        if view.trouble == error.detail:
            return
        view.trouble = error.detail
        if isinstance(error, SourceGoneError):
            self._seen.discard(view.topic)
            body = {"detail": f"The memory is gone: {error.detail}."}
            self._deliver(Delivery(view.topic, "gone", now_s, body))
        else:
            self._deliver(Delivery(view.topic, "error", now_s, error=error))


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
