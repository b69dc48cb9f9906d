"""One array over time: its counters, rhythm, presence, health and statistics."""

from __future__ import annotations

from collections import deque
from typing import Any

from shmscope.errors import ShmscopeError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.control import (
    CLAIMED,
    LEFT,
    Description,
    Process,
    Slots,
    decode_label,
    total_writes,
)
from shmscope.layout.names import ArrayId
from shmscope.sampling.facts import ArrayFacts, WriterFacts, WriterState
from shmscope.sampling.health import HealthRecord, Verdict
from shmscope.sampling.rates import Cadence, History, RateMeter
from shmscope.sampling.statistics import Scan, Statistics
from shmscope.sources.arrays import ArraySource, ManagerArray, MemoryArray
from shmscope.sources.blocks import BlockReader, BlockState
from shmscope.sources.managers import ManagerObject
from shmscope.sources.presence import sight
from shmscope.sources.processes import liveness
from shmscope.sources.segments import Segment
from shmscope.sources.snapshots import Snapshot

RECENT_COPIES = 200


class WriterTrace:
    """One slot while one writer has it."""

    def __init__(self) -> None:
        self.meter = RateMeter()
        self.cadence = Cadence()
        self.history = History()

    def update(self, now_s: float, count: int) -> None:
        """Note the slot's count."""
        self.meter.update(now_s, count)
        self.cadence.update(now_s, count)
        self.history.append(self.meter.latest_per_s)


class Trace:
    """One published array over time.

    Args:
        reader: Its control block.
        state: The block as first read.
        host: Name of this machine.
        namespace: This server's pid namespace.
    """

    def __init__(self, reader: BlockReader, state: BlockState, host: str, namespace: int) -> None:
        self._reader = reader
        self._namespace = namespace
        self.state = state
        self.description: Description = state.description
        self.source: ArraySource = self._open_source()
        self.id = ArrayId(host, self._segment_id(), self.description.name)
        self.meter = RateMeter()
        self.history = History()
        self.writers: dict[tuple[int, Process], WriterTrace] = {}
        self._copies: deque[bool] = deque(maxlen=RECENT_COPIES)
        self._health = HealthRecord()
        self._scan: Scan | None = None
        self.statistics: list[Statistics] = []
        self.scanned_s: float | None = None
        self.facts: ArrayFacts | None = None
        self.verdicts: list[Verdict] = []

    @property
    def layout(self) -> ArrayLayout:
        """The array's layout as last known."""
        return self.source.layout

    @property
    def is_forbidden(self) -> bool:
        """Whether the control block speaks for memory that is not its owner's."""
        return self.facts is not None and self.facts.presence == "forbidden"

    def is_same(self, state: BlockState) -> bool:
        """Whether `state` still describes this array: an abandoned block may be made anew."""
        header = self.state.header
        return (
            state.description == self.description
            and state.header.published_ns == header.published_ns
            and (state.header.device, state.header.inode) == (header.device, header.inode)
        )

    def update(self, state: BlockState, now_s: float) -> None:
        """Take in the counters of a tick and judge the array's health.

        Args:
            state: The block as just read.
            now_s: CLOCK_MONOTONIC, seconds: the clock that writers note their last write by.
        """
        self.state = state
        self.meter.update(now_s, total_writes(state.slots))
        self.history.append(self.meter.latest_per_s)
        writers = tuple(self._writers(state, now_s))
        sighting = sight(self.source)
        extent = self.layout.extent[1] if isinstance(self.source, MemoryArray) else 0
        self.facts = ArrayFacts(
            name=self.description.name,
            mechanism=self.description.mechanism,
            segment=self.description.segment,
            presence=sighting.presence,
            presence_detail=sighting.detail,
            size_bytes=sighting.size_bytes,
            needed_bytes=extent,
            writers=writers,
            torn=sum(self._copies),
            copies=len(self._copies),
            nan=sum(entry.nan for entry in self.statistics),
            inf=sum(entry.inf for entry in self.statistics),
            looked_age_s=None if self.scanned_s is None else now_s - self.scanned_s,
        )
        self.verdicts = self._health.judge(self.facts, now_s)

    def note_copy(self, snapshot: Snapshot) -> None:
        """Count a copy, and whether it was torn."""
        self._copies.append(snapshot.verdict == "torn")

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
        elif self.scanned_s is None:
            self.statistics = self._scan.summary()
        return spent

    def close(self) -> None:
        """Let go of the source."""
        self.source.close()

    def _writers(self, state: BlockState, now_s: float) -> list[WriterFacts]:
        kept: dict[tuple[int, Process], WriterTrace] = {}
        found: list[WriterFacts] = []
        for index, slot in enumerate(state.slots):
            process = Process(int(slot["pid"]), int(slot["started"]), int(slot["namespace"]))
            if slot["state"] not in (CLAIMED, LEFT):
                continue
            trace = self.writers.get((index, process)) or WriterTrace()
            kept[index, process] = trace
            trace.update(now_s, int(slot["end"]))
            found.append(self._writer_facts(index, slot, process, trace, now_s))
        self.writers = kept
        return found

    def _writer_facts(
        self, index: int, slot: Any, process: Process, trace: WriterTrace, now_s: float
    ) -> WriterFacts:
        wrote_ns, base, end = int(slot["wrote_ns"]), int(slot["base"]), int(slot["end"])
        state: WriterState = "left" if slot["state"] == LEFT else liveness(process, self._namespace)
        return WriterFacts(
            slot=index,
            pid=process.pid,
            thread=int(slot["thread"]),
            label=decode_label(slot["label"]),
            state=state,
            writes=end - base,
            writes_per_s=trace.meter.per_s,
            last_write_age_s=max(now_s - wrote_ns / 1e9, 0.0) if wrote_ns else None,
            in_write=int(slot["begin"]) != end,
            late=trace.cadence.is_late(now_s),
            longest_pause_s=trace.cadence.longest_pause_s,
        )

    def _open_source(self) -> ArraySource:
        header, description = self.state.header, self.description

        def read_slots() -> Slots:
            return self._reader.read_slots(header)

        def holders() -> list[Process]:
            return self.state.processes()

        if description.mechanism == "Manager":
            manager = ManagerObject(
                description.address or "",
                bytes.fromhex(description.authkey or ""),
                description.token or "",
                self.state.owner,
            )
            return ManagerArray(manager, description.layout, read_slots)
        segment = Segment(
            header.device,
            header.inode,
            description.segment,
            holders,
            self._namespace,
        )
        return MemoryArray(segment, description.layout, self.state.owner, read_slots)

    def _segment_id(self) -> str:
        header = self.state.header
        if self.description.mechanism == "Manager":
            return "manager-" + self._reader.path.rpartition("-")[2]
        identity = f"{header.device:x}-{header.inode:x}"
        if self.description.segment is not None:
            return identity
        return f"{identity}-{self.layout.offset:x}"  # an arena holds many arrays
