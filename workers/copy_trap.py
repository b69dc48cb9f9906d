"""The trap: a plain numpy array handed to a process is a copy, and the parent's never changes.

The child counts in the array that it was given, the parent looks at its own; each mirrors what it
sees into a small shared array, so that both can be watched side by side.
"""

import sys
import time
from contextlib import suppress
from multiprocessing import Process

import numpy as np
import numpy.typing as npt

import shmscope
from shmscope.workers.crew import orphaned, run

HELLO = "copy_trap: start me alone with  python -m shmscope.workers.copy_trap  (Ctrl-C stops me)"
ABOUT = "The child counts up in the array it was given; the parent's, of which it is a copy, stays."
LABELS = ("parent's array", "child's copy")
PARENTS, CHILDS = range(2)
PERIOD_S = 0.25
Numbers = npt.NDArray[np.int64]


def change(numbers: Numbers, mirror: shmscope.SharedArray) -> None:
    """Count up in an array that looks like the parent's, and is not."""
    while not orphaned(after_s=PERIOD_S):
        numbers += 1
        mirror[:, CHILDS] = numbers


def look(numbers: Numbers, mirror: shmscope.SharedArray) -> None:
    """Look for a change that never comes."""
    while True:
        mirror[:, PARENTS] = numbers
        time.sleep(PERIOD_S)


def main(name: str = "copy_trap") -> None:
    """Hand a plain array to a child, and look whether it ever changes."""
    print(HELLO, flush=True)
    numbers: Numbers = np.arange(0, 80, 10)
    with shmscope.create(name, (8, 2), "i8", labels=LABELS, about=ABOUT) as mirror:
        mirror[:] = numbers[:, np.newaxis]
        child = Process(target=change, args=(numbers, mirror), name="child", daemon=True)
        run([child], meanwhile=lambda: look(numbers, mirror))


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main(*sys.argv[1:])
