"""How often a surveyor looks, by a clock that stands still until it is told."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sources.puppets import Puppet
from tests.sources.reading import SHM

from shmscope.sources import survey as survey_module
from shmscope.sources.paces import FAILED, HURRIED, NAMES_S, NEWS, UNWATCHED, WATCHED
from shmscope.sources.survey import Survey, Surveyor, take_survey

MOST_LATE_S = 2.0


class Paced:
    """A surveyor of one folder whose surveys cost what they are said to.

    Attributes:
        now_s: What its clock says.
        taken_s: When surveys were begun.
    """

    def __init__(self, folder: Path, cost_s: float, *, watched: bool) -> None:
        self.now_s, self.cpu_s, self.cost_s = 1000.0, 0.0, cost_s
        self.taken_s: list[float] = []
        self._folder = str(folder)
        self.surveyor = Surveyor(self._roots, tuple, lambda: self.now_s, lambda: self.cpu_s)
        self.surveyor.watched = watched

    def _roots(self) -> Sequence[str]:
        """Say where to look: it is asked when a survey begins, so here its time passes."""
        self.taken_s.append(self.now_s)
        self.now_s += self.cost_s
        self.cpu_s += self.cost_s
        return (self._folder,)

    def run(self, duration_s: float) -> None:
        """Let time pass."""
        end_s, steps = self.now_s + duration_s, 0
        while self.now_s < end_s:
            rest_s, steps = self.surveyor.step(), steps + 1
            self.now_s += min(max(rest_s, 1e-6), max(end_s - self.now_s, 1e-6))
        assert steps < 10 + 10 * duration_s  # it does not turn round and round

    def share(self, duration_s: float) -> float:
        """Return what part of a core surveys use, once they are under way."""
        self.run(60)
        before_s = self.cpu_s
        self.run(duration_s)
        return (self.cpu_s - before_s) / duration_s

    def knows(self, name: str) -> bool:
        latest = self.surveyor.latest
        return latest is not None and latest.named(name) is not None


@pytest.mark.parametrize("cost_s", [0.001, 0.015, 0.05, 0.1])
def test_surveyor_that_is_watched_uses_two_percent_of_a_core(tmp_path: Path, cost_s: float) -> None:
    assert Paced(tmp_path, cost_s, watched=True).share(60) <= 0.0205


@pytest.mark.parametrize("cost_s", [0.001, 0.015, 0.1, 2.0])
def test_surveyor_that_nobody_watches_uses_half_a_percent(tmp_path: Path, cost_s: float) -> None:
    paced = Paced(tmp_path, cost_s, watched=False)
    assert paced.share(max(200, 2000 * cost_s)) <= 0.0052
    assert min(later - at for at, later in zip(paced.taken_s, paced.taken_s[1:])) >= 5  # noqa: B905 # one shorter


@pytest.mark.parametrize("cost_s", [0.001, 0.015, 0.1, 0.25])
@pytest.mark.parametrize("after_s", [0.01, 0.3, 0.7, 1.9])
def test_what_appears_and_disappears_is_known_within_two_seconds(
    tmp_path: Path, cost_s: float, after_s: float
) -> None:
    paced = Paced(tmp_path, cost_s, watched=True)
    paced.run(30)
    paced.run(max(paced.taken_s[-1] + cost_s + after_s - paced.now_s, 0.01))
    (tmp_path / "x").write_bytes(b"x")
    paced.run(MOST_LATE_S)
    assert paced.knows("x")
    (tmp_path / "x").unlink()
    paced.run(MOST_LATE_S)
    assert not paced.knows("x")


def test_names_that_change_all_the_time_do_not_drive_it_mad(tmp_path: Path) -> None:
    paced = Paced(tmp_path, 0.02, watched=True)
    paced.run(10)
    before_s = paced.cpu_s
    for number in range(100):
        (tmp_path / str(number)).write_bytes(b"x")
        paced.run(0.2)
    assert paced.cpu_s - before_s <= 20 * 0.0205


def test_names_are_not_compared_while_nobody_watches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paced = Paced(tmp_path, 0.001, watched=False)
    paced.run(0.1)
    monkeypatch.setattr(survey_module, "list_names", None)
    paced.run(4)
    assert len(paced.taken_s) == 1


def test_process_that_ends_brings_a_survey_soon(tmp_path: Path, puppet: Puppet) -> None:
    paced = Paced(tmp_path, 0.1, watched=True)
    puppet.do(f"held = open('{tmp_path}/x', 'w')")
    paced.run(11)
    assert paced.surveyor.latest is not None
    assert puppet.identity in paced.surveyor.latest.inventory.processes
    before = len(paced.taken_s)
    paced.run(paced.taken_s[-1] + 1.5 - paced.now_s)
    assert len(paced.taken_s) == before
    puppet.kill()
    paced.run(2 * NAMES_S)
    assert len(paced.taken_s) == before + 1
    assert puppet.pid not in {one.pid for one in paced.surveyor.latest.inventory.processes}


def test_somebody_in_a_hurry_is_served_soon_but_not_all_the_time(tmp_path: Path) -> None:
    paced = Paced(tmp_path, 0.02, watched=False)
    paced.run(1)
    before = len(paced.taken_s)
    paced.surveyor.hurry()
    paced.run(0.01)
    assert len(paced.taken_s) == before + 1
    before_s = paced.cpu_s
    for _ in range(100):
        paced.surveyor.hurry()
        paced.run(0.05)
    assert paced.cpu_s - before_s <= 0.11 * 5


def test_first_who_watches_is_served_soon(tmp_path: Path) -> None:
    paced = Paced(tmp_path, 0.02, watched=False)
    paced.run(2)
    paced.surveyor.watched = True
    paced.run(0.01)
    assert len(paced.taken_s) == 2
    paced.surveyor.watched = True
    paced.run(0.5)
    assert len(paced.taken_s) == 2


def test_failed_survey_is_said_once_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    paced = Paced(tmp_path, 0.001, watched=True)
    paced.run(2)
    known = paced.surveyor.latest

    def fail(*_: object) -> Survey:
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(survey_module, "take_survey", fail)
        paced.run(10)
    assert paced.surveyor.latest is known
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    paced.run(2)
    assert paced.surveyor.latest is not known
    with monkeypatch.context() as patch:
        patch.setattr(survey_module, "take_survey", fail)
        paced.run(10)
    assert len(caplog.records) == 2


def test_names_that_cannot_be_listed_are_left_to_the_survey(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paced = Paced(tmp_path, 0.001, watched=True)
    paced.run(0.2)

    def fail(*_: object) -> list[tuple[str, int]]:
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(survey_module, "list_names", fail)
        paced.run(10)
    before = len(paced.taken_s)
    paced.run(3)
    assert len(paced.taken_s) > before


@given(st.floats(0, 1000))
def test_rest_is_never_too_short_nor_too_long(cost_s: float) -> None:
    for pace in (WATCHED, UNWATCHED, NEWS, HURRIED, FAILED):
        assert pace.least_s <= pace.rest_s(cost_s) <= pace.most_s
    assert HURRIED.rest_s(cost_s) <= WATCHED.rest_s(cost_s) <= UNWATCHED.rest_s(cost_s)
    assert NAMES_S + NEWS.rest_s(cost_s) <= MOST_LATE_S


def test_survey_finds_what_it_has_by_every_key(name: str, puppet: Puppet) -> None:
    puppet.do(
        f"from multiprocessing import shared_memory as s; a = s.ShareableList([1], name={name!r})"
    )
    survey = take_survey()
    segment = survey.named(name)
    assert segment is not None
    assert survey.segment(segment.identity) is segment
    entry = survey.entry(segment.identity)
    assert entry is not None
    assert entry in survey.entries
    assert (entry.segment, entry.format) == (segment, "ShareableList")
    users = survey.users(segment)
    assert users is not None
    assert [facts.pid for use, facts in users if use.mapped and facts] == [puppet.pid]
    assert survey.process(puppet.identity) is not None
    (SHM / f"{name}-2").write_bytes(b"x")
    assert survey.named(f"{name}-2") is None
    newer = take_survey(previous=survey)
    assert newer.neighbour(segment, f"{name}-2") is newer.named(f"{name}-2") is not None
