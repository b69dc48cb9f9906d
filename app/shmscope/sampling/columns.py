"""Values as the stream carries them: flat typed arrays, text, and one column a field."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from shmscope.layout.dtypes import flat_fields, format_dtype, kind_of

Column: TypeAlias = "np.ndarray[Any, Any] | list[str]"


def as_column(values: np.ndarray[Any, Any]) -> Column:
    """Return `values` flat, in C order, as numbers that a typed array can hold, or as text.

    Booleans become uint8, float16 float32, long double float64, complex numbers pairs of floats;
    everything is little-endian. What is no number becomes text.
    """
    flat = values.reshape(-1)
    kind = kind_of(flat.dtype)
    if kind == "text":
        return _texts(flat)
    if kind == "bool":
        return np.not_equal(flat.view(np.uint8), 0).view(np.uint8)
    with np.errstate(all="ignore"):  # signalling NaN, and long doubles beyond a double
        if kind == "complex":
            wide = "<c16" if flat.dtype.itemsize > 8 else "<c8"
            return flat.astype(wide).view("<f8" if wide == "<c16" else "<f4")
        return flat.astype(_carried(flat.dtype), copy=False)


def as_columns(values: np.ndarray[Any, Any]) -> list[Column]:
    """Return one column for every leaf field of an array of records."""
    return [as_column(_leaf(values, path)) for _, path in flat_fields(values.dtype)]


def describe_fields(dtype: np.dtype[Any]) -> list[dict[str, Any]] | None:
    """Return name, dtype, kind and shape of every leaf field; None for a plain dtype."""
    if dtype.names is None:
        return None
    empty = np.empty(0, dtype)
    leaves = ((name, _leaf(empty, path)) for name, path in flat_fields(dtype))
    return [
        {
            "name": name,
            "dtype": format_dtype(leaf.dtype),
            "kind": kind_of(leaf.dtype),
            "shape": list(leaf.shape[1:]),
        }
        for name, leaf in leaves
    ]


def _leaf(values: np.ndarray[Any, Any], path: tuple[str, ...]) -> np.ndarray[Any, Any]:
    for name in path:
        values = values[name]
    return values


def _carried(dtype: np.dtype[Any]) -> np.dtype[Any]:
    if dtype.kind == "f":
        return np.dtype("<f4" if dtype.itemsize <= 4 else "<f8")
    return dtype.newbyteorder("<")


def _texts(flat: np.ndarray[Any, Any]) -> list[str]:
    if flat.dtype.kind == "S":
        return [item.decode("utf-8", "backslashreplace") for item in flat.tolist()]
    if flat.dtype.kind == "U":
        return _decoded(flat)
    if flat.dtype.kind == "V":
        return [item.tobytes().hex(" ") for item in flat]
    if np.datetime_data(flat.dtype)[0] == "generic":  # numpy itself cannot show these
        return [str(count) for count in flat.astype(np.int64).tolist()]
    return [str(item) for item in flat]


def _decoded(flat: np.ndarray[Any, Any]) -> list[str]:
    """Return strings from memory that may hold anything, where numpy would refuse to look."""
    big = flat.dtype.str[0] == ">"
    data, size = np.ascontiguousarray(flat).tobytes(), flat.dtype.itemsize
    pieces = (data[at : at + size] for at in range(0, len(data), size))
    return [
        str(piece, f"utf-32-{'be' if big else 'le'}", "replace").rstrip("\0") for piece in pieces
    ]
