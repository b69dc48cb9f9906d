"""Kept copies: what arrays held a while ago, for others to be compared with."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from shmscope.errors import LimitError, UnknownCopyError
from shmscope.layout.names import ArrayId
from shmscope.sources.ceilings import DEFAULT, Ceiling
from shmscope.sources.snapshots import Snapshot, Verdict


@dataclass(frozen=True, slots=True, eq=False)
class KeptCopy:
    """All of an array as it once was.

    Attributes:
        number: Its number; no other copy ever has it.
        values: The array in its shape of then, read-only.
        verdict: Whether anybody wrote while it was made.
        taken_unix_s: When it was made.
    """

    number: int
    values: np.ndarray[Any, Any]
    verdict: Verdict
    taken_unix_s: float


class KeptCopies:
    """The copies kept of every array; may be used from any thread.

    Args:
        ceiling: How many, and how large.
    """

    def __init__(self, ceiling: Ceiling = DEFAULT) -> None:
        self._ceiling = ceiling
        self._lock = threading.Lock()
        self._numbers = 0
        self._copies: Mapping[ArrayId, tuple[KeptCopy, ...]] = MappingProxyType({})

    def check(self, size_bytes: int) -> None:
        """Check that there is room for one more copy.

        Raises:
            LimitError: it would be too large, or there are too many already.
        """
        most = self._ceiling
        kept = [copy.values.nbytes for copies in self._copies.values() for copy in copies]
        _check("a copy of the array would have {:,} bytes", size_bytes, most.copy_bytes)
        _check("there would be {:,} copies", len(kept) + 1, most.copies)
        _check("all copies would have {:,} bytes", sum(kept) + size_bytes, most.copies_bytes)

    def keep(self, array: ArrayId, snapshot: Snapshot) -> KeptCopy:
        """Keep a copy of all of `array`.

        Raises:
            LimitError: it is too large, or there are too many already.
        """
        values = snapshot.values.view()
        values.flags.writeable = False
        with self._lock:
            self.check(values.nbytes)
            self._numbers += 1
            kept = KeptCopy(self._numbers, values, snapshot.verdict, snapshot.taken_unix_s)
            self._replace({**self._copies, array: (kept, *self.of(array))})
        return kept

    def of(self, array: ArrayId) -> tuple[KeptCopy, ...]:
        """Return the copies kept of `array`, the newest first."""
        return self._copies.get(array, ())

    def get(self, array: ArrayId, number: int) -> KeptCopy:
        """Return one copy of `array`.

        Raises:
            UnknownCopyError: it has no copy of this number.
        """
        for copy in self.of(array):
            if copy.number == number:
                return copy
        raise UnknownCopyError(
            f"no copy of {array.name} with the number {number} is kept", value=number
        )

    def drop(self, array: ArrayId, number: int) -> None:
        """Keep one copy of `array` no more.

        Raises:
            UnknownCopyError: it has no copy of this number.
        """
        with self._lock:
            dropped = self.get(array, number)
            rest = tuple(copy for copy in self.of(array) if copy is not dropped)
            self._replace({**self._copies, array: rest})

    def forget_but(self, arrays: Collection[ArrayId]) -> None:
        """Keep no copy of any array but these."""
        with self._lock:
            self._replace({array: kept for array, kept in self._copies.items() if array in arrays})

    def _replace(self, copies: Mapping[ArrayId, tuple[KeptCopy, ...]]) -> None:
        self._copies = MappingProxyType({array: kept for array, kept in copies.items() if kept})


def _check(claim: str, value: int, limit: int) -> None:
    if value > limit:
        detail = f"{claim.format(value)}; the server keeps at most {limit:,}"
        raise LimitError(detail, value=value, limit=limit)
