"""Who uses a segment, and whose it is, for the rules that judge that."""

from __future__ import annotations

import os
import re
from typing import Final

from shmscope.sampling.facts import SegmentFacts
from shmscope.sources.assembly import FoundSegment
from shmscope.sources.creators import may_live
from shmscope.sources.findings import Use
from shmscope.sources.process_facts import user_name
from shmscope.sources.survey import Survey

# What multiprocessing and tempfile make up where a program gives no name.
_RANDOM: Final = re.compile(r"(?:.*/)?(?:psm_[0-9a-f]{8}|tmp[0-9a-z_]{8})")


def usage_of(segment: FoundSegment, seen: Survey, now_unix_s: float) -> SegmentFacts:
    """Return what a survey, and the segment's own status, tell of its use.

    Args:
        segment: The segment.
        seen: The survey that it is of.
        now_unix_s: Seconds since 1970.
    """
    uses = _uses_of_others(segment, seen)
    facts = (seen.process(use.process) for use in uses or ())
    changed_unix_s = None if uses else _changed_unix_s(segment)
    entry = seen.entry(segment.identity)
    creator = None if entry is None else entry.creator_pid
    return SegmentFacts(
        users=None if uses is None else len(uses),
        hidden_processes=seen.inventory.hidden_processes,
        owner=None if segment.owner is None else user_name(segment.owner),
        user_names=tuple(sorted({one.user for one in facts if one is not None})),
        mode=segment.mode,
        resident_bytes=segment.resident_bytes,
        age_s=None if changed_unix_s is None else max(now_unix_s - changed_unix_s, 0.0),
        creator_pid=creator,
        creator_alive=_lives(creator, changed_unix_s),
        random_name=_RANDOM.fullmatch(segment.label) is not None,
    )


def _uses_of_others(segment: FoundSegment, seen: Survey) -> tuple[Use, ...] | None:
    """Return the uses but this process's own, which looks at the segment: that is no use of it."""
    if not segment.uses:
        return segment.uses
    others = tuple(use for use in segment.uses if use.process.pid != os.getpid())
    return others or (None if seen.inventory.hidden_processes else ())


def _lives(creator: int | None, changed_unix_s: float | None) -> bool | None:
    if creator is None or changed_unix_s is None:
        return None
    return may_live(creator, changed_unix_s)


def _changed_unix_s(segment: FoundSegment) -> float | None:
    for path in segment.paths:
        try:
            status = os.stat(path)
        except OSError:
            continue
        if (status.st_dev, status.st_ino) == segment.identity:
            return max(status.st_mtime, status.st_ctime)
    return None
