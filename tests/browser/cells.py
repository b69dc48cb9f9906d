"""A program that shares arrays to be read cell by cell: `python -m tests.browser.cells PREFIX`.

The functions say what is in them; the tests reckon with the same ones. Prints `ready`, and ends
when its standard input does.
"""

from __future__ import annotations

import select
import sys
from contextlib import ExitStack
from typing import Any

import numpy as np
import numpy.typing as npt

import shmscope

STEP_S = 1 / 50
SIDE = 32768
QUOTE = np.dtype(
    [
        ("time", "<f8"),
        ("symbol", "S8"),
        ("best", [("bid", "<f4"), ("size", "<i8")]),
        ("depth", "<i2", (2, 3)),
    ]
)


def whole() -> npt.NDArray[np.int64]:
    """Return integers that no float holds, each known by its index."""
    rows, columns = np.ogrid[0:3000, 0:400]
    values: npt.NDArray[np.int64] = rows * 10**15 + columns + 2**60
    return values


def blocks() -> npt.NDArray[np.float64]:
    """Return three axes."""
    return np.arange(6 * 50 * 70, dtype="f8").reshape(6, 50, 70) / 7


def row() -> npt.NDArray[np.float16]:
    """Return one long axis, with values that are not finite."""
    values = (np.arange(20_000) % 1000 / 8).astype("f2")
    values[17:20] = np.nan, np.inf, -np.inf
    return values


def quotes() -> npt.NDArray[Any]:
    """Return nested records with a field that has axes of its own."""
    number = np.arange(5000)
    values = np.zeros(number.size, QUOTE)
    values["time"] = 1_790_000_000 + number / 4
    values["symbol"] = [f"S{n}".encode() for n in number]
    values["best"]["bid"] = number / np.float32(3)
    values["best"]["size"] = 2**62 + number
    values["depth"] = number[:, None, None] + np.arange(6).reshape(2, 3)
    return values


def words() -> npt.NDArray[np.str_]:
    """Return text with blanks that count, and one that is long."""
    return np.array([f"  word {n}" for n in range(200)] + ["long " * 60], "U400")


ARRAYS: dict[str, Any] = {
    "whole": whole,
    "blocks": blocks,
    "row": row,
    "quotes": quotes,
    "words": words,
}
# Elements of an array that is too large to be there as a whole.
HUGE = {(0, 0): 0.5, (SIDE - 1, SIDE - 1): 42.25, (20_000, 12_345): -1.5}


def main(prefix: str) -> None:
    """Share the arrays, and one that lives: a cell of it counts."""
    with ExitStack() as shared:
        for name, make in ARRAYS.items():
            values = make()
            shared.enter_context(shmscope.create(f"{prefix}-{name}", values.shape, values.dtype))[
                ...
            ] = values
        huge = shared.enter_context(
            shmscope.create(f"{prefix}-huge", (SIDE, SIDE), "f4", reserve=False)
        )
        for index, value in HUGE.items():
            huge[index] = value
        counting = shared.enter_context(shmscope.create(f"{prefix}-counting", (40, 10), "i4"))
        print("ready", flush=True)
        while not select.select([sys.stdin], [], [], STEP_S)[0]:
            counting[2, 3] += 1


if __name__ == "__main__":
    main(sys.argv[1])
