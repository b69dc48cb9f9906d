"""Traces as the plain data that the API and the stream show; docs/stream.md names the fields."""

from __future__ import annotations

from typing import Any

import numpy as np

from shmscope.layout.dtypes import format_dtype
from shmscope.sampling.facts import WriterFacts
from shmscope.sampling.health import Verdict, worst
from shmscope.sampling.rates import HISTORY_SAMPLES, SPARKLINE_SAMPLES
from shmscope.sampling.statistics import Statistics
from shmscope.sampling.trace import Trace

TICK_S = 0.5


def row(trace: Trace) -> dict[str, Any]:
    """Return everything that an overview shows of one array."""
    description, layout, facts = trace.description, trace.layout, trace.facts
    writers = facts.writers if facts is not None else ()
    ages = [w.last_write_age_s for w in writers if w.last_write_age_s is not None]
    return {
        "id": str(trace.id),
        "host": trace.id.host,
        "segment": trace.id.segment,
        "name": description.name,
        "mechanism": description.mechanism,
        "provenance": "published",
        "segment_name": description.segment,
        "dtype": str(layout.dtype) if layout.dtype.names is None else "records",
        "dtype_spec": format_dtype(layout.dtype),
        "shape": list(layout.shape),
        "strides": list(layout.strides),
        "offset": layout.offset,
        "size_bytes": layout.size_bytes,
        "unit": description.unit,
        "labels": None if description.labels is None else list(description.labels),
        "about": description.about,
        "writers": [writer(w) for w in writers],
        "writes": int(trace.state.slots["end"].sum()),
        "writes_per_s": trace.meter.per_s,
        "last_write_age_s": min(ages, default=None),
        "sparkline": trace.history.last(SPARKLINE_SAMPLES),
        "torn": {
            "copies": facts.torn if facts is not None else 0,
            "of": facts.copies if facts is not None else 0,
        },
        "read_cost": read_cost(trace),
        "health": health(trace.verdicts),
    }


def writer(facts: WriterFacts) -> dict[str, Any]:
    """Return one writer."""
    return {
        "slot": facts.slot,
        "pid": facts.pid,
        "thread": facts.thread,
        "label": facts.label,
        "state": facts.state,
        "writes": facts.writes,
        "writes_per_s": facts.writes_per_s,
        "last_write_age_s": facts.last_write_age_s,
        "in_write": facts.in_write,
    }


def read_cost(trace: Trace) -> dict[str, float] | None:
    """Return what reading costs the program, None where it costs nothing."""
    cost = trace.source.cost
    if cost is None:
        return None
    return {"look_s": cost.look_s, "looks_per_s": cost.looks_per_s, "share": cost.share}


def health(verdicts: list[Verdict]) -> dict[str, Any]:
    """Return the level and every verdict, the worst first."""
    return {
        "level": worst(verdicts),
        "verdicts": [
            {
                "rule": v.rule,
                "level": v.level,
                "sentence": v.sentence,
                "since_s": v.since_s,
                "remedy": v.remedy,
            }
            for v in verdicts
        ],
    }


def history(trace: Trace) -> dict[str, Any]:
    """Return writes per second of the last five minutes, in total and by writer."""
    facts = trace.facts.writers if trace.facts is not None else ()
    labels = {w.slot: w.label for w in facts}
    ages = np.arange(HISTORY_SAMPLES - 1, -1, -1, dtype=np.float32) * np.float32(TICK_S)
    return {
        "age_s": ages,
        "writes_per_s": trace.history.last(),
        "writers": [
            {"slot": slot, "label": labels.get(slot, ""), "writes_per_s": w.history.last()}
            for (slot, _), w in trace.writers.items()
        ],
    }


def statistics(entries: list[Statistics], age_s: float | None) -> list[dict[str, Any]]:
    """Return statistics, one entry a numeric field."""
    return [
        {
            "field": entry.field,
            "count": entry.count,
            "min": entry.minimum,
            "max": entry.maximum,
            "mean": entry.mean,
            "std": entry.deviation,
            "zeros": entry.zeros,
            "nan": entry.nan,
            "inf": entry.inf,
            "age_s": age_s,
            "coverage": entry.coverage,
        }
        for entry in entries
    ]
