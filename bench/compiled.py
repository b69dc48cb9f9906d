"""What compiled code could gain a scan, and what it would cost to have it.

Numba makes one pass over each block for least, greatest, sum, squares and zeros, and takes it that
no element is NaN: less than the scan has to do. It runs in an environment of its own.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.paired import Ratio, pair, started_ms
from bench.peers import NUMBA, PeerError
from bench.segments import mapped, source_of
from bench.statistics import SIZE_BYTES, cpu_ms, fill, scan_all

PROGRAM = Path(__file__).with_name("compiled_pass.py")


def measure() -> list[Ratio]:
    """Compare a compiled pass with numpy's and with the scan."""
    try:
        python = NUMBA.python()
    except PeerError as error:
        print(f"{error}: left out", file=sys.stderr)
        return []
    with mapped(SIZE_BYTES, "f8") as (name, array):
        fill(array)
        source = source_of(name, array)
        with _compiled(python, name) as one_pass:
            what = "reading, one compiled pass, float64, 256 MiB"
            alone = partial(cpu_ms, array.min)
            scan = partial(cpu_ms, lambda: scan_all(source))
            found = [
                pair(what, one_pass, "numpy.min alone", alone, "ms", rounds=5),
                pair(what, one_pass, "all statistics, as numpy finds them", scan, "ms", rounds=5),
            ]
    return [*found, _start(python), _files(Path(python).parents[1])]


@contextmanager
def _compiled(python: str, name: str) -> Iterator[Callable[[], float]]:
    """Yield what has a pass made over a segment and returns the CPU time that it took, in ms."""
    command = [python, str(PROGRAM), f"/dev/shm/{name}"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked, answers = process.stdin, process.stdout

        def one_pass() -> float:
            asked.write("\n")
            asked.flush()
            return float(answers.readline())

        yield one_pass
        asked.close()


def _start(python: str) -> Ratio:
    """Start Python in turn with numba, where the pass is compiled, and with numpy alone."""
    compiled = [python, str(PROGRAM), "/dev/null"]
    alone = [python, "-c", "import numpy"]
    return pair(
        "start, import numba, compile one pass",
        partial(started_ms, compiled),
        "import numpy",
        partial(started_ms, alone),
        "ms",
        rounds=5,
    )


def _files(environment: Path) -> Ratio:
    """Weigh what pip installed, in MiB."""
    (packages,) = environment.glob("lib/python*/site-packages")
    value = _size_mib(packages / "numba") + _size_mib(packages / "llvmlite")
    against = _size_mib(packages / "numpy") + _size_mib(packages / "numpy.libs")
    return Ratio("files of numba", "files of numpy", value, against, "MiB", [value / against])


def _size_mib(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / (1 << 20)
