"""What passes of every array, packed: 41 bytes each, which a hub of a thousand hosts need not read.

    number       u4   of the array, given by its agent for as long as that runs
    level        u1   0 ok, 1 warning, 2 critical
    writes       u8   all ones where they are not counted
    torn         u4   copies that were torn
    writes_per_s, changes_per_s, last_write_age_s, last_change_age_s, age_s, gone_s
                 f4   each; NaN where there is none

Little-endian and without gaps. The fields are those of a row, which docs/stream.md describes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np

from shmscope.sampling.health.verdicts import LEVELS

UNCOUNTED: Final = (1 << 64) - 1
_MOST_TORN: Final = (1 << 32) - 1
PASSING: Final = np.dtype(
    [
        ("number", "<u4"),
        ("level", "u1"),
        ("writes", "<u8"),
        ("torn", "<u4"),
        ("writes_per_s", "<f4"),
        ("changes_per_s", "<f4"),
        ("last_write_age_s", "<f4"),
        ("last_change_age_s", "<f4"),
        ("age_s", "<f4"),
        ("gone_s", "<f4"),
    ]
)


def pack(rows: Iterable[tuple[int, Mapping[str, Any]]]) -> bytes:
    """Return what passes of arrays.

    Args:
        rows: Each with its number.
    """
    with np.errstate(over="ignore"):  # a rate beyond a float is infinite, and told as unknown
        return np.array([_packed(number, row) for number, row in rows], PASSING).tobytes()


def _packed(number: int, row: Mapping[str, Any]) -> tuple[float, ...]:
    changes = row["changes"] or {}
    return (
        number,
        LEVELS.index(row["health"]["level"]),
        UNCOUNTED if row["writes"] is None else row["writes"],
        min(row["torn"]["copies"], _MOST_TORN),
        _known(row["writes_per_s"]),
        _known(changes.get("per_s")),
        _known(row["last_write_age_s"]),
        _known(changes.get("last_change_age_s")),
        _known(row["age_s"]),
        _known(row["gone_s"]),
    )


def _known(value: float | None) -> float:
    return math.nan if value is None else value


def unpack(packed: bytes) -> dict[int, dict[str, Any]]:
    """Return what passes of arrays, by number; bytes that are no whole entry are passed over."""
    whole = len(packed) // PASSING.itemsize
    names = PASSING.names or ()
    entries = np.frombuffer(packed, PASSING, whole).tolist()
    return {entry[0]: dict(zip(names, entry, strict=True)) for entry in entries}


def overlay(row: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as it was last listed, with what has passed since."""
    level = LEVELS[min(entry["level"], len(LEVELS) - 1)]
    writes = entry["writes"]
    return {
        **row,
        "writes": None if writes == UNCOUNTED else writes,
        "writes_per_s": _told(entry["writes_per_s"]),
        "last_write_age_s": _told(entry["last_write_age_s"]),
        "age_s": _told(entry["age_s"]),
        "gone_s": _told(entry["gone_s"]),
        "torn": {**row["torn"], "copies": entry["torn"]},
        "health": {**row["health"], "level": level},
        "changes": row["changes"] and _changes(row["changes"], entry),
    }


def _changes(listed: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **listed,
        "per_s": _told(entry["changes_per_s"]),
        "last_change_age_s": _told(entry["last_change_age_s"]),
    }


def _told(value: float) -> float | None:
    return value if math.isfinite(value) else None
