"""Values as the stream carries them, put back into the dtype that they have in the array.

docs/stream.md says how they are carried: numbers as typed arrays, booleans as bytes, complex
numbers as pairs, what is no number as text, records as a column a field.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from shmscope.layout.dtypes import flat_fields

Array: TypeAlias = np.ndarray[Any, Any]
Column: TypeAlias = "Array | list[str]"
# A byte that is no UTF-8 is written so.
_ESCAPED = re.compile(rb"\\x([89a-f][0-9a-f])")


def plain(column: Column, dtype: np.dtype[Any], shape: Sequence[int]) -> Array:
    """Return one column as an array of `dtype`, without a copy where it is one already."""
    if dtype.kind in "MmSUV":
        return _from_texts([str(text) for text in column], dtype).reshape(shape)
    numbers = np.asarray(column)
    if dtype.kind == "b":
        numbers = numbers.view(np.bool_)
    elif dtype.kind == "c":
        numbers = numbers.view("<c16" if numbers.dtype.itemsize == 8 else "<c8")
    return numbers.astype(dtype, copy=False).reshape(shape)


def records(columns: Sequence[Column], dtype: np.dtype[Any], shape: Sequence[int]) -> Array:
    """Return an array of records from a column for every leaf field."""
    found = np.zeros(shape, dtype)
    for column, (_, path) in zip(columns, flat_fields(dtype), strict=True):
        leaf: Array = found
        for name in path:
            leaf = leaf[name]
        leaf[...] = plain(column, leaf.dtype, leaf.shape)
    return found


def _from_texts(texts: list[str], dtype: np.dtype[Any]) -> Array:
    if dtype.kind == "V":
        return np.frombuffer(b"".join(map(bytes.fromhex, texts)), dtype)
    if dtype.kind == "S":
        return np.array([_bytes(text) for text in texts], dtype)
    unit, multiple = np.datetime_data(dtype) if dtype.kind in "mM" else ("", 1)
    if dtype.kind == "m" or unit == "generic":
        counts = [_count(text.partition(" ")[0], multiple) for text in texts]
        return np.array(counts, np.int64).view(dtype.newbyteorder("=")).astype(dtype, copy=False)
    return np.array(texts, dtype)


def _bytes(text: str) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text.encode())


def _count(text: str, multiple: int) -> int:
    """Return how many of a span's units a text such as ``125 seconds`` tells of."""
    return np.iinfo(np.int64).min if text == "NaT" else int(text) // multiple
