"""A program that shares arrays to be drawn as lines: `python -m tests.browser.traces PREFIX`.

Prints `ready`, then answers each line of its standard input, a number, by writing it into element
[7] of the array `steps`, and ends when the input does.
"""

from __future__ import annotations

import sys

import numpy as np

import shmscope

LONG = 2_000_000
SPIKE_AT = 1_234_567
SPIKE = 9.0


def long_values() -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Return a slow wave with a fast ripple and one spike of a single sample."""
    at = np.arange(LONG)
    values: np.ndarray[tuple[int], np.dtype[np.float32]] = np.empty(LONG, np.float32)
    values[:] = np.sin(at / 90_000) + 0.1 * np.sin(at * 1.7)
    values[SPIKE_AT] = SPIKE
    return values


def row_values() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return forty rows, each a ramp that begins at a hundred times its number."""
    return np.arange(40.0)[:, None] * 100 + np.arange(50.0)


def main(prefix: str) -> None:
    """Share a long line, a picture of ramps, and a few steps."""
    with (
        shmscope.create(f"{prefix}-long", LONG, "f4", unit="V") as long,
        shmscope.create(f"{prefix}-rows", (40, 50), "f8") as rows,
        shmscope.create(f"{prefix}-steps", 100, "f8", unit="mm") as steps,
    ):
        long[...] = long_values()
        rows[...] = row_values()
        print("ready", flush=True)
        for line in sys.stdin:
            steps[7] = float(line)


if __name__ == "__main__":
    main(sys.argv[1])
