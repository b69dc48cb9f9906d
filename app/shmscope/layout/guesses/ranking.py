"""What the bytes of a segment may be, as layouts with a confidence and a reason."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from shmscope.layout.array import ArrayLayout
from shmscope.layout.guesses.candidates import Candidate, find_candidates
from shmscope.layout.guesses.headers import header_bytes
from shmscope.layout.guesses.readings import read_values
from shmscope.layout.guesses.reasons import ONLY_ZEROS, reason_of
from shmscope.layout.guesses.rows import MOST_ELEMENTS, Elements, Rows, find_rows
from shmscope.layout.guesses.sample import PAGE_BYTES, Sample, take_sample

# Measured: with it, confidences are how often such guesses are right (docs/guesses.md).
TEMPERATURE: Final = 0.02
ZEROS_CONFIDENCE: Final = 0.05
NOISE_CONFIDENCE: Final = 0.3
MOST_CONFIDENCE: Final = 0.97
_PIXEL_CHANNELS = (2, 3, 4)


@dataclass(frozen=True, slots=True)
class Guess:
    """One suggestion.

    Attributes:
        layout: Where the array would lie; contiguous, and within the segment.
        confidence: How likely the dtype is the right one, 0 to 1.
        reason: A sentence for people.
    """

    layout: ArrayLayout
    confidence: float
    reason: str


def guess(read: Callable[[int, int], bytes], size_bytes: int, most: int = 5) -> list[Guess]:
    """Return what a segment may hold, best first, each dtype once; raises nothing of itself.

    Args:
        read: Called with an offset and a count: returns that many bytes, or fewer.
        size_bytes: Size of the segment.
        most: How many guesses at most.

    Returns:
        None at all for a segment that is empty or that cannot be read.
    """
    if size_bytes <= 0 or most <= 0:
        return []
    sample = take_sample(read, size_bytes)
    if not len(sample.head):
        return []
    with np.errstate(all="ignore"):
        return _guesses(sample, most) if sample.body.any() else [_zeros(size_bytes)]


def _zeros(size_bytes: int) -> Guess:
    layout = ArrayLayout.contiguous(np.dtype("u1"), (size_bytes,))
    return Guess(layout, ZEROS_CONFIDENCE, ONLY_ZEROS)


def _guesses(sample: Sample, most: int) -> list[Guess]:
    found = find_candidates(sample)
    best = found[0]
    offset, rows = _arrangement(sample, best)
    shares = _confidences(found)
    guesses = []
    for candidate, share in zip(found[:most], shares, strict=False):
        layout = _layout(sample.size_bytes, candidate, best, offset, rows)
        reason = reason_of(candidate, layout, rows, sample)
        guesses.append(Guess(layout, share, reason))
    return guesses


def _confidences(found: Sequence[Candidate]) -> list[float]:
    """Return how likely each candidate is, by how much longer its description is than the best."""
    odds = [math.exp((found[0].score - candidate.score) / TEMPERATURE) for candidate in found]
    most = NOISE_CONFIDENCE if found[0].is_noise else MOST_CONFIDENCE
    return [min(part / sum(odds), most) for part in odds]


def _arrangement(sample: Sample, best: Candidate) -> tuple[int, Rows | None]:
    """Return where the array begins in bytes, and its rows where it has such."""
    if best.reading is None or best.dtype.kind == "c":
        return 0, None
    header = header_bytes(sample.head, best.reading)
    rows = _rows(sample, best.dtype, header)
    if header and (rows is None or not rows.dip):
        plain = _rows(sample, best.dtype, 0)
        if plain is not None and plain.dip:
            header, rows = 0, plain
    return header + (rows.start if rows else 0) * best.dtype.itemsize, rows


def _rows(sample: Sample, dtype: np.dtype[Any], header: int) -> Rows | None:
    item_bytes = dtype.itemsize
    skipped = max(header - sample.run.offset, 0)
    values = read_values(sample.run.data[skipped:][: MOST_ELEMENTS * item_bytes], dtype)
    is_padded = sample.size_bytes % PAGE_BYTES == 0 and not sample.tail[-item_bytes:].any()
    first = (sample.run.offset + skipped - header) // item_bytes
    count = (sample.size_bytes - header) // item_bytes
    return find_rows(Elements(values, first, count, item_bytes, is_padded))


def _layout(
    size_bytes: int, candidate: Candidate, best: Candidate, offset: int, rows: Rows | None
) -> ArrayLayout:
    dtype = candidate.dtype
    offset = offset if size_bytes - offset >= dtype.itemsize else 0
    count = (size_bytes - offset) // dtype.itemsize
    return ArrayLayout.contiguous(dtype, _shape(count, candidate, best, rows), offset)


def _shape(count: int, candidate: Candidate, best: Candidate, rows: Rows | None) -> tuple[int, ...]:
    """Return the shape of `count` elements in rows as long in bytes as those of the best guess."""
    if rows is None or candidate.reading is None:
        return (count,)
    length, rest = divmod(rows.length * best.dtype.itemsize, candidate.dtype.itemsize)
    if rest or length < 2 or count < length:
        return (count,)
    is_same = candidate.dtype.itemsize == best.dtype.itemsize
    if is_same and rows.channels in _PIXEL_CHANNELS and length > rows.channels:
        return (count // length, length // rows.channels, rows.channels)
    return (count // length, length)
