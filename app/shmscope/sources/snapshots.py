"""Copies that are known to be whole.

The naive way copies the array and hopes. Here a witness is asked before and after: the writers'
counters in a control block, or what a format of another program tells of its writes. If it says
that nobody wrote meanwhile the copy is clean, and anything else is tried again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np

from shmscope.layout.control import Slots, is_clean
from shmscope.sources.blocks import ReadSlots

Verdict: TypeAlias = Literal["clean", "torn", "unverified"]
MOST_ATTEMPTS = 8
PAUSE_S = 1e-4
OpenSlots: TypeAlias = "Callable[[], AbstractContextManager[ReadSlots]]"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy of a selection.

    Attributes:
        values: The copy, C-contiguous.
        verdict: ``clean``, ``torn``, or ``unverified`` where nobody tells of writes.
        attempts: How many copies were made.
        taken_unix_s: When the last copy was finished.
        state: Stands for the writes that a clean copy holds: equal ones hold the same. None where
            it is not clean, or nobody counts.
    """

    values: np.ndarray[Any, Any]
    verdict: Verdict
    attempts: int
    taken_unix_s: float
    state: bytes | None = None


class Witness(Protocol):
    """Tells whether anybody wrote between two of its readings.

    Attributes:
        is_quick: Whether a reading never takes longer than a few small files do.
    """

    is_quick: bool

    def read(self) -> Any:
        """Return how things stand now."""

    def watching(self) -> AbstractContextManager[Callable[[], Any]]:
        """Return what reads as `read` does, before a copy and after it, and opens less for it."""

    def judge(self, before: Any, after: Any) -> Verdict:
        """Say what a copy is that was made between two readings."""

    def state(self, reading: Any) -> bytes | None:
        """Return what stands for all writes by then; None while one goes on, or nobody counts."""


class SlotWitness:
    """The counters of cooperating writers.

    Args:
        opening: Opens the writers' slots, to be read once or more often.
        published_ns: When counting began: an array that is published anew counts from 0 again.
    """

    is_quick = True

    def __init__(self, opening: OpenSlots, published_ns: int = 0) -> None:
        self._opening = opening
        self._published = b"%d:" % published_ns

    def read(self) -> Slots:
        """Return the slots."""
        with self._opening() as read_slots:
            return read_slots()

    def watching(self) -> AbstractContextManager[ReadSlots]:
        """Open the slots for readings before and after a copy."""
        return self._opening()

    def judge(self, before: Slots, after: Slots) -> Verdict:
        """Equal counters prove that no counted write was under way."""
        if not np.count_nonzero(after["begin"]):
            return "unverified"
        return "clean" if is_clean(before, after) else "torn"

    def state(self, reading: Slots) -> bytes | None:
        """Return how many writes each has ended; a slot that never wrote is as good as none."""
        ended = reading["end"].tobytes()
        counted = ended.rstrip(b"\0")
        if not counted or reading["begin"].tobytes() != ended:
            return None
        return self._published + counted


class NoWitness:
    """Nobody tells of writes."""

    is_quick = True

    def read(self) -> None:
        """Return nothing."""

    def watching(self) -> AbstractContextManager[Callable[[], None]]:
        """Open nothing."""
        return nullcontext(self.read)

    def judge(self, before: None, after: None) -> Verdict:  # noqa: ARG002 - as the protocol has it
        """Nothing is known."""
        return "unverified"

    def state(self, reading: None) -> None:
        """Nothing is known."""


def take(
    witness: Witness,
    copy: Callable[[], np.ndarray[Any, Any]],
    *,
    pause: Callable[[float], None] = time.sleep,
    unix_clock: Callable[[], float] = time.time,
) -> Snapshot:
    """Copy until a copy is not torn, at most eight times.

    Args:
        witness: Tells whether anybody wrote meanwhile.
        copy: Copies the selection.
        pause: Waits for so many seconds between attempts, a little longer each time.
        unix_clock: Tells the time, seconds since 1970.
    """
    attempt = 0
    while True:
        attempt += 1
        values, verdict, state = take_once(witness, copy)
        if verdict != "torn" or attempt == MOST_ATTEMPTS:
            return Snapshot(values, verdict, attempt, unix_clock(), state)
        pause(PAUSE_S * attempt)


def take_once(
    witness: Witness, copy: Callable[[], np.ndarray[Any, Any]]
) -> tuple[np.ndarray[Any, Any], Verdict, bytes | None]:
    """Copy once and return the copy, torn or not, what it is, and its state."""
    with witness.watching() as read:
        before = read()
        values = copy()
        verdict = witness.judge(before, read())
    return values, verdict, witness.state(before) if verdict == "clean" else None
