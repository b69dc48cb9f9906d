"""Text of a fixed width: bytes (``S``) and UTF-32 (``U``), padded with zeros.

A character costs what it costs in a mixture of words, names and numbers. What is not zero is text
where that is cheap and hardly any of it cannot be printed. The width is the greatest common divisor
of where texts begin, behind the zeros of those before; numbers that happen to be letters seldom
have one. Where no zeros are, neighbours must not be alike, as they are in a picture, and the width
is the distance at which characters are alike, as in dates. Without that it is one text, unless
characters are spread smoothly, as integers near 110 are, or would be much cheaper if it were known
how often each occurs.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from shmscope.layout.dtypes import MAX_ITEM_BYTES
from shmscope.layout.guesses.lengths import each_bits, list_bits, neighbour_bits
from shmscope.layout.guesses.sample import Sample, Window

_LETTERS: Final = "etaoinsrhldcumfpgwybvkxjqz"  # by how often they occur
_MOST_BITS, _PLAIN_BITS = 6.6, 5.9  # of a character, on average and at most
_PADDED_PART = 0.25
_EXCESS_BITS = 2.0
_PERIOD_PART = 0.08
_ALIKE_PART, _SMOOTH_PART = 0.85, 0.93
_OTHER_BITS = 9.0
_FOREIGN_END, _FOREIGN_BITS = 0x600, 6.0  # letters of Latin, Greek, Cyrillic, Hebrew and others
_EAST_ASIAN_BITS = 11.0
_CONTROL_BITS = 24.0
_CODE_POINTS = 0x110000
_MOST_WIDTH = 128
_LEAST_CODES = 4
_LEAST_STARTS = 3


def _character_bits() -> np.ndarray[Any, np.dtype[np.float64]]:
    bits = np.full(256, _OTHER_BITS)
    bits[:32] = bits[127:160] = _CONTROL_BITS
    bits[[ord(sign) for sign in "\t\n\r_-.,:/()'\"@="]] = 7.0
    bits[[ord(digit) for digit in "0123456789"]] = 5.6
    bits[ord(" ")] = 3.5
    for rank, letter in enumerate(_LETTERS):
        bits[ord(letter)] = 4.2 + rank / 8
        bits[ord(letter.upper())] = 5.2 + rank / 8
    return bits


_BITS: Final = _character_bits()


def find_text(sample: Sample, kind: str) -> int:
    """Return how many characters wide the texts of a segment are, 0 where it holds none.

    Args:
        sample: What was read of it.
        kind: ``S`` for bytes, ``U`` for UTF-32.
    """
    unit = {"S": 1, "U": 4}[kind]
    body = sample.body[: len(sample.body) // unit * unit].view(f"<u{unit}")
    codes = body[body != 0]
    if codes.size < _LEAST_CODES or int(codes.max()) >= _CODE_POINTS:
        return 0
    bits = _bits_of(codes, unit)
    if np.count_nonzero(bits >= _CONTROL_BITS) > 0.01 * codes.size:
        return 0
    cost = float(bits.mean())
    if cost > _MOST_BITS or (unit == 1 and not _is_utf8(codes)):
        return 0
    width = _padded_width(sample.run, unit)
    return width if width > 1 else _plain_width(sample, unit, codes, cost) * (width == 0)


def _bits_of(codes: Any, unit: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    near = _BITS[np.minimum(codes, 255)]
    if unit == 1:  # beyond ASCII, UTF-8 makes two to four bytes of a letter
        return np.where(codes < 128, near, _FOREIGN_BITS)
    far = np.where(codes < _FOREIGN_END, _FOREIGN_BITS, _EAST_ASIAN_BITS)
    return np.where(codes < 256, near, far)


def _is_utf8(codes: Any) -> bool:
    """Whether bytes beyond ASCII may be UTF-8: each first one is followed by one to three."""
    first = np.count_nonzero((codes >= 0xC2) & (codes <= 0xF4))
    follow = np.count_nonzero((codes >= 0x80) & (codes < 0xC0))
    return bool(first <= follow <= 3 * first and first + follow == np.count_nonzero(codes >= 0x80))


def _padded_width(run: Window, unit: int) -> int:
    """Return the common divisor of where texts begin behind zeros, 0 where hardly any does."""
    units = run.data[: len(run.data) // unit * unit].view(f"<u{unit}")
    there = units != 0
    starts = np.flatnonzero(there[1:] & ~there[:-1]) + 1
    if starts.size < _LEAST_STARTS:
        return min(starts.size, 1)
    width = int(np.gcd.reduce(starts + run.offset // unit))
    items = there[: there.size // width * width].reshape(-1, width)
    is_usual = starts.size >= _PADDED_PART * np.count_nonzero(items.any(axis=1))
    # Small integers look like texts of one character: most texts have more.
    has_more = width > 1 and items[:, 1].sum() >= _PADDED_PART * items[:, 0].sum()
    return width if is_usual and has_more else 1


def _plain_width(sample: Sample, unit: int, codes: Any, cost: float) -> int:
    """Return the width of texts without zeros between them, 0 where they are numbers."""
    own = list_bits(codes) / codes.size
    values = codes.astype(np.float64)
    if neighbour_bits(values, 0.0, 32) / codes.size < _ALIKE_PART * min(own, cost):
        return 0
    width = _period(sample, unit)
    if width:
        return width
    if cost > _PLAIN_BITS or cost - own > _EXCESS_BITS:
        return 0
    if own > _SMOOTH_PART * each_bits(values, 0.0, 32) / codes.size:
        return 0
    size = sample.size_bytes // unit
    return size if size * unit <= MAX_ITEM_BYTES else 1


def _period(sample: Sample, unit: int) -> int:
    """Return the distance at which characters are alike more often than at others, or 0."""
    size = sample.size_bytes // unit
    units = sample.run.data[: len(sample.run.data) // unit * unit].view(f"<u{unit}")[: 1 << 14]
    widths = range(2, min(_MOST_WIDTH, units.size // 4))
    alike = {
        width: np.count_nonzero(units[width:] == units[:-width]) / (units.size - width)
        for width in widths
    }
    fitting = [width for width in widths if size % width == 0]
    most = max((alike[width] for width in fitting), default=0.0)
    if not fitting or most < float(np.median(list(alike.values()))) + _PERIOD_PART:
        return 0
    return min(width for width in fitting if alike[width] > most - 0.05)
