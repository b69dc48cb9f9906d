"""The limits that health rules judge by, which a user may set for arrays by name."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from fnmatch import fnmatchcase
from typing import Final

from shmscope.errors import LayoutError
from shmscope.layout.excerpts import excerpt
from shmscope.layout.hand.parsing import check_keys

MAX_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of the rules; docs/health.md lists them.

    Attributes:
        torn_share: Share of torn copies above which `torn` speaks.
        stalled_s: The shortest pause that can be a stall.
        stalled_times: Times a writer's own longest pause, after which it is late.
        saturated_share: Share of elements at the largest value above which `saturated` speaks.
        orphan_s: Seconds without a user after which a segment may be an orphan.
        lock_s: Seconds that others may wait for a lock that nobody releases.
        not_finite: How many NaN and infinite elements are let pass.
    """

    torn_share: float = 0.01
    stalled_s: float = 2.0
    stalled_times: float = 4.0
    saturated_share: float = 0.05
    orphan_s: float = 60.0
    lock_s: float = 30.0
    not_finite: int = 0


DEFAULT: Final = Limits()
KEYS: Final = tuple(field.name for field in fields(Limits))


@dataclass(frozen=True, slots=True)
class LimitRule:
    """Limits for the arrays of some names.

    Attributes:
        pattern: Shell pattern of the array's name.
        given: What is said of them; the rest stays.
    """

    pattern: str
    given: Mapping[str, float]


def limits_of(name: str, rules: Iterable[LimitRule]) -> Limits:
    """Return the limits for the array called `name`; where several rules speak, the last counts."""
    given = {
        key: value
        for rule in rules
        if fnmatchcase(name, rule.pattern)
        for key, value in rule.given.items()
    }
    return replace(DEFAULT, **given) if given else DEFAULT  # type: ignore[arg-type]  # one of them is an integer


def parse_limits(data: object) -> LimitRule:
    """Read a `[[limits]]` table of a configuration file.

    Raises:
        LayoutError: no name, a key that is unknown, or a value that is no number from 0 on.
    """
    if not isinstance(data, Mapping):
        shown = excerpt(data, MAX_SHOWN)
        raise LayoutError(f"limits must be a table, not {shown}", value=shown, field="limits")
    check_keys(data, ("name", *KEYS))
    name = data.get("name")
    if not isinstance(name, str) or not name:
        raise LayoutError("name: is missing; limits must say for which arrays", field="name")
    given = {key: value for key, value in data.items() if key != "name"}
    for key, value in given.items():
        _check(key, value)
    return LimitRule(name, given)


def _check(key: str, value: object) -> None:
    sound = isinstance(value, int | float) and not isinstance(value, bool)
    if not sound or not 0 <= value <= sys.float_info.max:  # type: ignore[operator]  # it is a number
        shown = excerpt(value, MAX_SHOWN)
        raise LayoutError(f"{key} must be a number from 0 on, not {shown}", value=shown, field=key)
