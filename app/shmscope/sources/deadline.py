"""When whoever asked stops waiting: what takes long looks at that from time to time.

A thread cannot be stopped from outside. The naive way answers the client in time and lets the
thread scan on, for nobody. Here a request carries its deadline with it, in a context variable that
goes with it onto its thread, and whatever reads block by block, or run by run, looks at it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from shmscope.errors import OverdueError


class Deadline:
    """The end of somebody's patience.

    Args:
        limit_s: How long it lasts from now on.
        clock: Seconds.
    """

    def __init__(self, limit_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit_s, self._clock = limit_s, clock
        self._started_s = clock()
        self._ended = self._met = False

    def end(self) -> None:
        """Have it passed now: nobody waits any more."""
        self._ended = True

    def meet(self) -> None:
        """Have it met: the answer has begun, and may take its time from now on."""
        self._met = True

    def check(self) -> None:
        """Go on only while somebody waits.

        Raises:
            OverdueError: nobody does.
        """
        if self._ended or (not self._met and self._clock() - self._started_s > self._limit_s):
            raise self.error()

    def error(self) -> OverdueError:
        """Return what is said of a request that took too long, or that the server's end cut."""
        taken_s = round(self._clock() - self._started_s, 3)
        if taken_s <= self._limit_s:
            return OverdueError("the server ends: ask again when it is back", value=taken_s)
        return OverdueError(
            f"there was no answer within {self._limit_s:g} s, which a request may take: "
            "ask for less, or again when the server has less to do",
            value=taken_s,
            limit=self._limit_s,
        )


_CURRENT: Final[ContextVar[Deadline | None]] = ContextVar("deadline", default=None)


@contextmanager
def under(deadline: Deadline) -> Iterator[None]:
    """Have all that is done meanwhile, and the threads it waits for, keep a deadline."""
    token = _CURRENT.set(deadline)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def check_deadline() -> None:
    """Go on only while whoever asked for this still waits; where nobody has, do nothing.

    Raises:
        OverdueError: nobody waits any more.
    """
    deadline = _CURRENT.get()
    if deadline is not None:
        deadline.check()
