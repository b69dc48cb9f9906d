"""A copy of a selection in the forms that scripts read: JSON, CSV, .npy and bytes.

JSON is made as a whole. The others can be made part by part: a head, and one body after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

import numpy as np

from shmscope.layout.dtypes import format_dtype, kind_of
from shmscope.layout.selection import Selection
from shmscope.sampling.columns import as_column, as_columns, describe_fields
from shmscope.sources.snapshots import Snapshot
from shmscope.web.accepting import Format
from shmscope.web.binary import Piece, bytes_of, npy_header
from shmscope.web.tables import csv_body, csv_head
from shmscope.web.wire import encode_json


class Form(NamedTuple):
    """How values are written part by part.

    Attributes:
        head: What comes first, of all that is selected and its dtype.
        body: What a part of the selection becomes; of parts one after the other, all.
        size_bytes: Of all of the body; None where that is not known before.
    """

    head: Callable[[Selection, np.dtype[Any]], bytes]
    body: Callable[[Selection, np.ndarray[Any, Any]], Iterator[Piece]]
    size_bytes: Callable[[Selection, np.dtype[Any]], int | None]


def encode_as_json(selection: Selection, snapshot: Snapshot) -> bytes:
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
    return encode_json(
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


def _listed(values: np.ndarray[Any, Any]) -> Any:
    if values.dtype.kind == "c":
        return np.stack([values.real, values.imag], axis=-1)
    if kind_of(values.dtype) == "text":
        return np.array(as_column(values), object).reshape(values.shape).tolist()
    return values


def _no_head(_: Selection, __: np.dtype[Any]) -> bytes:
    return b""


def _as_bytes(_: Selection, values: np.ndarray[Any, Any]) -> Iterator[Piece]:
    yield bytes_of(values)


def _npy_head(selection: Selection, dtype: np.dtype[Any]) -> bytes:
    return npy_header(dtype, selection.shape)


def _size_bytes(selection: Selection, dtype: np.dtype[Any]) -> int:
    return selection.points * dtype.itemsize


FORMS: Final[dict[Format, Form]] = {
    "npy": Form(_npy_head, _as_bytes, _size_bytes),
    "raw": Form(_no_head, _as_bytes, _size_bytes),
    "csv": Form(csv_head, csv_body, lambda _, __: None),
}
