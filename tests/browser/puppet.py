"""A program whose arrays change only when it is told: `python -m tests.browser.puppet PREFIX`.

Prints `ready`. Each line of its standard input is JSON: `{"array": NAME, "index": [3, 4], "value":
9.5}` writes an element, `{"drop": NAME}` withdraws an array; it answers `done`. It ends when its
standard input does.
"""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from typing import Any

import numpy as np

import shmscope

HOSTILE = "<img src=x onerror=alert(2)>"
SHAPE = (48, 64)


def contents() -> dict[str, np.ndarray[Any, Any]]:
    """Return what each array holds before anything is told, by the end of its name."""
    field = np.arange(48 * 64, dtype="f4").reshape(SHAPE)
    twin = field.copy()
    twin[3, 4] += 3.5
    twin[0, 1] -= 1
    halves = np.zeros(SHAPE, "f4")
    halves[:, 32:] = 1
    trades = np.zeros(50, [("time", "<f8"), ("price", "<f4")])
    trades["time"] = np.arange(50) / 4
    trades["price"] = np.arange(50) ** 2
    waves = np.exp(1j * np.arange(40 * 30).reshape(40, 30) / 7) * 2
    return {
        "field": field,
        "twin": twin,
        "halves": halves,
        HOSTILE: field[::-1].copy(),
        "cube": np.arange(6 * 40 * 50, dtype="i4").reshape(6, 40, 50),
        "trades": trades,
        "waves": waves,
        "large": np.arange(1200 * 1000, dtype="u4").reshape(1200, 1000),
    }


def main(prefix: str) -> None:
    """Share the arrays, and do as told."""
    with ExitStack() as stack:
        shared: dict[str, shmscope.SharedArray] = {}
        for name, values in contents().items():
            array = shmscope.create(prefix + name, values.shape, values.dtype, unit="mm")
            shared[name] = stack.enter_context(array)
            array[...] = values
        huge = shmscope.create(prefix + "huge", (300 << 20,), "u1", reserve=False)
        stack.enter_context(huge)  # takes no room until somebody writes to it
        print("ready", flush=True)
        for line in sys.stdin:
            told = json.loads(line)
            if "drop" in told:
                shared[told["drop"]].unlink()
            else:
                shared[told["array"]][tuple(told["index"])] = told["value"]
            print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
