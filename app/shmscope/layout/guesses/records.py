"""Records: elements of several fields, of which each column looks like one dtype.

How long a record is shows in bytes that are the same so far apart: exponents, signs and the high
bytes of integers. Every column of a record is then read as everything that could lie there, and of
all ways to lay fields side by side the one with the shortest description counts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from shmscope.layout.guesses.readings import Reading, read
from shmscope.layout.guesses.sample import Bytes, Window

Way: TypeAlias = "tuple[float, list[np.dtype[Any]]]"  # bits, and the fields that take them

MOST_RECORD_BYTES = 64
_LEAST_RECORD_BYTES = 6
_LOOKED_BYTES = 16 << 10
_LEAST_RECORDS, _MOST_RECORDS = 24, 256
_LEAST_GAIN = 0.04
_FIELD_BITS = 40.0  # what naming one more field takes
_NOISE = 0.1
_FIELDS: Final = tuple(
    np.dtype(name) for name in ("<f8", "<i8", "<f4", "<i4", "<u4", "<i2", "<u2", "|u1", "|i1")
)


@dataclass(frozen=True, slots=True)
class Records:
    """How the bytes of a segment fall into records.

    Attributes:
        dtype: The record, its fields called f0, f1 and so on.
        bits_per_byte: What describing the fields takes.
    """

    dtype: np.dtype[Any]
    bits_per_byte: float

    @property
    def only_dtype(self) -> np.dtype[Any] | None:
        """The dtype of all fields, or None where they differ."""
        fields = {self.dtype[name] for name in self.dtype.names or ()}
        return fields.pop() if len(fields) == 1 else None


def find_records(run: Window, size_bytes: int, item_bytes: int) -> Records | None:
    """Return the records of a segment, or None where nothing repeats that is longer than an item.

    Args:
        run: A part of the segment.
        size_bytes: Size of the segment; records must make it up.
        item_bytes: Bytes of the elements that the segment otherwise consists of.
    """
    period = _period(run.data[:_LOOKED_BYTES], size_bytes, item_bytes)
    if not period:
        return None
    start = -run.offset % period
    count = min((len(run.data) - start) // period, _MOST_RECORDS)
    if count < _LEAST_RECORDS:
        return None
    table = run.data[start : start + count * period].reshape(count, period)
    bits, fields = _fields(table)
    dtype = np.dtype([(f"f{at}", field) for at, field in enumerate(fields)])
    return Records(dtype, bits / table.size)


def _period(data: Bytes, size_bytes: int, item_bytes: int) -> int:
    """Return the distance at which bytes are alike most often, or 0 where an item explains it."""
    most = min(MOST_RECORD_BYTES, len(data) // _LEAST_RECORDS)
    alike = np.zeros(most + 1)
    for period in range(1, most + 1):
        alike[period] = np.count_nonzero(data[period:] == data[:-period]) / (len(data) - period)
    there = [period for period in range(_LEAST_RECORD_BYTES, most + 1) if size_bytes % period == 0]
    if not there:
        return 0
    top = max(alike[period] for period in there)
    # The shortest of those that are about as good: records repeat at their multiples, too.
    best = next(period for period in there if alike[period] > top - 0.1 * (1 - top) - 0.003)
    items = [*range(1, min(item_bytes, most) + 1), *range(item_bytes, best, item_bytes)]
    plain = float(alike[items].max())
    return best if top > plain + _LEAST_GAIN and item_bytes % best else 0


def _fields(table: Bytes) -> Way:
    """Return the shortest description of a table of bytes, shape (records, bytes), by fields."""
    width: int = table.shape[1]
    best: list[Way] = [(0.0, [])]
    for end in range(1, width + 1):
        ways: list[Way] = [(math.inf, [])]
        for dtype in _FIELDS:
            start = end - dtype.itemsize
            if start >= 0 and start % dtype.itemsize == 0 and best[start][0] < math.inf:
                bits = _column_bits(table[:, start:end], dtype)
                ways.append((best[start][0] + bits, [*best[start][1], dtype]))
        best.append(min(ways, key=lambda way: way[0]))
    return best[width]


def _column_bits(column: Bytes, dtype: np.dtype[Any]) -> float:
    reading = _read(np.ascontiguousarray(column).reshape(-1), dtype)
    if reading is None:
        return math.inf
    bits = reading.bits
    # Noise is rarely a field of its own, but often the low bytes of a longer one.
    noise = _NOISE * (bits > 7.0 * len(column) * dtype.itemsize and dtype.itemsize <= 2)
    return _FIELD_BITS + bits * math.exp(reading.oddness + noise)


def _read(data: Bytes, dtype: np.dtype[Any]) -> Reading | None:
    reading = read(data, dtype)
    if reading is None or dtype.kind == "f":
        return reading
    # Where the sign bit is never set, the two kinds of integers are the same: one will do.
    twin = "i" if dtype.itemsize == 1 else "u"
    return reading if dtype.kind != twin or reading.has_top_bit else None
