"""How a selection is seen: which field and part of it, in which order, how much, against what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from shmscope.errors import SelectionError
from shmscope.layout.dtypes import kind_of
from shmscope.layout.names import ArrayId

Part: TypeAlias = Literal["real", "imaginary", "magnitude", "phase"]
How: TypeAlias = Literal["stride", "mean", "min", "max", "envelope"]
# Another array, or the number of a kept copy of the same.
Against: TypeAlias = ArrayId | int
Window: TypeAlias = tuple[tuple[int, int], ...]

PARTS: tuple[Part, ...] = ("real", "imaginary", "magnitude", "phase")
HOWS: tuple[How, ...] = ("stride", "mean", "min", "max", "envelope")


@dataclass(frozen=True, slots=True)
class Lens:
    """What is done to a selection before it is shown.

    Attributes:
        field: Dotted name of a leaf field of records.
        part: Of complex values.
        order: Order of the axes that the selection keeps; the next three follow it.
        window: Places of the selection from and to before, one pair an axis; None for all.
        most: At most so many elements of each axis are shown.
        reduce: How several elements become one.
        against: What is subtracted.
    """

    field: str | None = None
    part: Part | None = None
    order: tuple[int, ...] | None = None
    window: Window | None = None
    most: tuple[int, ...] | None = None
    reduce: How = "stride"
    against: Against | None = None


def fit_window(window: Window | None, shape: Sequence[int]) -> Window:
    """Return a window clipped to a selection of `shape`; all of it where there is none.

    Raises:
        SelectionError: it has another number of axes, or nothing of the selection.
    """
    if window is None:
        return tuple((0, count) for count in shape)
    check_axes("window", window, shape)
    clipped = tuple(
        (low, min(high, count)) for (low, high), count in zip(window, shape, strict=True)
    )
    for axis, (low, high) in enumerate(clipped):
        if low >= high:
            raise SelectionError(
                f"window {list(window[axis])} of axis {axis} begins after the selection's "
                f"{shape[axis]} elements",
                value=low,
                limit=shape[axis],
                field="window",
            )
    return clipped


def check_axes(field: str, given: Sequence[object], shape: Sequence[int]) -> None:
    """Check that a list has one entry for every axis of the selection.

    Raises:
        SelectionError: it has more or fewer.
    """
    if len(given) != len(shape):
        raise SelectionError(
            f"{field} has {len(given)} entries; the selection keeps {len(shape)} axes",
            value=len(given),
            limit=len(shape),
            field=field,
        )


def part_dtype(dtype: np.dtype[Any], part: Part | None) -> np.dtype[Any]:
    """Return the dtype of a part of values of `dtype`.

    Raises:
        SelectionError: they are not complex.
    """
    if part is None:
        return dtype
    if kind_of(dtype) != "complex":
        raise SelectionError(
            f"part: values of dtype {str(dtype)[:80]} have no {part} part, only complex ones have",
            value=part,
            field="part",
        )
    return np.dtype("<f4" if dtype.itemsize <= 8 else "<f8")


def part_of(values: np.ndarray[Any, Any], part: Part | None) -> np.ndarray[Any, Any]:
    """Return a part of complex values as floats; all of any values where none is wanted."""
    if part is None:
        return values
    with np.errstate(all="ignore"):  # NaN, and long doubles beyond a double
        found: np.ndarray[Any, Any] = _PARTS[part](values)
        return found.astype(part_dtype(values.dtype, part), copy=False)


_PARTS: dict[Part, Any] = {
    "real": np.real,
    "imaginary": np.imag,
    "magnitude": np.abs,
    "phase": np.angle,
}


def as_native(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return values to calculate with: native bytes, and booleans that are 0 or 1."""
    if values.dtype.kind == "b":  # in shared memory a boolean's byte may be anything
        true: np.ndarray[Any, Any] = np.not_equal(values.view(np.uint8), 0)
        return true
    return values.astype(values.dtype.newbyteorder("="), copy=False)
