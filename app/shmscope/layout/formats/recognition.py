"""What a recogniser found out about a segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from shmscope.errors import LayoutError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.formats.signs import Signs


@dataclass(frozen=True, slots=True)
class RecognisedArray:
    """One array of a recognised segment.

    Attributes:
        layout: Where its elements lie; it fits its segment.
        name: How the format calls it; empty where it does not.
        segment: Name of the segment that it lies in; empty for the recognised one.
        unit: Unit of the values, for people.
        labels: Names of the elements along the last axis.
    """

    layout: ArrayLayout
    name: str = ""
    segment: str = ""
    unit: str | None = None
    labels: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Recognition:
    """A segment whose format is known.

    Attributes:
        format: The format and its version: ``ImageStreamIO 2.00``.
        why: One sentence for people: what was checked.
        arrays: The arrays in it; none where their values lie elsewhere, as on a GPU.
        companions: Names of the segments that belong to the same entry.
        signs: How writes can be counted and copies verified, or None.
        creator_pid: Who made it, where the format says so; the pid may have been reused since.
    """

    format: str
    why: str
    arrays: tuple[RecognisedArray, ...] = ()
    companions: tuple[str, ...] = ()
    signs: Signs | None = None
    creator_pid: int | None = None


def place(
    dtype: np.dtype[Any] | str,
    shape: Sequence[int],
    offset: int,
    size_bytes: int,
    *,
    fortran_order: bool = False,
) -> ArrayLayout | None:
    """Return the layout of an array without gaps, or None where `size_bytes` cannot hold it."""
    try:
        layout = ArrayLayout.contiguous(np.dtype(dtype), tuple(shape), offset)
        if fortran_order:
            turned = ArrayLayout.contiguous(layout.dtype, layout.shape[::-1], offset)
            layout = ArrayLayout(layout.dtype, layout.shape, turned.strides[::-1], offset)
        layout.check_fits(size_bytes)
    except LayoutError:
        return None
    return layout
