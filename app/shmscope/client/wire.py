"""The stream's messages: CBOR, with RFC 8746 typed arrays as numpy's."""

from __future__ import annotations

from typing import Any, Final

import cbor2
import numpy as np

from shmscope.errors import MessageError

# Source: RFC 8746, section 2.1; the little-endian ones and those of one byte.
_DTYPES: Final = {
    64: "|u1", 69: "<u2", 70: "<u4", 71: "<u8",
    72: "|i1", 77: "<i2", 78: "<i4", 79: "<i8",
    84: "<f2", 85: "<f4", 86: "<f8",
}  # fmt: skip


def decode_message(data: bytes | str) -> tuple[dict[str, Any], Any]:
    """Return head and body of a message; arrays of numbers are read-only and not copied.

    Raises:
        MessageError: it is none.
    """
    if isinstance(data, str):
        raise MessageError("the server sent text", value=data[:60])
    try:
        found = cbor2.loads(data, tag_hook=_as_array)
    except (cbor2.CBORDecodeError, KeyError, TypeError, ValueError) as error:
        raise MessageError(f"the server sent what is no CBOR: {error}") from None
    match found:
        case [{"type": str()} as head, body]:
            return head, body
    raise MessageError("the server sent what is no pair of head and body")


def _as_array(tag: cbor2.CBORTag, _: bool) -> np.ndarray[Any, Any]:
    return np.frombuffer(tag.value, _DTYPES[tag.tag])
