"""What `import shmscope` adds to a program that uses numpy anyway."""

from __future__ import annotations

import subprocess
import sys
import time

from bench.paired import Ratio, pair


def measure() -> list[Ratio]:
    """Start Python in turn with numpy alone and with shmscope."""
    return [
        pair(
            "start, import shmscope",
            lambda: _start_ms("import shmscope"),
            "import numpy",
            lambda: _start_ms("import numpy"),
            "ms",
        )
    ]


def _start_ms(code: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return (time.perf_counter() - started) * 1000
