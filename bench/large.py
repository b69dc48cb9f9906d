"""What looking at 16 GiB costs, nearly all of it holes, against the same looks at 16 MiB.

Every look is made as for a page: a topic, its plan, one frame. The scan of all statistics is shown
beside them: what was never written is counted, and not read.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np

from bench.paired import Ratio, pair
from bench.segments import mapped, source_of
from shmscope.layout.array import ArrayLayout
from shmscope.layout.selection import parse_selection
from shmscope.sampling.scan import Scan
from shmscope.sources.arrays import MemoryArray
from shmscope.sources.segments import Segment

LARGE_BYTES, SMALL_BYTES = 16 << 30, 16 << 20
COLUMNS = 2048
WRITTEN_BYTES = 4 << 20  # at the beginning of both
CALLS = 200


def measure() -> list[Ratio]:
    """Open, view, scroll, thin out, and scan."""
    with mapped(LARGE_BYTES, "f8") as (name, large), mapped(SMALL_BYTES, "f8") as (other, small):
        for array in (large, small):
            array[: WRITTEN_BYTES // 8] = np.arange(WRITTEN_BYTES // 8)
        pair_of = as_rows(source_of(name, large)), as_rows(source_of(other, small))
        return [*_views(*pair_of), _scans(*pair_of)]


def as_rows(source: MemoryArray) -> MemoryArray:
    """Return a source as an image that is so wide."""
    rows = source.layout.size // COLUMNS
    return source.seen_as(ArrayLayout.contiguous(source.layout.dtype, (rows, COLUMNS)))


def _views(large: MemoryArray, small: MemoryArray) -> list[Ratio]:
    ways: list[tuple[str, Callable[[MemoryArray], object]]] = [
        ("open", _open),
        ("first rows", lambda source: _look(source, "0:100, 0:100")),
        ("rows in the middle", _look_at_middle),
        ("256 x 256 of all of it", _overview),
    ]
    return [
        pair(
            f"{what}, 16 GiB",
            partial(_per_call_us, partial(look, large)),
            "of 16 MiB",
            partial(_per_call_us, partial(look, small)),
            "us",
        )
        for what, look in ways
    ]


def _scans(large: MemoryArray, small: MemoryArray) -> Ratio:
    return pair(
        "all statistics, 16 GiB of which 4 MiB written",
        lambda: _per_call_us(partial(_scan, large), 1),
        "of 16 MiB, as much",
        lambda: _per_call_us(partial(_scan, small), 1),
        "us",
        rounds=5,
    )


def _open(source: MemoryArray) -> None:
    segment: Segment = source.segment
    with segment.opened() as opened:
        source.layout.check_fits(opened.size_bytes)


def _look(source: MemoryArray, select: str) -> None:
    source.look(parse_selection(select, source.layout.shape))


def _look_at_middle(source: MemoryArray) -> None:
    middle = source.layout.shape[0] // 2
    _look(source, f"{middle}:{middle + 100}, 0:100")


def _overview(source: MemoryArray) -> None:
    rows = source.layout.shape[0]
    _look(source, f"::{rows // 256}, ::{COLUMNS // 256}")


def _scan(source: MemoryArray) -> None:
    scan = Scan(source.layout)
    while not scan.finished:
        scan.advance(source.scan, 32 << 20)
    scan.summary()


def _per_call_us(call: Callable[[], object], calls: int = CALLS) -> float:
    started_s = time.process_time()
    for _ in range(calls):
        call()
    return (time.process_time() - started_s) / calls * 1e6
