"""A copy of a selection as bytes: bare, or after the header of a .npy file.

The naive way has numpy write the file into memory, which copies the values twice more. Here the
header is written, and the copy itself is sent after it.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

Piece: TypeAlias = bytes | memoryview

_ALIGNED_BYTES = 64


def bytes_of(values: np.ndarray[Any, Any]) -> Piece:
    """Return the bytes of `values` in C order, without a copy where they lie so."""
    if not values.nbytes:
        return b""
    return np.ascontiguousarray(values).reshape(-1).view(np.uint8).data


# ``\x93NUMPY``, the format's version, the length of what follows, and a dict as Python writes it,
# filled up with blanks and a newline to a multiple of 64 bytes. Version 1.0 counts in two bytes and
# writes Latin-1; version 3.0 counts in four, and writes UTF-8.
# Source: numpy.lib.format.
@lru_cache(maxsize=256)
def npy_header(dtype: np.dtype[Any], shape: tuple[int, ...]) -> bytes:
    """Return what stands before the values in a .npy file of `dtype` and `shape`, in C order."""
    description = {
        "descr": np.lib.format.dtype_to_descr(dtype),
        "fortran_order": False,
        "shape": shape,
    }
    text = repr(description)
    try:
        return _npy_header(1, "<H", text.encode("latin-1"))
    except (UnicodeEncodeError, struct.error):
        return _npy_header(3, "<I", text.encode("utf-8"))


def _npy_header(version: int, count: str, text: bytes) -> bytes:
    start = np.lib.format.magic(version, 0)
    before = len(start) + struct.calcsize(count) + len(text) + 1
    filled = text + b" " * (-before % _ALIGNED_BYTES) + b"\n"
    return start + struct.pack(count, len(filled)) + filled
