"""Shared memory that runs full, in a tmpfs of the tests' own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.sampling.stepping import Clock

from shmscope.sampling.health.verdicts import Verdict
from shmscope.sampling.host_watch import HostWatch
from shmscope.sampling.rates import TICK_S
from shmscope.sources.survey import Survey, take_survey

MIB = 1 << 20
HELD_S = 6.0  # longer than the rules are heard after they last spoke


class Looked:
    """A mount that is looked at when a test says so, on a clock of its own."""

    def __init__(self, path: Path) -> None:
        self.watch = HostWatch(str(path), logind=lambda: None)
        self.clock = Clock(1000.0)
        self._path = path
        self._survey: Survey | None = None

    def look(self, later_s: float = TICK_S) -> dict[str, Verdict]:
        """Look who is there, and return what is said of the mount so much later, by rule."""
        self._survey = take_survey((str(self._path),), previous=self._survey)
        return self.tick(later_s)

    def tick(self, later_s: float = TICK_S) -> dict[str, Verdict]:
        """Return what is said of it so much later."""
        self.clock.now_s += later_s
        self.watch.update(self._survey, (), self.clock())
        return {verdict.rule: verdict for verdict in self.watch.verdicts}


@pytest.fixture
def looked(small: Path) -> Looked:
    return Looked(small)


def fill(path: Path, size_bytes: int, offset: int = 0) -> None:
    """Take so much memory, as whoever writes it would."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        os.posix_fallocate(fd, offset, size_bytes)
    finally:
        os.close(fd)


def test_memory_that_is_full_is_told_with_who_fills_it_until_there_is_room(
    looked: Looked, small: Path
) -> None:
    assert looked.look().keys() == {"roomy"}
    fill(small / "frames", 7 * MIB + MIB // 2)
    told = looked.look()["full"]
    assert told.level == "warning"
    assert told.sentence.startswith(f"{small} is 94% full, 512 KiB are free")
    assert "Most is in" in told.sentence
    assert "frames (7.5 MiB)" in told.sentence
    assert told.remedy == f"mount -o remount,size=16M {small}"
    fill(small / "more", MIB // 2)
    assert looked.look()["full"].level == "critical"
    with pytest.raises(OSError, match="No space"):
        fill(small / "too much", MIB)
    (small / "more").unlink()
    (small / "frames").unlink()
    assert "full" in looked.look()  # what wavers does not flap
    assert looked.look(HELD_S).keys() == {"roomy"}


def test_memory_that_fills_is_told_while_it_does(looked: Looked, small: Path) -> None:
    told = looked.look()
    for tick in range(24):
        fill(small / "grows", 8192, tick * 8192)
        told = looked.tick()
    assert told["filling"].level == "warning"
    assert f"{small} grows by 16.0 KiB a second" in told["filling"].sentence
    assert told["filling"].sure == "possible"
    for tick in range(24, 48):
        fill(small / "grows", 8 * 8192, tick * 8 * 8192)
        told = looked.tick()
    assert told["filling"].level == "critical"
    (small / "grows").unlink()
    assert "filling" not in looked.tick(HELD_S)


def test_segments_that_claim_more_than_is_left_are_told_until_they_are_gone(
    looked: Looked, small: Path
) -> None:
    (small / "sparse").touch()
    os.truncate(small / "sparse", 16 * MIB)
    told = looked.look()["overclaimed"]
    assert told.sentence.startswith("Segments may still take 16.0 MiB, but only 8.0 MiB are free")
    assert "sparse of" in told.sentence
    (small / "sparse").unlink()
    looked.look()
    assert looked.look(HELD_S).keys() == {"roomy"}
