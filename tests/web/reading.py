"""The stream's messages as Python reads them: CBOR, with RFC 8746 typed arrays as numpy's."""

from __future__ import annotations

from typing import Any

import cbor2
import numpy as np

# Source: RFC 8746, section 2.1; the little-endian ones and those of one byte.
TAGS = {
    64: "|u1", 69: "<u2", 70: "<u4", 71: "<u8",
    72: "|i1", 77: "<i2", 78: "<i4", 79: "<i8",
    84: "<f2", 85: "<f4", 86: "<f8",
}  # fmt: skip


def decode(data: bytes) -> Any:
    """Return what one CBOR item holds."""
    return cbor2.loads(data, tag_hook=_as_array)


def decode_message(data: bytes | str) -> tuple[dict[str, Any], Any]:
    """Return head and body of a message."""
    assert isinstance(data, bytes)
    head, body = decode(data)
    return head, body


def _as_array(tag: cbor2.CBORTag, _: bool) -> np.ndarray[Any, Any]:
    return np.frombuffer(tag.value, TAGS[tag.tag])
