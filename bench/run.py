"""Run every benchmark, or those named, and print one table.

python -m bench.run [NAME ...]
"""

from __future__ import annotations

import importlib
import os
import platform
import sys

from bench.paired import HEADER

BENCHMARKS = (
    "counted_write",
    "mechanisms",
    "import_time",
    "observer_cost",
    "idle_cost",
    "discovery",
    "rest",
    "observed_change",
    "budgets",
    "page",
    "fanout",
    "latency",
    "statistics",
    "snapshot",
    "large",
)


def main(names: list[str]) -> int:
    """Run the benchmarks called `names`; return 2 for one that does not exist."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"no benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
    print("Ratio: median of the rounds' ratios, what / against; range over the rounds.\n")
    print(HEADER)
    for name in names or BENCHMARKS:
        for ratio in importlib.import_module(f"bench.{name}").measure():
            print(ratio, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
