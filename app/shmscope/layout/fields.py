"""One field of an array of records, seen as an array of its own where it lies."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from shmscope.errors import SelectionError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.dtypes import flat_fields

MOST_NAMED = 400


def field_layout(layout: ArrayLayout, name: str) -> ArrayLayout:
    """Return how the leaf field `name` lies; the axes of its own shape follow the array's.

    Raises:
        SelectionError: the array has no such field.
        LayoutError: it would have too many axes.
    """
    for part in _path(layout.dtype, name):
        layout = _member(layout, part)
    return layout


def _path(dtype: np.dtype[Any], name: str) -> tuple[str, ...]:
    paths = dict(flat_fields(dtype))
    if name not in paths:
        names = ", ".join(paths)[:MOST_NAMED]
        there = f"its fields are {names}" if paths else "it has no fields"
        raise SelectionError(
            f"the array has no field {name[:80]!r}: {there}",
            value=name[:80],
            limit=names or None,
            field="field",
        )
    return paths[name]


def _member(layout: ArrayLayout, name: str) -> ArrayLayout:
    assert layout.dtype.fields is not None
    dtype, offset = layout.dtype.fields[name][:2]
    inner = [dtype.base.itemsize * math.prod(dtype.shape[axis + 1 :]) for axis in range(dtype.ndim)]
    return ArrayLayout(
        dtype.base,
        (*layout.shape, *dtype.shape),
        (*layout.strides, *inner),
        layout.offset + offset,
    )
