"""What holds for the guesses at any bytes whatever."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tests.layout.guessing.cases import Array, reader

from shmscope.layout.array import ArrayLayout
from shmscope.layout.guesses import Guess, guess


def guess_bytes(data: bytes, most: int = 5) -> list[Guess]:
    return guess(reader(data), len(data), most)


def guess_array(array: Array, header: bytes = b"", behind: bytes = b"") -> Guess:
    """Return the best guess at an array."""
    return guess_bytes(header + array.tobytes() + behind)[0]


def check_guesses(guesses: Sequence[Guess], size_bytes: int) -> None:
    """Check what holds for the guesses at any bytes whatever."""
    confidences = [one.confidence for one in guesses]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) <= 1 + 1e-9
    assert len({one.layout.dtype for one in guesses}) == len(guesses)
    for one in guesses:
        assert one.confidence >= 0
        assert one.layout.is_contiguous
        assert one.layout.size > 0
        one.layout.check_fits(size_bytes)
        assert ArrayLayout.parse(one.layout.format()) == one.layout  # the page can ask for it
        assert re.fullmatch(r"[^.].*[^.]\.", one.reason)
