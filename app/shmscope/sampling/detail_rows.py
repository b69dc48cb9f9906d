"""What is told of an array beside its row, as plain data; docs/stream.md names the fields."""

from __future__ import annotations

from typing import Any

import numpy as np

from shmscope.layout.guesses import Guess
from shmscope.layout.hand import format_option, format_toml
from shmscope.sampling.fitting import saying_of
from shmscope.sampling.rates import HISTORY_SAMPLES, TICK_S
from shmscope.sampling.shell import quoted
from shmscope.sampling.trace import Trace
from shmscope.sources.assembly import FoundSegment
from shmscope.sources.findings import Use
from shmscope.sources.process_facts import ProcessFacts
from shmscope.sources.survey import Survey


def processes(segment: FoundSegment | None, seen: Survey | None) -> list[dict[str, Any]] | None:
    """Return who uses a segment, None where that is unknown."""
    if segment is None or seen is None or segment.uses is None:
        return None
    return [_process(use, seen.process(use.process)) for use in segment.uses]


def _process(use: Use, facts: ProcessFacts | None) -> dict[str, Any]:
    return {
        "pid": use.process.pid,
        "command": facts.command if facts is not None else "",
        "user": facts.user if facts is not None else "",
        "started_unix_s": facts.started_unix_s if facts is not None else None,
        "mapped": use.mapped,
        "descriptors": len(use.descriptors),
    }


def history(trace: Trace) -> dict[str, Any]:
    """Return writes per second of the last five minutes, in total and by writer."""
    facts = trace.facts.writers if trace.facts is not None else ()
    labels = {w.slot: w.label for w in facts}
    ages = np.arange(HISTORY_SAMPLES - 1, -1, -1, dtype=np.float32) * np.float32(TICK_S)
    return {
        "age_s": ages,
        "counts": "writes" if trace.changes is None else "changes",
        "writes_per_s": trace.history.last(),
        "writers": [
            {"slot": slot, "label": labels.get(slot, ""), "writes_per_s": w.history.last()}
            for (slot, _), w in trace.writers.items()
        ],
    }


def guess(found: Guess) -> dict[str, Any]:
    """Return a suggestion of what bytes may be."""
    return {
        "layout": found.layout.format(),
        "confidence": found.confidence,
        "reason": found.reason,
    }


def saying(trace: Trace) -> dict[str, Any]:
    """Return an array's layout, and how to say it on the command line and in a file.

    Raises:
        LayoutError: it is an object of a Manager.
    """
    said = saying_of(trace)
    return {
        "layout": said.layout.format(),
        "provenance": trace.subject.provenance,
        "option": f"--array {quoted(format_option(said.rule))}",
        "toml": format_toml(said.rule),
    }
