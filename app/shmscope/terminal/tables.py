"""Texts for a terminal: tables, sizes and rates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_UNITS: Final = ("B", "KiB", "MiB", "GiB", "TiB")


def format_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return lines of cells, each column as wide as its widest cell; rows have one length."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def format_bytes(size: float) -> str:
    """Return a size with a unit: ``1.5 MiB``."""
    for unit in _UNITS[:-1]:
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} {_UNITS[-1]}"


def format_rate(per_s: float) -> str:
    """Return a rate: ``12.5 /s``, ``3,100 /s``."""
    return f"{per_s:,.0f} /s" if per_s >= 100 else f"{per_s:.3g} /s"
