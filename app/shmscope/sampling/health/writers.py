"""Rules on writers: who died, who stalled, who writes, and what is seen where nobody counts."""

from __future__ import annotations

from typing import Final

from shmscope.sampling.facts import ArrayFacts, WriterFacts
from shmscope.sampling.health.verdicts import Finding, Rule
from shmscope.sampling.health.words import duration, names, per_second


def _died_in_write(facts: ArrayFacts) -> Finding | None:
    dead = [w for w in facts.writers if w.state == "dead" and w.in_write]
    if not dead:
        return None
    return Finding(
        "critical",
        f"{names(dead)} died in the middle of a write: what was being written is half done. "
        "A new writer takes the slot over.",
        facts={"pid": dead[0].pid, "writes": dead[0].writes},
    )


def _dead_writer(facts: ArrayFacts) -> Finding | None:
    dead = [w for w in facts.writers if w.state == "dead" and not w.in_write]
    if not dead:
        return None
    others = len(facts.present_writers)
    rest = f"{others} of its fellows still there" if others else "nobody writes any more"
    return Finding(
        "warning" if others else "critical",
        f"{names(dead)} died without leaving: {rest}.",
        facts={"pid": dead[0].pid, "writes": dead[0].writes, "others": others},
    )


def _stalled(facts: ArrayFacts) -> Finding | None:
    late = [w for w in facts.writers if _is_missed(w)]
    if not late:
        return None
    worst = max(late, key=lambda w: w.last_write_age_s or 0.0)
    stopped = worst.state == "stopped"
    reason = ": its process is stopped" if stopped else ""
    inside = ", in the middle of a write" if worst.in_write else ""
    return Finding(
        "warning",
        f"{names(late)} stalled{inside}{reason}. The last write was "
        f"{duration(worst.last_write_age_s)} ago, its pauses were at most "
        f"{duration(worst.longest_pause_s)}.",
        remedy=f"kill -CONT {worst.pid}" if stopped else None,
        sure="certain" if stopped else "likely",
        facts={
            "pid": worst.pid,
            "last_write_age_s": worst.last_write_age_s,
            "longest_pause_s": worst.longest_pause_s,
        },
    )


def _writing(facts: ArrayFacts) -> Finding | None:
    if facts.writes_per_s:
        return Finding("ok", f"{per_second(facts.writes_per_s, 'write')}, as its format counts.")
    busy = [w for w in facts.present_writers if _is_busy(w)]
    if not busy:
        return None
    rate = sum(w.writes_per_s for w in busy)
    who = f"{len(busy)} writers" if len(busy) > 1 else names(busy)
    return Finding("ok", f"{who}, {per_second(rate, 'write')}.")


def _idle(facts: ArrayFacts) -> Finding | None:
    if not facts.published:
        return _idle_by_format(facts)
    if any(_is_busy(w) or _is_missed(w) for w in facts.present_writers):
        return None
    ages = [w.last_write_age_s for w in facts.writers if w.last_write_age_s is not None]
    if not ages:
        return Finding("ok", "Published; nobody has made a counted write yet.")
    left = " Its writers have left." if all(w.state == "left" for w in facts.writers) else ""
    return Finding("ok", f"Idle: the last counted write was {duration(min(ages))} ago.{left}")


def _idle_by_format(facts: ArrayFacts) -> Finding | None:
    if facts.writes_per_s is None or facts.writes_per_s:
        return None
    age_s = facts.last_write_age_s
    seen = "none was seen so far" if age_s is None else f"the last was seen {duration(age_s)} ago"
    return Finding("ok", f"Idle: its format counts writes, {seen}.")


def _changing(facts: ArrayFacts) -> Finding | None:
    changes = facts.changes
    if changes is None or not changes.per_s:
        return None
    looks = changes.burst_looks_per_s or changes.looks_per_s
    often = f"at least {per_second(changes.per_s, 'change')}"
    return Finding("ok", f"Nobody counts its writes; {often}, seen by {looks:,.0f} looks a second.")


def _unchanged(facts: ArrayFacts) -> Finding | None:
    changes = facts.changes
    if changes is None or changes.per_s:
        return None
    if changes.last_change_age_s is not None:
        seen = f"the last change was seen {duration(changes.last_change_age_s)} ago"
    elif changes.compared:
        seen = "no change was seen so far"
    else:
        seen = "nobody has looked yet whether it changes"
    return Finding("ok", f"Nobody counts its writes; {seen}.")


def _is_busy(writer: WriterFacts) -> bool:
    return writer.writes_per_s > 0 and not writer.late


def _is_missed(writer: WriterFacts) -> bool:
    return writer.late and writer.state in ("alive", "stopped")


DEATHS: Final[tuple[Rule[ArrayFacts], ...]] = (
    Rule(
        "died_in_write",
        "A writer's process ended between begin and end of a write.",
        _died_in_write,
    ),
    Rule("dead_writer", "A writer's process ended without leaving its slot.", _dead_writer),
)
STALLS: Final[tuple[Rule[ArrayFacts], ...]] = (
    Rule(
        "stalled",
        "A living writer has paused for more than 2 s and more than 4 times the longest of its "
        "last 16 pauses; known after 4 pauses.",
        _stalled,
    ),
)
ACTIVITY: Final[tuple[Rule[ArrayFacts], ...]] = (
    Rule("writing", "Counted writes are coming in.", _writing),
    Rule("idle", "No counted writes now, and none are missed.", _idle),
    Rule("changing", "Nobody counts writes, but looks find changes.", _changing),
    Rule("unchanged", "Nobody counts writes, and looks find no change now.", _unchanged),
)
