"""Verdicts over time: since when each stands, and none that flaps."""

from __future__ import annotations

from dataclasses import replace

from tests.sampling.health_cases import DEAD, EXAMPLES, FACTS, LATE, STRANGE, WRITER, rules_of

from shmscope.sampling.health.arrays import RULES
from shmscope.sampling.health.record import HealthRecord
from shmscope.sampling.health.verdicts import LEVELS, Finding, Rule, Verdict, worst


def test_verdicts_come_worst_first_and_then_in_the_order_of_the_rules() -> None:
    facts = replace(
        FACTS,
        size_bytes=1,
        presence="unlinked",
        values=STRANGE,
        torn=200,
        copies=200,
        writers=(DEAD, replace(WRITER, slot=1), replace(LATE, slot=2)),
    )
    assert rules_of(HealthRecord(RULES).judge(facts, 0.0)) == [
        "truncated",
        "dead_writer",
        "unlinked",
        "stalled",
        "not_finite",
        "torn",
        "writing",
    ]


def test_verdict_stands_since_it_was_first_found() -> None:
    record = HealthRecord(RULES)
    record.judge(FACTS, 100.0)
    broken = replace(FACTS, presence="unlinked")
    since = [record.judge(broken, now_s)[0].since_s for now_s in (101.0, 102.5, 110.0)]
    assert since == [0.0, 1.5, 9.0]


def test_verdict_that_went_away_and_came_back_stands_anew() -> None:
    record = HealthRecord(RULES)
    broken = replace(FACTS, presence="unlinked")
    record.judge(broken, 100.0)
    record.judge(FACTS, 101.0)
    assert record.judge(broken, 105.0)[0].since_s == 0.0


def test_verdict_whose_level_changed_stands_anew() -> None:
    record = HealthRecord(RULES)
    alone, among = EXAMPLES["dead_writer"]
    record.judge(among, 100.0)
    verdict = record.judge(alone, 103.0)[0]
    assert (verdict.level, verdict.since_s) == ("critical", 0.0)


def test_there_is_always_a_verdict() -> None:
    assert rules_of(HealthRecord(RULES).judge(replace(FACTS, writers=()), 0.0)) == ["idle"]


NOISY: Rule[float] = Rule(
    "noisy",
    "Speaks above 10, louder above 20.",
    lambda value: Finding("critical" if value > 20 else "warning", "It.") if value > 10 else None,
    rise_s=1.0,
    hold_s=3.0,
)


def heard(*values: tuple[float, float]) -> list[tuple[str, float] | None]:
    """Return level and age of the verdict for each (time, value)."""
    record = HealthRecord((NOISY,))
    found = [record.judge(value, now_s) for now_s, value in values]
    return [(one[0].level, one[0].since_s) if one else None for one in found]


def test_rule_must_speak_for_a_while_before_it_is_heard() -> None:
    assert heard((0, 11), (0.5, 11), (1.0, 11)) == [None, None, ("warning", 1.0)]


def test_rule_that_pauses_briefly_is_still_heard() -> None:
    values = [(0, 11.0), (1, 11.0), (2, 0.0), (3.5, 0.0), (3.9, 11.0), (6.0, 0.0), (6.9, 0.0)]
    assert [one is not None for one in heard(*values)] == [False, *[True] * 5, False]


def test_value_that_wavers_about_a_limit_makes_one_verdict() -> None:
    values = [(t / 2, 9.9 if t % 2 else 10.1) for t in range(40)]
    ages = [one[1] for one in heard(*values) if one is not None]
    assert ages == sorted(ages)
    assert len(ages) == 38


def test_level_rises_at_once_and_falls_when_it_has_lasted() -> None:
    values = [(0, 11.0), (1, 25.0), (2, 11.0), (3.9, 11.0), (4.0, 11.0), (5.0, 11.0)]
    levels = [one and one[0] for one in heard(*values)]
    assert levels == [None, "critical", "critical", "critical", "warning", "warning"]


def test_worst_of_nothing_is_ok() -> None:
    assert worst([]) == "ok"
    found = [Verdict("x", level, "X.", 0.0, None) for level in LEVELS]
    assert worst(found) == "critical"
