"""The health rules: facts in, sentences out.

Each rule looks at the facts of one array and answers with a level and a sentence, or with nothing.
The table at the end is the whole of it; docs/health.md is checked against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from shmscope.sampling.facts import ArrayFacts, WriterFacts

Level: TypeAlias = Literal["ok", "warning", "critical"]
LEVELS: tuple[Level, ...] = ("ok", "warning", "critical")
TORN_SHARE = 0.01


class Finding(NamedTuple):
    """What a rule answers: how bad, in words, and the command that mends it."""

    level: Level
    sentence: str
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule.

    Attributes:
        name: As it stands in verdicts.
        meaning: One line for the documentation.
        judge: The rule itself.
    """

    name: str
    meaning: str
    judge: Callable[[ArrayFacts], Finding | None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A finding that stands.

    Attributes:
        since_s: Seconds that it has stood.
    """

    rule: str
    level: Level
    sentence: str
    since_s: float
    remedy: str | None


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
    )


def _recreated(facts: ArrayFacts) -> Finding | None:
    if facts.presence != "recreated":
        return None
    return Finding(
        "warning",
        f"{facts.path} is another segment by now: whoever attached before still "
        "writes here, whoever attaches now gets the new one.",
    )


def _unlinked(facts: ArrayFacts) -> Finding | None:
    if facts.presence != "unlinked":
        return None
    return Finding(
        "warning",
        f"{facts.path} was unlinked while processes use it: nobody new can attach, "
        "and the memory goes away with the last of them.",
    )


def _died_in_write(facts: ArrayFacts) -> Finding | None:
    dead = [w for w in facts.writers if w.state == "dead" and w.in_write]
    if not dead:
        return None
    return Finding(
        "critical",
        f"{_names(dead)} died in the middle of a write: what was being written is half done. "
        "A new writer takes the slot over.",
    )


def _dead_writer(facts: ArrayFacts) -> Finding | None:
    dead = [w for w in facts.writers if w.state == "dead" and not w.in_write]
    if not dead:
        return None
    others = len(facts.present_writers)
    rest = f"{others} of its fellows still there" if others else "nobody writes any more"
    return Finding(
        "warning" if others else "critical",
        f"{_names(dead)} died without leaving: {rest}.",
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
        f"{_names(late)} stalled{inside}{reason}. The last write was "
        f"{_duration(worst.last_write_age_s)} ago, its pauses were at most "
        f"{_duration(worst.longest_pause_s)}.",
        f"kill -CONT {worst.pid}" if stopped else None,
    )


def _not_finite(facts: ArrayFacts) -> Finding | None:
    if not facts.nan + facts.inf:
        return None
    kinds = [(facts.nan, "NaN"), (facts.inf, "infinite")]
    counted = " and ".join(f"{count:,} {word}" for count, word in kinds if count)
    return Finding("warning", f"{counted} elements, seen {_duration(facts.looked_age_s)} ago.")


def _torn(facts: ArrayFacts) -> Finding | None:
    if not facts.copies or facts.torn / facts.copies <= TORN_SHARE:
        return None
    return Finding(
        "warning",
        f"{facts.torn:,} of the last {facts.copies:,} copies are torn: a write was under way at "
        "every attempt. Shorter write sections leave room for a clean copy.",
    )


def _writing(facts: ArrayFacts) -> Finding | None:
    if facts.writes_per_s:
        return Finding("ok", f"{_per_second(facts.writes_per_s, 'write')}, as its format counts.")
    busy = [w for w in facts.present_writers if _is_busy(w)]
    if not busy:
        return None
    rate = sum(w.writes_per_s for w in busy)
    who = f"{len(busy)} writers" if len(busy) > 1 else _names(busy)
    return Finding("ok", f"{who}, {_per_second(rate, 'write')}.")


def _idle(facts: ArrayFacts) -> Finding | None:
    if not facts.published:
        return _idle_by_format(facts)
    if any(_is_busy(w) or _is_missed(w) for w in facts.present_writers):
        return None
    ages = [w.last_write_age_s for w in facts.writers if w.last_write_age_s is not None]
    if not ages:
        return Finding("ok", "Published; nobody has made a counted write yet.")
    left = " Its writers have left." if all(w.state == "left" for w in facts.writers) else ""
    return Finding("ok", f"Idle: the last counted write was {_duration(min(ages))} ago.{left}")


def _idle_by_format(facts: ArrayFacts) -> Finding | None:
    if facts.writes_per_s is None or facts.writes_per_s:
        return None
    age_s = facts.last_write_age_s
    seen = "none was seen so far" if age_s is None else f"the last was seen {_duration(age_s)} ago"
    return Finding("ok", f"Idle: its format counts writes, {seen}.")


def _changing(facts: ArrayFacts) -> Finding | None:
    changes = facts.changes
    if changes is None or not changes.per_s:
        return None
    looks = changes.burst_looks_per_s or changes.looks_per_s
    often = f"at least {_per_second(changes.per_s, 'change')}"
    return Finding("ok", f"Nobody counts its writes; {often}, seen by {looks:,.0f} looks a second.")


def _unchanged(facts: ArrayFacts) -> Finding | None:
    changes = facts.changes
    if changes is None or changes.per_s:
        return None
    if changes.last_change_age_s is not None:
        seen = f"the last change was seen {_duration(changes.last_change_age_s)} ago"
    elif changes.compared:
        seen = "no change was seen so far"
    else:
        seen = "nobody has looked yet whether it changes"
    return Finding("ok", f"Nobody counts its writes; {seen}.")


def _per_second(rate: float, what: str) -> str:
    return f"{rate:,.{0 if rate >= 10 else 1}f} {what}s per second"


def _is_busy(writer: WriterFacts) -> bool:
    return writer.writes_per_s > 0 and not writer.late


def _is_missed(writer: WriterFacts) -> bool:
    return writer.late and writer.state in ("alive", "stopped")


def _names(writers: Iterable[WriterFacts]) -> str:
    found = [f"{w.label} (pid {w.pid})" for w in writers]
    listed = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
    return f"Writer {listed}" if len(found) == 1 else f"Writers {listed}"


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "an unknown time"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"


RULES: tuple[Rule, ...] = (
    Rule("gone", "Nobody who is known holds the memory any more.", _gone),
    Rule("unreachable", "The Manager does not answer, or refuses.", _unreachable),
    Rule("truncated", "The segment is shorter than its layout needs.", _truncated),
    Rule(
        "died_in_write",
        "A writer's process ended between begin and end of a write.",
        _died_in_write,
    ),
    Rule("dead_writer", "A writer's process ended without leaving its slot.", _dead_writer),
    Rule("recreated", "The name stands for another segment by now.", _recreated),
    Rule("unlinked", "The name was removed while processes use the memory.", _unlinked),
    Rule("forbidden", "The memory belongs to somebody whose it is to show.", _forbidden),
    Rule(
        "stalled",
        "A living writer has paused for more than 2 s and more than 4 times the longest of its "
        "last 16 pauses; known after 4 pauses.",
        _stalled,
    ),
    Rule("not_finite", "NaN or infinities at the last full look.", _not_finite),
    Rule("torn", "More than 1 % of the last 200 copies are torn.", _torn),
    Rule("writing", "Counted writes are coming in.", _writing),
    Rule("idle", "No counted writes now, and none are missed.", _idle),
    Rule("changing", "Nobody counts writes, but looks find changes.", _changing),
    Rule("unchanged", "Nobody counts writes, and looks find no change now.", _unchanged),
)


class HealthRecord:
    """The verdicts on one array over time: since when each has stood."""

    def __init__(self) -> None:
        self._since: dict[tuple[str, Level], float] = {}

    def judge(self, facts: ArrayFacts, now_s: float) -> list[Verdict]:
        """Apply every rule and return what stands now, the worst first."""
        answers = [(rule.name, rule.judge(facts)) for rule in RULES]
        found = [(name, finding) for name, finding in answers if finding is not None]
        keys = [(name, finding.level) for name, finding in found]
        self._since = {key: self._since.get(key, now_s) for key in keys}
        verdicts = [
            Verdict(name, f.level, f.sentence, now_s - self._since[name, f.level], f.remedy)
            for name, f in found
        ]
        return sorted(verdicts, key=lambda verdict: -LEVELS.index(verdict.level))


def worst(verdicts: Iterable[Verdict]) -> Level:
    """Return the highest level among `verdicts`; ``ok`` where there are none."""
    return max((v.level for v in verdicts), key=LEVELS.index, default="ok")
