"""The classic race: four processes count in one multiprocessing.Array, with its lock and without.

`counts[i] += 1` reads, adds and stores. Where two processes do it at once, one of the two is lost:
the count without the lock falls behind the exact number, the one with it never does. tally.py and
proxies.py do the same work by other means: compare what an increment costs.
"""

import multiprocessing
import sys
import time
from contextlib import AbstractContextManager, suppress
from multiprocessing import Process
from typing import Any

import shmscope
from shmscope.workers.crew import orphaned, run

HELLO = "race: start me alone with  python -m shmscope.workers.race  (Ctrl-C stops me)"
LABELS = ("expected", "with lock", "without lock", "ns with lock", "ns without lock")
EXPECTED, LOCKED, BARE, LOCKED_NS, BARE_NS = range(5)
ABOUT = (
    "Four processes count, with a lock and without; what 'without lock' is short of 'expected' is "
    "lost. Then the cost of one increment, to compare 'race', 'tally' and 'proxies'."
)
CLERKS, PERIOD_S = 4, 0.3
Lock = AbstractContextManager[Any]


def increment(shared: shmscope.Published[Any], lock: Lock, burst: int, start_s: float) -> None:
    """Count in bursts, which every process begins `start_s` into a period, so that they collide."""
    while not orphaned(after_s=PERIOD_S - (time.monotonic() - start_s) % PERIOD_S):
        with shared.writing() as counts:
            began_ns = time.perf_counter_ns()
            for _ in range(burst):
                counts[BARE] += 1
            halfway_ns = time.perf_counter_ns()
            for _ in range(burst):
                with lock:
                    counts[LOCKED] += 1
            ended_ns = time.perf_counter_ns()
            with lock:
                counts[EXPECTED] += burst
            counts[BARE_NS] = (halfway_ns - began_ns) // burst
            counts[LOCKED_NS] = (ended_ns - halfway_ns) // burst


def clerks(
    shared: shmscope.Published[Any], lock: Lock, burst: int, start_s: float
) -> list[Process]:
    """Return the processes that count in `shared`, not started yet."""
    task = (shared, lock, burst, start_s)
    return [
        Process(target=increment, args=task, name=f"clerk {number}", daemon=True)
        for number in range(CLERKS)
    ]


def main(name: str = "race") -> None:
    """Race in a multiprocessing.Array."""
    print(HELLO, flush=True)
    counts = multiprocessing.Array("q", len(LABELS))
    race = shmscope.publish(name, counts, labels=LABELS, about=ABOUT)
    try:
        run(clerks(race, counts.get_lock(), burst=2000, start_s=0))
    finally:
        race.unlink()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main(*sys.argv[1:])
