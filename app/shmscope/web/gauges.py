"""What a new watch is to tell of an array, read from JSON that may hold anything."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from typing import Any

from shmscope.errors import MessageError
from shmscope.sampling.gauges import KINDS, Gauge
from shmscope.web.lenses import parse_lens

FIELDS = ("kind", "select", "field", "part", "rate_hz")


def parse_gauge(wish: Mapping[str, Any]) -> Gauge:
    """Read what is to be watched.

    Raises:
        MessageError: with the field that is wrong.
    """
    for field in wish:
        if field not in FIELDS:
            raise _refusal("a field of a watch", field, f"one of {', '.join(FIELDS)}")
    select, said = wish.get("select", "..."), wish.get("kind")
    if not isinstance(select, str):
        raise _refusal("select", select, "text")
    kind = next((kind for kind in KINDS if kind == said), None)
    if kind is None:
        raise _refusal("kind", said, f"one of {', '.join(KINDS)}")
    lens = parse_lens({name: wish.get(name) for name in ("field", "part")})
    return Gauge(kind, select, lens.field, lens.part)


def _refusal(field: str, value: object, expected: str) -> MessageError:
    shown = reprlib.repr(value)
    detail = f"{field} must be {expected}, not {shown}"
    return MessageError(detail, value=shown, limit=expected, field=field)
