"""A market's tape: the newest 256 trades in a ring of records.

It teaches structured dtypes: time, text and numbers side by side in one shared array, each shown as
what it is. A batch of records is one counted write.
"""

import sys
import time
from contextlib import suppress

import numpy as np
import numpy.typing as npt

import shmscope

HELLO = "tape: start me alone with  python -m shmscope.workers.tape  (Ctrl-C stops me)"
ROWS, BATCH, BATCH_S = 256, 10, 1 / 20
TRADE = [("time", "M8[us]"), ("symbol", "S8"), ("price", "f8"), ("size", "i4"), ("side", "S1")]
SYMBOLS = np.array([b"ALDER", b"BIRCH", b"CEDAR", b"ELM", b"HAZEL"])
Prices = npt.NDArray[np.float64]
Trades = npt.NDArray[np.void]


def trades(prices: Prices, random: np.random.Generator) -> Trades:
    """Return the next batch of trades; every one moves its symbol's price."""
    batch = np.empty(BATCH, TRADE)
    which = random.integers(len(SYMBOLS), size=BATCH)
    np.multiply.at(prices, which, np.exp(random.normal(0, 0.001, BATCH)))
    batch["time"] = np.datetime64(time.time_ns() // 1000, "us")
    batch["symbol"], batch["price"] = SYMBOLS[which], prices[which].round(2)
    batch["size"] = random.integers(1, 100, BATCH) * 10
    batch["side"] = np.where(random.random(BATCH) < 0.5, b"B", b"S")
    return batch


def main(name: str = "tape") -> None:
    """Print about 200 trades a second onto the tape."""
    print(HELLO, flush=True)
    about = "A ring of the newest trades, about 200 a second; the newest row has the latest time."
    random = np.random.default_rng()
    prices = random.uniform(20, 200, len(SYMBOLS))
    with shmscope.create(name, ROWS, TRADE, about=about) as tape:
        row = 0
        while True:
            batch = trades(prices, random)
            with tape.writing() as ring:
                ring[np.arange(row, row + BATCH) % ROWS] = batch
            row = (row + BATCH) % ROWS
            time.sleep(BATCH_S - time.monotonic() % BATCH_S)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main(*sys.argv[1:])
