"""The work of race.py in a Manager's list: every look and every store is a message to its server.

Each message is served whole, but `proxy[i] += 1` is two of them: without a lock, updates are lost
here too. A counted section over a proxy looks like any other:

    with shared.writing() as proxy:
        proxy[i] = proxy[i] + 1
"""

import multiprocessing
import sys
from contextlib import suppress

import shmscope
from shmscope.workers.crew import run
from shmscope.workers.race import ABOUT, LABELS, clerks

HELLO = "proxies: start me alone with  python -m shmscope.workers.proxies  (Ctrl-C stops me)"


def main(name: str = "proxies") -> None:
    """Race in a Manager's list."""
    print(HELLO, flush=True)
    with multiprocessing.Manager() as manager:
        counts = manager.list([0] * len(LABELS))
        proxies = shmscope.publish(name, counts, labels=LABELS, about=ABOUT)
        try:
            run(clerks(proxies, multiprocessing.Lock(), burst=10, start_s=0.2))
        finally:
            proxies.unlink()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main(*sys.argv[1:])
