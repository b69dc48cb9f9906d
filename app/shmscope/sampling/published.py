"""An array that its program publishes: its control block tells of every counted write."""

from __future__ import annotations

from typing import Any

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
from shmscope.publishing.segment import SHM_DIR
from shmscope.sampling.facts import ArrayFacts, WriterFacts, WriterState
from shmscope.sampling.rates import RateMeter
from shmscope.sampling.trace import Trace, WriterTrace
from shmscope.sources.arrays import ArraySource, ManagerArray, MemoryArray
from shmscope.sources.blocks import BlockReader, BlockState
from shmscope.sources.managers import ManagerObject
from shmscope.sources.presence import sight
from shmscope.sources.processes import liveness
from shmscope.sources.segments import Segment
from shmscope.sources.snapshots import SlotWitness
from shmscope.sources.subjects import published


class PublishedTrace(Trace):
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
        self.meter = RateMeter()
        self._slots: dict[tuple[int, Process], WriterTrace] = {}
        subject = published(state.description)
        ident = ArrayId(host, self._segment_id(), subject.name)
        super().__init__(ident, subject, self._open_source())

    @property
    def description(self) -> Description:
        """What the publisher says."""
        return self.state.description

    @property
    def identity(self) -> tuple[int, int] | None:
        """Device and inode of the memory, None for an object of a Manager."""
        header = self.state.header
        return None if self.subject.mechanism == "Manager" else (header.device, header.inode)

    @property
    def writes(self) -> int:
        """Writes of all writers, those that left included."""
        return total_writes(self.state.slots)

    @property
    def writes_per_s(self) -> float:
        """Counted writes per second."""
        return self.meter.per_s

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
        torn, copies = self.torn
        facts = ArrayFacts(
            name=self.subject.name,
            mechanism=self.subject.mechanism,
            path=None if self.subject.segment is None else f"{SHM_DIR}/{self.subject.segment}",
            presence=sighting.presence,
            presence_detail=sighting.detail,
            size_bytes=sighting.size_bytes,
            needed_bytes=self.layout.extent[1] if isinstance(self.source, MemoryArray) else 0,
            writers=writers,
            torn=torn,
            copies=copies,
            values=self.value_facts(now_s),
            segment=self.segment_facts,
            limits=self.limits,
        )
        self.judge(facts, now_s)

    def _writers(self, state: BlockState, now_s: float) -> list[WriterFacts]:
        kept: dict[tuple[int, Process], WriterTrace] = {}
        found: list[WriterFacts] = []
        for index, slot in enumerate(state.slots):
            process = Process(int(slot["pid"]), int(slot["started"]), int(slot["namespace"]))
            if slot["state"] not in (CLAIMED, LEFT):
                continue
            trace = self._slots.get((index, process)) or WriterTrace()
            kept[index, process] = trace
            trace.update(now_s, int(slot["end"]))
            found.append(self._writer_facts(index, slot, process, trace, now_s))
        self._slots = kept
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
            late=trace.cadence.is_late(now_s, self.limits.stalled_s, self.limits.stalled_times),
            longest_pause_s=trace.cadence.longest_pause_s,
        )

    def _open_source(self) -> ArraySource:
        header, description = self.state.header, self.state.description

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
            return ManagerArray(manager, description.layout, SlotWitness(read_slots))
        segment = Segment(
            header.device,
            header.inode,
            description.segment,
            holders,
            self._namespace,
        )
        return MemoryArray(segment, description.layout, self.state.owner, SlotWitness(read_slots))

    def _segment_id(self) -> str:
        header, description = self.state.header, self.state.description
        if description.mechanism == "Manager":
            return "manager-" + self._reader.path.rpartition("-")[2]
        identity = f"{header.device:x}-{header.inode:x}"
        if description.segment is not None:
            return identity
        return f"{identity}-{description.layout.offset:x}"  # an arena holds many arrays
