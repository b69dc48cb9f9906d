"""dtypes as JSON, and what kind of thing their elements are.

A spec is what `numpy.lib.format` calls a descr: a string (``"<f4"``) or a list of fields
(``[["time", "<f8"], ["price", "<f8", [2]]]``); the tuples of numpy are lists in JSON. Field names
are printable text, and fields lie in order and do not overlap.
"""

from __future__ import annotations

import re
import reprlib
from typing import Any, Literal, TypeAlias

import numpy as np

from shmscope.errors import LayoutError

DtypeSpec: TypeAlias = "str | list[Any]"
Kind: TypeAlias = Literal["numbers", "complex", "bool", "text", "records"]

MAX_ITEM_BYTES = 1 << 20
MAX_NESTING = 8
MAX_REASON = 200  # numpy's own sentence can hold all of what it refuses

_KINDS: dict[str, Kind] = {
    "i": "numbers",
    "u": "numbers",
    "f": "numbers",
    "c": "complex",
    "b": "bool",
}
# One element: "<f4", "float32", "M8[25s]". numpy.dtype takes more, and warns of some of it.
_ELEMENT = re.compile(r"[<>|=]?(?!a[0-9]*$)(\?|[A-Za-z]+[0-9]{0,9})(\[[0-9]{0,9}[A-Za-z]+\])?")


def format_dtype(dtype: np.dtype[Any]) -> DtypeSpec:
    """Return `dtype` as a JSON-ready spec.

    Raises:
        LayoutError: `dtype` holds Python objects, which mean nothing to another process, or is one
            that `parse_dtype` refuses.
    """
    _check(dtype, str(dtype))
    spec = _described(dtype)
    if parse_dtype(spec) != dtype:
        raise LayoutError(
            f"dtype {dtype} cannot be described field by field", value=str(dtype), field="dtype"
        )
    return spec


def parse_dtype(spec: object) -> np.dtype[Any]:
    """Return the dtype that `spec` describes.

    Raises:
        LayoutError: `spec` is no dtype, holds objects, is itself an array, or has elements of no
            bytes or of more than 1 MiB.
    """
    shown = reprlib.repr(spec)
    if not isinstance(spec, str | list):
        raise LayoutError(
            f"dtype must be text or a list of fields, not {shown}", value=shown, field="dtype"
        )
    try:
        descr: Any = _tupled(spec)
        dtype = np.lib.format.descr_to_dtype(descr)
    except (TypeError, ValueError, SyntaxError, IndexError, KeyError, OverflowError) as error:
        raise LayoutError(
            f"{shown} is no dtype: {str(error)[:MAX_REASON]}", value=shown, field="dtype"
        ) from None
    _check(dtype, shown)
    return dtype


def kind_of(dtype: np.dtype[Any]) -> Kind:
    """Return what the elements of `dtype` are, for whoever shows them."""
    if dtype.names is not None:
        return "records"
    return _KINDS.get(dtype.kind, "text")


def flat_fields(dtype: np.dtype[Any], prefix: str = "") -> list[tuple[str, tuple[str, ...]]]:
    """Return (dotted name, path) of every leaf field, nested ones as ``outer.inner``."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for name in dtype.names or ():
        base = dtype[name].base
        if base.names is None:
            found.append((prefix + name, (name,)))
        else:
            inner = flat_fields(base, f"{prefix}{name}.")
            found.extend((dotted, (name, *path)) for dotted, path in inner)
    return found


def _check(dtype: np.dtype[Any], shown: str) -> None:
    if dtype.hasobject:
        raise LayoutError(
            f"dtype {shown} holds Python objects, which no other process can read",
            value=shown,
            field="dtype",
        )
    if dtype.subdtype is not None:
        raise LayoutError(
            f"dtype {shown} is an array: its axes belong to the shape", value=shown, field="dtype"
        )
    if not 0 < dtype.itemsize <= MAX_ITEM_BYTES:
        raise LayoutError(
            f"elements of dtype {shown} are {dtype.itemsize} bytes long; "
            f"1 to {MAX_ITEM_BYTES} are allowed",
            value=dtype.itemsize,
            limit=MAX_ITEM_BYTES,
            field="dtype",
        )


def _described(dtype: np.dtype[Any]) -> DtypeSpec:
    if dtype.names is None:
        return dtype.str
    try:
        listed: DtypeSpec = _listed(dtype.descr)
    except ValueError as error:  # numpy's sentence says that fields overlap or are out of order
        raise LayoutError(f"dtype {dtype}: {error}", value=str(dtype), field="dtype") from None
    return listed


def _listed(descr: Any) -> Any:
    if isinstance(descr, tuple | list):
        return [_listed(part) for part in descr]
    return descr


def _tupled(spec: Any, depth: int = 0) -> Any:
    """Turn JSON's lists back into what descr_to_dtype takes: fields are tuples in a list."""
    if depth > MAX_NESTING:
        raise ValueError(f"nested deeper than {MAX_NESTING} levels")
    if isinstance(spec, str):
        if not _ELEMENT.fullmatch(spec):
            raise ValueError("an element type is written as '<f4' or 'float32'")
        return spec
    if not isinstance(spec, list) or not spec:
        raise ValueError("fields must be a list that is not empty")
    if _is_subarray(spec):
        return (_tupled(spec[0], depth + 1), _shape(spec[1]))
    return [_field(field, depth) for field in spec]


def _is_subarray(spec: list[Any]) -> bool:
    return len(spec) == 2 and isinstance(spec[1], list) and all(isinstance(n, int) for n in spec[1])


def _field(field: Any, depth: int) -> tuple[Any, ...]:
    if not isinstance(field, list) or len(field) not in (2, 3):
        raise ValueError("a field is [name, dtype] or [name, dtype, shape]")
    name, inner, *shape = field
    texts = name if isinstance(name, list) else [name]  # [title, name]
    if not all(isinstance(text, str) and text.isprintable() for text in texts):
        raise ValueError("names of fields must be printable text")
    name = tuple(name) if isinstance(name, list) else name
    return (name, _tupled(inner, depth + 1), *[_shape(part) for part in shape])


def _shape(shape: Any) -> tuple[int, ...]:
    if not isinstance(shape, list) or not all(type(n) is int and n > 0 for n in shape):
        raise ValueError(f"{shape!r:.40} is no shape of a field")
    return tuple(shape)
