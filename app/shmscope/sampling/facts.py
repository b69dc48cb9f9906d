"""What is known of an array at one moment: all that the health rules may look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from shmscope.sampling.changes import Changes
from shmscope.sources.limits import DEFAULT, Limits
from shmscope.sources.presence import Presence
from shmscope.sources.subjects import Mechanism

WriterState: TypeAlias = Literal["alive", "stopped", "dead", "left", "unseen"]


@dataclass(frozen=True, slots=True)
class WriterFacts:
    """One slot of a control block.

    Attributes:
        writes: Writes finished.
        writes_per_s: Over the last seconds.
        last_write_age_s: None before the first write.
        in_write: Whether a write is under way.
        late: Whether it has paused far longer than its own rhythm.
        longest_pause_s: The longest pause of its rhythm, None while unknown.
    """

    slot: int
    pid: int
    thread: int
    label: str
    state: WriterState
    writes: int
    writes_per_s: float
    last_write_age_s: float | None
    in_write: bool
    late: bool = False
    longest_pause_s: float | None = None


@dataclass(frozen=True, slots=True)
class ValueFacts:
    """Values, as the last full look found them; of records, all numeric fields together.

    Attributes:
        where: Index of the first element that is NaN or infinite, None where that is not known.
        not_finite_age_s: Since some were first seen.
        looked_age_s: How long ago the look was finished.
        minimum: The smallest finite element, of a plain array.
        constant: Whether all elements are equal, of a plain array.
        at_limit: Elements at `largest`.
        largest: The largest value that an integer dtype can hold.
    """

    dtype: str
    count: int
    nan: int = 0
    inf: int = 0
    where: str | None = None
    not_finite_age_s: float | None = None
    looked_age_s: float | None = None
    minimum: float | int | None = None
    constant: bool = False
    at_limit: int = 0
    largest: int = 0


@dataclass(frozen=True, slots=True)
class SegmentFacts:
    """The segment that an array lies in, and who uses it.

    Attributes:
        users: How many processes use it; None where nobody is seen and some processes may not be
            looked at, or nobody has looked.
        hidden_processes: How many may not be looked at.
        owner: User name, or a number where there is none.
        user_names: Users whose processes use it.
        age_s: Since it was last changed by a system call, or a page of it touched for the first
            time: all that the kernel notes.
        creator_pid: Who made it, where a name or a format says so.
        creator_alive: Whether that process lives; None where nobody is named.
        random_name: Whether its name was made up by a library.
    """

    users: int | None = None
    hidden_processes: int = 0
    owner: str | None = None
    user_names: tuple[str, ...] = ()
    mode: int | None = None
    resident_bytes: int | None = None
    age_s: float | None = None
    creator_pid: int | None = None
    creator_alive: bool | None = None
    random_name: bool = False

    @property
    def seems_unused(self) -> bool:
        """Whether nobody uses it, as far as can be told.

        Of a segment that only its owner may open, processes that may not be looked at are hardly
        users: they are other users'.
        """
        private = self.mode is not None and not self.mode & 0o077
        return self.users == 0 or (self.users is None and private and self.hidden_processes > 0)


@dataclass(frozen=True, slots=True)
class LockFacts:
    """A named semaphore.

    Attributes:
        value: How many may still take it; a lock that is held is at 0.
        waiters: How many wait for it.
        held_s: For how long it has been seen at 0; 0 where it is not.
    """

    value: int
    waiters: int
    held_s: float


@dataclass(frozen=True, slots=True)
class ArrayFacts:
    """One array.

    Attributes:
        path: Where its memory is or was to be found by name, None where it has none.
        presence: Whether the memory is still where its name says.
        presence_detail: What went wrong, where something did.
        size_bytes: Size of the segment now, None where unknown.
        needed_bytes: Size that the layout needs.
        torn: Torn copies among the recent ones.
        copies: Recent copies.
        published: Whether its program publishes it, so that writers have slots.
        writes_per_s: By a counter of its format, where it has one and nobody publishes it.
        last_write_age_s: How long ago that counter was last seen to change.
        changes: What was seen by looking, where nobody counts.
        values: Of the last full look, None where there was none.
        lock: Where the segment is a named semaphore.
        limits: What the rules judge by.
    """

    name: str
    mechanism: Mechanism
    path: str | None
    presence: Presence
    writers: tuple[WriterFacts, ...]
    presence_detail: str = ""
    size_bytes: int | None = None
    needed_bytes: int = 0
    torn: int = 0
    copies: int = 0
    published: bool = True
    writes_per_s: float | None = None
    last_write_age_s: float | None = None
    changes: Changes | None = None
    values: ValueFacts | None = None
    segment: SegmentFacts = field(default_factory=SegmentFacts)
    lock: LockFacts | None = None
    limits: Limits = DEFAULT

    @property
    def present_writers(self) -> tuple[WriterFacts, ...]:
        """The writers that are still there, as far as can be seen."""
        return tuple(w for w in self.writers if w.state in ("alive", "stopped", "unseen"))
