"""Each health rule: facts in, level and sentence out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.sampling.health_cases import (
    BRIGHT,
    COUNTED,
    EXAMPLES,
    FACTS,
    FOUND,
    LATE,
    LOCK,
    ORPHAN,
    QUIET,
    SEEN,
    STRANGE,
    UNSURE,
    UNUSED,
    WRITER,
    answer,
    example,
    rules_of,
    sentence,
)

from shmscope.sampling.facts import (
    ArrayFacts,
    LockFacts,
    SegmentFacts,
    WriterState,
)
from shmscope.sampling.health.arrays import RULES
from shmscope.sampling.health.record import HealthRecord
from shmscope.sampling.health.verdicts import Level, Rule
from shmscope.sampling.rows import health
from shmscope.sources.limits import Limits


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


def test_dead_writer_is_critical_alone_and_a_warning_among_others() -> None:
    alone, among = EXAMPLES["dead_writer"]
    assert "nobody writes any more" in sentence("dead_writer", alone)
    found = answer("dead_writer", among)
    assert found is not None
    assert found.level == "warning"
    assert "1 of its fellows still there" in found.sentence


def test_writer_that_died_in_a_write_is_not_told_twice() -> None:
    assert answer("dead_writer", EXAMPLES["died_in_write"][0]) is None


@pytest.mark.parametrize("state", ["left", "unseen", "alive"])
def test_writer_that_did_not_die_is_not_called_dead(state: WriterState) -> None:
    facts = replace(FACTS, writers=(replace(WRITER, state=state, in_write=True),))
    assert answer("dead_writer", facts) is None
    assert answer("died_in_write", facts) is None


def test_stopped_writer_is_told_with_its_remedy() -> None:
    found = example("stalled")
    assert "its process is stopped" in found.sentence
    assert found.remedy == "kill -CONT 4711"


def test_stalled_writer_is_told_with_its_rhythm_and_without_a_remedy() -> None:
    found = answer("stalled", EXAMPLES["stalled"][1])
    assert found is not None
    assert found[:4] == (
        "warning",
        (
            "Writer band 0 (pid 4711) stalled. The last write was 12.5 s ago, its pauses were at "
            "most 500 ms."
        ),
        None,
        "likely",
    )


def test_writer_that_stalled_within_a_write_is_told_so() -> None:
    facts = replace(FACTS, writers=(replace(LATE, in_write=True),))
    assert "stalled, in the middle of a write." in sentence("stalled", facts)


@pytest.mark.parametrize("state", ["left", "dead", "unseen"])
def test_writer_that_cannot_write_is_not_called_stalled(state: WriterState) -> None:
    assert answer("stalled", replace(FACTS, writers=(replace(LATE, state=state),))) is None


def test_of_many_writers_three_are_named() -> None:
    writers = tuple(replace(LATE, slot=slot, label=f"w{slot}", pid=slot) for slot in range(5))
    text = sentence("stalled", replace(FACTS, writers=writers))
    assert text.startswith("Writers w0 (pid 0), w1 (pid 1), w2 (pid 2) and 2 more stalled")


@pytest.mark.parametrize(
    ("nan", "inf", "counted"),
    [(1, 0, "1 NaN elements"), (0, 2, "2 infinite elements"), (1200, 3, "1,200 NaN and 3 inf")],
)
def test_elements_that_are_no_numbers_are_counted(nan: int, inf: int, counted: str) -> None:
    facts = replace(FACTS, values=replace(STRANGE, nan=nan, inf=inf))
    assert sentence("not_finite", facts).startswith(counted)
    assert "The first is at [4, 7]." in sentence("not_finite", facts)


def test_some_strange_elements_may_be_let_pass() -> None:
    facts = replace(FACTS, values=STRANGE, limits=Limits(not_finite=4))
    assert answer("not_finite", facts) is None


@pytest.mark.parametrize(
    ("segment", "level", "sure"),
    [
        (ORPHAN, "warning", "likely"),
        (replace(ORPHAN, creator_alive=True, age_s=90.0), "warning", "possible"),
        (replace(ORPHAN, creator_alive=True), None, None),
        (UNUSED, None, None),
        (replace(UNUSED, age_s=90.0), "warning", "possible"),
        (replace(UNUSED, age_s=86_400.0), "warning", "likely"),
        (replace(UNSURE, age_s=90.0), "ok", "unknown"),
        (UNSURE, None, None),
        (replace(UNSURE, mode=0o600, age_s=90.0), "warning", "possible"),
        (replace(UNSURE, mode=0o600, age_s=86_400.0), "warning", "possible"),
        (replace(ORPHAN, users=None, hidden_processes=3), "warning", "possible"),
        (replace(ORPHAN, users=1), None, None),
    ],
)
def test_orphans_are_told_as_surely_as_they_are_known(
    segment: SegmentFacts, level: Level | None, sure: str | None
) -> None:
    found = answer("orphan", replace(FOUND, segment=segment))
    assert (found and found.level, found and found.sure) == (level, sure)


def test_orphan_says_what_removing_it_gives_back_and_how() -> None:
    found = example("orphan")
    assert "Removing it gives 1.0 MiB back." in found.sentence
    assert found.remedy == "rm /dev/shm/heat"
    assert found.facts["creator_pid"] == 4711


def test_memory_that_somebody_writes_is_no_orphan() -> None:
    assert answer("orphan", replace(COUNTED, segment=ORPHAN)) is None
    assert answer("orphan", replace(FOUND, segment=ORPHAN, changes=SEEN)) is None


def test_memory_without_a_name_is_no_orphan() -> None:
    assert answer("orphan", replace(FOUND, path=None, segment=ORPHAN)) is None


def test_lock_that_is_free_or_just_taken_is_well() -> None:
    for lock in (LockFacts(1, 0, 0.0), LockFacts(0, 0, 42.0), LockFacts(0, 2, 1.0)):
        facts = replace(LOCK, lock=lock, segment=replace(UNUSED, users=3))
        assert answer("lock_stuck", facts) is None


@pytest.mark.parametrize(("at_limit", "speaks"), [(0, False), (50, False), (51, True)])
def test_more_than_five_percent_must_be_saturated(at_limit: int, *, speaks: bool) -> None:
    facts = replace(FACTS, values=replace(BRIGHT, at_limit=at_limit))
    assert (answer("saturated", facts) is not None) == speaks


def test_limits_of_an_array_are_its_own() -> None:
    facts = replace(FACTS, torn=7, copies=200, limits=Limits(torn_share=0.5))
    assert answer("torn", facts) is None


@pytest.mark.parametrize(("torn", "copies", "speaks"), [(0, 0, 0), (2, 200, 0), (3, 200, 1)])
def test_more_than_one_percent_of_the_copies_must_be_torn(
    torn: int, copies: int, *, speaks: bool
) -> None:
    assert (answer("torn", replace(FACTS, torn=torn, copies=copies)) is not None) == speaks


@pytest.mark.parametrize(
    ("per_s", "text"),
    [
        (0.25, "Writer band 0 (pid 4711), 0.2 writes per second."),
        (9.96, "Writer band 0 (pid 4711), 10.0 writes per second."),
        (12345.6, "Writer band 0 (pid 4711), 12,346 writes per second."),
    ],
)
def test_writing_tells_who_and_how_often(per_s: float, text: str) -> None:
    facts = replace(FACTS, writers=(replace(WRITER, writes_per_s=per_s),))
    assert sentence("writing", facts) == text


def test_several_writers_are_counted_together() -> None:
    facts = replace(FACTS, writers=(WRITER, replace(WRITER, slot=1), QUIET))
    assert sentence("writing", facts) == "2 writers, 120 writes per second."


def test_idle_tells_the_last_write_of_all() -> None:
    older = replace(QUIET, last_write_age_s=9000.0)
    facts = replace(FACTS, writers=(older, QUIET))
    assert sentence("idle", facts) == "Idle: the last counted write was 10 min ago."


def test_idle_says_that_the_writers_left() -> None:
    facts = replace(FACTS, writers=(replace(QUIET, state="left"),))
    assert sentence("idle", facts).endswith("Its writers have left.")


def test_dead_writers_are_not_said_to_have_left() -> None:
    facts = replace(FACTS, writers=(replace(QUIET, state="left"), replace(QUIET, state="dead")))
    assert "left" not in sentence("idle", facts)


def test_stalled_array_is_not_called_idle() -> None:
    facts = replace(FACTS, writers=(LATE, QUIET))
    assert rules_of(HealthRecord(RULES).judge(facts, 0.0)) == ["stalled"]


def test_array_that_nobody_wrote_is_published() -> None:
    assert sentence("idle", EXAMPLES["idle"][1]).startswith("Published;")


@pytest.mark.parametrize(
    ("age_s", "text"),
    [(0.0004, "0 ms"), (0.25, "250 ms"), (1.0, "1.0 s"), (119.9, "119.9 s"), (120, "2 min")],
)
def test_durations_are_readable(age_s: float, text: str) -> None:
    facts = replace(FACTS, writers=(replace(QUIET, last_write_age_s=age_s),))
    assert f"was {text} ago" in sentence("idle", facts)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_verdicts_on_a_hostile_path_can_be_printed(rule: Rule[ArrayFacts]) -> None:
    for facts in EXAMPLES[rule.name]:
        record = HealthRecord([replace(rule, rise_s=0.0)])
        verdicts = record.judge(replace(facts, path="/dev/shm/\udced\udca0\x1b[2J"), 0.0)
        told = health(verdicts)["verdicts"]
        texts = [text for row in told for text in (*row.values(), *row["facts"].values())]
        assert texts
        assert all(text.isprintable() for text in texts if isinstance(text, str))
