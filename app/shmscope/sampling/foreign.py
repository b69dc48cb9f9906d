"""An array that nobody published: counted where its format counts, and else looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from shmscope.errors import ShmscopeError, SourceForbiddenError, SourceGoneError
from shmscope.layout.control import Process
from shmscope.layout.names import ArrayId
from shmscope.layout.runs import ReadInto
from shmscope.publishing.segment import SHM_DIR
from shmscope.sampling.changes import Changes, ChangeWatch
from shmscope.sampling.facts import ArrayFacts
from shmscope.sampling.locks import LockWatch, is_semaphore
from shmscope.sampling.rates import History, RateMeter
from shmscope.sampling.trace import Trace
from shmscope.sources.arrays import MemoryArray
from shmscope.sources.assembly import FoundSegment
from shmscope.sources.holdings import Holding
from shmscope.sources.presence import Presence
from shmscope.sources.segments import AttachedOnly, Segment
from shmscope.sources.snapshots import NoWitness, Witness
from shmscope.sources.witnesses import SignWitness


class ForeignTrace(Trace):
    """One array that was found, over time.

    Args:
        holding: What it is and where it lies.
        host: Name of this machine.
        namespace: This server's pid namespace.
        clock: Seconds, as `update` gets them.
    """

    source: MemoryArray

    def __init__(
        self, holding: Holding, host: str, namespace: int, clock: Callable[[], float]
    ) -> None:
        self.holding = holding
        self._namespace = namespace
        self._sign: SignWitness | None = None
        self._meter, self._history = RateMeter(), History()
        self._writes: int | None = None
        self._wrote_s: float | None = None
        self._changes: Changes | None = None
        self._trouble: ShmscopeError | None = None
        self._path: str | None = _path_of(holding.segment)
        self._judged: tuple[object, ...] = ()
        self._needed_bytes = holding.layout.extent[1]
        self.watch = ChangeWatch(holding.layout, clock)
        self._lock = LockWatch() if is_semaphore(holding.segment) else None
        super().__init__(id_of(holding, host), holding.subject, self._open(), self._history)

    @property
    def identity(self) -> tuple[int, int]:
        """Device and inode of the memory."""
        return self.holding.segment.identity

    @property
    def counts(self) -> bool:
        """Whether its format counts writes."""
        return self._writes is not None

    @property
    def writes(self) -> int | None:
        """Writes by its format's counter."""
        return self._writes

    @property
    def writes_per_s(self) -> float | None:
        """Writes per second by its format's counter."""
        return self._meter.per_s if self.counts else None

    @property
    def changes(self) -> Changes | None:
        """What was seen by looking."""
        return self._changes

    def see(self, holding: Holding) -> None:
        """Take in a newer survey's view of the same array: its users come and go."""
        if holding.segment is not self.holding.segment:
            self.holding = holding
            self._path = _path_of(holding.segment) or self._path  # as it was before it was unlinked
            self.source = self._open()
            self.hurry()

    def update(self, now_s: float, *, watched: bool, worth: int = 1) -> None:
        """Take in the counter of a tick, where there is one, and judge the array's health.

        An array that nobody watches and that counts nothing is judged every few seconds only.

        Args:
            now_s: CLOCK_MONOTONIC, seconds.
            watched: Whether somebody looks at it.
            worth: How many ticks it stands for.
        """
        if self._sign is not None:
            self._count(self._sign.writes(), now_s)
        if not self.counts:
            self.watch.tick(now_s)
        latest_per_s = self._meter.latest_per_s if self.counts else self.watch.latest_per_s
        self._history.append(latest_per_s, worth)
        if watched or self.counts or self.is_due(now_s):
            self._assess(now_s)

    def _assess(self, now_s: float) -> None:
        if self._lock is not None:
            self._lock.look(self.source.opened, now_s)
        self._changes = None if self.counts else self.watch.changes(now_s)
        known = self._known()
        if self.facts is None or known != self._judged or self._is_aging(self.facts):
            self._judged, self.facts = known, self._facts(now_s)
        self.judge(self.facts, now_s)

    def _known(self) -> tuple[object, ...]:
        """Return what the facts are made of, as far as time alone does not change it."""
        quiet = self._changes is not None and not self._changes.per_s
        return (
            self.holding.segment,
            self.segment_facts,
            self.limits,
            self._trouble,
            self._writes,
            self.torn if self._copies else None,
            self._changes.compared if quiet and self._changes is not None else self._changes,
        )

    def _is_aging(self, facts: ArrayFacts) -> bool:
        """Whether the facts tell how long ago something was: they are others at every moment."""
        return (
            bool(self.statistics or self._lock is not None or self.counts)
            or facts.values is not None
            or (self._changes is not None and self._changes.last_change_age_s is not None)
        )

    def look_for_changes(self, *, eager: bool) -> int:
        """Look whether it has changed and return how many bytes were read."""
        try:
            read = self.watch.look(self._reader, eager=eager)
        except ShmscopeError as error:
            self._trouble = error
            return 0
        self._trouble = None
        return read

    def rest(self) -> None:
        """Look for changes no more: nobody watches."""
        self.watch.rest()
        self.hurry()

    @contextmanager
    def _reader(self) -> Iterator[ReadInto]:
        with self.source.opened() as opened:
            yield opened.read_into

    def _count(self, writes: int | None, now_s: float) -> None:
        if writes is None:
            return
        if self._writes is not None and writes != self._writes:
            self._wrote_s = now_s
        self._writes = writes
        self._meter.update(now_s, writes)

    def _facts(self, now_s: float) -> ArrayFacts:
        torn, copies = self.torn
        segment = self.holding.segment
        return ArrayFacts(
            name=self.subject.name,
            mechanism=self.subject.mechanism,
            path=self._path or _former_path(self.subject.segment),
            presence=self._presence(),
            presence_detail="" if self._trouble is None else self._trouble.detail,
            size_bytes=segment.size_bytes,
            needed_bytes=self._needed_bytes,
            writers=(),
            torn=torn,
            copies=copies,
            values=self.value_facts(now_s),
            segment=self.segment_facts,
            limits=self.limits,
            published=False,
            writes_per_s=self.writes_per_s,
            last_write_age_s=None if self._wrote_s is None else now_s - self._wrote_s,
            changes=self._changes,
            lock=self._lock.facts(now_s) if self._lock is not None else None,
        )

    def _presence(self) -> Presence:
        if isinstance(self._trouble, SourceForbiddenError):
            return "forbidden"
        if isinstance(self._trouble, SourceGoneError):
            return "gone"
        named = self.subject.segment is not None
        return "unlinked" if self.holding.segment.kind == "unlinked" and named else "present"

    def _open(self) -> MemoryArray:
        own = self._segment(self.holding.segment)
        witness: Witness = NoWitness()
        if self.holding.signs is not None:
            others = self.holding.neighbours.items()
            places = {"": own, **{name: self._segment(found) for name, found in others}}
            witness = self._sign = SignWitness(self.holding.signs, places)
        return MemoryArray(own, self.holding.layout, None, witness)

    def _segment(self, found: FoundSegment) -> Segment:
        def holders() -> list[Process]:
            return [use.process for use in found.uses or ()]

        kind = AttachedOnly if found.kind == "sysv" else Segment
        return kind(*found.identity, None, holders, self._namespace, found.ways)


def _former_path(segment: str | None) -> str | None:
    """Return where a segment stood that was unlinked before anybody looked."""
    return None if segment is None else f"{SHM_DIR}/{segment}"


def _path_of(segment: FoundSegment) -> str | None:
    return segment.paths[0] if segment.paths else None


def id_of(holding: Holding, host: str) -> ArrayId:
    """Return the id of an array that was found on `host`."""
    segment = holding.segment
    identity = f"{segment.device:x}-{segment.inode:x}"
    if segment.kind == "sysv":
        identity = f"sysv-{segment.inode}"
    return ArrayId(host, identity, holding.subject.name)
