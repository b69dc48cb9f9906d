"""Rules on segments that nobody uses."""

from __future__ import annotations

from typing import Final

from shmscope.sampling.facts import ArrayFacts, SegmentFacts
from shmscope.sampling.health.verdicts import Finding, Rule, Sureness
from shmscope.sampling.health.words import duration, size
from shmscope.sampling.shell import removal


def _orphan(facts: ArrayFacts) -> Finding | None:
    segment = facts.segment
    if segment.users or facts.path is None or facts.lock is not None or _is_busy(facts):
        return None
    why = _reason(segment, facts.limits.orphan_s)
    if why is None:
        return None
    sure, reason = why
    resident = segment.resident_bytes or 0
    return Finding(
        "warning" if sure in ("likely", "possible") else "ok",
        f"{_CLAIMS[sure]}: {reason}. Removing it gives {size(resident)} back.",
        remedy=removal(facts.path),
        sure=sure,
        facts={
            "users": segment.users,
            "hidden_processes": segment.hidden_processes,
            "age_s": segment.age_s,
            "resident_bytes": resident,
            "creator_pid": segment.creator_pid,
        },
    )


_CLAIMS: Final[dict[Sureness, str]] = {
    "likely": "An orphan, in all likelihood",
    "possible": "Perhaps an orphan",
    "unknown": "Whether it is an orphan cannot be told",
}


def _reason(segment: SegmentFacts, orphan_s: float) -> tuple[Sureness, str] | None:
    """Return how surely nobody will use a segment any more, and why; None for too young a one."""
    age_s = segment.age_s
    if not segment.seems_unused:
        return ("unknown", _hidden(segment)) if _is_old(age_s, orphan_s) else None
    seen = segment.users is not None
    nobody = "nobody uses it" if seen else f"nobody that is seen uses it ({_hidden(segment)})"
    if segment.creator_alive is False:
        gone = f"{nobody}, and its creator, pid {segment.creator_pid}, is gone"
        return "likely" if seen else "possible", gone
    if not _is_old(age_s, orphan_s):
        return None
    unused = f"{nobody}, and it was last changed {duration(age_s)} ago"
    if segment.creator_alive:
        return "possible", f"{unused}; but its creator, pid {segment.creator_pid}, lives"
    return ("likely" if seen and _is_old(age_s, 60 * orphan_s) else "possible"), unused


def _is_busy(facts: ArrayFacts) -> bool:
    """Whether somebody writes, seen or not."""
    return bool(facts.writes_per_s or (facts.changes is not None and facts.changes.per_s))


def _is_old(age_s: float | None, limit_s: float) -> bool:
    return age_s is not None and age_s > limit_s


def _hidden(segment: SegmentFacts) -> str:
    count = segment.hidden_processes
    return f"{count} {'process' if count == 1 else 'processes'} may not be looked at"


def _unattached(facts: ArrayFacts) -> Finding | None:
    if facts.segment.users != 0 or _orphan(facts) is not None:
        return None
    return Finding("ok", "Nobody uses it right now.", facts={"users": 0})


RULES: Final[tuple[Rule[ArrayFacts], ...]] = (
    Rule(
        "orphan",
        "No process uses the segment, and its creator is gone or it has not changed for a minute.",
        _orphan,
        rise_s=2.0,
        hold_s=5.0,
    ),
    Rule("unattached", "No process maps the segment or holds it open.", _unattached),
)
