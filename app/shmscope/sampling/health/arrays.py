"""The health rules of one array: facts in, sentences out.

Each rule looks at the facts of one array and answers with a finding, or with nothing. The table at
the end is the whole of it; docs/health.md is checked against it.
"""

from __future__ import annotations

from typing import Final

from shmscope.sampling.facts import ArrayFacts
from shmscope.sampling.health import orphans, owners, values, writers
from shmscope.sampling.health.verdicts import Finding, Rule
from shmscope.sampling.health.words import duration
from shmscope.sampling.shell import removal


def _gone(facts: ArrayFacts) -> Finding | None:
    if facts.presence == "gone":
        return Finding("critical", f"The memory is gone: {facts.presence_detail}.")
    return None


def _unreachable(facts: ArrayFacts) -> Finding | None:
    if facts.presence == "unreachable":
        return Finding("critical", f"The Manager does not answer: {facts.presence_detail}.")
    return None


def _forbidden(facts: ArrayFacts) -> Finding | None:
    if facts.presence == "forbidden":
        return Finding("warning", f"The memory may not be looked at: {facts.presence_detail}.")
    return None


def _truncated(facts: ArrayFacts) -> Finding | None:
    if facts.size_bytes is None or facts.size_bytes >= facts.needed_bytes:
        return None
    return Finding(
        "critical",
        f"The segment was cut to {facts.size_bytes:,} bytes, the array needs "
        f"{facts.needed_bytes:,}: a process that touches what is missing dies of a bus error.",
        facts={"segment_bytes": facts.size_bytes, "needed_bytes": facts.needed_bytes},
    )


def _recreated(facts: ArrayFacts) -> Finding | None:
    if facts.presence != "recreated":
        return None
    return Finding(
        "warning",
        f"{facts.path} is another segment by now: whoever attached before still writes here, "
        "whoever attaches now gets the new one.",
        facts={"path": facts.path},
    )


def _unlinked(facts: ArrayFacts) -> Finding | None:
    # multiprocessing unlinks its semaphores as soon as they are made.
    if facts.presence != "unlinked" or facts.lock is not None:
        return None
    return Finding(
        "warning",
        f"{facts.path} was unlinked while processes use it: nobody new can attach, and the memory "
        "goes away with the last of them.",
        facts={"path": facts.path, "users": facts.segment.users},
    )


def _torn(facts: ArrayFacts) -> Finding | None:
    if not facts.copies or facts.torn / facts.copies <= facts.limits.torn_share:
        return None
    return Finding(
        "warning",
        f"{facts.torn:,} of the last {facts.copies:,} copies are torn: a write was under way at "
        "every attempt. Shorter write sections leave room for a clean copy.",
        facts={"torn": facts.torn, "copies": facts.copies, "limit_share": facts.limits.torn_share},
    )


def _lock_stuck(facts: ArrayFacts) -> Finding | None:
    lock = facts.lock
    if lock is None or lock.value or not lock.held_s:
        return None
    held = {"value": lock.value, "waiters": lock.waiters, "held_s": round(lock.held_s, 1)}
    if facts.segment.seems_unused:
        return Finding(
            "warning",
            "The lock is held and no process uses it: whoever held it died, and whoever opens it "
            "waits for ever.",
            remedy=_removal(facts),
            sure="possible" if facts.segment.users is None else "likely",
            facts=held,
        )
    if not lock.waiters or lock.held_s < facts.limits.lock_s:
        return None
    return Finding(
        "critical",
        f"{lock.waiters} wait for this lock, and nobody has released it for "
        f"{duration(lock.held_s)}: its holder hangs, waits for another lock, or is dead.",
        sure="possible",
        facts=held,
    )


def _removal(facts: ArrayFacts) -> str | None:
    """Return the command that removes a segment, None where it has no name."""
    if facts.path is None or facts.presence != "present":
        return None
    return removal(facts.path)


RULES: Final[tuple[Rule[ArrayFacts], ...]] = (
    Rule("gone", "Nobody who is known holds the memory any more.", _gone),
    Rule("unreachable", "The Manager does not answer, or refuses.", _unreachable),
    Rule("truncated", "The segment is shorter than its layout needs.", _truncated),
    *writers.DEATHS,
    Rule("recreated", "The name stands for another segment by now.", _recreated),
    Rule("unlinked", "The name was removed while processes use the memory.", _unlinked),
    Rule("forbidden", "The memory belongs to somebody whose it is to show.", _forbidden),
    Rule(
        "lock_stuck",
        "A semaphore is at zero and nobody is there to release it, or several wait for too long.",
        _lock_stuck,
    ),
    *writers.STALLS,
    *values.RULES,
    Rule("torn", "More than 1 % of the last 200 copies are torn.", _torn, hold_s=5.0),
    *orphans.RULES,
    *owners.RULES,
    *writers.ACTIVITY,
)
