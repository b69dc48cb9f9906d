"""The keys of a layout by hand: one table for the option, the file and the page."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from shmscope.errors import LayoutError
from shmscope.layout.array import MAX_BYTES
from shmscope.layout.dtypes import parse_dtype
from shmscope.layout.hand.dtype_text import parse_dtype_text
from shmscope.layout.hand.lists import parse_integers, parse_list


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a layout by hand.

    Attributes:
        name: As users write it.
        attribute: Of a `LayoutRule`.
        parse: Makes the attribute of a text, or of a value of JSON or TOML; told the key's name.
    """

    name: str
    attribute: str
    parse: Callable[[object, str], object]


def _text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise _wrong(value, key, "text")
    return value


def _dtype(value: object, key: str) -> np.dtype[Any]:  # noqa: ARG001 # as all of the table's
    return parse_dtype_text(value) if isinstance(value, str) else parse_dtype(value)


def _integers(value: object, key: str) -> tuple[int, ...]:
    if isinstance(value, str):
        value = parse_integers(value, key)
    listed = value if isinstance(value, list | tuple) else [value]
    return tuple(_integer(part, key) for part in listed)


def _integer(value: object, key: str) -> int:
    if type(value) is not int:
        raise _wrong(value, key, "made of integers")
    if abs(value) > MAX_BYTES:
        shown = reprlib.repr(value)
        raise LayoutError(
            f"{key}: {shown} is beyond 2**62", value=shown, limit=MAX_BYTES, field=key
        )
    return value


def _offset(value: object, key: str) -> int:
    if isinstance(value, str):
        value = _address(value, key)
    if type(value) is not int:
        raise _wrong(value, key, "an integer")
    return _integer(value, key)


def _address(text: str, key: str) -> int:
    try:
        return int(text, 16 if text.strip()[:2] in ("0x", "0X") else 10)
    except ValueError:
        raise _wrong(text, key, "an integer, 64 or 0x40") from None


def _labels(value: object, key: str) -> tuple[str, ...]:
    if isinstance(value, str):
        value = _label_list(value, key)
    if not isinstance(value, list | tuple):
        raise _wrong(value, key, "a list of texts")
    return tuple(_text(label, key) for label in value)


def _label_list(text: str, key: str) -> list[Any]:
    if text.startswith("["):
        return parse_list(text, key)
    return [label.strip() for label in text.split(",")]


def _wrong(value: object, key: str, wanted: str) -> LayoutError:
    shown = reprlib.repr(value)
    return LayoutError(f"{key} must be {wanted}, not {shown}", value=shown, field=key)


_TABLE: Final = (
    Key("name", "pattern", _text),
    Key("dtype", "dtype", _dtype),
    Key("shape", "shape", _integers),
    Key("offset", "offset", _offset),
    Key("strides", "strides", _integers),
    Key("order", "order", _text),
    Key("as", "title", _text),
    Key("unit", "unit", _text),
    Key("labels", "labels", _labels),
    Key("about", "about", _text),
)

# By name, in the order in which they are written.
KEYS: Final[Mapping[str, Key]] = MappingProxyType({key.name: key for key in _TABLE})
