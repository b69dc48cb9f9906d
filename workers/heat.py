"""Four processes compute one plate: heat spreads in a shared array, and no process copies it.

Each owns a band of rows and reads its neighbours' nearest rows straight from the shared memory. It
teaches `create`, and to compute first and write in a short section. Nobody waits for anybody: a
neighbour's row may be one step older or newer, which heat does not mind.
"""

import math
import sys
import time
from contextlib import suppress
from multiprocessing import Process

import numpy as np

import shmscope
from shmscope.workers.crew import orphaned, run

HELLO = "heat: start me alone with  python -m shmscope.workers.heat  (Ctrl-C stops me)"
ABOUT = "Two hot spots and a cold one wander over a plate; watch them cross from band to band."
SIZE, BANDS, STEP_S = 256, 4, 1 / 50
HEIGHT = SIZE // BANDS
AMBIENT, HOT, COLD = 20, 100, 0
SPOTS = ((0.5, 0.8, HOT), (-0.7, 0.3, HOT), (0.4, -0.6, COLD))  # how fast, in radians a second


def diffuse(heat: shmscope.SharedArray, band: int) -> None:
    """Compute one band of rows, step by step."""
    first, stop = band * HEIGHT, (band + 1) * HEIGHT
    rows = np.arange(first - 1, stop + 1).clip(0, SIZE - 1)  # and a row of each neighbour
    y, x = np.ogrid[first:stop, :SIZE]
    while not orphaned(after_s=STEP_S):
        plate = heat.array[rows]
        inner = plate[1:-1]
        around = plate[:-2] + plate[2:] + np.roll(inner, 1, axis=1) + np.roll(inner, -1, axis=1)
        inner += 0.24 * (around - 4 * inner) + 0.002 * (AMBIENT - inner)
        for speed_y, speed_x, value in SPOTS:
            spot_y = SIZE * (0.5 + 0.4 * math.sin(speed_y * time.monotonic()))
            spot_x = SIZE * (0.5 + 0.4 * math.cos(speed_x * time.monotonic()))
            inner[(y - spot_y) ** 2 + (x - spot_x) ** 2 < 60] = value
        with heat.writing() as whole:
            whole[first:stop] = inner


def main(name: str = "heat") -> None:
    """Share a plate called `name` and let four processes warm it."""
    print(HELLO, flush=True)
    with shmscope.create(name, (SIZE, SIZE), "f4", unit="°C", about=ABOUT) as heat:
        heat[:] = AMBIENT
        run(
            [
                Process(target=diffuse, args=(heat, band), name=f"band {band}", daemon=True)
                for band in range(BANDS)
            ]
        )


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main(*sys.argv[1:])
