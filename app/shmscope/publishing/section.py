"""Counted write sections: the two counters of one thread's slot, and what it writes to."""

from __future__ import annotations

import os
import time
from typing import Generic, TypeVar

from shmscope.layout.control import SLOT_BYTES
from shmscope.publishing.block import Block

T = TypeVar("T")

_BASE, _BEGIN, _END, _WROTE = 3, 4, 5, 6  # words of a slot, see layout/control.py
_SLOT_WORDS = SLOT_BYTES // 8
_now_s = time.monotonic


class Section(Generic[T]):
    """The write sections of one thread: its slot's counters, and what it writes to.

    Entering stores `begin`, leaving stores the time and `end`. A section may be entered again
    before it is left, by a signal's handler for one: each entry is a write of its own.

    Args:
        target: What the section yields.
        block: Where the slot is; None counts nowhere.
        slot: Index of the slot.
    """

    __slots__ = ("_begun", "_block", "_ended", "_pid", "_slot", "_target", "_times", "_words")

    def __init__(self, target: T, block: Block | None = None, slot: int = 0) -> None:
        self._block = block
        self._slot, self._target, self._pid = slot, target, os.getpid()
        self._words, self._times = _nowhere() if block is None else _stores(block, slot)
        self._begun = self._ended = self._words[_END]

    # Between a count and its store nothing is called: no signal's handler can run there, and write.

    def __enter__(self) -> T:
        begun = self._begun = self._begun + 1
        self._words[_BEGIN] = begun
        return self._target

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._times[_WROTE] = _now_s()
        ended = self._ended = self._ended + 1
        self._words[_END] = ended

    @property
    def under_way(self) -> T | None:
        """What this thread is writing to at the moment."""
        return None if self._begun == self._ended else self._target

    @property
    def writes(self) -> int:
        """Writes that this thread has finished."""
        return self._words[_END] - self._words[_BASE]

    def leave(self) -> None:
        """Give the slot back; in a forked child it is not this process's to give.

        A child drops the sections of its parent's other threads before any fork handler runs.
        """
        if self._block is not None and self._pid == os.getpid():
            self._block.leave(self._slot)
        self._block = None

    def disown(self) -> None:
        """In a forked child: the slot is the parent's. A section under way counts nowhere."""
        self._block = None
        self._words, self._times = _nowhere()

    def __del__(self) -> None:
        self.leave()


def _stores(block: Block, slot: int) -> tuple[memoryview[int], memoryview[float]]:
    first = block.header.slot_offset(slot) // 8
    place = slice(first, first + _SLOT_WORDS)
    return block.words[place], block.times[place]


def _nowhere() -> tuple[memoryview[int], memoryview[float]]:
    """Return a slot of this process's own, which nobody reads."""
    slot = memoryview(bytearray(SLOT_BYTES))
    return slot.cast("Q"), slot.cast("d")
