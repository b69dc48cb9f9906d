"""Python objects as arrays, so that a Manager's lists and dicts are shown like all the rest."""

from __future__ import annotations

import array
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from shmscope.layout.array import MAX_DIMENSIONS

MAX_TEXT = 200


def as_array(value: object) -> np.ndarray[Any, Any]:
    """Return `value` as an array without Python objects in it.

    Numbers become a numeric array of their own shape, a mapping an array of records with the fields
    ``key`` and ``value``, a Manager's Value what it holds, and whatever is neither, text of at most
    200 characters an element.
    """
    managers = sys.modules.get("multiprocessing.managers")
    if managers is not None and isinstance(value, managers.Value):
        value = value.value
    if isinstance(value, Mapping):
        return _records(value)
    if isinstance(value, array.array):
        return np.array(value)
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        return value
    return _numbers(value) if _is_numeric(value) else _texts(value)


def _is_numeric(value: object, depth: int = 0) -> bool:
    if isinstance(value, list | tuple):
        return depth < MAX_DIMENSIONS and all(_is_numeric(item, depth + 1) for item in value)
    return isinstance(value, int | float | complex | np.number)


def _numbers(value: object) -> np.ndarray[Any, Any]:
    try:
        found = np.asarray(value)
    except (ValueError, OverflowError):  # rows of different lengths
        return _texts(value)
    return _texts(value) if found.dtype.hasobject else found  # integers beyond 64 bits


def _texts(value: object) -> np.ndarray[Any, Any]:
    if not isinstance(value, list | tuple):
        return np.array(_text(value))
    return np.array([_text(item) for item in value], dtype=np.str_)


def _text(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def _records(value: Mapping[Any, Any]) -> np.ndarray[Any, Any]:
    keys = _texts([key if isinstance(key, str) else repr(key) for key in value])
    values = as_array(list(value.values()))
    if values.ndim > 1:  # a field holds one value
        values = _texts(list(value.values()))
    if not len(keys):
        keys = np.empty(0, "U1")
    found = np.empty(len(keys), [("key", keys.dtype), ("value", values.dtype)])
    found["key"], found["value"] = keys, values
    return found
