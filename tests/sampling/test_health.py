"""Each health rule: facts in, level and sentence out; and docs/health.md, which says the same."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from shmscope.sampling import health, rates, trace
from shmscope.sampling.changes import Changes
from shmscope.sampling.facts import ArrayFacts, WriterFacts, WriterState
from shmscope.sampling.health import LEVELS, RULES, Finding, HealthRecord, Level, Verdict, worst

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
    "not_finite": [replace(FACTS, nan=3, inf=1, looked_age_s=0.4)],
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
    assert list(EXAMPLES) == [rule.name for rule in RULES]
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
    assert found == Finding(
        "warning",
        "Writer band 0 (pid 4711) stalled. The last write was 12.5 s ago, its pauses were at most "
        "500 ms.",
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
    facts = replace(FACTS, nan=nan, inf=inf, looked_age_s=1.0)
    assert sentence("not_finite", facts).startswith(counted)


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
    assert rules_of(HealthRecord().judge(facts, 0.0)) == ["stalled"]


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
        nan=1,
        torn=200,
        copies=200,
        writers=(DEAD, replace(WRITER, slot=1), replace(LATE, slot=2)),
    )
    assert rules_of(HealthRecord().judge(facts, 0.0)) == [
        "truncated",
        "dead_writer",
        "unlinked",
        "stalled",
        "not_finite",
        "torn",
        "writing",
    ]


def test_verdict_stands_since_it_was_first_found() -> None:
    record = HealthRecord()
    record.judge(FACTS, 100.0)
    broken = replace(FACTS, presence="unlinked")
    since = [record.judge(broken, now_s)[0].since_s for now_s in (101.0, 102.5, 110.0)]
    assert since == [0.0, 1.5, 9.0]


def test_verdict_that_went_away_and_came_back_stands_anew() -> None:
    record = HealthRecord()
    broken = replace(FACTS, presence="unlinked")
    record.judge(broken, 100.0)
    record.judge(FACTS, 101.0)
    assert record.judge(broken, 105.0)[0].since_s == 0.0


def test_verdict_whose_level_changed_stands_anew() -> None:
    record = HealthRecord()
    alone, among = EXAMPLES["dead_writer"]
    record.judge(among, 100.0)
    verdict = record.judge(alone, 103.0)[0]
    assert (verdict.level, verdict.since_s) == ("critical", 0.0)


def test_there_is_always_a_verdict() -> None:
    assert rules_of(HealthRecord().judge(replace(FACTS, writers=()), 0.0)) == ["idle"]


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
    written = [line for line in DOCUMENT.read_text().splitlines() if line.startswith("| `")]
    assert written == rows()


def thresholds() -> dict[str, float]:
    cadence = rates.Cadence
    return {
        "torn": health.TORN_SHARE * 100,
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
