"""Scans over memory: budgets, what they take themselves, errors and holes."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sampling.scanning import Memory, check, scanned

from shmscope.errors import SourceGoneError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.runs import MAX_SCRATCH_BYTES
from shmscope.sampling import scan as scanning
from shmscope.sampling.scan import Scan
from shmscope.sampling.statistics import Statistics

FEW = settings(max_examples=300)


def test_budget_ends_a_turn_and_the_next_goes_on() -> None:
    array = np.arange(4 * scanning.BLOCK_BYTES // 8, dtype="f8")
    scan, memory = Scan(ArrayLayout.contiguous(array.dtype, array.shape)), Memory(array.tobytes())
    coverages = []
    while not scan.finished:
        assert scan.advance(memory.opened, 1_000_000) <= 1_000_000 + scanning.BLOCK_BYTES
        coverages.append(scan.summary()[0].coverage)
    assert coverages == [0.25, 0.5, 0.75, 1.0]
    check(scan.summary()[0], array)


def test_budget_of_nothing_still_gets_on() -> None:
    array = np.arange(500_000, dtype="f8")
    scan = Scan(ArrayLayout.contiguous(array.dtype, array.shape))
    assert scan.advance(Memory(array.tobytes()).opened, 0) == scanning.BLOCK_BYTES


class Endless:
    """Zeros without end, every one of which is read."""

    def __init__(self) -> None:
        self.reads: list[int] = []

    @contextmanager
    def opened(self, _layout: ArrayLayout) -> Iterator[Endless]:
        yield self

    def read_into(self, buffer: memoryview, _offset: int) -> None:
        np.frombuffer(buffer, np.uint8)[:] = 0
        self.reads.append(len(buffer))

    def hole_end(self, offset: int) -> int:
        return offset


def test_strewn_elements_cost_their_runs() -> None:
    column = ArrayLayout(np.dtype("f4"), (1_000_000,), (1 << 20,))
    memory = Endless()
    Scan(column).advance(memory.opened, 32 << 20)
    assert len(memory.reads) < 4096


@pytest.mark.parametrize(
    "layout",
    [
        ArrayLayout.contiguous(np.dtype("f8"), (1 << 40,)),
        ArrayLayout.contiguous(np.dtype("u1"), (3, 1 << 33)),
        ArrayLayout(np.dtype("f8"), (2, 1 << 30), (1 << 40, 16)),
        ArrayLayout(np.dtype("f8"), (2, 3, 1 << 30), (1 << 40, 1 << 35, 16)),
        ArrayLayout(np.dtype("f4"), (1 << 30, 1000), (8192, 8)),
        ArrayLayout(np.dtype("f4"), (1 << 40,), (0,)),
        ArrayLayout.contiguous(np.dtype([("a", "f8"), ("b", "S100")]), (1 << 30, 2)),
    ],
    ids=lambda layout: f"{layout.shape} {layout.strides}",
)
def test_memory_that_a_scan_takes_does_not_grow_with_the_array(layout: ArrayLayout) -> None:
    scan, memory = Scan(layout), Endless()
    tracemalloc.start()
    try:
        for _ in range(20):
            scan.advance(memory.opened, 1)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert max(memory.reads) <= MAX_SCRATCH_BYTES
    assert peak < 16 << 20
    assert not scan.finished


def fail(_buffer: memoryview, _offset: int) -> None:
    raise SourceGoneError("gone")


def test_error_of_a_read_passes_and_nothing_is_counted_twice() -> None:
    array = np.arange(400_000, dtype="f8")
    scan, memory = Scan(ArrayLayout.contiguous(array.dtype, array.shape)), Memory(array.tobytes())
    scan.advance(memory.opened, 1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory, "read_into", fail)
        with pytest.raises(SourceGoneError):
            scan.advance(memory.opened, 1)
    while not scan.finished:
        scan.advance(memory.opened, 1)
    check(scan.summary()[0], array)


# Holes


@FEW
@given(
    st.sampled_from(["f8", "u1", ">i4", [("a", "f4"), ("b", "i8", (2,)), ("c", "?")]]),
    st.integers(1, 120),
    st.lists(st.tuples(st.integers(0, 900), st.integers(1, 600)), max_size=3),
    st.integers(1, 60),
    st.integers(0, 20),
)
def test_what_was_never_written_counts_as_zeros(
    dtype: Any, size: int, holes: list[tuple[int, int]], block_bytes: int, offset: int
) -> None:
    layout = ArrayLayout.contiguous(np.dtype(dtype), (size,), offset)
    data = np.random.default_rng(size).integers(0, 100, layout.size_bytes + offset, np.uint8)
    holes = [(start, min(start + length, len(data))) for start, length in holes]
    for start, end in holes:
        data[start:end] = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanning, "BLOCK_BYTES", block_bytes)
        skipped, read = scanned(Memory(data, holes), layout), scanned(Memory(data), layout)
    for one, other in zip(skipped, read, strict=True):
        assert one.mean == pytest.approx(other.mean, rel=1e-12)
        assert one.deviation == pytest.approx(other.deviation, rel=1e-9)
        assert one.distribution is not None
        assert other.distribution is not None
        assert one.distribution.percentiles == other.distribution.percentiles
        assert exact(one) == exact(other)


def exact(found: Statistics) -> Statistics:
    """Leave out what is rounded, or compared on its own."""
    return replace(found, mean=None, deviation=None, distribution=None)


def test_holes_are_not_read() -> None:
    size = 64 * scanning.BLOCK_BYTES
    data = np.zeros(size, "u1")
    data[-8:] = 1
    memory = Memory(data, [(0, size - scanning.BLOCK_BYTES // 2)])
    [found] = scanned(memory, ArrayLayout.contiguous(np.dtype("f8"), (size // 8,)))
    assert memory.reads == [(size - scanning.BLOCK_BYTES, scanning.BLOCK_BYTES)]
    assert (found.count, found.zeros, found.maximum) == (
        size // 8,
        size // 8 - 1,
        data[-8:].view("f8")[0],
    )
