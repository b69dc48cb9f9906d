"""Bytes read as one dtype: the values, how finely they are told apart, and how odd they would be.

*Oddness* is what makes values unlikely whatever their spread. It is 0 for what programs usually
hold, and adds to the score like a description that is so much longer: 0.1 is about 10 % longer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from shmscope.layout.guesses.lengths import (
    Quanta,
    Values,
    Words,
    each_bits,
    entropy_bits,
    list_bits,
    neighbour_bits,
)
from shmscope.layout.guesses.sample import Bytes

# Bits of the mantissa, the exponent's bias, and exponents up to which a value is no surprise.
_FLOATS: Final = {2: (10, 15, 14), 4: (23, 127, 66), 8: (52, 1023, 100)}
_PLAUSIBLE_PART = 0.6
_GRIDS = (1.0, 10.0, 100.0, 1000.0)
_EXACT = 2.0**53
# Bits of integers that are no surprise, by the bits of their dtype.
_USUAL_BITS: Final = {16: 12, 32: 24, 64: 48}
# Nanoseconds since 1970 in an int64: 2001 to 2039.
_UNIX_NS = (1.0e18, 2.2e18)


@dataclass(frozen=True, slots=True)
class Reading:
    """Bytes read as elements of one dtype.

    Attributes:
        dtype: The dtype; big-endian ones are read as such.
        words: The elements' bits as unsigned integers of native order.
        values: The finite ones as float64, shape (n,).
        quanta: log2 of the distance to the next value that could be told apart.
        finite_part: What part of the elements is finite.
    """

    dtype: np.dtype[Any]
    words: Words
    values: Values
    quanta: Quanta
    finite_part: float

    @property
    def bits(self) -> float:
        """How many bits the elements take if described as this dtype."""
        most = 8 * self.dtype.itemsize
        lost = self._lost_bits
        if not self.values.size:
            return lost
        values = self._level
        each = each_bits(values, self.quanta, most) + lost
        neighbour = neighbour_bits(values, self.quanta, most) + lost
        return min(each, neighbour, list_bits(self.words))

    @property
    def has_top_bit(self) -> bool:
        """Whether the highest bit of any element is set: the sign of a signed integer."""
        top = np.array(1 << (8 * self.dtype.itemsize - 1), self.words.dtype)
        return bool((self.words & top).any())

    @property
    def _lost_bits(self) -> float:
        """Bits that say which elements are not finite, by share or by runs, and what they are."""
        if self.finite_part == 1:
            return 0.0
        lost = ~np.isfinite(self.words.view(f"f{self.dtype.itemsize}"))
        changes = np.count_nonzero(lost[1:] != lost[:-1]) / lost.size
        kinds: int = np.unique(self.words[lost]).size
        which: float = lost.size * min(entropy_bits(self.finite_part), entropy_bits(changes))
        which += kinds * 8 * self.dtype.itemsize
        return which + float(np.count_nonzero(lost)) * math.log2(kinds)

    @property
    def _level(self) -> Values:
        """The values, less the first where float64 cannot tell such large integers apart."""
        if self.dtype.kind == "f" or self.dtype.itemsize < 8:
            return self.values
        if np.abs(self.values).max() < _EXACT:
            return self.values
        level: Values = (self.words - self.words[0]).view(np.int64).astype(np.float64)
        return level

    @property
    def oddness(self) -> float:
        """How unlikely the values are, whatever their spread."""
        there = self.values[self.values != 0]
        if not there.size:
            return 0.0
        sizes = np.abs(there)
        if self.dtype.kind == "f":
            return _float_oddness(sizes, self.dtype.itemsize) + 0.1 * (1 - self.finite_part)
        return _integer_oddness(sizes, self.words, 8 * self.dtype.itemsize)


def read(data: Bytes, dtype: np.dtype[Any]) -> Reading | None:
    """Read bytes as integers or floats.

    Returns:
        The reading; None where there is no whole element, or where most floats would be out of
        this world.
    """
    words = _words(data, dtype)
    if not words.size or (dtype.kind == "f" and not _is_plausible(words)):
        return None
    values = _values(words, dtype)
    if dtype.kind != "f":
        return Reading(dtype, words, values, 0.0, 1.0)
    finite = np.isfinite(values)
    part = float(finite.mean())
    kept, bits = (values, words) if part == 1 else (values[finite], words[finite])
    return Reading(dtype, words, kept, _quanta(kept, bits), part)


def read_values(data: Bytes, dtype: np.dtype[Any]) -> Values:
    """Return bytes as integers or floats, finite or not, whatever sense they make."""
    return _values(_words(data, dtype), dtype)


def _values(words: Words, dtype: np.dtype[Any]) -> Values:
    values: Values = words.view(f"{dtype.kind}{dtype.itemsize}").astype(np.float64)
    return values


def _words(data: Bytes, dtype: np.dtype[Any]) -> Words:
    whole = len(data) // dtype.itemsize * dtype.itemsize
    words: Words = data[:whole].view(f"{'>' if dtype.str[0] == '>' else '<'}u{dtype.itemsize}")
    return words.astype(f"u{dtype.itemsize}", copy=False)


def _is_plausible(words: Words) -> bool:
    """Whether most floats are of a usual size; zeros, infinities and plain NaN do not count."""
    mantissa, bias, most = _FLOATS[words.dtype.itemsize]
    amounts = words & np.array((1 << (8 * words.dtype.itemsize - 1)) - 1, words.dtype)
    infinite = (2 * bias + 1) << mantissa
    for special in (0, infinite, infinite | 1 << (mantissa - 1)):
        amounts = amounts[amounts != np.array(special, words.dtype)]
    if not amounts.size:
        return bool((words << np.array(1, words.dtype)).any())
    exponents = (amounts >> np.array(mantissa, words.dtype)).astype(np.int64) - bias
    plausible = np.count_nonzero(np.abs(exponents) <= most)
    return bool(plausible >= _PLAUSIBLE_PART * amounts.size)


def _quanta(values: Values, words: Words) -> Quanta:
    """Return log2 of the distance from each float to the next that occurs in such data.

    Floats that were float32 before, whole numbers, and decimals of up to three digits are coarser
    than their dtype.
    """
    mantissa, bias, _ = _FLOATS[words.dtype.itemsize]
    there = values != 0
    exponents = np.maximum(np.frexp(values)[1] - 1, 1 - bias)
    fine: Values = exponents - float(mantissa) + _spare_bits(words[there], mantissa)
    some = values[there]
    for grid in _GRIDS:
        scaled = some * grid
        whole = np.abs(scaled - np.rint(scaled)) <= np.abs(scaled) * 2.0 ** (1 - mantissa)
        whole &= np.abs(scaled) < 2.0 ** (mantissa - 2)
        if some.size and whole.mean() >= 0.98:
            return np.maximum(fine, -math.log2(grid))
    return fine


def _spare_bits(words: Words, mantissa: int) -> int:
    """Return how many low bits of the mantissa are zero in all but 2 % of the elements."""
    if not words.size:
        return 0
    one = np.array(1, words.dtype)
    for spare in range(mantissa, 0, -1):
        mask = (one << np.array(spare, words.dtype)) - one
        if np.count_nonzero(words[:64] & mask) <= 2 and _all_but_few(words & mask):
            return spare
    return 0


def _all_but_few(words: Words) -> bool:
    return bool(np.count_nonzero(words) <= 0.02 * words.size)


def _float_oddness(sizes: Values, item_bytes: int) -> float:
    """Return how unlikely floats are that are many powers of ten from 1."""
    usual, each = (2, 0.02) if item_bytes == 2 else (4, 0.005)
    beyond = np.maximum(np.abs(np.log10(sizes)) - usual, 0)
    return each * float(np.mean(np.minimum(beyond, 60)))


def _integer_oddness(sizes: Values, words: Words, bits: int) -> float:
    """Return how unlikely integers so large are, and such whose low bits are always zero."""
    if bits == 8:
        return 0.0
    odd = 0.0
    if not _UNIX_NS[0] < float(sizes.max()) < _UNIX_NS[1]:
        odd += 0.01 * max(float(np.log2(sizes).mean()) - _USUAL_BITS[bits], 0)
    low = np.array((1 << max(bits // 4, 8)) - 1, words.dtype)
    return odd + 0.1 * _all_but_few(words[words != 0] & low)
