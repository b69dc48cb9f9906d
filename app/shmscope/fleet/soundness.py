"""What a row must be to be shown: the fields of docs/stream.md, each with its check.

An agent may say anything. What reads rows, in the page, in the API and on the terminal, relies on
these fields, so one that is amiss would stop it for all hosts. Further fields are let pass, for an
agent of another version may have them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from shmscope.sampling.health.verdicts import LEVELS

Check: TypeAlias = Callable[[Any], bool]

MOST_WHOLE: Final = (1 << 53) - 1  # what is beyond is no number of a browser's
_MOST_WRITES: Final = (1 << 64) - 1


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _truth(value: Any) -> bool:
    return isinstance(value, bool)


def _whole(value: Any) -> bool:
    return type(value) is int and abs(value) <= MOST_WHOLE


def _count(value: Any) -> bool:
    return _whole(value) and value >= 0


def _writes(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _MOST_WRITES


def _number(value: Any) -> bool:
    return _whole(value) or (isinstance(value, float) and math.isfinite(value))


def _fact(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


def _level(value: Any) -> bool:
    return value in LEVELS


def _samples(value: Any) -> bool:
    return isinstance(value, bytes)


def _dtype(value: Any) -> bool:
    """Whether it is a dtype as docs/layouts.md writes it: a text, or a list of fields."""
    return _text(value) or (isinstance(value, list) and all(map(_part, value)))


def _part(value: Any) -> bool:
    return _count(value) or _dtype(value)


def _or_none(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _each(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(check, value))


def _having(fields: Mapping[str, Check]) -> Check:
    return lambda value: isinstance(value, dict) and has(value, fields)


def has(value: Mapping[str, Any], fields: Mapping[str, Check]) -> bool:
    """Whether a map has all these fields, each as it must be."""
    return all(name in value and check(value[name]) for name, check in fields.items())


USERS: Final[Mapping[str, Check]] = {"rw": _count, "r": _count, "open": _count}
WRITER: Final[Mapping[str, Check]] = {
    "slot": _count,
    "pid": _count,
    "thread": _count,
    "label": _text,
    "state": _text,
    "writes": _writes,
    "writes_per_s": _number,
    "last_write_age_s": _or_none(_number),
    "in_write": _truth,
}
CHANGES: Final[Mapping[str, Check]] = {
    "per_s": _number,
    "looks_per_s": _number,
    "burst_looks_per_s": _or_none(_number),
    "elements": _or_none(_count),
    "elements_per_s": _or_none(_number),
    "compared": _count,
    "coverage": _number,
    "last_change_age_s": _or_none(_number),
}
TORN: Final[Mapping[str, Check]] = {"copies": _count, "of": _count}
READ_COST: Final[Mapping[str, Check]] = {
    "look_s": _number,
    "looks_per_s": _number,
    "share": _number,
}
VERDICT: Final[Mapping[str, Check]] = {
    "rule": _text,
    "level": _level,
    "sentence": _text,
    "since_s": _number,
    "remedy": _or_none(_text),
    "sure": _text,
    "facts": lambda value: isinstance(value, dict) and all(map(_fact, value.values())),
}
HEALTH: Final[Mapping[str, Check]] = {"level": _level, "verdicts": _each(_having(VERDICT))}
ROW: Final[Mapping[str, Check]] = {
    "id": _text,
    "host": _text,
    "segment": _text,
    "name": _text,
    "mechanism": _text,
    "provenance": _text,
    "format": _text,
    "why": _text,
    "system": _truth,
    "segment_name": _or_none(_text),
    "segment_bytes": _or_none(_count),
    "paths": _each(_text),
    "companions": _each(_text),
    "users": _or_none(_having(USERS)),
    "dtype": _text,
    "dtype_spec": _dtype,
    "shape": _each(_count),
    "strides": _each(_whole),
    "offset": _count,
    "size_bytes": _count,
    "unit": _or_none(_text),
    "labels": _or_none(_each(_text)),
    "about": _or_none(_text),
    "writers": _each(_having(WRITER)),
    "writes": _or_none(_writes),
    "writes_per_s": _or_none(_number),
    "changes": _or_none(_having(CHANGES)),
    "last_write_age_s": _or_none(_number),
    "sparkline": _samples,
    "torn": _having(TORN),
    "read_cost": _or_none(_having(READ_COST)),
    "health": _having(HEALTH),
    "age_s": _or_none(_number),
    "gone_s": _or_none(_number),
}
