"""How cost grows with arrays, clients and bytes: exponents, and where and why they change.

Servers, writers and clients are processes of their own; the CPU is the server's, all its threads
together. Nothing should grow faster than its work: n^1 where each array, client or byte asks for
its share, n^0 where the same is looked at whatever there is.

python -m bench.growth [arrays | clients | bytes ...]
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from bench import growth_arrays, growth_bytes, growth_clients
from bench.curves import Curve

PARTS: dict[str, Callable[[], list[Curve]]] = {
    "arrays": growth_arrays.measure,
    "clients": growth_clients.measure,
    "bytes": growth_bytes.measure,
}


def measure() -> list[Curve]:
    """Measure against arrays, clients and bytes."""
    return [curve for part in PARTS.values() for curve in part()]


if __name__ == "__main__":
    print(Curve.HEADER)
    for name in sys.argv[1:] or PARTS:
        for curve in PARTS[name]():
            print(curve, flush=True)
