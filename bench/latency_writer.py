"""Writes the time into an array, after times that no rate divides, until its input ends: NAME."""

from __future__ import annotations

import random
import select
import sys
import time

import shmscope

SHORTEST_S, LONGEST_S = 0.02, 0.045  # longer than a tick of 60 Hz: each write is seen by a look


def main(name: str, size: str) -> None:
    """Write the time, in nanoseconds on CLOCK_MONOTONIC, as the first element."""
    with shmscope.create(name, int(size), "i8") as shared:
        print("ready", flush=True)
        while not select.select([sys.stdin], [], [], random.uniform(SHORTEST_S, LONGEST_S))[0]:
            with shared.writing() as array:
                array[0] = time.monotonic_ns()


if __name__ == "__main__":
    main(*sys.argv[1:])
