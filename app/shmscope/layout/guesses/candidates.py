"""The dtypes that the bytes of a segment may be, each with its score.

The score is the natural logarithm of how many bits the sampled bytes take when they are described
as that dtype, with two things added: how odd the values would be, and how rare the dtype is. A
difference of 0.1 is a description that is 10 % longer. The best candidate has the lowest score.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from shmscope.layout.guesses.pairs import are_pairs, is_mirrored
from shmscope.layout.guesses.readings import Reading, read
from shmscope.layout.guesses.records import find_records
from shmscope.layout.guesses.sample import Bytes, Sample
from shmscope.layout.guesses.texts import find_text

# How much rarer a dtype is than the common ones.
RARITY: Final = {
    "|u1": 0.0, "|i1": 0.005, "<u2": 0.0, "<i2": 0.01, "<i4": 0.0, "<u4": 0.03, "<i8": 0.0,
    "<u8": 0.03, "<f2": 0.005, "<f4": 0.0, "<f8": 0.0, ">u2": 0.11, ">i2": 0.1, ">i4": 0.1,
    ">u4": 0.13, ">i8": 0.1, ">u8": 0.13, ">f4": 0.1, ">f8": 0.1,
}  # fmt: skip
RECORD_RARITY: Final = 0.02
SHORT_RECORD_RARITY: Final = 0.08
BOOL_GAIN, PIXEL_GAIN, TEXT_GAIN = 0.05, 0.05, 0.4
# Complex numbers beside the floats that their parts are, where something tells of pairs or not.
PAIRED, UNPAIRED = -0.05, 0.06
MISFIT = 0.3  # the segment does not divide into such elements
NOISE_PART, LEAST_NOISE_BITS = 0.99, 8192
LESS_BITS = 0.25  # by which the first bytes of big-endian elements vary less
FREE_BITS = 64.0  # a difference of so many bits is chance

Found: TypeAlias = "list[Candidate]"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One dtype that the bytes may be.

    Attributes:
        dtype: The dtype.
        score: The lower the likelier.
        reading: The sampled bytes read as it, or as the parts of it; None of text and records.
        is_noise: Whether its description is no shorter than the bytes, so that they can be any.
    """

    dtype: np.dtype[Any]
    score: float
    reading: Reading | None = None
    is_noise: bool = False


def find_candidates(sample: Sample) -> Found:
    """Return what the bytes of a segment may be, best first, each dtype once.

    Args:
        sample: Bytes of which at least one is not zero.
    """
    found = list(_numbers(sample))
    found += [*_bools(sample.body, found), *_pixels(sample.body, found)]
    found += list(_complexes(sample, found))
    texts = list(_texts(sample, min(found, key=_score)))
    found += texts or _records(sample, found)
    best: dict[np.dtype[Any], Candidate] = {}
    for candidate in sorted(found, key=_score):
        if candidate.dtype.itemsize <= sample.size_bytes:
            best.setdefault(candidate.dtype, candidate)
    return list(best.values())


def _score(candidate: Candidate) -> float:
    return candidate.score


def _numbers(sample: Sample) -> Iterator[Candidate]:
    costs: dict[str, tuple[float, float]] = {}
    for name, rarity in RARITY.items():
        dtype = np.dtype(name)
        if name[0] == ">" and not _is_turned_round(sample.body, dtype.itemsize):
            continue
        reading = read(sample.body, dtype)
        if reading is None:
            continue
        costs[name] = bits, oddness = costs.get(_twin(reading)) or _costs(reading)
        noise = bits > NOISE_PART * 8 * len(sample.body) > LEAST_NOISE_BITS
        score = math.log(bits + FREE_BITS) + oddness + rarity + _misfit(sample, dtype)
        yield Candidate(dtype, score, reading, noise)


def _costs(reading: Reading) -> tuple[float, float]:
    """Return the bits that a reading takes, and how odd it is."""
    return min(reading.bits, 8.0 * reading.words.nbytes), reading.oddness


def _twin(reading: Reading) -> str:
    """Return the integers of the other signedness that read the same, or nothing."""
    kind, name = reading.dtype.kind, reading.dtype.str
    if kind == "f" or reading.has_top_bit:
        return ""
    return name.replace(kind, "iu"[kind == "i"])


def _is_turned_round(body: Bytes, item_bytes: int) -> bool:
    """Whether the first bytes of elements vary less than the last ones."""
    items = body[: len(body) // item_bytes * item_bytes].reshape(-1, item_bytes)
    return len(items) > 0 and _entropy_bits(items[:, 0]) < _entropy_bits(items[:, -1]) - LESS_BITS


def _entropy_bits(data: Bytes) -> float:
    counts = np.bincount(data)
    parts = counts[counts > 0] / data.size
    return -float(np.sum(parts * np.log2(parts)))


def _misfit(sample: Sample, dtype: np.dtype[Any]) -> float:
    return MISFIT * bool(sample.size_bytes % dtype.itemsize)


def _bools(body: Bytes, found: Found) -> Iterator[Candidate]:
    """Yield bytes of two values, zero and another, that are not only the low ones of integers."""
    top = int(body.max())
    if np.count_nonzero(body == top) == np.count_nonzero(body) and _is_everywhere(body):
        dtype = np.dtype("?" if top == 1 else "u1")
        yield Candidate(dtype, min(map(_score, found)) - BOOL_GAIN, _of_bytes(found).reading)


def _is_everywhere(body: Bytes) -> bool:
    return len(body) == 1 or bool(body[::2].any() and body[1::2].any())


def _pixels(body: Bytes, found: Found) -> Iterator[Candidate]:
    """Yield bytes where every fourth is 255: opaque pixels, whose colours change together."""
    opaque = body[3::4]
    if len(opaque) > 8 and int(opaque.min()) == 255 and int(body.min()) < 255:
        whole = min(_score(one) for one in found if one.dtype.itemsize == 4)
        yield Candidate(np.dtype("u1"), whole - PIXEL_GAIN, _of_bytes(found).reading)


def _of_bytes(found: Found) -> Candidate:
    return next(candidate for candidate in found if candidate.dtype == np.dtype("u1"))


def _complexes(sample: Sample, found: Found) -> Iterator[Candidate]:
    for parts in found:
        if parts.dtype.str not in ("<f4", "<f8") or parts.reading is None:
            continue
        dtype = np.dtype(f"<c{2 * parts.dtype.itemsize}")
        paired = is_mirrored(sample, parts.dtype.itemsize) or are_pairs(parts.reading.values)
        score = parts.score + (PAIRED if paired else UNPAIRED) + _misfit(sample, dtype)
        yield Candidate(dtype, score, parts.reading)


def _texts(sample: Sample, best: Candidate) -> Iterator[Candidate]:
    for kind in ("S", "U"):
        width = find_text(sample, kind)
        if width:
            dtype = np.dtype(f"<{kind}{width}")
            yield Candidate(dtype, best.score - TEXT_GAIN + _misfit(sample, dtype))


def _records(sample: Sample, found: Found) -> Found:
    best = min(found, key=_score)
    records = find_records(sample.run, sample.size_bytes, best.dtype.itemsize)
    if records is None:
        return []
    score = math.log(records.bits_per_byte * len(sample.body) + FREE_BITS) + RECORD_RARITY
    if records.dtype.itemsize <= 8:  # as long as a plain element
        score += SHORT_RECORD_RARITY
    alone = records.only_dtype
    if alone is None:
        return [Candidate(records.dtype, score)]
    # Fields of one dtype are an array of it with a row for each record.
    return [Candidate(one.dtype, score, one.reading) for one in found if one.dtype == alone]
