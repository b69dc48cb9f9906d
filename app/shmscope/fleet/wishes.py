"""Topics as the fields of a subscription that asks for them; docs/stream.md names the fields."""

from __future__ import annotations

from typing import Any

from shmscope.layout.dtypes import format_dtype
from shmscope.layout.hand import LayoutRule
from shmscope.layout.hand.keys import KEYS
from shmscope.layout.lens import Lens
from shmscope.sampling.topics import ArrayTopic, HostTopic, Topic, ValuesTopic


def host_of(topic: Topic) -> str | None:
    """Return the host that a topic is of, None where it is of none alone."""
    if isinstance(topic, ArrayTopic | ValuesTopic):
        return topic.array.host
    return topic.host if isinstance(topic, HostTopic) else None


def wish_of(topic: Topic) -> dict[str, Any]:
    """Return what asks the topic's own host for it.

    Raises:
        TypeError: no host alone can answer it.
    """
    if isinstance(topic, HostTopic):
        return {"topic": "host"}
    if isinstance(topic, ArrayTopic):
        return {"topic": "array", "array": str(topic.array)}
    if isinstance(topic, ValuesTopic):
        wish = {
            "topic": "values",
            "array": str(topic.array),
            "select": topic.select,
            "max_points": topic.max_points,
        }
        layout = {} if topic.layout is None else {"layout": _layout(topic.layout)}
        return wish | layout | _lens(topic.lens)
    raise TypeError(f"{type(topic).__name__} is of no host alone")


def _layout(rule: LayoutRule) -> dict[str, Any]:
    keys = [key for key in KEYS.values() if key.attribute != "pattern"]
    said = {key.name: getattr(rule, key.attribute) for key in keys}
    said["dtype"] = format_dtype(rule.dtype)
    if rule.strides is not None:
        del said["order"]  # strides say it
    plain = {name: list(one) if isinstance(one, tuple) else one for name, one in said.items()}
    return {name: one for name, one in plain.items() if one is not None}


def _lens(lens: Lens) -> dict[str, Any]:
    against = lens.against
    said: dict[str, Any] = {
        "field": lens.field,
        "part": lens.part,
        "order": lens.order and list(lens.order),
        "window": lens.window and [list(pair) for pair in lens.window],
        "most": lens.most and list(lens.most),
        "reduce": lens.reduce,
        "against": {"copy": against} if isinstance(against, int) else {"array": str(against)},
    }
    if against is None:
        del said["against"]
    return {name: value for name, value in said.items() if value is not None}
