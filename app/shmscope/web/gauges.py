"""What a new watch is to tell of an array, read from JSON that may hold anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shmscope.sampling.gauges import KINDS, Gauge
from shmscope.web.lenses import parse_lens, refusal

FIELDS = ("kind", "select", "field", "part", "rate_hz")
_FIELD = f"one of {', '.join(FIELDS)}"
_KIND = f"one of {', '.join(KINDS)}"


def parse_gauge(wish: Mapping[str, Any]) -> Gauge:
    """Read what is to be watched.

    Raises:
        MessageError: with the field that is wrong.
    """
    for field in wish:
        if field not in FIELDS:
            raise refusal("a field of a watch", field, _FIELD, _FIELD)
    select, said = wish.get("select", "..."), wish.get("kind")
    if not isinstance(select, str):
        raise refusal("select", select, "text", "text")
    kind = next((kind for kind in KINDS if kind == said), None)
    if kind is None:
        raise refusal("kind", said, _KIND, _KIND)
    lens = parse_lens({name: wish.get(name) for name in ("field", "part")})
    return Gauge(kind, select, lens.field, lens.part)
