"""Arrays of numbers, and scans over memory that is at hand."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from shmscope.layout.array import ArrayLayout
from shmscope.sampling.scan import Scan
from shmscope.sampling.statistics import Statistics

NUMERIC = ["?", "i1", "u1", "<i2", ">u2", "<i4", ">i4", "<i8", "<u8", ">u8", "f2", "<f4", ">f8"]
SQUARE_FITS = 1e150  # beyond it the square of a double is infinite, and so is the deviation


class Memory:
    """Bytes in place of a segment.

    Args:
        data: They.
        holes: From where to where nobody ever wrote.
    """

    def __init__(self, data: Any, holes: Sequence[tuple[int, int]] = ()) -> None:
        self._data = memoryview(data).cast("B")
        self._holes = holes
        self.reads: list[tuple[int, int]] = []

    @contextmanager
    def opened(self, _layout: ArrayLayout) -> Iterator[Memory]:
        yield self

    def read_into(self, buffer: memoryview, offset: int) -> None:
        buffer[:] = self._data[offset : offset + len(buffer)]
        self.reads.append((offset, len(buffer)))

    def hole_end(self, offset: int) -> int:
        return max((end for start, end in self._holes if start <= offset < end), default=offset)


def scanned(memory: Memory, layout: ArrayLayout, budget_bytes: int = 1 << 62) -> list[Statistics]:
    scan = Scan(layout)
    while not scan.finished:
        scan.advance(memory.opened, budget_bytes)
    return scan.summary()


def statistics_of(array: np.ndarray[Any, Any]) -> Statistics:
    array = np.ascontiguousarray(array)
    layout = ArrayLayout.contiguous(array.dtype, array.shape)
    [found] = scanned(Memory(array.tobytes()), layout)
    return found


def values(dtype: str) -> st.SearchStrategy[Any]:
    """Draw elements whose squares a double holds: where they overflow, so does the deviation."""
    kind = np.dtype(dtype)
    if kind.kind != "f":
        return hnp.from_dtype(kind)
    limit = {2: 65504.0, 4: 2.0**127, 8: 2.0**500}[kind.itemsize]
    floats = st.floats(-limit, limit, width={2: 16, 4: 32, 8: 64}[kind.itemsize])  # type: ignore[arg-type]  # 16, 32 or 64
    return floats | st.sampled_from([math.nan, math.inf, -math.inf, 0.0, -0.0])


@st.composite
def arrays(draw: st.DrawFn) -> np.ndarray[Any, Any]:
    dtype = draw(st.sampled_from(NUMERIC))
    shape = draw(hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=6))
    return draw(hnp.arrays(dtype, shape, elements=values(dtype.lstrip("<>"))))


def check(found: Statistics, array: np.ndarray[Any, Any]) -> None:
    """Compare with what numpy says of the whole array, in long doubles."""
    kind = array.dtype.kind
    finite = array[np.isfinite(array)]
    assert found.count == array.size
    assert found.zeros == int((array == 0).sum())
    assert found.nan == (int(np.isnan(array).sum()) if kind == "f" else 0)
    assert found.inf == (int(np.isinf(array).sum()) if kind == "f" else 0)
    if not finite.size:
        assert (found.minimum, found.maximum) == (None, None)
        assert (found.mean, found.deviation) == (None, None)
        return
    wide = finite.astype(np.longdouble)
    largest = float(np.abs(wide).max())
    assert found.minimum == finite.min().item()
    assert found.maximum == finite.max().item()
    assert found.mean == pytest.approx(float(wide.mean()), rel=1e-12, abs=1e-14 * largest)
    if largest < SQUARE_FITS:
        loss = max(1e-14 * largest, 1 / SQUARE_FITS)
        assert found.deviation == pytest.approx(float(wide.std()), rel=1e-9, abs=loss)
