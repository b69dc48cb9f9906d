"""An array as HTML, for notebooks: what it is, and a glance at its values.

Names, texts and values are hostile: everything is escaped, and what cannot be printed is replaced.
Nothing is said in scripts or style sheets, which notebooks strip, and the colours are the
notebook's own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, Final, TypeAlias

import numpy as np

from shmscope.layout.dtypes import flat_fields

Array: TypeAlias = np.ndarray[Any, Any]

MOST_ROWS, MOST_COLUMNS, MOST_PLACES, MOST_CHARS = 6, 8, 240, 24
_HEIGHT: Final = 40
_BOX: Final = "border:1px solid rgba(128,128,128,.4);border-radius:4px;padding:.5em .8em"
_DIM: Final = "opacity:.65"
_CELL: Final = "text-align:right;padding:0 .6em;font-family:monospace"
_LINE: Final = "fill:none;stroke:currentColor;stroke-width:1.5;vector-effect:non-scaling-stroke"


def card(name: str, about: str | None, facts: Iterable[tuple[str, str]], *parts: str) -> str:
    """Return an array's card.

    Args:
        name: Its name.
        about: A sentence about it.
        facts: What there is to say, each with its heading.
        parts: HTML that follows.
    """
    said = f' <span style="{_DIM}">{text(about)}</span>' if about else ""
    listed = "".join(
        f'<span style="{_DIM}">{text(heading)}</span> {text(fact)} &emsp;'
        for heading, fact in facts
    )
    head = f"<div><strong>{text(name)}</strong>{said}</div><div>{listed}</div>"
    return f'<div class="shmscope" style="{_BOX}">{head}{"".join(parts)}</div>'


def text(value: object) -> str:
    """Return a text as HTML."""
    shown = "".join(char if char.isprintable() else "\ufffd" for char in str(value))
    return escape(shown)


def note(sentence: str) -> str:
    """Return a sentence in small type."""
    return f'<div style="{_DIM};font-size:85%">{text(sentence)}</div>'


def layout_facts(dtype: np.dtype[Any], shape: Sequence[int]) -> list[tuple[str, str]]:
    """Return what there is to say of a layout."""
    size_bytes = dtype.itemsize * math.prod(shape)
    names = dtype.names
    shown = str(dtype) if names is None else f"records of {', '.join(names)}"
    lengths = " × ".join(map(str, shape)) or "one element"
    return [("dtype", shown), ("shape", lengths), ("size", f"{size_bytes:,} bytes")]


def peek(shape: Sequence[int], dtype: np.dtype[Any]) -> tuple[int | slice, ...]:
    """Return which few elements a card shows: a curve's course, or a corner."""
    if 0 in shape:
        return (slice(None),) * len(shape)
    if _is_curve(shape, dtype):
        return (slice(None, None, -(-shape[0] // MOST_PLACES)),)
    most = (MOST_ROWS, MOST_COLUMNS) if len(shape) > 1 else (MOST_COLUMNS,)
    if dtype.names is not None:
        most = (MOST_ROWS,)
    corner = [slice(0, length) for length in most[: len(shape)]]
    return (*[0] * (len(shape) - len(corner)), *corner)


def preview(values: Array, shape: Sequence[int], unit: str | None) -> str:
    """Return a sketch or a table of what `peek` chose.

    Args:
        values: The elements chosen.
        shape: Of the whole array.
        unit: Of the values.
    """
    if not values.size:
        return note("It holds no elements.")
    if _is_curve(shape, values.dtype):
        return _sketch(values.astype(np.float64), unit)
    table = _records(values.reshape(-1)) if values.dtype.names is not None else _rows(values)
    return table + (note("The first of them.") if values.shape != tuple(shape) else "")


def _is_curve(shape: Sequence[int], dtype: np.dtype[Any]) -> bool:
    return len(shape) == 1 and shape[0] > MOST_COLUMNS and dtype.kind in "biuf"


def _sketch(values: Array, unit: str | None) -> str:
    """Return a curve, with gaps where there is no finite number."""
    finite = np.isfinite(values)
    if not finite.any():
        return note("No finite number in it.")
    low, high = float(values[finite].min()), float(values[finite].max())
    with np.errstate(over="ignore"):
        heights = _HEIGHT - 2 - (values - low) / ((high - low) or 1.0) * (_HEIGHT - 4)
    pieces: list[list[str]] = [[]]
    for at, (height, is_finite) in enumerate(zip(heights, finite, strict=True)):
        if is_finite and np.isfinite(height):
            pieces[-1].append(f"{at},{height:.1f}")
        elif pieces[-1]:
            pieces.append([])
    lines = "".join(
        f'<polyline points="{" ".join(piece)}" style="{_LINE}"></polyline>' for piece in pieces
    )
    words = f"{low:g} to {high:g}{f' {unit}' if unit else ''}"
    return (
        f'<svg viewBox="0 0 {len(values)} {_HEIGHT}" preserveAspectRatio="none" role="img" '
        f'style="width:100%;max-width:40em;height:{_HEIGHT}px" aria-label="{text(words)}">'
        f"{lines}</svg>{note(words)}"
    )


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th style="{_CELL}">{text(name)}</th>' for name in headings)
    body = "".join(f"<tr>{''.join(map(_td, row))}</tr>" for row in rows)
    return f"<table>{f'<tr>{head}</tr>' if head else ''}{body}</table>"


def _td(cell: str) -> str:
    return f'<td style="{_CELL}">{text(cell)}</td>'


def _rows(values: Array) -> str:
    rows = values.reshape(-1, values.shape[-1] if values.ndim else 1)
    return _table((), [_cells(row) for row in rows])


def _records(values: Array) -> str:
    """Return a line a record, with a column for each of the first leaf fields."""
    leaves = flat_fields(values.dtype)[:MOST_COLUMNS]
    columns = [[_joined(item) for item in _leaf(values, path)] for _, path in leaves]
    return _table([name for name, _ in leaves], list(zip(*columns, strict=True)))


def _leaf(values: Array, path: Sequence[str]) -> Array:
    for name in path:
        values = values[name]
    return values.reshape(len(values), -1)


def _joined(items: Array) -> str:
    return _short(" ".join(_cells(items[:MOST_COLUMNS])))


def _cells(items: Array) -> list[str]:
    """Return items as text; strings from memory that may hold anything, which numpy trusts."""
    if items.dtype.kind == "U":
        code = "utf-32-be" if items.dtype.str[0] == ">" else "utf-32-le"
        data, size = items.tobytes(), items.dtype.itemsize
        pieces = (data[at : at + size] for at in range(0, len(data), size))
        return [_short(str(piece, code, "replace").rstrip("\0")) for piece in pieces]
    return [_short(_cell(item)) for item in items]


def _cell(item: Any) -> str:
    try:
        return str(item)
    except (ValueError, OverflowError):  # dates that are none
        return "?"


def _short(shown: str) -> str:
    return shown if len(shown) <= MOST_CHARS else shown[: MOST_CHARS - 1] + "…"
