"""Writes a square array 120 times a second until its standard input ends: NAME SIDE."""

from __future__ import annotations

import select
import sys

import numpy as np

import shmscope

PERIOD_S = 1 / 120


def main(name: str, side: int) -> None:
    """Let a wave run over the square."""
    y, x = np.mgrid[:side, :side].astype("f4") / 20
    with shmscope.create(name, (side, side), "f4") as shared:
        print("ready", flush=True)
        phase = 0
        while not select.select([sys.stdin], [], [], PERIOD_S)[0]:
            phase += 1
            with shared.writing() as array:
                array[phase % side] = x[phase % side] + phase
                array[:, phase % side] = y[:, phase % side] - phase


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
