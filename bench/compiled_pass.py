"""One compiled pass over each block, for `bench.compiled`, in numba's own environment.

python compiled_pass.py PATH: for each line that it is sent, it reads all of PATH, which holds
doubles, and says what CPU time that took, in milliseconds.
"""

from __future__ import annotations

import mmap
import os
import sys
import time

import numba  # type: ignore[import-not-found]
import numpy as np

BLOCK_BYTES = 1 << 20


@numba.njit(fastmath=True)  # type: ignore[untyped-decorator]
def _pass(block: np.ndarray) -> tuple[float, float, float, float, int]:
    low, high, total, squares, zeros = np.inf, -np.inf, 0.0, 0.0, 0
    for at in range(block.size):
        one = block[at]
        low = min(low, one)
        high = max(high, one)
        total += one
        squares += one * one
        zeros += one == 0
    return low, high, total, squares, zeros


def _main(path: str) -> None:
    buffer = mmap.mmap(-1, BLOCK_BYTES)  # aligned: else the kernel takes four times as long
    block = np.frombuffer(buffer)
    _pass(block)  # which compiles it
    with open(path, "rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        for _ in sys.stdin:
            started_s = time.process_time()
            for offset in range(0, size, BLOCK_BYTES):
                os.preadv(file.fileno(), [buffer], offset)
                _pass(block)
            print((time.process_time() - started_s) * 1e3, flush=True)


if __name__ == "__main__":
    _main(sys.argv[1])
