"""What `import shmscope` adds to a program that uses numpy anyway."""

from __future__ import annotations

import sys

from bench.paired import Ratio, pair, started_ms


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
    return started_ms([sys.executable, "-c", code])
