"""What a look into a segment told, and when to look again.

The naive way opens and reads every segment again and again. Here what is known is believed: an
unknown segment is looked at after 1, 2, 4 ... 60 seconds, for a program makes its segment first and
writes its header then; a recognised one every ten seconds, for its contents can be replaced. What
was recognised is given up when two looks in turn do not know it: a header may be half written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from shmscope.sources import entries
from shmscope.sources.assembly import FoundSegment
from shmscope.sources.entries import Entry
from shmscope.sources.glances import Glance

FIRST_REST_S: Final = 1.0
LONGEST_REST_S: Final = 60.0
CONFIRM_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of a segment that nobody publishes.

    Attributes:
        asked: Paths of the neighbours that had a say in it, whether they were there or not.
        due_s: When to look again, CLOCK_MONOTONIC.
        rest_s: How long that was from the last look.
        doubted: Whether the last look did not know what the one before had recognised.
    """

    entry: Entry
    asked: frozenset[str]
    due_s: float
    rest_s: float
    doubted: bool = False

    def holds(self, segment: FoundSegment, changed: set[str]) -> bool:
        """Whether this is still believed of a segment as it is now.

        Args:
            segment: The one that this note was made of, as it was found since.
            changed: Paths at which since then a segment came, went, or got another size.
        """
        known = self.entry.segment
        same = known is segment or (
            known.size_bytes == segment.size_bytes and known.paths == segment.paths
        )
        return same and changed.isdisjoint(self.asked)

    def of(self, segment: FoundSegment) -> Note:
        """Return the same, said of the segment as it was found since."""
        if self.entry.segment is segment:
            return self
        return replace(self, entry=replace(self.entry, segment=segment))


def take_note(
    segment: FoundSegment, by_path: Mapping[str, FoundSegment], now_s: float, before: Note | None
) -> Note:
    """Look into a segment and note what it is.

    Args:
        segment: Which.
        by_path: All segments that have a name, by their paths.
        now_s: The time, CLOCK_MONOTONIC.
        before: What was noted of it before, if anything.
    """
    with Glance(by_path) as glance:
        entry = entries.foreign(segment, glance.look(segment))
    asked = frozenset(glance.asked)
    if entry.recognition is not None:
        return Note(entry, asked, now_s + CONFIRM_S, CONFIRM_S)
    if before is None or before.entry.segment.size_bytes != segment.size_bytes:
        return Note(entry, asked, now_s + FIRST_REST_S, FIRST_REST_S)
    if before.entry.recognition is None:
        rest_s = min(2 * before.rest_s, LONGEST_REST_S)
        return Note(entry, asked, now_s + rest_s, rest_s)
    return _doubt(before.of(segment), Note(entry, asked, now_s, 0.0), failed=glance.failed)


def _doubt(before: Note, note: Note, *, failed: bool) -> Note:
    """Return what to believe of a segment that was recognised, and now was not.

    Args:
        before: What was believed.
        note: What would be said of it now.
        failed: Whether it could not be read; that says nothing of its contents.
    """
    if failed:
        return replace(before, due_s=note.due_s + CONFIRM_S, rest_s=CONFIRM_S)
    due_s = note.due_s + FIRST_REST_S
    if before.doubted:
        return replace(note, due_s=due_s, rest_s=FIRST_REST_S)
    return replace(before, due_s=due_s, rest_s=FIRST_REST_S, doubted=True)
