"""Verdicts over time: since when each has stood, and none that flaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from shmscope.sampling.health.verdicts import LEVELS, Facts, Finding, Level, Rule, Verdict


@dataclass(slots=True)
class _Standing:
    """One rule's finding over time.

    Attributes:
        finding: The last one.
        level: At which it is heard: not lower than lately.
        spoke_since_s: Since when it has spoken without a pause.
        spoke_s: When it last spoke.
        level_s: Since when at this level.
        level_spoke_s: When a finding was last at this level or above.
    """

    finding: Finding
    level: Level
    spoke_since_s: float
    spoke_s: float
    level_s: float
    level_spoke_s: float


class HealthRecord(Generic[Facts]):
    """What a table of rules says of one thing over time.

    A rule is heard once it has spoken for its `rise_s`, and for `hold_s` after it last spoke; a
    level rises at once and falls after `hold_s`. So a value that wavers about a limit makes one
    verdict, not many.

    Args:
        rules: The table.

    Attributes:
        is_moving: Whether time alone changes what stands: a rule is about to be heard, is heard
            though it is silent, or its level is about to fall.
    """

    def __init__(self, rules: Sequence[Rule[Facts]]) -> None:
        self.is_moving = False
        self._rules = rules
        self._standing: dict[str, _Standing] = {}
        self._facts: Facts | None = None
        self._answers: list[Finding | None] = []
        self._heard: list[tuple[str, _Standing]] = []

    def judge(self, facts: Facts, now_s: float) -> list[Verdict]:
        """Apply every rule and return what stands now, the worst first.

        Most arrays are as they were, and rules are pure: the same facts are not judged twice, and
        where they are the very same object what stands only gets older.
        """
        if facts is self._facts and not self.is_moving:
            return [self._again(name, standing, now_s) for name, standing in self._heard]
        if facts != self._facts:
            self._answers = [rule.judge(facts) for rule in self._rules]
        self._facts = facts
        self._heard, self.is_moving = self._listen(now_s)
        return [_verdict(name, standing, now_s) for name, standing in self._heard]

    def _listen(self, now_s: float) -> tuple[list[tuple[str, _Standing]], bool]:
        """Return what is heard now, the worst first, and whether time alone changes that."""
        heard, is_moving = [], False
        for rule, finding in zip(self._rules, self._answers, strict=True):
            if finding is None and rule.name not in self._standing:
                continue
            standing = self._hear(rule, finding, now_s)
            if standing is None:
                continue
            is_heard = now_s - standing.spoke_since_s >= rule.rise_s
            if is_heard:
                heard.append((rule.name, standing))
            is_moving |= not is_heard or finding is None or finding.level != standing.level
        return sorted(heard, key=_rank), is_moving

    def _again(self, name: str, standing: _Standing, now_s: float) -> Verdict:
        standing.spoke_s = standing.level_spoke_s = now_s
        return _verdict(name, standing, now_s)

    def _hear(self, rule: Rule[Facts], finding: Finding | None, now_s: float) -> _Standing | None:
        standing = self._standing.get(rule.name)
        if finding is None:
            if standing is not None and now_s - standing.spoke_s >= rule.hold_s:
                del self._standing[rule.name]
                return None
            return standing
        if standing is None:
            standing = _Standing(finding, finding.level, now_s, now_s, now_s, now_s)
            self._standing[rule.name] = standing
            return standing
        standing.finding, standing.spoke_s = finding, now_s
        _relevel(standing, finding.level, rule.hold_s, now_s)
        return standing


def _rank(heard: tuple[str, _Standing]) -> int:
    return -LEVELS.index(heard[1].level)


def _relevel(standing: _Standing, level: Level, hold_s: float, now_s: float) -> None:
    """Take a level over: a higher one at once, a lower one when it has lasted."""
    if LEVELS.index(level) >= LEVELS.index(standing.level):
        standing.level_spoke_s = now_s
    if level == standing.level:
        return
    rises = LEVELS.index(level) > LEVELS.index(standing.level)
    if rises or now_s - standing.level_spoke_s >= hold_s:
        standing.level, standing.level_s, standing.level_spoke_s = level, now_s, now_s


def _verdict(name: str, standing: _Standing, now_s: float) -> Verdict:
    finding = standing.finding
    return Verdict(
        rule=name,
        level=standing.level,
        sentence=finding.sentence,
        since_s=now_s - standing.level_s,
        remedy=finding.remedy,
        sure=finding.sure,
        facts=finding.facts,
    )
