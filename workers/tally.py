"""The work of race.py in shared memory with a name: `create`, and a lock of the program's own.

Shared memory has no lock: whoever counts in it brings one. The clerks are those of race.py, for a
section yields a numpy array here and there.
"""

import multiprocessing
import sys
from contextlib import suppress

import shmscope
from shmscope.workers.crew import run
from shmscope.workers.race import ABOUT, LABELS, clerks

HELLO = "tally: start me alone with  python -m shmscope.workers.tally  (Ctrl-C stops me)"


def main(name: str = "tally") -> None:
    """Race in shared memory."""
    print(HELLO, flush=True)
    with shmscope.create(name, len(LABELS), "i8", labels=LABELS, about=ABOUT) as tally:
        run(clerks(tally, multiprocessing.Lock(), burst=2000, start_s=0.1))


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main(*sys.argv[1:])
