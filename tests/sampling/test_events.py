"""The timeline: what came, went, was raised and was taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sampling.stepping import Stepped

from shmscope.sampling.events import MOST_EVENTS, Timeline
from shmscope.sampling.health.verdicts import Level, Verdict


def verdict(rule: str, level: Level) -> Verdict:
    return Verdict(rule, level, f"It {rule}s.", 0.0)


def kinds(timeline: Timeline, array: str | None = None) -> list[str]:
    """Return what happened, the oldest first."""
    return [event.kind for event in reversed(timeline.last(100, array))]


def test_verdict_is_raised_once_and_cleared_once() -> None:
    timeline = Timeline()
    levels: list[Level] = ["warning", "warning", "critical", "critical", "warning"]
    for level in levels:
        timeline.note_verdicts(1.0, "a", "heat", [verdict("stall", level)])
    timeline.note_verdicts(2.0, "a", "heat", [])
    timeline.note_verdicts(3.0, "a", "heat", [])
    assert kinds(timeline) == ["raised", "raised", "cleared"]
    newest = timeline.last(1)[0]
    assert (newest.level, newest.rule, newest.sentence) == ("ok", "stall", "It stalls.")


def test_what_is_well_is_no_event() -> None:
    timeline = Timeline()
    timeline.note_verdicts(1.0, "a", "heat", [verdict("write", "ok")])
    assert timeline.last(10) == []


def test_verdicts_of_an_array_that_went_are_not_cleared() -> None:
    timeline = Timeline()
    timeline.note_verdicts(1.0, "a", "heat", [verdict("stall", "warning")])
    timeline.note_going(2.0, "a", "heat")
    timeline.note_verdicts(3.0, "a", "heat", [])
    assert kinds(timeline) == ["raised", "went"]


def test_events_of_one_array_are_told_apart() -> None:
    timeline = Timeline()
    timeline.note_coming(1.0, "a", "heat", again=False)
    timeline.note_coming(2.0, "b", "heat", again=True)
    assert kinds(timeline, "a") == ["appeared"]
    assert kinds(timeline, "b") == ["recreated"]
    assert [event.number for event in timeline.last(10)] == [2, 1]


def test_timeline_forgets_what_is_long_ago() -> None:
    timeline = Timeline()
    for number in range(MOST_EVENTS + 10):
        timeline.note_coming(float(number), "a", "heat", again=False)
    found = timeline.last(2 * MOST_EVENTS)
    assert len(found) == MOST_EVENTS
    assert found[-1].number == 11


@pytest.mark.parametrize("again", [False, True])
def test_segment_that_comes_and_goes_is_in_the_timeline(
    stepped: Stepped, name: str, *, again: bool
) -> None:
    path = Path(f"/dev/shm/{name}")
    stepped.survey()
    path.write_bytes(b"abc")
    stepped.survey()
    path.unlink()
    stepped.survey()
    if again:
        Path(f"/dev/shm/{name}.other").write_bytes(b"x")  # so that the inode is another
        path.write_bytes(b"abcd")
        stepped.survey()
    found = [one for one in stepped.sampler.timeline.last(10) if one.name == name]
    expected = ["appeared", "went", "recreated"] if again else ["appeared", "went"]
    assert [one.kind for one in reversed(found)] == expected
