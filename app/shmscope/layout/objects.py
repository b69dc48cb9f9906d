"""Python objects as arrays, so that a Manager's lists and dicts are shown like all the rest.

What a Manager answers may be hostile: some bytes of a pickle can hold one list thousands of times,
within others that are held thousands of times. So every list is looked at once however often it is
held, and what would be made of it all is counted before it is made.
"""

from __future__ import annotations

import array
import math
import sys
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import numpy as np

from shmscope.errors import LimitError
from shmscope.layout.array import MAX_DIMENSIONS
from shmscope.layout.excerpts import excerpt

MAX_TEXT: Final = 200
MAX_ELEMENTS: Final = 1 << 25
MAX_TEXT_BYTES: Final = 1 << 28

Shape: TypeAlias = tuple[int, ...]


def as_array(value: object) -> np.ndarray[Any, Any]:
    """Return `value` as an array without Python objects in it.

    Numbers become a numeric array of their own shape, a mapping an array of records with the fields
    ``key`` and ``value``, a Manager's Value what it holds, and whatever is neither, text of at most
    200 characters an element.

    Raises:
        LimitError: there are more than 32 Mi numbers, or the texts take more than 256 MiB.
    """
    managers = sys.modules.get("multiprocessing.managers")
    if managers is not None and isinstance(value, managers.Value):
        value = value.value
    if isinstance(value, Mapping):
        return _records(value)
    if isinstance(value, array.array):
        return np.array(value)
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        return value
    shape = _shape(value, {})
    return _texts(value) if shape is None else _numbers(value, shape)


def _shape(value: object, known: dict[int, Shape], depth: int = 0) -> Shape | None:
    """Return the shape of numbers in lists, None where they are none or rows differ in length.

    Args:
        value: A number, or lists of lists of them.
        known: Shapes of lists by their ids; those found are added.
        depth: In how many lists it lies.
    """
    if not isinstance(value, list | tuple):
        return () if isinstance(value, int | float | complex | np.number) else None
    if id(value) in known:
        return known[id(value)]
    if depth >= MAX_DIMENSIONS:
        return None
    inner: Shape | None = None
    for item in value:
        found = _shape(item, known, depth + 1)
        if found is None or (inner is not None and inner != found):
            return None
        inner = found
    known[id(value)] = (len(value), *(inner or ()))
    return known[id(value)]


def _numbers(value: object, shape: Shape) -> np.ndarray[Any, Any]:
    elements = math.prod(max(length, 1) for length in shape)
    if elements > MAX_ELEMENTS:
        raise LimitError(
            f"the object holds {elements:,} numbers; {MAX_ELEMENTS:,} are shown",
            value=elements,
            limit=MAX_ELEMENTS,
        )
    try:
        found = np.asarray(value)
    except OverflowError:
        return _texts(value)
    return _texts(value) if found.dtype.hasobject else found  # integers beyond 64 bits


def _texts(value: object) -> np.ndarray[Any, Any]:
    if not isinstance(value, list | tuple):
        return np.array(_text(value))
    known = {id(item): item for item in value}
    texts = {name: _text(item) for name, item in known.items()}
    width = max(map(len, texts.values()), default=0)
    size_bytes = len(value) * width * np.dtype("U1").itemsize
    if size_bytes > MAX_TEXT_BYTES:
        raise LimitError(
            f"the object's texts take {size_bytes:,} bytes; {MAX_TEXT_BYTES:,} are shown",
            value=size_bytes,
            limit=MAX_TEXT_BYTES,
        )
    return np.array([texts[id(item)] for item in value], dtype=np.str_)


def _text(value: object) -> str:
    if not isinstance(value, str):
        return excerpt(value, MAX_TEXT)
    return value if len(value) <= MAX_TEXT else value[: MAX_TEXT - 1] + "…"


def _records(value: Mapping[Any, Any]) -> np.ndarray[Any, Any]:
    keys, values = _texts(list(value)), _field(list(value.values()))
    if not len(keys):
        keys = np.empty(0, "U1")
    found = np.empty(len(keys), [("key", keys.dtype), ("value", values.dtype)])
    found["key"], found["value"] = keys, values
    return found


def _field(values: list[Any]) -> np.ndarray[Any, Any]:
    """Return an array of one axis, for a field holds one value: rows are text."""
    return _texts(values) if any(map(_is_row, values)) else as_array(values)


def _is_row(value: object) -> bool:
    return isinstance(value, list | tuple)
