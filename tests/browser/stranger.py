"""A program that has never heard of shmscope: `python -m tests.browser.stranger NAME`.

Shares a field of 48 x 64 float32 behind a header of 64 bytes and writes it. Prints `ready` and its
pid, and ends when its standard input does.
"""

from __future__ import annotations

import os
import select
import sys
import time
from multiprocessing.shared_memory import SharedMemory

import numpy as np

STEP_S = 1 / 50
SHAPE = (48, 64)


def main(name: str) -> None:
    """Share a field and let waves run over it."""
    memory = SharedMemory(name, create=True, size=64 + 4 * SHAPE[0] * SHAPE[1])
    field = np.ndarray(SHAPE, "<f4", memory.buf, 64)
    y, x = np.ogrid[: SHAPE[0], : SHAPE[1]]
    print("ready", os.getpid(), flush=True)
    while not select.select([sys.stdin], [], [], STEP_S)[0]:
        field[:] = 20 + 5 * np.sin(0.2 * x + 3 * time.monotonic()) * np.cos(0.1 * y)
    del field
    memory.close()
    memory.unlink()


if __name__ == "__main__":
    main(sys.argv[1])
