"""`shmscope ls`: every shared-memory segment of the machine, as a table or as JSON.

Needs no server, and no change to the programs whose memory it lists.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from shmscope.errors import UnknownArrayError
from shmscope.layout.dtypes import format_dtype
from shmscope.sampling import detail_rows
from shmscope.sampling.sampler import Sampler
from shmscope.sampling.topics import OverviewTopic
from shmscope.sampling.trace import Trace
from shmscope.sources.assembly import FoundSegment
from shmscope.sources.catalogue import Entry
from shmscope.sources.configuration import Configuration
from shmscope.sources.process_facts import printable
from shmscope.terminal.looking import Looking, looking
from shmscope.terminal.tables import format_bytes, format_columns, format_rate
from shmscope.terminal.texts import plain_json, write

HEADINGS: Final = ("NAME", "SIZE", "RESIDENT", "USERS", "WHAT", "ARRAYS")
CLEAR: Final = "\x1b[H\x1b[J"


@dataclass(frozen=True, slots=True)
class Wish:
    """What to list.

    Attributes:
        pattern: Shell pattern of the names of segments and arrays.
        sort: A key of `SORTS`.
        pid: Only what this process uses, or None.
        as_json: Everything that is known, for scripts.
    """

    pattern: str = "*"
    sort: str = "name"
    pid: int | None = None
    as_json: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A segment and the arrays in it."""

    entry: Entry
    arrays: tuple[Trace, ...]

    @property
    def segment(self) -> FoundSegment:
        """The segment."""
        return self.entry.segment


SORTS: Final[dict[str, Callable[[Listed], Any]]] = {
    "name": lambda listed: listed.segment.label,
    "size": lambda listed: -listed.segment.size_bytes,
    "users": lambda listed: -len(listed.segment.uses or ()),
}


def run(wish: Wish, configuration: Configuration, watch_s: float | None) -> None:
    """Print the list, once or again and again.

    Args:
        wish: What to list.
        configuration: Layouts that the user gave.
        watch_s: Seconds from one list to the next; None for one list.

    Raises:
        UnknownArrayError: nothing is as it was wished for.
    """
    with looking(configuration) as look:
        if watch_s is None:
            _print(wish, look.sampler, rates=False)
        else:
            _watch(wish, look, watch_s)


def _watch(wish: Wish, look: Looking, watch_s: float) -> None:
    while True:
        look.watch([OverviewTopic()], watch_s)
        if sys.stdout.isatty():
            sys.stdout.write(CLEAR)
            sys.stdout.flush()
        _print(wish, look.sampler, rates=True)


def _print(wish: Wish, sampler: Sampler, *, rates: bool) -> None:
    found = listed(wish, sampler)
    if not found and wish != Wish(sort=wish.sort, as_json=wish.as_json) and not rates:
        of = "" if wish.pid is None else f" in use by process {wish.pid}"
        raise UnknownArrayError(f"no segment or array{of} matches {wish.pattern!r}")
    write(
        format_json(found, sampler) if wish.as_json else format_table(found, sampler, rates=rates)
    )


def listed(wish: Wish, sampler: Sampler) -> list[Listed]:
    """Return the segments that are wished for, and their arrays."""
    seen = sampler.roster.seen
    arrays: dict[tuple[int, int] | None, list[Trace]] = {}
    for trace in sampler.roster.by_id.values():
        arrays.setdefault(trace.identity, []).append(trace)
    entries = () if seen is None else seen.entries
    found = (Listed(one, tuple(arrays.get(one.segment.identity, ()))) for one in entries)
    return sorted((one for one in found if _is_wished(one, wish)), key=SORTS[wish.sort])


def _is_wished(one: Listed, wish: Wish) -> bool:
    users = {use.process.pid for use in one.segment.uses or ()}
    if wish.pid is not None and wish.pid not in users:
        return False
    names = [one.segment.label, *(trace.id.name for trace in one.arrays)]
    return any(fnmatchcase(name, wish.pattern) for name in names)


def format_table(found: Sequence[Listed], sampler: Sampler, *, rates: bool = False) -> str:
    """Return a table for a terminal, and a line on what could not be seen."""
    headings = (*HEADINGS, "RATE") if rates else HEADINGS
    table = [(*_row(one), _rates(one.arrays)) if rates else _row(one) for one in found]
    return "\n".join([*format_columns([headings, *table]), *_hidden(sampler)])


def _hidden(sampler: Sampler) -> Iterator[str]:
    seen = sampler.roster.seen
    hidden = 0 if seen is None else seen.inventory.hidden_processes
    if hidden:
        yield f"{hidden} {'process' if hidden == 1 else 'processes'} may not be looked at."


def _row(one: Listed) -> tuple[str, ...]:
    segment, entry = one.segment, one.entry
    resident = "?" if segment.resident_bytes is None else format_bytes(segment.resident_bytes)
    by_hand = {trace.subject.provenance for trace in one.arrays} & {"configured"}
    provenance = "configured" if by_hand else entry.provenance
    return (
        printable(segment.label) + (" (unlinked)" if segment.kind == "unlinked" else ""),
        format_bytes(segment.size_bytes),
        resident,
        "?" if segment.uses is None else str(len(segment.uses)),
        " ".join(part for part in (provenance, entry.format) if part),
        ", ".join(_array_text(trace) for trace in _described(one.arrays)),
    )


def _described(arrays: Iterable[Trace]) -> list[Trace]:
    """Return the arrays of which more is known than their bytes."""
    return [trace for trace in arrays if trace.subject.provenance != "bytes"]


def _array_text(trace: Trace) -> str:
    layout = trace.layout
    dtype = "records" if layout.dtype.names is not None else str(layout.dtype)
    shape = " x ".join(str(length) for length in layout.shape) or "scalar"
    return f"{printable(trace.id.name)} {dtype} {shape}".strip()


def _rates(arrays: Iterable[Trace]) -> str:
    return ", ".join(_rate(trace) for trace in arrays)


def _rate(trace: Trace) -> str:
    if trace.writes_per_s is not None:
        return format_rate(trace.writes_per_s)
    return "-" if trace.changes is None else f"≥ {format_rate(trace.changes.per_s)}"


def format_json(found: Sequence[Listed], sampler: Sampler) -> str:
    """Return everything that is known, for scripts."""
    seen = sampler.roster.seen
    segments = [_entry_data(one, sampler) for one in found]
    hidden = 0 if seen is None else seen.inventory.hidden_processes
    return plain_json(json.dumps({"segments": segments, "hidden_processes": hidden}, indent=2))


def _entry_data(one: Listed, sampler: Sampler) -> dict[str, Any]:
    segment, entry = one.segment, one.entry
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
        "system": entry.system,
        "companions": list(entry.companions),
        "arrays": [_array_data(trace) for trace in _described(one.arrays)],
        "processes": detail_rows.processes(segment, sampler.roster.seen),
    }


def _array_data(trace: Trace) -> dict[str, Any]:
    layout = trace.layout
    return {
        "id": str(trace.id),
        "name": trace.id.name,
        "provenance": trace.subject.provenance,
        "dtype": format_dtype(layout.dtype),
        "shape": list(layout.shape),
        "strides": list(layout.strides),
        "offset": layout.offset,
        "writes": trace.writes,
    }
