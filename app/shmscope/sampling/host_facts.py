"""What is known of a host's shared memory at one moment: all that its health rules may look at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claimant:
    """A segment, as it takes up room.

    Attributes:
        owner: User name, or a number.
        size_bytes: What it may take.
        resident_bytes: What it takes.
    """

    label: str
    owner: str
    size_bytes: int
    resident_bytes: int


@dataclass(frozen=True, slots=True)
class HostFacts:
    """A host's shared memory.

    Attributes:
        path: Where it is mounted.
        claimed_bytes: What all its segments may take.
        resident_bytes: What they take.
        claimants: Its segments.
        growth_bytes_per_s: Over the last minute; None while that is unknown.
        remove_ipc: Whether systemd removes a user's segments at the end of the last session; None
            where there is no systemd.
        user_segments: Segments of ordinary users.
        orphans: Segments that are orphaned, likely or possibly.
        orphan_bytes: What they take up.
        unsound_blocks: Paths of control blocks that are none or lie, and what is wrong with each.
    """

    path: str
    size_bytes: int
    used_bytes: int
    free_bytes: int
    claimed_bytes: int = 0
    resident_bytes: int = 0
    claimants: tuple[Claimant, ...] = ()
    growth_bytes_per_s: float | None = None
    remove_ipc: bool | None = None
    user_segments: int = 0
    orphans: int = 0
    orphan_bytes: int = 0
    unsound_blocks: tuple[tuple[str, str], ...] = ()
