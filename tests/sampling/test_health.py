"""Each health rule of an array: facts in, level and sentence out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.sampling.health_cases import (
    COUNTED,
    EXAMPLES,
    FACTS,
    FOUND,
    LOCK,
    SEEN,
    UNUSED,
    answer,
    example,
    sentence,
)

from shmscope.sampling.facts import ArrayFacts, LockFacts
from shmscope.sampling.health.arrays import RULES
from shmscope.sampling.health.record import HealthRecord
from shmscope.sampling.health.verdicts import Level, Rule
from shmscope.sampling.rows import health


def test_every_rule_has_an_example_that_makes_it_speak() -> None:
    assert set(EXAMPLES) == {rule.name for rule in RULES}
    for name, examples in EXAMPLES.items():
        assert all(answer(name, facts) is not None for facts in examples), name


@pytest.mark.parametrize(
    ("rule", "level"),
    [
        ("gone", "critical"),
        ("unreachable", "critical"),
        ("truncated", "critical"),
        ("died_in_write", "critical"),
        ("dead_writer", "critical"),
        ("recreated", "warning"),
        ("unlinked", "warning"),
        ("forbidden", "warning"),
        ("stalled", "warning"),
        ("not_finite", "warning"),
        ("torn", "warning"),
        ("lock_stuck", "warning"),
        ("saturated", "warning"),
        ("constant", "ok"),
        ("orphan", "warning"),
        ("unattached", "ok"),
        ("world_writable", "warning"),
        ("foreign_owner", "warning"),
        ("hidden_creator", "ok"),
        ("writing", "ok"),
        ("idle", "ok"),
        ("changing", "ok"),
        ("unchanged", "ok"),
    ],
)
def test_level_of_each_rule(rule: str, level: Level) -> None:
    assert example(rule).level == level


@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_sentences_are_sentences(rule: str) -> None:
    for facts in EXAMPLES[rule]:
        text = sentence(rule, facts)
        assert text[0].isupper() or text[0] in "/0123456789"
        assert text.endswith(".")
        assert "None" not in text
        assert ".." not in text


@pytest.mark.parametrize("rule", [rule.name for rule in RULES if rule.name != "writing"])
def test_healthy_array_makes_no_other_rule_speak(rule: str) -> None:
    assert answer(rule, FACTS) is None


def test_array_that_nobody_counts_is_neither_writing_nor_idle() -> None:
    facts = replace(FOUND, changes=SEEN)
    assert answer("writing", facts) is None
    assert answer("idle", facts) is None


def test_changes_are_told_as_a_lower_bound_with_the_rate_of_looking() -> None:
    told = sentence("changing", replace(FOUND, changes=SEEN))
    assert "at least 60 changes per second, seen by 60 looks a second" in told


def test_counted_array_is_not_said_to_change() -> None:
    assert answer("changing", COUNTED) is None
    assert answer("unchanged", COUNTED) is None


def test_truncated_says_both_sizes() -> None:
    assert "cut to 1,024 bytes, the array needs 4,096" in example("truncated").sentence


@pytest.mark.parametrize("size", [None, 4096, 8192])
def test_segment_that_is_large_enough_or_unseen_is_not_truncated(size: int | None) -> None:
    assert answer("truncated", replace(FACTS, size_bytes=size)) is None


@pytest.mark.parametrize("rule", ["recreated", "unlinked"])
def test_lost_name_is_told_with_its_path(rule: str) -> None:
    assert "/dev/shm/heat " in example(rule).sentence


def test_lock_that_is_free_or_just_taken_is_well() -> None:
    for lock in (LockFacts(1, 0, 0.0), LockFacts(0, 0, 42.0), LockFacts(0, 2, 1.0)):
        facts = replace(LOCK, lock=lock, segment=replace(UNUSED, users=3))
        assert answer("lock_stuck", facts) is None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_verdicts_on_a_hostile_path_can_be_printed(rule: Rule[ArrayFacts]) -> None:
    for facts in EXAMPLES[rule.name]:
        record = HealthRecord([replace(rule, rise_s=0.0)])
        verdicts = record.judge(replace(facts, path="/dev/shm/\udced\udca0\x1b[2J"), 0.0)
        told = health(verdicts)["verdicts"]
        texts = [text for row in told for text in (*row.values(), *row["facts"].values())]
        assert texts
        assert all(text.isprintable() for text in texts if isinstance(text, str))
