"""An array that its program publishes: its control block tells of every counted write."""

from __future__ import annotations

import math

from shmscope.layout.control import Description, Process
from shmscope.layout.names import ArrayId
from shmscope.publishing.segment import SHM_DIR
from shmscope.sampling.counters import Counter, Ticks
from shmscope.sampling.facts import ArrayFacts
from shmscope.sampling.trace import Trace
from shmscope.sampling.writers import Writers
from shmscope.sources.arrays import ArraySource, MemoryArray
from shmscope.sources.blocks import BlockReader, BlockState, OpenBlock
from shmscope.sources.manager_arrays import ManagerArray
from shmscope.sources.managers import ManagerObject
from shmscope.sources.presence import Lookout
from shmscope.sources.processes import Roll
from shmscope.sources.segments import Segment
from shmscope.sources.snapshots import SlotWitness
from shmscope.sources.subjects import published


class PublishedTrace(Trace):
    """One published array over time.

    Args:
        reader: Its control block.
        state: The block as first read.
        host: Name of this machine.
        ticks: When counters are looked at.
        roll: Knows how processes are.
    """

    def __init__(
        self,
        reader: BlockReader,
        state: BlockState,
        host: str,
        ticks: Ticks,
        roll: Roll,
    ) -> None:
        self._reader = reader
        self._roll = roll
        self.state = state
        self._counter = Counter(ticks)
        self._seats = Writers(ticks)
        self._is_missed = self._is_written = False
        self._late_s = math.inf
        subject = published(state.description)
        ident = ArrayId(host, self._segment_id(), subject.name)
        source = self._open_source()
        super().__init__(ident, subject, source, self._counter)
        self._lookout = Lookout(source)
        self._path = None if subject.segment is None else f"{SHM_DIR}/{subject.segment}"
        self._take(state)
        self._needed_bytes = source.layout.extent[1] if isinstance(source, MemoryArray) else 0

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
        return self._seats.writes

    @property
    def writes_per_s(self) -> float:
        """Counted writes per second."""
        return self._counter.per_s

    def is_same(self, state: BlockState) -> bool:
        """Whether `state` still describes this array: an abandoned block may be made anew."""
        before = self.state
        if state.header is before.header and state.description is before.description:
            return True
        header = before.header
        return (
            state.description == before.description
            and state.header.published_ns == header.published_ns
            and (state.header.device, state.header.inode) == (header.device, header.inode)
        )

    def read(self, state: BlockState) -> None:
        """Take in the block as it was just read: the same object where no byte has changed."""
        if state is not self.state:
            self._take(state)

    def update(self, now_s: float, *, watched: bool, worth: int = 1) -> None:  # noqa: ARG002 - its counters know it
        """Note the counters of a tick, and judge the array's health where it is due.

        Args:
            now_s: CLOCK_MONOTONIC, seconds: the clock that writers note their last write by.
            watched: Whether somebody looks at it. Else it is judged every few seconds, and at once
                when a writer came, went, died, stopped, or should have written by now.
            worth: How many ticks it stands for.
        """
        if self._is_written:
            self._is_written = False
            self._counter.note(self._seats.writes)
            self._seats.tick(now_s)
            # Who has just written is not late before this.
            self._late_s = min(self._late_s, now_s + self.limits.stalled_s)
        ended = self._seats.look(self._roll)
        if watched or ended or self._is_someone_late(now_s) or self.is_due(now_s):
            self._assess(now_s)

    def _take(self, state: BlockState) -> None:
        self.state, self._is_written = state, True
        others = self._seats.take(state.plain_slots)
        self.writers = self._seats.by_slot
        if others or self._is_missed:  # who was late may have written
            self.hurry()

    def _is_someone_late(self, now_s: float) -> bool:
        """Whether a writer should have written by now; reckoned when the first of them should."""
        if now_s <= self._late_s:
            return False
        self._late_s = self._seats.late_from_s(now_s, self.limits)
        return self._seats.is_late(now_s, self.limits)

    def _assess(self, now_s: float) -> None:
        self._counter.hold()
        self._seats.hold()
        writers = self._seats.facts(now_s, self.limits)
        self._is_missed = any(one.late for one in writers)
        sighting = self._lookout.sight()
        torn, copies = self.torn
        facts = ArrayFacts(
            name=self.subject.name,
            mechanism=self.subject.mechanism,
            path=self._path,
            presence=sighting.presence,
            presence_detail=sighting.detail,
            size_bytes=sighting.size_bytes,
            needed_bytes=self._needed_bytes,
            writers=writers,
            torn=torn,
            copies=copies,
            values=self.value_facts(now_s),
            segment=self.segment_facts,
            limits=self.limits,
        )
        self._late_s = self._seats.late_from_s(now_s, self.limits)
        self.judge(facts, now_s)

    def _open_source(self) -> ArraySource:
        header, description = self.state.header, self.state.description

        def opening() -> OpenBlock:
            return self._reader.opened(header)

        def holders() -> list[Process]:
            return self.state.processes()

        witness = SlotWitness(opening, header.published_ns)
        if description.mechanism == "Manager":
            manager = ManagerObject(
                description.address or "",
                bytes.fromhex(description.authkey or ""),
                description.token or "",
                self.state.owner,
            )
            return ManagerArray(manager, description.layout, witness)
        segment = Segment(
            header.device,
            header.inode,
            description.segment,
            holders,
            self._roll.namespace,
        )
        return MemoryArray(segment, description.layout, self.state.owner, witness)

    def _segment_id(self) -> str:
        header, description = self.state.header, self.state.description
        if description.mechanism == "Manager":
            return "manager-" + self._reader.path.rpartition("-")[2]
        identity = f"{header.device:x}-{header.inode:x}"
        if description.segment is not None:
            return identity
        return f"{identity}-{description.layout.offset:x}"  # an arena holds many arrays
