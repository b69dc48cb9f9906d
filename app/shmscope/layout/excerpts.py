"""The beginning of what Python writes of an object, without the rest being made.

The naive way has `repr` write all, and cuts it. Of a list that holds another one twice, which holds
another one twice, and so on, that doubles with every level: sixty levels, which are some hundred
bytes of a pickle, would never end. Here pieces are written only until there are enough.
"""

from __future__ import annotations

import array
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, Final

_BRACKETS: Final[Mapping[type, tuple[str, str]]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
}


def excerpt(value: object, most: int) -> str:
    """Return `repr(value)`, cut to `most` characters of which the last one then is an ellipsis.

    An integer of thousands of digits, which Python does not write, is hexadecimal.
    """
    found: list[str] = []
    left = most
    for piece in _pieces(value, most):
        found.append(piece)
        left -= len(piece)
        if left < 0:
            return "".join(found)[: most - 1] + "…"
    return "".join(found)


def _pieces(value: Any, most: int) -> Iterator[str]:
    """Yield what `repr` writes from left to right, no piece of it empty."""
    brackets = _BRACKETS.get(type(value))
    if brackets is not None and value:
        yield from _listed(value, most, *brackets)
    elif type(value) is dict and value:
        yield from _paired(value, most)
    elif isinstance(value, str | bytes | bytearray | array.array):
        yield repr(value[:most])
    elif isinstance(value, int):
        yield _integer(value, most)
    else:
        yield repr(value)


def _listed(items: Any, most: int, opening: str, closing: str) -> Iterator[str]:
    yield opening
    for number, item in enumerate(items):
        yield from chain([", "] if number else [], _pieces(item, most))
    yield "," + closing if opening == "(" and len(items) == 1 else closing


def _paired(items: Mapping[Any, Any], most: int) -> Iterator[str]:
    for number, (key, item) in enumerate(items.items()):
        yield ", " if number else "{"
        yield from chain(_pieces(key, most), [": "], _pieces(item, most))
    yield "}"


def _integer(value: int, most: int) -> str:
    try:
        return repr(value)
    except ValueError:
        digits = value.bit_length() // 4
        return hex(value >> 4 * max(digits - most, 0))
