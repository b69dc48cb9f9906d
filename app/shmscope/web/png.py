"""Pixels as PNG.

Source: W3C, Portable Network Graphics (Third Edition), sections 5 (chunks), 9 (filters) and 11. No
library is asked: zlib does the work, and Pillow would add 20 MB for the few lines around it.
"""

from __future__ import annotations

import struct
import zlib
from typing import Final

import numpy as np
import numpy.typing as npt

from shmscope.sources.deadline import check_deadline

Pixels = npt.NDArray[np.uint8]

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_PALETTE: Final = 3
_COLOUR_TYPES: Final = {3: 2, 4: 6}  # by channels: RGB, RGBA
_BLOCK_BYTES: Final = 1 << 20
_LEVEL: Final = 3  # of zlib: half as fast as 1, and a fifth smaller


def encode_png(pixels: Pixels, palette: Pixels | None = None) -> bytes:
    """Return a PNG file.

    Args:
        pixels: Shape (height, width, 3 or 4); with a palette (height, width), places in it.
        palette: Colours, shape (n, 3), n up to 256.

    Raises:
        OverdueError: whoever asked waits no more.
    """
    height, width = pixels.shape[:2]
    kind = _PALETTE if palette is not None else _COLOUR_TYPES[pixels.shape[2]]
    chunks = [_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0))]
    if palette is not None:
        chunks.append(_chunk(b"PLTE", palette.tobytes()))
    chunks.append(_chunk(b"IDAT", _compressed(_filtered(pixels))))
    return b"".join([_SIGNATURE, *chunks, _chunk(b"IEND", b"")])


def _compressed(rows: memoryview) -> bytes:
    """Return the rows as zlib writes them; who waits no more does not have all of them made."""
    packer, found = zlib.compressobj(_LEVEL), list[bytes]()
    for start in range(0, len(rows), _BLOCK_BYTES):
        check_deadline()
        found.append(packer.compress(rows[start : start + _BLOCK_BYTES]))
    return b"".join([*found, packer.flush()])


def _filtered(pixels: Pixels) -> memoryview:
    """Return the rows, each after the byte that says that it is not filtered."""
    rows = pixels.reshape(len(pixels), -1)
    found = np.zeros((len(rows), rows.shape[1] + 1), np.uint8)
    found[:, 1:] = rows
    return found.reshape(-1).data


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
