"""The health rules on writers: facts in, level and sentence out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.sampling.health_cases import (
    EXAMPLES,
    FACTS,
    LATE,
    QUIET,
    WRITER,
    answer,
    example,
    rules_of,
    sentence,
)

from shmscope.sampling.facts import WriterState
from shmscope.sampling.health.arrays import RULES
from shmscope.sampling.health.record import HealthRecord


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
