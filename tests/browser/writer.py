"""A program that shares arrays, for the browser tests: `python -m tests.browser.writer PREFIX`.

Prints `ready` and a pid for each writing process, and ends when its standard input does.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import select
import sys
import time
from multiprocessing import connection, parent_process

import numpy as np

import shmscope

STEP_S = 1 / 50


def wave(plate: shmscope.SharedArray) -> None:
    """Let waves run over a plate until the parent is gone."""
    parent = parent_process()
    y, x = np.ogrid[: plate.array.shape[0], : plate.array.shape[1]]
    while parent is not None and not connection.wait([parent.sentinel], STEP_S):
        with plate.writing() as array:
            array[:] = np.sin(0.2 * x + 3 * time.monotonic()) * np.cos(0.1 * y)


def main(prefix: str) -> None:
    """Share three arrays: a plate, numbers with labels, and one with a hostile name."""
    numbers = multiprocessing.Array("q", 3)
    with (
        shmscope.create(f"{prefix}-plate", (64, 96), "f4", unit="mm") as plate,
        shmscope.create(f"{prefix}<img src=x onerror=alert(1)>", 4) as hostile,
    ):
        shared = shmscope.publish(f"{prefix}-numbers", numbers, labels=("one", "two", "three"))
        process = multiprocessing.Process(target=wave, args=(plate,), name="wave", daemon=True)
        process.start()
        print("ready", process.pid, os.getpid(), flush=True)
        count = 0
        while not select.select([sys.stdin], [], [], STEP_S)[0]:
            count += 1
            with shared.writing() as array:
                array[:] = count, -count, 2**62 + count
            hostile[count % 4] = math.sin(count)
        shared.unlink()


if __name__ == "__main__":
    main(sys.argv[1])
