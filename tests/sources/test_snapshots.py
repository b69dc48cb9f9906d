"""`take`, with slots that are told what to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext

import numpy as np
import pytest

from shmscope.layout.control import SLOT, Slots
from shmscope.sources.snapshots import MOST_ATTEMPTS, PAUSE_S, SlotWitness, Snapshot, take

Counts = Sequence[tuple[int, int]]  # (begin, end) of each slot


def slots(counts: Counts) -> Slots:
    found = np.zeros(len(counts), SLOT)
    for slot, (begin, end) in zip(found, counts, strict=True):
        slot["begin"], slot["end"] = begin, end
    return found


class Fake:
    """Says the counts it was given, one after the other, and the last one from then on."""

    def __init__(self, *said: Counts) -> None:
        self._said = [*said]
        self.log: list[str] = []
        self.pauses: list[float] = []

    def read_slots(self) -> Slots:
        self.log.append("slots")
        return slots(self._said.pop(0) if len(self._said) > 1 else self._said[0])

    def copy(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        self.log.append("copy")
        return np.array([self.log.count("copy")])

    def take(self) -> Snapshot:
        witness = SlotWitness(lambda: nullcontext(self.read_slots))
        return take(witness, self.copy, pause=self.pauses.append, unix_clock=lambda: 1e9)


IDLE: Counts = [(5, 5)]

# Counts before the copy, counts after it, what the copy is.
TABLE = [
    pytest.param([], [], "unverified", id="no writer ever came"),
    pytest.param([(0, 0)], [(0, 0)], "unverified", id="a writer that has not written yet"),
    pytest.param(IDLE, IDLE, "clean", id="nothing happened"),
    pytest.param([(5, 5), (0, 0)], [(5, 5), (0, 0)], "clean", id="one of two writers writes"),
    pytest.param([(5, 4)], [(5, 4)], "torn", id="a write under way all the time"),
    pytest.param([(5, 4)], [(5, 5)], "torn", id="a write ended during the copy"),
    pytest.param([(5, 5)], [(6, 5)], "torn", id="a write began during the copy"),
    pytest.param([(5, 5)], [(6, 6)], "torn", id="a whole write during the copy"),
    pytest.param([(5, 4)], [(6, 5)], "torn", id="one ended and the next began"),
    pytest.param([(0, 0)], [(1, 0)], "torn", id="the very first write began"),
    pytest.param([], [(1, 1)], "torn", id="a new writer wrote during the copy"),
    pytest.param([], [(1, 0)], "torn", id="a new writer writes"),
    pytest.param(IDLE, [(5, 5), (0, 0)], "clean", id="a new writer came and did nothing"),
    pytest.param(IDLE, [(5, 5), (1, 1)], "torn", id="a new writer came and wrote"),
    pytest.param([(5, 5), (9, 8)], [(5, 5), (9, 8)], "torn", id="one of two is in a write"),
    pytest.param([(5, 5), (3, 3)], [(5, 5)], "torn", id="the block shrank"),
    pytest.param([(2**64 - 1, 2**64 - 1)], [(2**64 - 1, 2**64 - 1)], "clean", id="highest count"),
    pytest.param([(2**64 - 1, 2**64 - 1)], [(0, 0)], "unverified", id="the count began anew"),
]


@pytest.mark.parametrize(("before", "after", "verdict"), TABLE)
def test_verdict_follows_from_the_counts_before_and_after(
    before: Counts, after: Counts, verdict: str
) -> None:
    said = [before, after] * MOST_ATTEMPTS
    assert Fake(*said).take().verdict == verdict


def test_slots_are_read_before_and_after_the_copy() -> None:
    fake = Fake(IDLE)
    fake.take()
    assert fake.log == ["slots", "copy", "slots"]


def test_copy_that_was_disturbed_is_made_again() -> None:
    fake = Fake([(5, 5)], [(6, 5)], [(6, 5)], [(6, 6)], [(6, 6)])
    snapshot = fake.take()
    assert (snapshot.verdict, snapshot.attempts) == ("clean", 3)
    assert snapshot.values.tolist() == [3]


def test_copy_that_is_always_disturbed_is_torn_after_eight_attempts() -> None:
    fake = Fake([(5, 4)])
    snapshot = fake.take()
    assert (snapshot.verdict, snapshot.attempts) == ("torn", 8)
    assert snapshot.values.tolist() == [8]


def test_pauses_between_attempts_grow_and_none_follows_the_last() -> None:
    fake = Fake([(5, 4)])
    fake.take()
    assert fake.pauses == pytest.approx([PAUSE_S * n for n in range(1, MOST_ATTEMPTS)])


def test_clean_copy_is_not_paused_for() -> None:
    fake = Fake(IDLE)
    fake.take()
    assert not fake.pauses


def test_time_is_told_after_the_copy() -> None:
    fake = Fake(IDLE)
    times: Iterator[float] = iter([17.0])

    def clock() -> float:
        fake.log.append("clock")
        return next(times)

    snapshot = take(SlotWitness(lambda: nullcontext(fake.read_slots)), fake.copy, unix_clock=clock)
    assert snapshot.taken_unix_s == 17.0
    assert fake.log[-1] == "clock"
