"""Run every benchmark, or those named, and write one table.

What each found last is kept in build/bench: results.md, results.json. One that fails is told of,
and the others go on; the exit status is 1 then.

python -m bench.run [NAME ...]
"""

from __future__ import annotations

import importlib
import sys
import time
import traceback
from pathlib import Path

from bench.results import FOLDER, Result, Row, keep_results, machine, read_results, sort_rows

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
    "compiled",
    "snapshot",
    "large",
    "growth",
    "fleet",
)


def main(names: list[str], folder: Path = FOLDER) -> int:
    """Run the benchmarks called `names`.

    Returns:
        1 where one failed, 2 where one does not exist.
    """
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"no benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    print(machine())
    print("Ratio: median of the rounds' ratios, what / against; range over the rounds.")
    failed = [name for name in names or BENCHMARKS if not _run(name, folder)]
    if failed:
        print(f"\nfailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _run(name: str, folder: Path) -> bool:
    """Run one benchmark, print and keep what it finds, and return whether it succeeded."""
    print(f"\n{name}", flush=True)
    started_s, problem, rows = time.monotonic(), None, list[Row]()
    try:
        rows = importlib.import_module(f"bench.{name}").measure()
        _print(rows)
    except Exception as error:  # noqa: BLE001 - the other benchmarks are to run whatever fails here
        traceback.print_exc()
        problem = f"{type(error).__name__}: {error}"
    ratios, curves = sort_rows(rows)
    result = Result(machine(), time.monotonic() - started_s, ratios, curves, problem)
    found = read_results(folder) | {name: result}
    keep_results(folder, {one: found[one] for one in BENCHMARKS if one in found})
    return problem is None


def _print(rows: list[Row]) -> None:
    header = None
    for row in rows:
        if header != row.HEADER:
            header = row.HEADER
            print(header)
        print(row, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
