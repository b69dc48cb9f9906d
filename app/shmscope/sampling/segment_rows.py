"""Segments as the plain data that the API shows; docs/rest.md names the fields."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

from shmscope.sampling.health.verdicts import worst
from shmscope.sampling.rows import users
from shmscope.sampling.trace import Trace
from shmscope.sources.assembly import FoundSegment
from shmscope.sources.process_facts import printable, user_name
from shmscope.sources.survey import Survey


def matching(seen: Survey, pattern: str) -> list[FoundSegment]:
    """Return the segments whose label is like a shell pattern, those that take most first."""
    found = [one for one in seen.inventory.segments if fnmatchcase(one.label, pattern)]
    return sorted(found, key=lambda one: (-_taken_bytes(one), one.label, one.identity))


def rows(segments: Iterable[FoundSegment], arrays: Iterable[Trace]) -> list[dict[str, Any]]:
    """Return one row a segment.

    Args:
        segments: Which.
        arrays: What is known of their arrays.
    """
    by_identity: dict[tuple[int, int], list[Trace]] = {}
    for trace in arrays:
        if trace.identity is not None:
            by_identity.setdefault(trace.identity, []).append(trace)
    return [_row(one, by_identity.get(one.identity, [])) for one in segments]


def _row(one: FoundSegment, arrays: list[Trace]) -> dict[str, Any]:
    verdicts = [verdict for trace in arrays for verdict in trace.verdicts]
    identity = f"sysv-{one.inode}" if one.kind == "sysv" else f"{one.device:x}-{one.inode:x}"
    return {
        "identity": identity,
        "label": one.label,
        "kind": one.kind,
        "paths": [printable(path) for path in one.paths],
        "owner": None if one.owner is None else user_name(one.owner),
        "mode": None if one.mode is None else f"{one.mode & 0o7777:03o}",
        "size_bytes": one.size_bytes,
        "resident_bytes": one.resident_bytes,
        "users": users(one),
        "arrays": [trace.key for trace in arrays],
        "level": worst(verdicts),
        "orphan": any(one.rule == "orphan" and one.level != "ok" for one in verdicts),
    }


def _taken_bytes(one: FoundSegment) -> int:
    return one.size_bytes if one.resident_bytes is None else one.resident_bytes
