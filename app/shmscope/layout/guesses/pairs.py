"""Whether floats are the real and imaginary parts of complex numbers.

The parts of a complex array lie like twice as many floats, so their spread says nothing. Other
signs do:

- the last numbers are the conjugates of the first ones, backwards: so is a Fourier transform of
  real numbers;
- the amounts of pairs vary less than those of parts that do not belong together;
- the numbers turn round zero one way, as signals do;
- the parts of a pair are large and small together.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np

from shmscope.layout.guesses.lengths import Values
from shmscope.layout.guesses.sample import Bytes, Sample

Complexes: TypeAlias = "np.ndarray[Any, np.dtype[np.complex128]]"
Flags: TypeAlias = "np.ndarray[Any, np.dtype[np.bool_]]"

_MIRRORED = 16  # numbers compared with their mirror images
_TRIED = 4  # places where the last number is found


def is_mirrored(sample: Sample, part_bytes: int) -> bool:
    """Whether the last complex numbers of a segment stand near its beginning, conjugate, backwards.

    They stand at the second place of a transform of one axis, and at the second place of the second
    row in one of two axes.
    """
    size = 2 * part_bytes
    first = _complex(sample.head, size)
    last = _complex(sample.tail[len(sample.tail) % size :], size)
    count = min(_MIRRORED, len(first) - 1, len(last))
    if count < 4 or sample.size_bytes % size or sample.size_bytes < 2 * count * size:
        return False
    image = np.conj(last[: -count - 1 : -1])
    if np.ptp(np.abs(image)) == 0 or np.mean(image == 0) > 0.5:
        return False
    places = np.flatnonzero(_are_near(first[1:], image[0])) + 1
    return any(
        _are_near(first[at : at + count], image[: len(first) - at]).mean() > 0.9
        for at in places[:_TRIED].tolist()
        if at + 4 <= len(first)
    )


def _are_near(first: Complexes, second: Complexes | np.complex128) -> Flags:
    near: Flags = np.abs(first - second) <= 1e-3 * np.abs(second)
    return near


def are_pairs(values: Values) -> bool:
    """Whether floats belong together two by two, as the parts of complex numbers do."""
    count = values.size // 2 * 2
    if count < 64:
        return False
    parts = values[:count].reshape(-1, 2)
    sizes = np.median(np.abs(parts), axis=0)
    if not sizes.all() or not 0.25 < sizes[0] / sizes[1] < 4 or _is_odd(values):
        return False
    apart = np.roll(parts[:, 1], len(parts) // 3)
    within, strangers = _variation(parts[:, 0], parts[:, 1]), _variation(parts[:, 0], apart)
    if within < 0.3 * strangers or _turn(values[:count], parts):
        return True
    centred = not (np.abs(np.median(parts, axis=0)) > 0.5 * sizes).any()
    return bool(centred) and (within < 0.6 * strangers or _grow_together(values[:count]))


def _is_odd(values: Values) -> bool:
    """Whether numbers are far more like those at an odd distance than those a pair away."""
    apart = [float(np.mean(np.square(values[lag:] - values[:-lag]))) for lag in (2, 3, 5, 7)]
    return min(apart[1:]) < 0.1 * apart[0]


def _turn(values: Values, parts: Values) -> bool:
    """Whether numbers turn round zero one way, each more like the one before than its own parts."""
    beside, before = values[1:] - values[:-1], values[2:] - values[:-2]
    if np.square(before).mean() > 0.5 * np.square(beside).mean():
        return False
    turns = parts[:-1, 0] * parts[1:, 1] - parts[:-1, 1] * parts[1:, 0]
    return bool(np.abs(turns.sum()) > 0.8 * np.abs(turns).sum() > 0)


def _complex(data: Bytes, size: int) -> Complexes:
    numbers: Complexes = data[: len(data) // size * size].view(f"<c{size}").astype(np.complex128)
    return numbers


def _variation(first: Values, second: Values) -> float:
    amounts = np.hypot(first, second)
    return float(amounts.std() / amounts.mean())


def _grow_together(values: Values) -> bool:
    sizes = np.log(np.abs(values) + np.abs(values).max() * 1e-9)
    first, second = sizes[::2], sizes[1::2]
    within = _correlation(first, second)
    across = _correlation(second[:-1], first[1:])
    return within - across > max(0.15, 5 / math.sqrt(len(first)))


def _correlation(first: Values, second: Values) -> float:
    first, second = first - first.mean(), second - second.mean()
    norm = float(np.sqrt(np.square(first).sum() * np.square(second).sum()))
    return float((first * second).sum()) / norm if norm > 0 else 0.0
