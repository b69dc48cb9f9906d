"""The stream's encoding: CBOR, with arrays of numbers as RFC 8746 typed arrays.

A message is a CBOR array of two, head and body. The body is encoded once for everybody; the head,
which belongs to one client, is put before it as bytes: 0x82 opens an array of two.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, TypeAlias

import cbor2
import numpy as np

_TAGS = {
    "|u1": 64, "<u2": 69, "<u4": 70, "<u8": 71,
    "|i1": 72, "<i2": 77, "<i4": 78, "<i8": 79,
    "<f4": 85, "<f8": 86,
}  # fmt: skip
_TAG = 6  # the major type of tags
_PAIR = b"\x82"
NOTHING = b"\xf6"  # null

Message: TypeAlias = tuple[bytes, bytes]  # in parts: a body that many share is not copied for each


def encode_body(body: object) -> bytes:
    """Encode a body: plain data and flat little-endian arrays of numbers.

    A lone surrogate, which UTF-8 cannot hold, becomes the escape that JSON has for it.

    Raises:
        TypeError: something in it has no encoding.
    """
    try:
        return cbor2.dumps(body, default=_encode_array)
    except UnicodeEncodeError:
        return cbor2.dumps(_escaped(body), default=_encode_array)


def encode_message(head: dict[str, Any], body: bytes = NOTHING) -> Message:
    """Put a head before an encoded body."""
    return _PAIR + cbor2.dumps(head), body


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {_escaped(key): _escaped(item) for key, item in value.items()}
    return [_escaped(item) for item in value] if isinstance(value, list | tuple) else value


def _encode_array(encoder: cbor2.CBOREncoder, value: object) -> None:
    if isinstance(value, np.ndarray) and value.dtype.str in _TAGS:
        encoder.encode_length(_TAG, _TAGS[value.dtype.str])  # a CBORTag would be looked up first
        encoder.encode_bytes(value.tobytes())
    else:
        raise TypeError(f"{type(value).__name__} has no encoding: {value!r:.80}")


def encode_json(body: object) -> bytes:
    """Encode a body as JSON: arrays are lists, NaN and the infinities text.

    A lone surrogate, which UTF-8 cannot hold, becomes the escape that JSON has for it.
    """
    try:
        text = _dumps(body)
    except ValueError:  # a float that is not finite: they are few, and to look for them takes long
        text = _dumps(_jsonable(body))
    return text.encode("utf-8", "backslashreplace")


def _dumps(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, allow_nan=False, default=_json_array)


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _jsonable(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return _json_array(value)
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return _NAMES.get(value, "NaN")
    return value


_NAMES = {math.inf: "Infinity", -math.inf: "-Infinity"}


def _json_array(array: object) -> Any:
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{type(array).__name__} has no encoding: {array!r:.80}")
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype(np.float64)  # Python has no long double
    if array.dtype.kind in "iub" or (array.dtype.kind == "f" and np.isfinite(array).all()):
        return array.tolist()
    return _jsonable(array.tolist())
