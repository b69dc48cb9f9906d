"""Statistics as the plain data that the API and the stream show, named in docs/stream.md."""

from __future__ import annotations

from typing import Any

import numpy as np

from shmscope.errors import SelectionError
from shmscope.sampling.distributions import PERCENTS, Distribution, Histogram
from shmscope.sampling.statistics import Statistics

MOST_EXACT = 1 << 53  # beyond it, integers lose digits in a browser
MOST_COUNT = (1 << 32) - 1


def rows(entries: list[Statistics], age_s: float | None) -> list[dict[str, Any]]:
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
            **_spread(entry.distribution),
        }
        for entry in entries
    ]


def histograms(entries: list[Statistics], field: str | None) -> list[dict[str, Any]]:
    """Return how the elements of every numeric field are spread, or of one.

    Raises:
        SelectionError: there is no such numeric field.
    """
    fields = [entry.field for entry in entries]
    if field is not None and field not in fields:
        listed = ", ".join(str(one) for one in fields if one is not None) or "none"
        raise SelectionError(
            f"there is no numeric field {field[:80]!r}; there are: {listed[:500]}",
            value=field[:80],
            limit=listed[:500],
            field="field",
        )
    return [_spread_of(entry) for entry in entries if field in (None, entry.field)]


def _spread_of(entry: Statistics) -> dict[str, Any]:
    found = None if entry.distribution is None else entry.distribution.histogram
    edges = {"lo": None, "hi": None, "counts": []} if found is None else _histogram(found)
    return {
        "field": entry.field,
        **edges,
        "sample": 0 if entry.distribution is None else entry.distribution.sample,
        "count": entry.count,
        "nan": entry.nan,
        "inf": entry.inf,
    }


def _spread(found: Distribution | None) -> dict[str, Any]:
    """Return how the elements are spread, null where that is not known yet."""
    if found is None:
        return {"distinct": None, "percentiles": None, "histogram": None, "sample": 0}
    return {
        "distinct": _distinct(found),
        "percentiles": _percentiles(found),
        "histogram": None if found.histogram is None else _histogram(found.histogram),
        "sample": found.sample,
    }


def _distinct(found: Distribution) -> dict[str, Any] | None:
    if found.distinct is None:
        return None
    return {"count": found.distinct, "at_least": found.at_least}


def _percentiles(found: Distribution) -> dict[str, float] | None:
    if found.percentiles is None:
        return None
    return {str(percent): at for percent, at in zip(PERCENTS, found.percentiles, strict=True)}


def _histogram(found: Histogram) -> dict[str, Any]:
    counts = found.counts
    fits = counts.max() <= MOST_COUNT
    lo, hi = (float(edge) if abs(edge) > MOST_EXACT else edge for edge in (found.lo, found.hi))
    return {"lo": lo, "hi": hi, "counts": counts.astype(np.dtype("<u4" if fits else "<f8"))}
