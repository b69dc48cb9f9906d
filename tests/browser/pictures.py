"""A program that shares arrays to be seen as pictures: `python -m tests.browser.pictures PREFIX`.

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
FloatArray = npt.NDArray[np.float32]


def ramp() -> FloatArray:
    """Return a slope from below zero, with the values that are not finite in its first row."""
    rows, columns = np.mgrid[0:32, 0:48]
    values: FloatArray = (rows * 48.0 + columns - 300).astype("f4")
    values[0, :4] = np.nan, np.inf, -np.inf, 0
    return values


def wide() -> FloatArray:
    """Return more elements than a screen has pixels, each known by its index."""
    rows, columns = np.mgrid[0:1200, 0:1600]
    values: FloatArray = (rows * 2.0 + columns / 4).astype("f4")
    return values


def exact() -> npt.NDArray[np.int64]:
    """Return integers that no float holds."""
    return np.arange(20, dtype="i8").reshape(4, 5) + 2**60


def photo() -> npt.NDArray[np.uint8]:
    """Return red, green and blue in the last axis."""
    rows, columns = np.mgrid[0:40, 0:60]
    channels = np.stack([rows * 6, columns * 4, (rows + columns) * 2], -1)
    return channels.astype("u1")


def planes() -> npt.NDArray[np.uint16]:
    """Return the photo's channels in the first axis, in 16 bits."""
    return np.ascontiguousarray(np.moveaxis(photo(), -1, 0)).astype("u2") * 257


ARRAYS: dict[str, Any] = {
    "ramp": ramp,
    "wide": wide,
    "exact": exact,
    "photo": photo,
    "planes": planes,
}


def main(prefix: str) -> None:
    """Share the arrays, and one that changes all the time."""
    with ExitStack() as stack:
        for name, make in ARRAYS.items():
            values = make()
            shared = shmscope.create(f"{prefix}-{name}", values.shape, values.dtype.str)
            with stack.enter_context(shared).writing() as array:
                array[...] = values
        live = stack.enter_context(shmscope.create(f"{prefix}-live", (40, 60), "f4", unit="mm"))
        print("ready", flush=True)
        count = 0
        while not select.select([sys.stdin], [], [], STEP_S)[0]:
            count += 1
            with live.writing() as array:
                array[...] = np.arange(60)[None, :] + count % 7
                array[0, 0] = count


if __name__ == "__main__":
    main(sys.argv[1])
