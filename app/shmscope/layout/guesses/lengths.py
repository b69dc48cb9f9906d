"""How many bits it takes to write down values, if they are what a dtype says they are.

Three simple descriptions are tried and the shortest counts:

- *each for itself*: how often it is the common value (the commonest of zero, median, least and
  largest), and for the others where they lie within the spread of all;
- *by its neighbour*: the same for the difference to the element before, or to the second, third or
  fourth before, for colours and coordinates that lie side by side;
- *by a list*: a list of all values that occur, and which of them each is.

A value within a spread costs the logarithm of the spread over the *quantum*, the distance to the
next number that the dtype can hold: 1 for an integer, 2**-23 of itself and less for a float32.
That is what makes floats and integers comparable. The spread is that of the best of five
distributions: normal, Laplace, uniform, one of which the logarithms are uniform or normal, and
Cauchy, which strangers among the values cannot widen.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np

Values: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"
Quanta: TypeAlias = "Values | float"  # log2 of the quantum, of each value or of all
Words: TypeAlias = "np.ndarray[Any, Any]"

LAGS = (1, 2, 3, 4)
FEW = 2048  # values from which the lag is chosen
_NORMAL = math.log2(math.sqrt(2 * math.pi * math.e))
_LAPLACE = math.log2(2 * math.e)
_LEAST_BITS = 0.3  # of a value that is not the common one
_SMALLEST = 1e-280


def entropy_bits(part: float) -> float:
    """Return the bits that it takes to say yes or no, where yes is `part` of the answers."""
    if not 0 < part < 1:
        return 0.0
    return -part * math.log2(part) - (1 - part) * math.log2(1 - part)


def each_bits(values: Values, quanta: Quanta, most_bits: int) -> float:
    """Return the bits of all values, each for itself.

    Args:
        values: Finite values.
        quanta: log2 of the quantum of each or of all.
        most_bits: What a value costs at most.
    """
    usual = (0.0, float(_median(values)), float(values.min()), float(values.max()))
    common = max(usual, key=lambda value: np.count_nonzero(values == value))
    return _residual_bits(values - common, quanta, most_bits) + most_bits


def neighbour_bits(values: Values, quanta: Quanta, most_bits: int) -> float:
    """Return the bits of all values, each by one before it; arguments as of `each_bits`."""
    lag = _best_lag(values)
    if not lag:
        return math.inf
    steps = values[lag:] - values[:-lag]
    quanta = quanta if isinstance(quanta, float) else quanta[lag:]
    drift = _median(steps)
    if _median(np.abs(steps - drift)) < 0.8 * _median(np.abs(steps)):
        steps = steps - drift
    return _residual_bits(steps, quanta, most_bits) + (lag + 1) * most_bits


def list_bits(words: Words) -> float:
    """Return the bits of all values by a list of those that occur, or infinity for too long a list.

    Args:
        words: The values as unsigned integers.
    """
    counts = _counts(words)
    if counts is None:
        return math.inf
    parts = counts / words.size
    choice = -float(np.sum(parts * np.log2(parts))) * words.size
    return choice + 8.0 * float(counts.size * words.dtype.itemsize)


def _counts(words: Words) -> Words | None:
    if words.dtype.itemsize <= 2:
        counts = np.bincount(words)
        return counts[counts > 0]
    some = words[:512]
    if np.unique(some).size > 0.6 * max(some.size, 64):
        return None
    return np.unique(words, return_counts=True)[1]


def _residual_bits(residuals: Values, quanta: Quanta, most_bits: int) -> float:
    others = residuals != 0
    count = int(np.count_nonzero(others))
    bits = residuals.size * entropy_bits(count / residuals.size)
    if not count:
        return bits
    there = residuals if count == residuals.size else residuals[others]
    fine = quanta if isinstance(quanta, float) else _mean(quanta[others])
    return bits + count * min(max(_spread(there) - fine, _LEAST_BITS), most_bits)


def _spread(residuals: Values) -> float:
    """Return log2 of how wide residuals, none of them zero, are spread."""
    sizes = np.abs(residuals)
    top = float(sizes.max())
    if not _SMALLEST < top < 1 / _SMALLEST:
        return math.inf
    positive = np.count_nonzero(residuals > 0) / residuals.size
    scaled, sizes = residuals / top, sizes / top
    one_sided = positive in (0, 1)
    spreads = [_about(sizes) - one_sided, _log2(float(scaled.max() - scaled.min()))]
    if one_sided:
        spreads.append(_about(np.abs(scaled - _median(scaled))))
    spreads.append(_octaves(sizes) + entropy_bits(positive))
    return math.log2(top) + min(spreads)


def _octaves(sizes: Values) -> float:
    """Return log2 of the spread of values of which the logarithms are spread evenly."""
    octaves = np.log2(np.maximum(sizes, _SMALLEST))
    mean = _mean(octaves)
    variance = max(_mean(octaves * octaves) - mean * mean, 0.0)
    width = min(_NORMAL + _log2(variance) / 2, _log2(float(octaves.max() - octaves.min())))
    return width + mean + math.log2(math.log(2))


def _log2(value: float) -> float:
    return math.log2(value) if value > _SMALLEST else -math.inf


def _about(sizes: Values) -> float:
    """Return log2 of the spread of values that lie so far from their centre; at most 1 far."""
    mean = _mean(sizes)
    if mean < _SMALLEST:
        return -math.inf
    normal = _NORMAL + math.log2(_mean(sizes * sizes)) / 2
    laplace = _LAPLACE + math.log2(mean)
    half = float(_median(sizes))
    if half < _SMALLEST:
        return min(normal, laplace)
    far = np.minimum(sizes / half, 1e100)
    cauchy = math.log2(math.pi * half) + _mean(np.log2(1 + far * far))
    return min(normal, laplace, cauchy)


def _best_lag(values: Values) -> int:
    """Return which of the elements before tells most of one, 0 where there are too few."""
    some = values[:FEW]
    if some.size < 4 * max(LAGS):
        return int(some.size > 1)
    steps = {lag: _mean(np.abs(some[lag:] - some[:-lag])) for lag in LAGS}
    best = min(LAGS, key=lambda lag: steps[lag])
    return best if steps[best] < 0.9 * steps[1] else 1


def nearly_all(values: Values, left_out: float) -> tuple[float, float]:
    """Return between which values all lie but so many at either end; np.quantile takes longer."""
    low = int(left_out * (values.size - 1))
    high = values.size - 1 - low
    ordered = np.partition(values, (low, high))
    return float(ordered[low]), float(ordered[high])


def _mean(values: Values) -> float:
    """Return the mean: for short arrays, values.mean() takes twice as long."""
    return float(np.add.reduce(values)) / values.size


def _median(values: Values) -> Any:
    """Return the upper median: np.median looks for NaN, and takes three times as long."""
    half = values.size // 2
    return np.partition(values, half)[half]
