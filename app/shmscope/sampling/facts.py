"""What is known of an array at one moment: all that the health rules may look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from shmscope.sampling.changes import Changes
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
        nan: NaN elements at the last full look.
        inf: Infinite elements at the last full look.
        looked_age_s: How long ago that was; None where nobody looked.
        published: Whether its program publishes it, so that writers have slots.
        writes_per_s: By a counter of its format, where it has one and nobody publishes it.
        last_write_age_s: How long ago that counter was last seen to change.
        changes: What was seen by looking, where nobody counts.
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
    nan: int = 0
    inf: int = 0
    looked_age_s: float | None = None
    published: bool = True
    writes_per_s: float | None = None
    last_write_age_s: float | None = None
    changes: Changes | None = None

    @property
    def present_writers(self) -> tuple[WriterFacts, ...]:
        """The writers that are still there, as far as can be seen."""
        return tuple(w for w in self.writers if w.state in ("alive", "stopped", "unseen"))
