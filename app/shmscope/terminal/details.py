"""`shmscope show`: one array with its layout, processes, health and statistics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from shmscope.errors import SourceError, UnknownArrayError
from shmscope.sampling import detail_rows, rows, statistics_rows
from shmscope.sampling.sampler import Sampler
from shmscope.sampling.topics import ArrayTopic
from shmscope.sampling.trace import Trace
from shmscope.sources.configuration import Configuration
from shmscope.terminal.looking import find, looking
from shmscope.terminal.tables import format_bytes, format_columns, format_rate
from shmscope.terminal.texts import plain_json, shown
from shmscope.web.wire import encode_json

Row: TypeAlias = Mapping[str, Any]
Line: TypeAlias = tuple[str, str]

SCAN_BYTES = 1 << 30  # of a larger array, statistics tell of a part


def describe(configuration: Configuration, wanted: str, seconds: float) -> list[dict[str, Any]]:
    """Return everything that is known of arrays, as their pages would be told.

    Args:
        configuration: Layouts that the user gave.
        wanted: Name, shell pattern, path or id of the arrays or of their segment.
        seconds: How long to watch them.

    Raises:
        UnknownArrayError: there is none.
    """
    with looking(configuration) as look:
        found = find(look.sampler, wanted)
        look.watch([ArrayTopic(trace.id) for trace in found], seconds)
        return [_describe(look.sampler, trace) for trace in found]


def _describe(sampler: Sampler, trace: Trace) -> dict[str, Any]:
    try:
        statistics = sampler.answers.statistics(trace.id, SCAN_BYTES)
        row = sampler.reports.row(trace.id)
    except (SourceError, UnknownArrayError):  # it may have gone meanwhile: then as it was
        statistics, row = [], rows.row(trace)
    processes = detail_rows.processes(sampler.roster.segment_of(trace), sampler.roster.seen)
    return {**row, "processes": processes, "statistics": statistics_rows.rows(statistics, 0.0)}


def format_json(found: list[dict[str, Any]]) -> str:
    """Return arrays as JSON, for scripts."""
    return plain_json(encode_json({"arrays": found}).decode())


def format_text(row: Row) -> str:
    """Return an array as a person reads it."""
    lines = [
        shown(row["name"]),
        *_titled(_facts(row)),
        *_section("health", [[v["level"], v["sentence"]] for v in row["health"]["verdicts"]]),
        *_section("writers", _writers(row)),
        *_section("processes", _processes(row)),
        *_section("statistics", _statistics(row)),
    ]
    return "\n".join(line.rstrip() for line in lines)


def _facts(row: Row) -> Iterator[Line]:
    yield "id", row["id"]
    yield "layout", _layout(row)
    yield "known", " ".join(part for part in (row["provenance"], row["format"]) if part)
    yield "why", row["why"]
    if row["about"]:
        yield "about", row["about"]
    yield "segment", _segment(row)
    if row["companions"]:
        yield "with", ", ".join(row["companions"])
    yield from _rate(row)


def _layout(row: Row) -> str:
    shape = " x ".join(map(str, row["shape"])) or "scalar"
    offset = f" at byte {row['offset']}" if row["offset"] else ""
    unit = f", in {row['unit']}" if row["unit"] else ""
    return f"{row['dtype']} {shape}, {format_bytes(row['size_bytes'])}{offset}{unit}"


def _segment(row: Row) -> str:
    size = "" if row["segment_bytes"] is None else f", {format_bytes(row['segment_bytes'])}"
    place = " ".join(row["paths"]) or row["segment_name"] or "without a name"
    return f"{place} ({row['mechanism']}{size})"


def _rate(row: Row) -> Iterator[Line]:
    if row["writes"] is not None:
        yield "writes", f"{row['writes']:,} so far, {format_rate(row['writes_per_s'])}"
    elif row["changes"] is not None:
        looks = row["changes"]["burst_looks_per_s"] or row["changes"]["looks_per_s"]
        per_s = format_rate(row["changes"]["per_s"])
        yield "changes", f"at least {per_s}, seen by {looks:,.0f} looks a second"


def _writers(row: Row) -> list[list[str]]:
    return [
        [
            one["label"],
            f"pid {one['pid']}",
            one["state"],
            f"{one['writes']:,} writes",
            format_rate(one["writes_per_s"]),
        ]
        for one in row["writers"]
    ]


def _processes(row: Row) -> list[list[str]]:
    if row["processes"] is None:
        return [["They may not be looked at."]]
    return [
        [
            str(process["pid"]),
            process["user"],
            {"rw": "maps to write", "r": "maps to read", None: "holds it open"}[process["mapped"]],
            _since(process["started_unix_s"]),
            process["command"],
        ]
        for process in row["processes"]
    ]


def _since(unix_s: float | None) -> str:
    if unix_s is None:
        return "?"
    return datetime.fromtimestamp(unix_s).astimezone().strftime("since %Y-%m-%d %H:%M:%S")


def _statistics(row: Row) -> list[list[str]]:
    return [
        [
            entry["field"] or "",
            *(f"{key} {_number(entry[key])}" for key in ("min", "max", "mean", "std")),
            *(f"{key} {entry[key]:,}" for key in ("zeros", "nan", "inf")),
            "" if entry["coverage"] == 1 else f"of {entry['coverage']:.1%} of the array",
        ]
        for entry in row["statistics"]
    ]


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:.6g}"


def _titled(facts: Iterator[Line]) -> list[str]:
    return [f"  {line}" for line in format_columns([[key, shown(text)] for key, text in facts])]


def _section(title: str, table: list[list[str]]) -> list[str]:
    if not table:
        return []
    cells = [[shown(cell) for cell in line] for line in table]
    return [f"  {title}", *(f"    {line}" for line in format_columns(cells))]
