"""Lists of `multiprocessing.shared_memory.ShareableList`.

Offsets in bytes, little-endian; N items, L bytes of values:

    0                i64  N
    8                i64[N + 1] where each item begins in the values; the first is 0, the last is L
    8 * (N + 2)      the values
      + L            char[8][N] how `struct` reads each item, padded with zeros
      + L + 8 * N    i8[N] what it is then: 0 itself, 1 a str, 2 bytes, 3 None

Formats: "q", "d", "xxxxxxx?" (bool), "xxxxxx?x" (None), "<multiple of 8>s". An item keeps its bytes
for life but may change its type, and zeros at the end of a text are lost by the format itself.
Nothing counts writes.

Source: Lib/multiprocessing/shared_memory.py of CPython.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from shmscope.layout.array import ArrayLayout
from shmscope.layout.dtypes import MAX_ITEM_BYTES
from shmscope.layout.formats.look import Look
from shmscope.layout.formats.recognition import RecognisedArray, Recognition

Integers: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]

MOST_ITEMS: Final = 1 << 20
MOST_FIELDS: Final = 256
MOST_KINDS: Final = 1024
_WORDS: Final = {
    (b"q", 0): ("int", "<i8", 0),
    (b"d", 0): ("float", "<f8", 0),
    (b"xxxxxxx?", 0): ("bool", "?", 7),
    (b"xxxxxx?x", 3): ("None", "V8", 0),
}
_TEXT = re.compile(rb"([1-9][0-9]{0,6})s")
_TEXTS: Final = {1: "str", 2: "bytes"}


@dataclass(frozen=True, slots=True)
class _Kind:
    """What an item is: its type in Python, its dtype, where in its bytes the value begins."""

    python: str
    dtype: np.dtype[Any]
    skip: int


@dataclass(frozen=True, slots=True)
class _Items:
    """All items: where their values begin, how far apart, which of `kinds` each one is."""

    start: int
    begins: Integers
    steps: Integers
    which: Integers
    kinds: list[_Kind]


def recognise(look: Look) -> Recognition | None:
    """Recognise a list by its offsets and the formats of its items."""
    items = _read_items(look)
    if items is None:
        return None
    layout = _column(items) or _record(items)
    counts = np.bincount(items.which).tolist()
    listed = ", ".join(f"{n} × {kind.python}" for n, kind in zip(counts, items.kinds, strict=True))
    why = f"the offsets and formats of all its items are a ShareableList's ({listed})"
    if layout is None:
        return Recognition("ShareableList", f"{why}; no one array can show them")
    return Recognition("ShareableList", why, (RecognisedArray(layout),))


def _read_items(look: Look) -> _Items | None:
    """Read offsets, formats and codes, the cheap ones first; none are read of a foreign segment."""
    head = look.read(0, 24)
    count, first, second = struct.unpack("<qqq", head) if head else (0, 0, 0)
    if not 1 <= count <= MOST_ITEMS or first or second < 8 or second % 8:
        return None
    start = 8 * (count + 2)
    last = look.read(start - 8, 8)
    used = struct.unpack("<q", last)[0] if last else -1
    if used < 8 * count or start + used + 9 * count > look.size_bytes:
        return None
    offsets, table = look.read(8, start - 8), look.read(start + used, 9 * count)
    if not offsets or not table:
        return None
    begins = np.frombuffer(offsets, "<i8")
    steps = begins[1:] - begins[:-1]
    if begins[0] or begins[-1] != used or (steps < 8).any() or (steps % 8).any():
        return None
    found = _read_kinds(table, count, steps)
    return None if found is None else _Items(start, begins[:-1], steps, *found)


def _read_kinds(table: bytes, count: int, steps: Integers) -> tuple[Integers, list[_Kind]] | None:
    """Return which kind each item is, and the kinds: few, however long the list."""
    formats, which = np.unique(np.frombuffer(table, "<u8", count), return_inverse=True)
    codes = np.frombuffer(table, "u1", count, 8 * count)
    keys, which = np.unique(which.astype("<i8") * 256 + codes, return_inverse=True)
    if len(keys) > MOST_KINDS:
        return None
    words = [int(formats[key // 256]).to_bytes(8, "little") for key in keys]
    kinds = [
        _kind(word.rstrip(b"\0"), int(key) % 256) for word, key in zip(words, keys, strict=True)
    ]
    known = [kind for kind in kinds if kind is not None]
    sizes = np.array([kind.dtype.itemsize for kind in known])
    if len(known) != len(kinds) or (sizes[which] > steps).any():
        return None
    return which.astype("<i8"), known


def _kind(written: bytes, code: int) -> _Kind | None:
    word = _WORDS.get((written, code))
    if word is not None:
        python, dtype, skip = word
        return _Kind(python, np.dtype(dtype), skip)
    text = _TEXT.fullmatch(written)
    if text is None or code not in _TEXTS or int(text[1]) % 8 or int(text[1]) > MAX_ITEM_BYTES:
        return None
    return _Kind(_TEXTS[code], np.dtype(f"S{int(text[1])}"), 0)


def _column(items: _Items) -> ArrayLayout | None:
    """Return the array of a list whose items are of one type and lie at equal distances."""
    kind, step = items.kinds[0], int(items.steps[0])
    if len(items.kinds) > 1 or kind.python == "None" or (items.steps[:-1] != step).any():
        return None
    return ArrayLayout(kind.dtype, (len(items.which),), (step,), items.start + kind.skip)


def _record(items: _Items) -> ArrayLayout | None:
    """Return one record with a field for each item that is not None, named by its index."""
    shown = _fields(items) if len(items.which) <= MOST_FIELDS else []
    size_bytes = shown[-1][2] + shown[-1][1].itemsize if shown else 0
    if not 0 < size_bytes <= MAX_ITEM_BYTES:
        return None
    names, dtypes, offsets = zip(*shown, strict=True)
    dtype = np.dtype(
        {"names": names, "formats": dtypes, "offsets": offsets, "itemsize": size_bytes}
    )
    return ArrayLayout.contiguous(dtype, (1,), items.start)


def _fields(items: _Items) -> list[tuple[str, np.dtype[Any], int]]:
    kinds = [items.kinds[which] for which in items.which]
    placed = zip(kinds, items.begins.tolist(), strict=True)
    return [
        (str(index), kind.dtype, begin + kind.skip)
        for index, (kind, begin) in enumerate(placed)
        if kind.python != "None"
    ]
