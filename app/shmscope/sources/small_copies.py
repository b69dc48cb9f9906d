"""Copies of some kilobytes: how to make them is worked out once, for who looks once looks again."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np

from shmscope.layout.array import ArrayLayout
from shmscope.layout.runs import ReadPlan, plan_read
from shmscope.layout.selection import Selection
from shmscope.sources.segments import OpenSegment

AT_ONCE_COST_BYTES: Final = 512 * 1024  # some 50 microseconds


class SmallCopy(NamedTuple):
    """How to make a small copy.

    Attributes:
        plan: What is read.
        is_straight: Whether that is one run of bytes in the order of the result.
    """

    plan: ReadPlan
    is_straight: bool

    def make(self, opened: OpenSegment) -> np.ndarray[Any, Any]:
        """Make the copy; it may be read-only.

        Raises:
            SourceTruncatedError: the segment is too short.
        """
        plan = self.plan
        if self.is_straight:
            found = opened.read_at_once(plan.base, plan.span_bytes)
            if found is not None:
                return np.ndarray(plan.shape, plan.dtype, found)
        return plan.read(opened.read_into)


@lru_cache(maxsize=512)
def plan_small(layout: ArrayLayout, selection: Selection) -> SmallCopy | None:
    """Return how to copy a selection, None where that costs too much to be done at once."""
    plan = plan_read(layout, selection)
    if plan.cost_bytes > AT_ONCE_COST_BYTES:
        return None
    return SmallCopy(plan, plan.is_straight and plan.read_bytes > 0)
