"""docs/health.md says what the health rules say."""

from __future__ import annotations

import re
from pathlib import Path

from tests.sampling.health_cases import example, levels_of

from shmscope.sampling import rates, trace
from shmscope.sampling.health.arrays import RULES
from shmscope.sources.limits import DEFAULT

DOCUMENT = Path(__file__).parents[2] / "docs/health.md"


def rows() -> list[str]:
    """Return the table's rows as the code has them."""
    return [
        f"| `{rule.name}` | {', '.join(levels_of(rule.name))} | {rule.meaning} "
        f"| {example(rule.name).sentence} |"
        for rule in RULES
    ]


def test_document_has_the_table_of_the_rules() -> None:
    section = DOCUMENT.read_text().partition("## Arrays")[2].partition("\n## ")[0]
    assert [line for line in section.splitlines() if line.startswith("| `")] == rows()


def thresholds() -> dict[str, float]:
    cadence = rates.Cadence
    return {
        "torn": DEFAULT.torn_share * 100,
        "copies": trace.RECENT_COPIES,
        "late": cadence.LATE_AFTER_S,
        "patience": cadence.PATIENCE,
        "pauses": cadence()._pauses.maxlen or 0,
        "known": cadence.LEAST_PAUSES,
        "window": rates.WINDOW_S,
        "slow window": rates.SLOW_WINDOW_S,
        "slow writes": rates.SLOW_WRITES,
    }


def test_document_ends_with_the_thresholds_of_the_code() -> None:
    last = DOCUMENT.read_text().rpartition("## Thresholds")[2]
    assert "\n## " not in last
    written = dict(re.findall(r"^- ([a-z ]+): ([\d.]+)", last, re.MULTILINE))
    assert {name: float(value) for name, value in written.items()} == thresholds()


def test_meanings_say_the_thresholds_of_the_code() -> None:
    meanings = {rule.name: rule.meaning for rule in RULES}
    said = thresholds()
    assert f"More than {said['torn']:g} % of the last {said['copies']:g} copies" in meanings["torn"]
    assert (
        f"for more than {said['late']:g} s and more than {said['patience']:g} times the longest of "
        f"its last {said['pauses']:g} pauses; known after {said['known']:g} pauses"
    ) in meanings["stalled"]
