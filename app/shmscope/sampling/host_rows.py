"""A host's memory as the plain data that the API and the stream show; see docs/stream.md."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final

from shmscope.sampling.events import Event
from shmscope.sampling.facts import LockFacts
from shmscope.sampling.health.verdicts import Verdict, worst
from shmscope.sampling.host_facts import Claimant, HostFacts
from shmscope.sampling.trace import Trace
from shmscope.sources.configuration import Configuration
from shmscope.sources.survey import Survey

MOST_SEGMENTS: Final = 200


def survey(seen: Survey | None, now_s: float) -> dict[str, Any]:
    """Return how fresh the knowledge of the host's segments is, and what it does not cover."""
    if seen is None:
        return {"hidden_processes": 0, "survey": None}
    return {
        "hidden_processes": seen.inventory.hidden_processes,
        "survey": {
            "age_s": max(now_s - seen.taken_s, 0.0),
            "took_s": seen.took_s,
            "segments": len(seen.inventory.segments),
        },
    }


def configuration(given: Configuration) -> dict[str, Any] | None:
    """Return the file of layouts and what is wrong with it, None where there is none."""
    return None if given.path is None else {"path": given.path, "problem": given.problem}


def room(facts: HostFacts) -> dict[str, Any]:
    """Return how full a mount of shared memory is."""
    return {
        "path": facts.path,
        "size_bytes": facts.size_bytes,
        "used_bytes": facts.used_bytes,
        "free_bytes": facts.free_bytes,
        "claimed_bytes": facts.claimed_bytes,
        "resident_bytes": facts.resident_bytes,
        "growth_bytes_per_s": facts.growth_bytes_per_s,
        "orphans": facts.orphans,
        "orphan_bytes": facts.orphan_bytes,
    }


def segments(
    facts: HostFacts, seen: Survey | None, arrays: Iterable[Trace]
) -> list[dict[str, Any]]:
    """Return who fills a mount: the largest segments, and the rest in one entry.

    Args:
        facts: Of the host.
        seen: The survey that they are of.
        arrays: What is known of the segments' arrays.
    """
    if seen is None:
        return []
    by_label: dict[str, list[Trace]] = {}
    for trace in arrays:
        segment = None if trace.identity is None else seen.segment(trace.identity)
        if segment is not None:
            by_label.setdefault(segment.label, []).append(trace)
    ordered = sorted(facts.claimants, key=lambda one: (-one.resident_bytes, one.label))
    shown = [_segment(one, by_label.get(one.label, [])) for one in ordered[:MOST_SEGMENTS]]
    rest = ordered[MOST_SEGMENTS:]
    return shown if not rest else [*shown, _rest(rest)]


def _segment(one: Claimant, arrays: list[Trace]) -> dict[str, Any]:
    return {
        **asdict(one),
        "arrays": [trace.key for trace in arrays],
        "level": worst(verdict for trace in arrays for verdict in trace.verdicts),
        "orphan": any(
            verdict.rule == "orphan" and verdict.level != "ok"
            for trace in arrays
            for verdict in trace.verdicts
        ),
    }


def _rest(rest: list[Claimant]) -> dict[str, Any]:
    return {
        "label": f"{len(rest)} more",
        "owner": "",
        "size_bytes": sum(one.size_bytes for one in rest),
        "resident_bytes": sum(one.resident_bytes for one in rest),
        "arrays": [],
        "level": "ok",
        "orphan": False,
    }


def locks(arrays: Iterable[Trace]) -> list[dict[str, Any]]:
    """Return every named semaphore that can be read."""
    return [
        lock(one.key, one.id.name, one.facts.lock, one.segment_facts.users, one.verdicts)
        for one in arrays
        if one.facts is not None and one.facts.lock is not None
    ]


def lock(
    ident: str, name: str, found: LockFacts, users: int | None, verdicts: list[Verdict]
) -> dict[str, Any]:
    """Return one named semaphore."""
    return {"id": ident, "name": name, **asdict(found), "users": users, "level": worst(verdicts)}


def event(found: Event) -> dict[str, Any]:
    """Return one event."""
    return asdict(found)
