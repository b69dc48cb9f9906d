"""All shared memory of the machine as people see it: one entry for what belongs together.

A segment's arrays are known because a program published them, or because its format is recognised;
of others the name may say what they are. Control blocks and the companions of a format (`_meta` and
the like) are no entries of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from shmscope.layout.names import BLOCK_PREFIX
from shmscope.sources import entries
from shmscope.sources.assembly import FoundSegment
from shmscope.sources.blocks import BlockState
from shmscope.sources.entries import Entry, KnownArray, Provenance
from shmscope.sources.glances import folder_of
from shmscope.sources.inventory import Inventory
from shmscope.sources.notes import Note, take_note
from shmscope.sources.scope import Identity

__all__ = ["Catalogue", "Entry", "KnownArray", "Provenance", "take_catalogue"]

MOST_AGAIN: Final = 32


@dataclass(frozen=True, slots=True)
class Memory:
    """What a catalogue leaves to the next one.

    Attributes:
        notes: Of the segments that nobody publishes.
        by_path: All segments that had a name.
    """

    notes: Mapping[Identity, Note] = field(default_factory=dict)
    by_path: Mapping[str, FoundSegment] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What all segments are, at one moment.

    Attributes:
        entries: In the order of the inventory's segments.
        memory: For the next one.
    """

    entries: tuple[Entry, ...]
    memory: Memory = field(repr=False, compare=False)


def take_catalogue(
    inventory: Inventory,
    blocks: Iterable[BlockState],
    previous: Catalogue | None = None,
    now_s: float | None = None,
) -> Catalogue:
    """Say of every segment what it is.

    Args:
        inventory: All segments.
        blocks: The control blocks there are now.
        previous: An earlier answer; what it says of segments that are as they were is believed for
            some time. A segment that is new or was changed is looked into at once.
        now_s: The time, CLOCK_MONOTONIC; else when the inventory was taken.
    """
    segments = inventory.memory.segments
    published = _by_target(blocks)
    before = Memory() if previous is None else previous.memory
    by_path = {path: segment for segment in inventory.segments for path in segment.paths}
    now_s = inventory.taken_s if now_s is None else now_s
    foreign = {
        identity: segment
        for identity, segment in segments.items()
        if identity not in published and not segment.label.startswith(BLOCK_PREFIX)
    }
    notes = _renew(foreign, by_path, before, now_s)
    found = [
        notes[identity].entry
        if identity in notes
        else entries.published(segment, published[identity])
        for identity, segment in segments.items()
        if identity in notes or identity in published
    ]
    return Catalogue(tuple(_without_companions(found)), Memory(notes, by_path))


def _by_target(blocks: Iterable[BlockState]) -> dict[Identity, list[BlockState]]:
    found: dict[Identity, list[BlockState]] = {}
    for state in blocks:
        found.setdefault((state.header.device, state.header.inode), []).append(state)
    return found


def _renew(
    segments: Mapping[Identity, FoundSegment],
    by_path: Mapping[str, FoundSegment],
    before: Memory,
    now_s: float,
) -> dict[Identity, Note]:
    """Return a note of every segment, most of them those that were there before.

    Of those that are only due again, not more than some are looked into at once, for there may be
    thousands: first those that were looked into a short time ago, which may be in the making.
    """
    changed = _changed(before.by_path, by_path)
    notes: dict[Identity, Note] = {}
    due: list[tuple[float, float, Identity]] = []
    for identity, segment in segments.items():
        note = before.notes.get(identity)
        if note is None or not note.holds(segment, changed):
            note = take_note(segment, by_path, now_s, note)
        elif note.due_s <= now_s:
            due.append((note.rest_s, note.due_s, identity))
        notes[identity] = note.of(segment)
    for _, _, identity in sorted(due)[:MOST_AGAIN]:
        notes[identity] = take_note(segments[identity], by_path, now_s, notes[identity])
    return notes


def _changed(before: Mapping[str, FoundSegment], by_path: Mapping[str, FoundSegment]) -> set[str]:
    """Return the paths at which a segment came, went, or got another size."""
    came_or_other = {
        path
        for path, segment in by_path.items()
        if (known := before.get(path)) is not segment
        and (known is None or _measure(known) != _measure(segment))
    }
    return came_or_other | (before.keys() - by_path.keys())


def _measure(segment: FoundSegment) -> tuple[Identity, int]:
    return segment.identity, segment.size_bytes


def _without_companions(found: list[Entry]) -> list[Entry]:
    """Leave out what belongs to another entry, but for what a program publishes."""
    if not any(entry.companions for entry in found):
        return found
    companions = {folder_of(entry.segment) + name for entry in found for name in entry.companions}
    return [
        entry
        for entry in found
        if entry.provenance == "published" or companions.isdisjoint(entry.segment.paths)
    ]
