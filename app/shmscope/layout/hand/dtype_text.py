"""dtypes as people write them: ``<f4``, ``time:<f8, xyz:(3,)<f4``, or numpy's own list of fields.

The short form, in which blanks mean nothing but within a name:

    fields = field {"," field} [","]
    field  = name ":" [shape] (element | "{" fields "}")
    shape  = "(" length {"," length} [","] ")"

An empty name stands for bytes between fields: ``id:u1, :V3, value:<f4``. What the short form cannot
say (titles, and names with its own marks in them) is written as a list in JSON.
"""

from __future__ import annotations

import re
import reprlib
from typing import Any, Final

import numpy as np

from shmscope.errors import LayoutError
from shmscope.layout.dtypes import MAX_NESTING, DtypeSpec, format_dtype, parse_dtype
from shmscope.layout.hand.lists import MAX_LIST_CHARS, parse_list

_NAME = re.compile(r"([^\[\](){}:,]*):\s*")
_SHAPE = re.compile(r"\(([^()]*)\)\s*")
_ELEMENT = re.compile(r"([^\s(){}:,]+)\s*")
_MARK = re.compile(r"\s*([{},])\s*")
_LENGTH = re.compile(r"\s*[0-9]{1,19}\s*")
_FORM: Final = "a field is written as name:type or name:(2, 3)type"


def parse_dtype_text(text: str) -> np.dtype[Any]:
    """Return the dtype that a person wrote.

    Raises:
        LayoutError: it is none of the forms, or a dtype that `parse_dtype` refuses.
    """
    if len(text) > MAX_LIST_CHARS:
        raise LayoutError(
            f"dtype: {len(text):,} characters; {MAX_LIST_CHARS:,} are allowed",
            value=len(text),
            limit=MAX_LIST_CHARS,
            field="dtype",
        )
    text = text.strip()
    if text.startswith("["):
        return parse_dtype(parse_list(text, "dtype"))
    if ":" in text:
        return parse_dtype(_Reader(text).whole())
    return parse_dtype(text)


def format_dtype_text(dtype: np.dtype[Any]) -> DtypeSpec:
    """Return `dtype` as a text that `parse_dtype_text` reads, or a list where no short one can be.

    Raises:
        LayoutError: `dtype` is one that no other process can read.
    """
    spec = format_dtype(dtype)
    short = _short(spec)
    return spec if short is None else short


class _Reader:
    """Reads fields from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def whole(self) -> list[Any]:
        found = self._fields(0)
        if self._at < len(self._text):
            raise self._error(f"a comma is expected, and {_FORM}")
        return found

    def _fields(self, depth: int) -> list[Any]:
        if depth > MAX_NESTING:
            raise self._error(f"nested deeper than {MAX_NESTING} levels")
        found = [self._field(depth)]
        while self._take(","):
            if self._ends():
                break
            found.append(self._field(depth))
        return found

    def _field(self, depth: int) -> list[Any]:
        name = self._match(_NAME)
        if name is None:
            raise self._error(_FORM)
        shape = self._match(_SHAPE)
        base = self._base(depth, name[1].strip())
        return [name[1].strip(), base, *([] if shape is None else [self._lengths(shape[1])])]

    def _base(self, depth: int, name: str) -> Any:
        if self._take("{"):
            inner = self._fields(depth + 1)
            if not self._take("}"):
                raise self._error("a closing brace is expected")
            return inner
        element = self._match(_ELEMENT)
        if element is None:
            raise self._error(f"field {name[:80]!r} has no type")
        _check_element(element[1], name)
        return element[1]

    def _lengths(self, text: str) -> list[int]:
        parts = text.rstrip().removesuffix(",").split(",")
        if not all(_LENGTH.fullmatch(part) for part in parts):
            raise self._error(f"{f'({text})'!r:.80} is no shape of a field")
        return [int(part) for part in parts]

    def _match(self, expected: re.Pattern[str]) -> re.Match[str] | None:
        match = expected.match(self._text, self._at)
        if match is not None:
            self._at = match.end()
        return match

    def _take(self, mark: str) -> bool:
        match = _MARK.match(self._text, self._at)
        if match is None or match[1] != mark:
            return False
        self._at = match.end()
        return True

    def _ends(self) -> bool:
        return self._at == len(self._text) or self._text[self._at] == "}"

    def _error(self, expected: str) -> LayoutError:
        shown = reprlib.repr(self._text)
        return LayoutError(
            f"dtype: {shown}, character {self._at + 1}: {expected}", value=shown, field="dtype"
        )


def _check_element(element: str, name: str) -> None:
    """Check the type of a field by itself, so that an error names it, not the whole dtype."""
    try:
        parse_dtype(element)
    except LayoutError as error:
        raise LayoutError(
            f"dtype: field {name[:80]!r}: {error.detail}",
            value=error.value,
            limit=error.limit,
            field="dtype",
        ) from None


def _short(spec: DtypeSpec) -> str | None:
    """Return `spec` in the short form, None where that cannot say it."""
    if isinstance(spec, str):
        return spec
    fields = [_short_field(*field) for field in spec]
    return None if None in fields else ", ".join(map(str, fields))


def _short_field(name: Any, base: DtypeSpec, shape: list[int] | None = None) -> str | None:
    inner = _short(base)
    if inner is None or not isinstance(name, str) or not _can_stand(name):
        return None
    form = f"{{{inner}}}" if isinstance(base, list) else inner
    return f"{name}:{'' if shape is None else f'({_joined(shape)})'}{form}"


def _can_stand(name: str) -> bool:
    match = _NAME.fullmatch(f"{name}:")
    return match is not None and name == name.strip()


def _joined(shape: list[int]) -> str:
    return f"{shape[0]}," if len(shape) == 1 else ",".join(map(str, shape))
