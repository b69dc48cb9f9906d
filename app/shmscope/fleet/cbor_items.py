"""CBOR that another host wrote, looked through before anything is made of it.

An empty map is one byte of a message, and 72 of memory once it is made: what a message may become
is bounded by how many items it has, not by its size. Of CBOR the major types are

    0, 1  integers      2  bytes      3  text      4  lists      5  maps      6  tags
    7     21 true, 20 false, 22 null, 25 to 27 floats

The first byte of an item holds its type (3 bits), then its value or length (5 bits); where these
are 24 to 27, that is in the 1, 2, 4 or 8 bytes that follow.

Source: RFC 8949 section 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NoReturn

from shmscope.errors import MessageError

MOST_DEPTH: Final = 32
# Elements of the largest frame of values, where they are text, and what stands beside them.
MOST_BODY_ITEMS: Final = (1 << 22) + (1 << 16)
_BYTES, _TEXT, _LIST, _MAP, _TAG, _SIMPLE = range(2, 8)
_SIMPLES: Final = frozenset((20, 21, 22, 25, 26, 27))
# Bytes of an element of each kind of typed array; docs/stream.md has them.
_WIDTHS: Final = {64: 1, 69: 2, 70: 4, 71: 8, 72: 1, 77: 2, 78: 4, 79: 8, 85: 4, 86: 8}


def check_body(body: bytes) -> None:
    """Check that bytes are one body of the stream: plain data, and typed arrays.

    Raises:
        MessageError: they are not, or have more items than any body.
    """
    check_items(body, MOST_BODY_ITEMS, _WIDTHS)


def check_items(body: bytes, most: int, widths: Mapping[int, int] | None = None) -> None:
    """Check that bytes are one item, and have no more items than that within.

    Args:
        body: CBOR.
        most: Items within lists and maps, all together.
        widths: Bytes of an element, by the tag that a typed array has; none may be tagged
            without.

    Raises:
        MessageError: they are not, or have more.
    """
    try:
        end = _end_of(body, most, widths or {})
    except IndexError:
        _refuse("it ends too early")
    except UnicodeDecodeError:
        _refuse("a text is no UTF-8")
    if end != len(body):
        _refuse("it ends too early" if end > len(body) else "something comes after it")


def _end_of(body: bytes, most: int, widths: Mapping[int, int]) -> int:
    """Return where the first item ends; lists and maps that are begun wait in `outer`."""
    at, left, is_map, total = 0, 1, False, 0
    outer: list[tuple[int, bool]] = []
    while left or outer:
        if not left:
            left, is_map = outer.pop()
            continue
        kind, size, at = _head(body, at)
        if is_map and left % 2 == 0 and kind != _TEXT:
            _refuse("the key of a map is no text")
        left -= 1
        if kind == _TEXT:
            str(body[at : at + size], "utf-8")
            at += size
        elif kind == _BYTES:
            at += size
        elif kind in (_LIST, _MAP):
            outer.append((left, is_map))
            left, is_map = size * (kind - _LIST + 1), kind == _MAP
            total += left
            _check_extent(total, most, len(outer))
        elif kind == _TAG:
            at = _end_of_typed(body, at, widths.get(size))
    return at


def _check_extent(items: int, most: int, depth: int) -> None:
    if items > most:
        _refuse(f"it has more than {most:,} items")
    if depth > MOST_DEPTH:
        _refuse(f"it is more than {MOST_DEPTH} deep")


def _head(body: bytes, at: int) -> tuple[int, int, int]:
    """Return the type of an item, its value or length, and where what comes after that begins."""
    kind, size = divmod(body[at], 32)
    if kind == _SIMPLE and size not in _SIMPLES:
        _refuse(f"{size} is no value and no float")
    if size < 24:
        return kind, size, at + 1
    if size > 27:
        _refuse("a length is not told")
    end = at + 1 + (1 << size - 24)
    return kind, int.from_bytes(body[at + 1 : end]), end


def _end_of_typed(body: bytes, at: int, width: int | None) -> int:
    """Return where a typed array ends, whose bytes come after the tag."""
    kind, size, at = _head(body, at)
    if width is None or kind != _BYTES or size % width:
        _refuse("it has a tag of what is no typed array")
    return at + size


def _refuse(why: str) -> NoReturn:
    raise MessageError(f"a message is no CBOR of plain data: {why}")
