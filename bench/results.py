"""What benchmarks found, kept from run to run: of each benchmark what its last run found."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

from bench.curves import Curve, format_power
from bench.paired import Ratio

FOLDER = Path(__file__).parents[1] / "build" / "bench"
FILE = "results.json"

Row: TypeAlias = Ratio | Curve


@dataclass(frozen=True, slots=True)
class Result:
    """What one benchmark found.

    Attributes:
        machine: On which.
        took_s: How long it ran.
        problem: Why it failed; None where it did not.
    """

    machine: str
    took_s: float
    ratios: Sequence[Ratio] = ()
    curves: Sequence[Curve] = ()
    problem: str | None = None


def sort_rows(rows: Sequence[Row]) -> tuple[list[Ratio], list[Curve]]:
    """Return the ratios and the curves among `rows`."""
    ratios = [row for row in rows if isinstance(row, Ratio)]
    return ratios, [row for row in rows if isinstance(row, Curve)]


def read_results(folder: Path) -> dict[str, Result]:
    """Return what was kept, by the benchmark's name."""
    path = folder / FILE
    kept = json.loads(path.read_text()) if path.is_file() else {}
    return {name: _result(**fields) for name, fields in kept.items()}


def _result(ratios: list[Any], curves: list[Any], **others: Any) -> Result:
    return Result(
        ratios=[Ratio(**one) for one in ratios], curves=[Curve(**one) for one in curves], **others
    )


def keep_results(folder: Path, results: Mapping[str, Result]) -> None:
    """Write results as JSON, and as tables for people."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = {name: asdict(result) for name, result in results.items()}
    (folder / FILE).write_text(json.dumps(kept, indent=1) + "\n")
    (folder / "results.md").write_text(tables(results))


def machine() -> str:
    """Return in a line what was measured on."""
    model = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    kind = platform.machine() if model is None else f"{platform.machine()} ({model[1].strip()})"
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, {kind}, {_system()}"


def _system() -> str:
    return f"{platform.system()} {platform.release().split('-')[0]}"


def tables(results: Mapping[str, Result]) -> str:
    """Return results in Markdown, a heading a benchmark."""
    machines = {result.machine for result in results.values()}
    parts = [f"Measured on {one}.\n" for one in sorted(machines)] if len(machines) == 1 else []
    for name, result in results.items():
        parts.append(f"### {name}\n")
        if not parts[0].startswith("Measured"):
            parts.append(f"Measured on {result.machine}.\n")
        parts.extend(_tables(result))
    return "\n".join(parts)


def _tables(result: Result) -> list[str]:
    found = []
    if result.problem is not None:
        found.append(f"It failed: {_cell(result.problem)}\n")
    if result.ratios:
        found.append(_table("what | median | against | median | ratio | range", result.ratios))
    if result.curves:
        found.append(_table("what | from | to | over | grows as | bend", result.curves))
    return found


def _table(header: str, rows: Sequence[Row]) -> str:
    lines = [f"| {header} |", "|---" * (header.count("|") + 1) + "|", *map(_line, rows)]
    return "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    cells = _ratio_cells(row) if isinstance(row, Ratio) else _curve_cells(row)
    return f"| {' | '.join(map(_cell, cells))} |"


def _ratio_cells(row: Ratio) -> list[str]:
    value, against = (f"{number:.4g} {row.unit}".strip() for number in (row.value, row.against))
    low, high = min(row.ratios), max(row.ratios)
    return [row.what, value, row.peer, against, f"{row.median:.3g}", f"{low:.2f} to {high:.2f}"]


def _curve_cells(row: Curve) -> list[str]:
    first, last = (f"{row.points[place][1]:.4g} {row.unit}" for place in (0, -1))
    return [row.what, first, last, row.span, format_power(row.exponents[0]), row.sentence]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")
