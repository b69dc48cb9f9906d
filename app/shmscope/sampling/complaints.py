"""What fails again and again is logged when it begins, and then rarely."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

EVERY_S: Final = 600.0
MOST_KINDS: Final = 16

_Kind = tuple[type[BaseException], str, int]


class Complaints:
    """Decides which failures are worth a line.

    Failures are of one kind if the same error came from the same line. The naive way, a line each
    time, fills a disk overnight; another, a line until all is well again, says the same twice a
    second of what fails every other time.

    Args:
        clock: Seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told_s: dict[_Kind, float] = {}
        self._untold: dict[_Kind, int] = {}

    def take(self, error: BaseException) -> int | None:
        """Take in a failure, and return how often it came since the last line, or None.

        None says that it is not worth a line now.
        """
        kind, now_s = _kind_of(error), self._clock()
        count = self._untold.pop(kind, 0) + 1
        told_s = self._told_s.get(kind)
        if told_s is not None and now_s < told_s + EVERY_S:
            self._untold[kind] = count
            return None
        self._told_s.pop(kind, None)
        self._told_s[kind] = now_s
        if len(self._told_s) > MOST_KINDS:
            oldest = next(iter(self._told_s))
            del self._told_s[oldest]
            self._untold.pop(oldest, None)
        return count


def _kind_of(error: BaseException) -> _Kind:
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if place is None:
        return type(error), "", 0
    return type(error), place.tb_frame.f_code.co_filename, place.tb_lineno
