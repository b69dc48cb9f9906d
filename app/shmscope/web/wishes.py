"""What a `subscribe` message asks for, read from JSON that may hold anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shmscope.errors import MessageError
from shmscope.layout.hand import LayoutRule, parse_rule
from shmscope.layout.names import ArrayId
from shmscope.sampling.topics import (
    ArrayTopic,
    FleetTopic,
    HostTopic,
    OverviewTopic,
    Topic,
    ValuesTopic,
)
from shmscope.web.lenses import LENS_FIELDS, parse_lens
from shmscope.web.limits import LIMITS, RATES_HZ, Limits

DEFAULT_POINTS = 1 << 18
MAX_ID = (1 << 53) - 1
MOST_NAME = 255  # characters of a host's name
MOST_OPENED = 1000
MOST_FIND = 200
MOST_NAMED = 100  # more than any page shows
_FLEET_FIELDS = ("host", "hosts", "find", "arrays")
# What a wish is made of; whatever else a message holds is let pass and not kept.
FIELDS = (
    *("topic", "array", "select", "rate_hz", "max_points", "layout"),
    *(*_FLEET_FIELDS, *LENS_FIELDS),
)


def parse_topic(wish: Mapping[str, Any], limits: Limits = LIMITS) -> Topic:
    """Read the topic of a `subscribe` message.

    Args:
        wish: The message.
        limits: How many elements a frame may have.

    Raises:
        MessageError: a field is missing or out of its range.
        ArrayNameError: the array's id has not three parts.
        LayoutError: the layout cannot be.
    """
    kind = wish.get("topic")
    if kind == "overview":
        return OverviewTopic()
    if kind == "host":
        return HostTopic(_host(wish))
    if kind == "fleet":
        return _parse_fleet(wish)
    if kind == "array":
        return ArrayTopic(ArrayId.parse(_text(wish, "array")))
    if kind == "values":
        return _parse_values(wish, limits.stream_points)
    raise MessageError(
        f"topic must be overview, host, fleet, array or values, not {kind!r:.60}",
        value=str(kind)[:60],
    )


def parse_rate(wish: Mapping[str, Any]) -> float:
    """Read how often frames are wanted.

    Raises:
        MessageError: it is no number, or out of its range.
    """
    rate = wish.get("rate_hz", 10)
    if type(rate) not in (int, float) or not RATES_HZ[0] <= rate <= RATES_HZ[1]:
        raise MessageError(
            f"rate_hz must be a number from {RATES_HZ[0]} to {RATES_HZ[1]}, not {rate!r:.40}",
            value=str(rate)[:40],
            limit=RATES_HZ[1],
        )
    return float(rate)


def integer(message: Mapping[str, Any], name: str) -> int:
    """Read an id or a sequence number.

    Raises:
        MessageError: it is missing, or none.
    """
    value = message.get(name)
    if type(value) is not int or not 0 <= value <= MAX_ID:
        raise MessageError(
            f"{name} must be an integer from 0 to 2**53 - 1, not {value!r:.60}",
            value=str(value)[:60],
            limit=MAX_ID,
        )
    return value


def _parse_values(wish: Mapping[str, Any], most: int) -> ValuesTopic:
    points = wish.get("max_points", min(DEFAULT_POINTS, most))
    if type(points) is not int or not 1 <= points <= most:
        raise MessageError(
            f"max_points must be an integer from 1 to {most}, not {points!r:.40}",
            value=str(points)[:40],
            limit=most,
        )
    select = _text(wish, "select") if "select" in wish else "..."
    array = ArrayId.parse(_text(wish, "array"))
    return ValuesTopic(array, select, points, _layout(wish), parse_lens(wish))


def _parse_fleet(wish: Mapping[str, Any]) -> FleetTopic:
    hosts = _list(wish, "hosts", MOST_OPENED, "names")
    names = tuple(_bounded({"hosts": host}, "hosts", MOST_NAME) for host in hosts)
    find = _bounded(wish, "find", MOST_FIND) if "find" in wish else ""
    arrays = _list(wish, "arrays", MOST_NAMED, "ids")
    ids = tuple(ArrayId.parse(_text({"arrays": array}, "arrays")) for array in arrays)
    return FleetTopic(_host(wish), names, find, ids)


def _list(wish: Mapping[str, Any], name: str, most: int, what: str) -> list[Any]:
    given = wish.get(name, [])
    if not isinstance(given, list) or len(given) > most:
        raise MessageError(
            f"{name} must be a list of at most {most} {what}, not {given!r:.60}",
            value=str(given)[:60],
            limit=most,
        )
    return given


def _host(wish: Mapping[str, Any]) -> str | None:
    return None if wish.get("host") is None else _bounded(wish, "host", MOST_NAME)


def _bounded(wish: Mapping[str, Any], name: str, most: int) -> str:
    text = _text(wish, name)
    if len(text) > most:
        raise MessageError(
            f"{name} may have {most} characters, not {len(text)}", value=text[:60], limit=most
        )
    return text


def _layout(wish: Mapping[str, Any]) -> LayoutRule | None:
    layout = wish.get("layout")
    return None if layout is None else parse_rule(layout, pattern="*")


def _text(message: Mapping[str, Any], name: str) -> str:
    value = message.get(name)
    if not isinstance(value, str):
        raise MessageError(f"{name} must be text, not {value!r:.60}", value=str(value)[:60])
    return value
