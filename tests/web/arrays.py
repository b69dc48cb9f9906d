"""One array of every kind of dtype, with the values that are hard to send."""

from __future__ import annotations

import math
import os
from typing import Any

import numpy as np

RECORD = np.dtype(
    [
        ("time", "<M8[s]"),
        ("price", "<f4"),
        ("at", [("x", "<i8"), ("y", "<f8", (2,))]),
        ("side", "S4"),
    ]
)


RECORDS = np.array(
    [
        ("2026-01-02T03:04:05", 1.5, (2**53 + 1, (1.0, math.nan)), b"bid"),
        ("NaT", math.inf, (-1, (0.25, -0.0)), b"a\xffk"),
    ],
    RECORD,
)


ARRAYS: dict[str, np.ndarray[Any, Any]] = {
    "plain": np.arange(24, dtype="<f4").reshape(4, 6) / 8,
    "holes": np.array([1.5, math.nan, math.inf, -math.inf], "<f8"),
    "halves": np.array([0.1, math.nan], "<f2"),
    "long": np.array([0.5, math.inf], "g"),
    "scalar": np.array(2.5),
    "signed": np.array([-(2**63), 2**63 - 1], "<i8"),
    "unsigned": np.array([0, 2**64 - 1], "<u8"),
    "backwards": np.array([1, -2, 3], ">i4"),
    "complex": np.array([1 + 2j, complex(math.nan, -math.inf)], "<c8"),
    "long-complex": np.array([1 + 2j], "G"),
    "bool": np.array([[True, False], [False, False]]),
    "dates": np.array(["2026-01-02T03:04:05", "NaT"], "<M8[s]"),
    "spans": np.array([5, -7], "<m8[s]"),
    "texts": np.array(["µs", "<b>&", ""], "<U4"),
    "bytes": np.array([b"ok", b"\xff\x01"], "S2"),
    "raw": np.array([b"\x00\xff", b"AB"], "V2"),
    "records": RECORDS,
}


def api(name: str) -> str:
    """Return the name that an array of `ARRAYS` has in this process."""
    return f"test-{os.getpid()}-rest-{name}"
