"""Each health rule: facts in, level and sentence out; and docs/health.md, which says the same."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from shmscope.sampling import rates, trace
from shmscope.sampling.changes import Changes
from shmscope.sampling.facts import (
    ArrayFacts,
    LockFacts,
    SegmentFacts,
    ValueFacts,
    WriterFacts,
    WriterState,
)
from shmscope.sampling.health.arrays import RULES
from shmscope.sampling.health.record import HealthRecord
from shmscope.sampling.health.verdicts import LEVELS, Finding, Level, Rule, Verdict, worst
from shmscope.sources.limits import DEFAULT, Limits

DOCUMENT = Path(__file__).parents[2] / "docs/health.md"

WRITER = WriterFacts(
    slot=0,
    pid=4711,
    thread=4711,
    label="band 0",
    state="alive",
    writes=1000,
    writes_per_s=60.0,
    last_write_age_s=0.01,
    in_write=False,
    longest_pause_s=0.5,
)
FACTS = ArrayFacts(
    name="heat",
    mechanism="shared_memory",
    path="/dev/shm/heat",
    presence="present",
    writers=(WRITER,),
    size_bytes=4096,
    needed_bytes=4096,
)
LATE = replace(WRITER, late=True, last_write_age_s=12.5, writes_per_s=0.0)
DEAD = replace(WRITER, state="dead")
QUIET = replace(WRITER, writes_per_s=0.0, last_write_age_s=600.0)
# Of an array that nobody published.
SEEN = Changes(
    per_s=59.8,
    looks_per_s=60.0,
    burst_looks_per_s=None,
    elements=4096,
    elements_per_s=245_760.0,
    compared=65_536,
    coverage=1.0,
    last_change_age_s=0.02,
)
UNSEEN = Changes(0.0, 0.0, None, 0, 0.0, 0, 0.0, None)
FOUND = replace(FACTS, published=False, writers=())
STRANGE = ValueFacts(
    "float32", 1024, nan=3, inf=1, where="[4, 7]", not_finite_age_s=12.5, looked_age_s=0.4
)
BRIGHT = ValueFacts("uint8", 1000, minimum=0, at_limit=120, largest=255)
USED = SegmentFacts(users=2, owner="ann", user_names=("ann",), mode=0o600, resident_bytes=1 << 20)
UNUSED = replace(USED, users=0, user_names=(), age_s=1.0)
UNSURE = replace(UNUSED, users=None, hidden_processes=3, mode=0o640)
ORPHAN = replace(UNUSED, creator_pid=4711, creator_alive=False)
LOCK = replace(FOUND, path="/dev/shm/sem.x", lock=LockFacts(0, 2, 42.0))
COUNTED = replace(FOUND, writes_per_s=12.5, last_write_age_s=0.1)

# For every rule, facts that make it speak: the first is the example in the document.
EXAMPLES: dict[str, list[ArrayFacts]] = {
    "gone": [
        replace(
            FACTS,
            presence="gone",
            presence_detail="the segment has no name any more and none of the known processes "
            "holds it",
        )
    ],
    "unreachable": [
        replace(
            FACTS,
            mechanism="Manager",
            presence="unreachable",
            presence_detail="the Manager at /tmp/pymp-x/listener-y did not answer within 1 s",
        )
    ],
    "truncated": [replace(FACTS, size_bytes=1024)],
    "died_in_write": [replace(FACTS, writers=(replace(DEAD, in_write=True),))],
    "dead_writer": [
        replace(FACTS, writers=(DEAD,)),
        replace(FACTS, writers=(DEAD, replace(WRITER, slot=1, label="band 1"))),
    ],
    "recreated": [replace(FACTS, presence="recreated")],
    "unlinked": [replace(FACTS, presence="unlinked")],
    "forbidden": [
        replace(
            FACTS,
            presence="forbidden",
            presence_detail="the segment belongs to user 0, its control block to 1000",
        )
    ],
    "stalled": [
        replace(FACTS, writers=(replace(LATE, state="stopped"),)),
        replace(FACTS, writers=(LATE,)),
    ],
    "not_finite": [replace(FACTS, values=STRANGE)],
    "saturated": [replace(FACTS, values=BRIGHT)],
    "constant": [
        replace(FACTS, values=replace(BRIGHT, at_limit=0, constant=True, minimum=0)),
        replace(FACTS, values=replace(BRIGHT, constant=True, minimum=7)),
    ],
    "lock_stuck": [
        replace(LOCK, segment=UNUSED),
        replace(LOCK, segment=replace(UNUSED, users=3)),
    ],
    "orphan": [
        replace(FOUND, segment=ORPHAN),
        replace(FOUND, segment=replace(UNUSED, age_s=3600.0 * 5)),
        replace(FOUND, segment=replace(UNUSED, age_s=90.0)),
        replace(FOUND, segment=replace(UNSURE, age_s=90.0)),
        replace(FOUND, segment=replace(ORPHAN, creator_alive=True, age_s=90.0)),
        replace(FOUND, segment=replace(ORPHAN, users=None, hidden_processes=1)),
    ],
    "unattached": [replace(FOUND, segment=UNUSED)],
    "world_writable": [replace(FACTS, segment=replace(USED, mode=0o666))],
    "foreign_owner": [replace(FACTS, segment=replace(USED, owner="ann", user_names=("bob",)))],
    "hidden_creator": [replace(FOUND, segment=replace(UNUSED, random_name=True))],
    "torn": [replace(FACTS, torn=7, copies=200)],
    "writing": [FACTS, COUNTED],
    "idle": [
        replace(FACTS, writers=(QUIET,)),
        replace(FACTS, writers=()),
        replace(COUNTED, writes_per_s=0.0),
        replace(COUNTED, writes_per_s=0.0, last_write_age_s=None),
    ],
    "changing": [
        replace(FOUND, changes=SEEN),
        replace(FOUND, changes=replace(SEEN, per_s=10_050.0, burst_looks_per_s=400_000.0)),
    ],
    "unchanged": [
        replace(FOUND, changes=replace(SEEN, per_s=0.0, last_change_age_s=600.0)),
        replace(FOUND, changes=replace(SEEN, per_s=0.0, last_change_age_s=None)),
        replace(FOUND, changes=UNSEEN),
    ],
}


def answer(rule: str, facts: ArrayFacts) -> Finding | None:
    [judge] = [candidate.judge for candidate in RULES if candidate.name == rule]
    return judge(facts)


def sentence(rule: str, facts: ArrayFacts) -> str:
    found = answer(rule, facts)
    assert found is not None
    return found.sentence


def example(rule: str) -> Finding:
    found = answer(rule, EXAMPLES[rule][0])
    assert found is not None
    return found


def rules_of(verdicts: list[Verdict]) -> list[str]:
    return [verdict.rule for verdict in verdicts]


def levels_of(rule: str) -> list[Level]:
    found = [answer(rule, facts) for facts in EXAMPLES[rule]]
    return list(dict.fromkeys(finding.level for finding in found if finding is not None))


# The rules


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


# Verdicts over time


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


# The document


def rows() -> list[str]:
    """Return the table's rows as the code has them."""
    return [
        f"| `{rule.name}` | {', '.join(levels_of(rule.name))} | {rule.meaning} "
        f"| {example(rule.name).sentence} |"
        for rule in RULES
    ]


def test_document_has_the_table_of_the_rules() -> None:
    section = DOCUMENT.read_text().partition("## Arrays")[2].partition("\n## ")[0]
    assert [line for line in section.splitlines() if line.startswith("| `")] == rows()


def thresholds() -> dict[str, float]:
    cadence = rates.Cadence
    return {
        "torn": DEFAULT.torn_share * 100,
        "copies": trace.RECENT_COPIES,
        "late": cadence.LATE_AFTER_S,
        "patience": cadence.PATIENCE,
        "pauses": cadence()._pauses.maxlen or 0,
        "known": cadence.LEAST_PAUSES,
        "window": rates.WINDOW_S,
        "slow window": rates.SLOW_WINDOW_S,
        "slow writes": rates.SLOW_WRITES,
    }


def test_document_ends_with_the_thresholds_of_the_code() -> None:
    last = DOCUMENT.read_text().rpartition("## Thresholds")[2]
    assert "\n## " not in last
    written = dict(re.findall(r"^- ([a-z ]+): ([\d.]+)", last, re.MULTILINE))
    assert {name: float(value) for name, value in written.items()} == thresholds()


def test_meanings_say_the_thresholds_of_the_code() -> None:
    meanings = {rule.name: rule.meaning for rule in RULES}
    said = thresholds()
    assert f"More than {said['torn']:g} % of the last {said['copies']:g} copies" in meanings["torn"]
    assert (
        f"for more than {said['late']:g} s and more than {said['patience']:g} times the longest of "
        f"its last {said['pauses']:g} pauses; known after {said['known']:g} pauses"
    ) in meanings["stalled"]
