"""Publishes arrays and writes each four times a second until its input ends: NAME COUNT."""

from __future__ import annotations

import select
import sys
from contextlib import ExitStack

import shmscope

PERIOD_S = 1 / 4


def main(name: str, count: int) -> None:
    """Count up in so many arrays."""
    with ExitStack() as stack:
        arrays = [
            stack.enter_context(shmscope.create(f"{name}-{number}", 64, "f4"))
            for number in range(count)
        ]
        print("ready", flush=True)
        while not select.select([sys.stdin], [], [], PERIOD_S)[0]:
            for array in arrays:
                with array.writing() as values:
                    values[0] += 1


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
