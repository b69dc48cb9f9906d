"""A copy of a selection in the forms that scripts read: JSON, CSV, .npy and bytes."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np

from shmscope.layout.dtypes import format_dtype, kind_of
from shmscope.layout.selection import Selection
from shmscope.sampling.columns import as_column, as_columns, describe_fields
from shmscope.sources.snapshots import Snapshot
from shmscope.web.binary import Piece, encode_as_bytes, encode_as_npy
from shmscope.web.wire import encode_json

Format: TypeAlias = Literal["json", "npy", "csv", "raw"]
# What an answer is made of: pieces that are sent one after the other.
Encode: TypeAlias = Callable[[Selection, Snapshot], Sequence[Piece]]


def encode_as_json(selection: Selection, snapshot: Snapshot) -> list[Piece]:
    """Return the values as nested lists, records as one column a field."""
    values = snapshot.values
    content: dict[str, Any] = {"values": _listed(values)}
    if values.dtype.names is not None:
        fields = describe_fields(values.dtype) or []
        content = {
            "columns": {
                field["name"]: column
                for field, column in zip(fields, as_columns(values), strict=True)
            }
        }
    body = encode_json(
        {
            "select": str(selection),
            "dtype": format_dtype(values.dtype),
            "shape": list(values.shape),
            "verdict": snapshot.verdict,
            "attempts": snapshot.attempts,
            "taken_unix_s": snapshot.taken_unix_s,
            **content,
        }
    )
    return [body]


def _listed(values: np.ndarray[Any, Any]) -> Any:
    if values.dtype.kind == "c":
        return np.stack([values.real, values.imag], axis=-1)
    return _readable(values).tolist() if kind_of(values.dtype) == "text" else values


def _readable(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return `values` with whatever is no number as the text that the stream has for it."""
    if kind_of(values.dtype) != "text":
        return values
    return np.array(as_column(values), object).reshape(values.shape)


def encode_as_csv(selection: Selection, snapshot: Snapshot) -> list[Piece]:
    """Return one line an index: the indices, then the value or the fields."""
    values = snapshot.values
    fields = describe_fields(values.dtype)
    kept = selection.kept
    names = [field["name"] for field in fields] if fields is not None else ["value"]
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([*(f"axis_{axis.axis}" for axis in kept), *names])
    columns = [_rows(values, part) for part in _parts(values)]
    for number, index in enumerate(np.ndindex(values.shape)):
        place = [axis.start + at * axis.step for at, axis in zip(index, kept, strict=True)]
        writer.writerow([*place, *(_cell(column[number]) for column in columns)])
    return [buffer.getvalue().encode("utf-8", "backslashreplace")]


def _parts(values: np.ndarray[Any, Any]) -> list[np.ndarray[Any, Any]]:
    if values.dtype.names is None:
        return [values]
    return [part for name in values.dtype.names for part in _parts(values[name])]


def _rows(values: np.ndarray[Any, Any], part: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return a part of `values` with one row an index, also where there are none."""
    return _readable(part).reshape(values.size, math.prod(part.shape[values.ndim :]))


def _cell(items: np.ndarray[Any, Any]) -> str:
    """Return one element as text; a field with a shape of its own, with blanks between."""
    return " ".join(str(item) for item in items)


FORMATS: dict[Format, tuple[str, Encode]] = {
    "json": ("application/json", encode_as_json),
    "npy": ("application/x-npy", encode_as_npy),
    "csv": ("text/csv; charset=utf-8", encode_as_csv),
    "raw": ("application/octet-stream", encode_as_bytes),
}
