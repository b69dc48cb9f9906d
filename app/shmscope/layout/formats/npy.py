r"""Files of `numpy.save`, versions 1 to 3, in shared memory.

Offsets in bytes, little-endian:

      0  char[6] magic "\x93NUMPY"
      6  u8   version: 1, 2, 3
      7  u8   0
      8  u16  bytes of the header, H, in version 1; u32 in 2 and 3
     10  (12 in 2 and 3) the header, a dict written in Python: descr, fortran_order, shape
      …  the elements, C or Fortran order; more may follow

The header is Latin-1 in versions 1 and 2, UTF-8 in 3. Nothing in it is evaluated; what holds
pickled objects is refused. Nothing counts writes.

Source: numpy/lib/format.py.
"""

from __future__ import annotations

import struct
from typing import Any, Final

import numpy as np

from shmscope.errors import LayoutError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.dtypes import parse_dtype
from shmscope.layout.formats.literal import MOST_CHARS, Literal, parse_literal
from shmscope.layout.formats.look import Look
from shmscope.layout.formats.recognition import RecognisedArray, Recognition, place

MAGIC: Final = b"\x93NUMPY"
_LENGTHS: Final = {1: "<H", 2: "<I", 3: "<I"}
_KEYS: Final = {"descr", "fortran_order", "shape"}


def recognise(look: Look) -> Recognition | None:
    """Recognise a file of numpy.save by its magic and its header."""
    magic = look.read(0, 8)
    version = magic[6] if magic else 0
    if not magic.startswith(MAGIC) or version not in _LENGTHS or magic[7]:
        return None
    length_bytes = struct.calcsize(_LENGTHS[version])
    raw = look.read(8, length_bytes)
    length = struct.unpack(_LENGTHS[version], raw)[0] if raw else 0
    start = 8 + length_bytes + length
    header = look.read(8 + length_bytes, length) if length <= MOST_CHARS else b""
    layout = _layout(header.decode("utf-8" if version == 3 else "latin-1", "replace"), start, look)
    if layout is None:
        return None
    why = "it begins with NumPy's magic and a header whose shape and type fit its size"
    return Recognition(f".npy {version}.0", why, (RecognisedArray(layout),))


def _layout(text: str, start: int, look: Look) -> ArrayLayout | None:
    try:
        header = parse_literal(text)
    except ValueError:
        return None
    if not isinstance(header, dict) or set(header) != _KEYS:
        return None
    dtype, shape = _dtype(header["descr"]), _shape(header["shape"])
    fortran = header["fortran_order"]
    if dtype is None or shape is None or not isinstance(fortran, bool):
        return None
    return place(dtype, shape, start, look.size_bytes, fortran_order=fortran)


def _dtype(descr: Literal) -> np.dtype[Any] | None:
    try:
        return parse_dtype(descr)
    except LayoutError:
        return None


def _shape(shape: Literal) -> tuple[int, ...] | None:
    if not isinstance(shape, list):
        return None
    lengths = tuple(length for length in shape if type(length) is int and length >= 0)
    return lengths if len(lengths) == len(shape) else None
