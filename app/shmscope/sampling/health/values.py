"""Rules on values, as the last full look found them."""

from __future__ import annotations

from typing import Final

from shmscope.sampling.facts import ArrayFacts
from shmscope.sampling.health.verdicts import Finding, Rule
from shmscope.sampling.health.words import duration


def _not_finite(facts: ArrayFacts) -> Finding | None:
    values = facts.values
    if values is None or values.nan + values.inf <= facts.limits.not_finite:
        return None
    kinds = [(values.nan, "NaN"), (values.inf, "infinite")]
    counted = " and ".join(f"{count:,} {word}" for count, word in kinds if count)
    where = "" if values.where is None else f" The first is at {values.where}."
    return Finding(
        "warning",
        f"{counted} elements, first seen {duration(values.not_finite_age_s)} ago.{where}",
        facts={
            "nan": values.nan,
            "inf": values.inf,
            "where": values.where,
            "looked_age_s": values.looked_age_s,
        },
    )


def _saturated(facts: ArrayFacts) -> Finding | None:
    values = facts.values
    if values is None or not values.count or values.constant:
        return None
    share = values.at_limit / values.count
    if share <= facts.limits.saturated_share:
        return None
    return Finding(
        "warning",
        f"{share:.0%} of the elements are at {values.largest:,}, the largest that {values.dtype} "
        "can hold: what is measured may be larger.",
        sure="possible",
        facts={"at_limit": values.at_limit, "count": values.count, "largest": values.largest},
    )


def _constant(facts: ArrayFacts) -> Finding | None:
    values = facts.values
    if values is None or not values.constant or values.count < 2:
        return None
    return Finding(
        "ok",
        f"All {values.count:,} elements are {values.minimum:,}: "
        + ("nothing was written yet, or it was cleared." if not values.minimum else "a constant."),
        facts={"count": values.count, "value": values.minimum},
    )


RULES: Final[tuple[Rule[ArrayFacts], ...]] = (
    Rule("not_finite", "NaN or infinities at the last full look.", _not_finite),
    Rule(
        "saturated",
        "More than 5 % of the elements of an integer array are at its dtype's largest value.",
        _saturated,
        hold_s=5.0,
    ),
    Rule("constant", "All elements are equal.", _constant),
)
