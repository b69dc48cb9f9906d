"""The health rule on memory that nobody uses any more: facts in, level and sentence out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.sampling.health_cases import (
    COUNTED,
    FOUND,
    ORPHAN,
    SEEN,
    UNSURE,
    UNUSED,
    answer,
    example,
)

from shmscope.sampling.facts import SegmentFacts
from shmscope.sampling.health.verdicts import Level


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
