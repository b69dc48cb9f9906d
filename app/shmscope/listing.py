"""`shmscope ls`: every shared-memory segment of the machine, as a table or as JSON.

Needs no server, and no change to the programs whose memory it lists.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from shmscope.layout.array import ArrayLayout
from shmscope.layout.dtypes import format_dtype
from shmscope.sources.blocks import BlockFinder
from shmscope.sources.catalogue import Entry, KnownArray, take_catalogue
from shmscope.sources.inventory import Inventory, take_inventory

SORTS: Final[dict[str, Callable[[Entry], Any]]] = {
    "name": lambda entry: entry.segment.label,
    "size": lambda entry: -entry.segment.size_bytes,
    "users": lambda entry: -len(entry.segment.uses or ()),
}
HEADINGS: Final = ("NAME", "SIZE", "RESIDENT", "USERS", "WHAT", "ARRAYS")
_UNITS: Final = ("B", "KiB", "MiB", "GiB", "TiB")


def list_segments(pattern: str = "*", sort: str = "name") -> tuple[list[Entry], Inventory]:
    """Return the segments whose name, or whose array's name, matches a shell pattern.

    Args:
        pattern: ``*``, ``?`` and ``[...]`` as in a shell.
        sort: A key of `SORTS`.
    """
    inventory = take_inventory()
    entries = take_catalogue(inventory, BlockFinder().find().values())
    found = [entry for entry in entries if _matches(entry, pattern)]
    return sorted(found, key=SORTS[sort]), inventory


def _matches(entry: Entry, pattern: str) -> bool:
    names = [entry.segment.label, *(array.name for array in entry.arrays)]
    return any(fnmatchcase(name, pattern) for name in names)


def format_table(entries: Sequence[Entry], inventory: Inventory) -> str:
    """Return a table for a terminal, and a line on what could not be seen."""
    rows = [HEADINGS, *(_row(entry) for entry in entries)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    hidden = inventory.hidden_processes
    if hidden:
        lines.append(f"{hidden} {'process' if hidden == 1 else 'processes'} may not be looked at.")
    return "\n".join(lines)


def _row(entry: Entry) -> tuple[str, ...]:
    segment = entry.segment
    resident = "?" if segment.resident_bytes is None else format_bytes(segment.resident_bytes)
    return (
        printable(segment.label) + (" (unlinked)" if segment.kind == "unlinked" else ""),
        format_bytes(segment.size_bytes),
        resident,
        "?" if segment.uses is None else str(len(segment.uses)),
        " ".join(part for part in (entry.provenance, entry.format) if part),
        ", ".join(_array_text(array) for array in entry.arrays),
    )


def _array_text(array: KnownArray) -> str:
    layout = array.layout
    dtype = "records" if layout.dtype.names is not None else str(layout.dtype)
    shape = " x ".join(str(length) for length in layout.shape) or "scalar"
    return f"{printable(array.name)} {dtype} {shape}".strip()


def format_bytes(size: float) -> str:
    """Return a size with a unit: ``1.5 MiB``."""
    for unit in _UNITS[:-1]:
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} {_UNITS[-1]}"


def printable(text: str) -> str:
    """Return `text` without what a terminal would obey."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def format_json(entries: Sequence[Entry], inventory: Inventory) -> str:
    """Return everything that is known, for scripts."""
    segments = [_entry_data(entry, inventory) for entry in entries]
    return json.dumps(
        {"segments": segments, "hidden_processes": inventory.hidden_processes}, indent=2
    )


def _entry_data(entry: Entry, inventory: Inventory) -> dict[str, Any]:
    segment = entry.segment
    return {
        "segment": f"{segment.device:x}-{segment.inode:x}",
        "label": segment.label,
        "kind": segment.kind,
        "paths": list(segment.paths),
        "size_bytes": segment.size_bytes,
        "resident_bytes": segment.resident_bytes,
        "owner": segment.owner,
        "mode": None if segment.mode is None else f"{segment.mode:04o}",
        "provenance": entry.provenance,
        "format": entry.format,
        "why": entry.why,
        "companions": list(entry.companions),
        "arrays": [_array_data(array) for array in entry.arrays],
        "processes": _users(entry, inventory),
    }


def _array_data(array: KnownArray) -> dict[str, Any]:
    layout: ArrayLayout = array.layout
    return {
        "name": array.name,
        "dtype": format_dtype(layout.dtype),
        "shape": list(layout.shape),
        "strides": list(layout.strides),
        "offset": layout.offset,
        "writes": array.writes,
    }


def _users(entry: Entry, inventory: Inventory) -> list[dict[str, Any]] | None:
    """Return who uses a segment, None where nobody may be looked at."""
    if entry.segment.uses is None:
        return None
    found = []
    for use in entry.segment.uses:
        facts = inventory.processes.get(use.process)
        found.append(
            {
                "pid": use.process.pid,
                "command": None if facts is None else facts.command,
                "mapped": use.mapped,
                "descriptors": list(use.descriptors),
            }
        )
    return found
