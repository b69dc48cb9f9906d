"""How many numbers make up one point: the colours of a pixel, the coordinates of a place.

They show in two ways. Where in a point an element stands tells something of its value, its amount,
or the step to the next; or elements a point apart are more alike than neighbours.
"""

from __future__ import annotations

import numpy as np

from shmscope.layout.guesses.lengths import Values

_PERIODS = range(2, 9)
_LOOKED_ELEMENTS = 1 << 13
_LEAST_POINTS = 16
# What part of the variance must lie between places, and how much more of that of steps.
_LEAST_PART, _STEPS_PART = 0.08, 0.15
_AS_GOOD = 0.95
_ALIKE = 0.5


def channels_of(values: Values, differences: Values) -> int:
    """Return how many numbers make up a point, 1 where nothing tells of more.

    Args:
        values: Elements of an array, their mean 0.
        differences: Their mean squared differences by how far they are apart.
    """
    parts = _parts(values)
    most = max(parts.values(), default=0.0)
    if most > _LEAST_PART:
        return min(period for period, part in parts.items() if part > _AS_GOOD * most)
    for period in _PERIODS:
        if 2 * period >= differences.size:
            break
        if max(differences[period], differences[2 * period] / 2) < _ALIKE * differences[1]:
            return period
    return 1


def _parts(values: Values) -> dict[int, float]:
    """Return by period how far values, amounts or steps depend on where in it they are; to 1."""
    start = max(values.size - _LOOKED_ELEMENTS, 0) // 2
    some = values[start : start + _LOOKED_ELEMENTS]
    looks = [(some, 0.0), (np.abs(some), 0.0), (np.diff(some), _STEPS_PART)]
    variances = [float(np.var(look)) for look, _ in looks]
    return {
        period: max(
            _explained(look, period, variance) - less
            for (look, less), variance in zip(looks, variances, strict=True)
        )
        for period in _PERIODS
        if some.size > _LEAST_POINTS * period
    }


def _explained(values: Values, period: int, variance: float) -> float:
    """Return what part of the variance lies between places, less what chance would give."""
    if variance == 0:
        return 0.0
    count = values.size // period
    means = np.add.reduce(values[: count * period].reshape(count, period)) / count
    return float(np.var(means)) / variance - 4 / count
