"""The fields of a wish that say how a selection is seen; null is as good as absent."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from shmscope.errors import ArrayNameError, MessageError
from shmscope.layout.array import MAX_DIMENSIONS
from shmscope.layout.lens import HOWS, PARTS, Against, Lens, Window
from shmscope.layout.names import ArrayId

LENS_FIELDS = ("field", "part", "order", "window", "most", "reduce", "against")
MAX_PLACE = (1 << 53) - 1
MAX_NAME = 1000
_Word = TypeVar("_Word", bound=str)


def parse_lens(wish: Mapping[str, Any]) -> Lens:
    """Read how a selection is to be seen.

    Raises:
        MessageError: a field cannot be; it names the field.
    """
    return Lens(
        field=_name(wish.get("field")),
        part=_word("part", wish.get("part"), PARTS),
        order=_order(wish.get("order")),
        window=_window(wish.get("window")),
        most=_most(wish.get("most")),
        reduce=_word("reduce", wish.get("reduce"), HOWS) or "stride",
        against=_against(wish.get("against")),
    )


def parse_order(text: str) -> tuple[int, ...]:
    """Read the order of axes from a query: ``1,0``.

    Raises:
        MessageError: it is none.
    """
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and part.isascii() and len(part) <= 2 for part in parts):
        raise refusal("order", text, "numbers of axes with commas between, such as 1,0")
    return _order([int(part) for part in parts]) or ()


def _name(value: Any) -> str | None:
    if value is not None and not (isinstance(value, str) and 0 < len(value) <= MAX_NAME):
        raise refusal("field", value, f"text of at most {MAX_NAME} characters", MAX_NAME)
    return value


def _word(field: str, value: Any, words: Sequence[_Word]) -> _Word | None:
    if value is None:
        return None
    for word in words:
        if value == word:
            return word
    raise refusal(field, value, f"one of {', '.join(words)}", ", ".join(words))


def _order(value: Any) -> tuple[int, ...] | None:
    if value is None:
        return None
    axes = _axes("order", value)
    if not all(map(_is_place, axes)) or sorted(axes) != list(range(len(axes))):
        raise refusal("order", value, "a permutation of 0, 1, ... with one entry an axis")
    return tuple(axes)


def _window(value: Any) -> Window | None:
    if value is None:
        return None
    return tuple(_range(axis) for axis in _axes("window", value))


def _range(value: Any) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2 or not all(map(_is_place, value)):
        raise refusal("window", value, "made of pairs of integers from 0 on", MAX_PLACE)
    low, high = value
    if low >= high:
        raise refusal("window", value, "made of pairs of which the first is smaller", high)
    return low, high


def _most(value: Any) -> tuple[int, ...] | None:
    if value is None:
        return None
    axes = _axes("most", value)
    if not all(_is_place(most) and most > 0 for most in axes):
        raise refusal("most", value, "a list of integers from 1 on, one an axis", MAX_PLACE)
    return tuple(axes)


def _against(value: Any) -> Against | None:
    if value is None:
        return None
    if isinstance(value, dict) and len(value) == 1:
        array, copy = value.get("array"), value.get("copy")
        if isinstance(array, str):
            return _array(array)
        if type(copy) is int and _is_place(copy):
            return copy
    raise refusal("against", value, '{"array": id} or {"copy": number}')


def _array(text: str) -> ArrayId:
    try:
        return ArrayId.parse(text)
    except ArrayNameError as error:
        raise MessageError(f"against: {error.detail}", value=error.value, field="against") from None


def _axes(field: str, value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > MAX_DIMENSIONS:
        raise refusal(field, value, f"a list of at most {MAX_DIMENSIONS} entries", MAX_DIMENSIONS)
    return value


def _is_place(value: Any) -> bool:
    return type(value) is int and 0 <= value <= MAX_PLACE


def refusal(field: str, value: object, expected: str, limit: object = None) -> MessageError:
    """Return what is wrong with a field of a wish: it must be `expected`."""
    shown = reprlib.repr(value)
    return MessageError(
        f"{field} must be {expected}, not {shown}", value=shown, limit=limit, field=field
    )
