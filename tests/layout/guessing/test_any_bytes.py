"""Guesses at bytes that nobody chose: hostile ones, short reads, and segments of any size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.layout.guessing.cases import reader
from tests.layout.guessing.checks import check_guesses, guess_bytes

from shmscope.layout.guesses import guess

HOSTILE_FLOATS = [np.nan, np.inf, -np.inf, 0.0, -0.0, 5e-324, 1.7e308, -1.7e308, 1.0, 6e-8]
HOSTILE_INTEGERS = [0, 1, 255, 1 << 31, (1 << 63) - 1, 1 << 63, (1 << 64) - 1, 0x10FFFF, 0x110000]


def hostile_bytes() -> st.SearchStrategy[bytes]:
    """Draw bytes of any kind: noise, repetitions, special floats, integers at their ends."""
    floats = st.sampled_from(["<f2", "<f4", "<f8", ">f4"]).flatmap(
        lambda dtype: st.lists(st.sampled_from(HOSTILE_FLOATS), max_size=200).map(
            lambda values: np.clip(values, *_ends(dtype)).astype(dtype).tobytes()
        )
    )
    integers = st.lists(st.sampled_from(HOSTILE_INTEGERS), max_size=200).map(
        lambda values: np.array(values, "<u8").tobytes()
    )
    raw = st.binary(max_size=300)
    repeated = st.tuples(st.binary(max_size=40), st.integers(0, 200)).map(lambda of: of[0] * of[1])
    pieces = raw | repeated | floats | integers
    return st.lists(pieces, max_size=3).map(b"".join)


def _ends(dtype: str) -> tuple[float, float]:
    """Return -infinity and infinity where a float64 fits the dtype, else its largest numbers."""
    if np.dtype(dtype).itemsize == 8:
        return -np.inf, np.inf
    most = float(np.finfo(dtype).max)
    return -most, most


@given(hostile_bytes(), st.integers(0, 12))
def test_no_bytes_are_too_hostile(data: bytes, most: int) -> None:
    found = guess_bytes(data, most)
    assert len(found) <= most
    assert bool(found) == bool(data and most)
    check_guesses(found, len(data))


@given(hostile_bytes(), st.integers(0, 600), st.sampled_from([0, 1, 4096, 1 << 34]))
def test_a_segment_that_cannot_be_read_to_its_end_is_guessed_at_all_the_same(
    data: bytes, most_bytes: int, missing: int
) -> None:
    size = len(data) + missing
    found = guess(lambda offset, count: data[offset : offset + min(count, most_bytes)], size)
    check_guesses(found, size)


def test_of_an_empty_segment_and_one_that_cannot_be_read_nothing_is_guessed() -> None:
    assert guess(reader(b""), 0) == []
    assert guess(reader(b""), 4096) == []


@pytest.mark.parametrize("size_bytes", [1 << 20, 1 << 24, 16 << 30])
def test_at_most_4_mib_are_read_all_within_the_segment_and_its_end_too(
    size_bytes: int,
) -> None:
    pieces: list[tuple[int, int]] = []
    block = np.random.default_rng(7).normal(size=1 << 17).tobytes()

    def read(offset: int, count: int) -> bytes:
        pieces.append((offset, offset + count))
        return block[:count]

    assert guess(read, size_bytes)
    assert sum(end - start for start, end in pieces) <= 4 << 20
    assert all(0 <= start < end <= size_bytes for start, end in pieces)
    assert max(end for _, end in pieces) == size_bytes


def test_of_16_gib_the_shape_is_that_of_the_whole_segment() -> None:
    row = np.add.outer(np.sin(np.arange(64) / 9), np.cos(np.arange(1024) / 90)).astype("<f4")
    block = row.tobytes()
    best, *_ = guess(lambda offset, count: (block * 5)[offset % len(block) :][:count], 16 << 30)
    assert (best.layout.dtype, best.layout.shape) == (np.dtype("<f4"), (1 << 22, 1024))
