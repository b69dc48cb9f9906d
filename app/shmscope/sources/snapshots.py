"""Copies that are known to be whole.

The naive way copies the array and hopes. Here the writers' counters are read before and after:
equal counters prove that no counted write was under way, and anything else is tried again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from shmscope.layout.control import Slots, is_clean

Verdict: TypeAlias = Literal["clean", "torn", "unverified"]
MOST_ATTEMPTS = 8
PAUSE_S = 1e-4
ReadSlots: TypeAlias = Callable[[], Slots]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy of a selection.

    Attributes:
        values: The copy, C-contiguous.
        verdict: ``clean``, ``torn``, or ``unverified`` where nobody counts writes.
        attempts: How many copies were made.
        taken_unix_s: When the last copy was finished.
    """

    values: np.ndarray[Any, Any]
    verdict: Verdict
    attempts: int
    taken_unix_s: float


def take(
    read_slots: ReadSlots,
    copy: Callable[[], np.ndarray[Any, Any]],
    *,
    pause: Callable[[float], None] = time.sleep,
    unix_clock: Callable[[], float] = time.time,
) -> Snapshot:
    """Copy until a copy is clean, at most eight times.

    Args:
        read_slots: Reads the writers' slots now.
        copy: Copies the selection.
        pause: Waits for so many seconds between attempts, a little longer each time.
        unix_clock: Tells the time, seconds since 1970.
    """
    attempt = 0
    while True:
        attempt += 1
        before = read_slots()
        values = copy()
        verdict = _judge(before, read_slots())
        if verdict != "torn" or attempt == MOST_ATTEMPTS:
            return Snapshot(values, verdict, attempt, unix_clock())
        pause(PAUSE_S * attempt)


def _judge(before: Slots, after: Slots) -> Verdict:
    if not after["begin"].any():
        return "unverified"
    return "clean" if is_clean(before, after) else "torn"
