"""What the suite measures, and docs/faults.md, which tells it.

``SHMSCOPE_FAULTS=1 pytest tests/faults`` writes the numbers into the document.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

DOCUMENT: Final = Path(__file__).parents[2] / "docs/faults.md"
HEADING: Final = "## Numbers"
WRITES_DOCUMENT: Final = bool(os.environ.get("SHMSCOPE_FAULTS"))


class Measured:
    """Numbers by what they are, in the order in which they were first noted."""

    def __init__(self) -> None:
        self._numbers: dict[str, str] = {}

    def note(self, what: str, number: str) -> None:
        """Note a number, with its unit."""
        self._numbers[what] = number

    def rows(self) -> list[str]:
        """Return the rows of the document's table."""
        return [f"| {what} | {number} |" for what, number in self._numbers.items()]

    def write(self) -> None:
        """Put the numbers into the document."""
        before, _, _ = DOCUMENT.read_text().partition(HEADING)
        table = ["| measured | |", "|---|---|", *self.rows()]
        DOCUMENT.write_text(before + "\n".join([HEADING, "", *table]) + "\n")


def numbers() -> dict[str, str]:
    """Return the numbers that the document tells."""
    _, _, table = DOCUMENT.read_text().partition(HEADING)
    return dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", table, re.MULTILINE))


def faults() -> dict[str, list[str]]:
    """Return the faults that the document lists, each with its tests as `module::test`."""
    text, _, _ = DOCUMENT.read_text().partition(HEADING)
    rows = re.findall(r"^\| (?!fault|---)([^|]+) \|.*\| ([^|]+) \|$", text, re.MULTILINE)
    return {fault: re.findall(r"`(test_\w+::test_\w+)`", tests) for fault, tests in rows}
