"""Statistics of all elements of a field, and what gathers them block by block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from shmscope.sampling.distributions import MOST_BINS, Distribution


@dataclass(frozen=True, slots=True)
class Statistics:
    """What is known of all elements of one field.

    Attributes:
        field: Dotted name of the field; None for a plain array.
        count: Elements looked at, NaN and infinities included.
        minimum: Of the finite elements, None where there are none; so the next three.
        zeros: Elements equal to zero.
        coverage: Part of the array that was looked at, 0 to 1.
        at_limit: Elements at the largest value that an integer dtype can hold.
        strange: Place in memory order of the first element that is NaN or infinite; None where
            there is none.
        distribution: How a sample of those looked at is spread.
    """

    field: str | None
    count: int
    minimum: float | int | None
    maximum: float | int | None
    mean: float | None
    deviation: float | None
    zeros: int
    nan: int
    inf: int
    coverage: float
    at_limit: int = 0
    strange: int | None = None
    distribution: Distribution | None = None


class Gathering(Protocol):
    """Statistics of a field while its elements go by."""

    def add(self, block: np.ndarray[Any, Any], place: int) -> None:
        """Take in a block of elements of any shape.

        Args:
            block: It may be overwritten later.
            place: How many elements lie before it in memory order.
        """

    def add_zeros(self, count: int, place: int) -> None:
        """Take in as many zeros."""

    def summary(self, field: str | None, coverage: float, bins: int = MOST_BINS) -> Statistics:
        """Return the statistics of what was added.

        Args:
            field: Its name.
            coverage: Which part of the array was added.
            bins: At most so many are in the histogram.
        """


def plain(value: Any) -> float | int | None:
    """Return a numpy scalar as the number that JSON knows, without loss for integers."""
    if value is None:
        return None
    return int(value) if value.dtype.kind in "biu" else float(value)
