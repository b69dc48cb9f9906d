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
_now_ns = time.monotonic_ns


class Section(Generic[T]):
    """The write sections of one thread: its slot's counters, and what it writes to.

    Entering stores `begin`, leaving stores the time and `end`; a section within a section is part
    of the outer one.

    Args:
        target: What the section yields.
        block: Where the slot is; None counts nowhere.
        slot: Index of the slot.
    """

    __slots__ = ("_block", "_depth", "_next", "_pid", "_slot", "_target", "_words")

    def __init__(self, target: T, block: Block | None = None, slot: int = 0) -> None:
        self._block = block
        self._slot, self._target, self._pid = slot, target, os.getpid()
        self._words = _nowhere() if block is None else _words(block, slot)
        self._next = self._words[_END] + 1
        self._depth = 0

    def __enter__(self) -> T:
        if self._depth == 0:
            self._words[_BEGIN] = self._next
        self._depth += 1
        return self._target

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._depth -= 1
        if self._depth == 0:
            # Where the time is asked for, a signal's handler may run, and write: it counts in the
            # section that it interrupts, which else would end with another number than it began.
            words, number = self._words, self._next
            words[_WROTE] = _now_ns()
            words[_END] = number
            self._next = number + 1

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
        self._words = _nowhere()

    def __del__(self) -> None:
        self.leave()


def _words(block: Block, slot: int) -> memoryview:
    first = block.header.slot_offset(slot) // 8
    return block.words[first : first + _SLOT_WORDS]


def _nowhere() -> memoryview:
    """Return a slot of this process's own, which nobody reads."""
    return memoryview(bytearray(SLOT_BYTES)).cast("Q")
