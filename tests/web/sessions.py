"""A session without a socket, as tests talk to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

from tests.web.reading import decode_message

from shmscope.layout.names import ArrayId
from shmscope.web.session import (
    Request,
    Session,
)
from shmscope.web.wire import encode_body

BODY = encode_body({"values": 1})


HEAT = {"topic": "values", "array": "box/1b-2e4f/heat"}


HEAT_ID = ArrayId("box", "1b-2e4f", "heat")


TIMES_S = count(1000.0)  # of what happens when it does not matter when: one after the other


def drained(session: Session, now_s: float | None = None) -> Iterator[tuple[dict[str, Any], Any]]:
    """Yield all that can be sent now."""
    at_s = next(TIMES_S) if now_s is None else now_s
    while (message := session.next_message(at_s)) is not None:
        yield decode_message(b"".join(message))


def ask(session: Session, kind: str = "subscribe", **message: Any) -> list[Request]:
    """Send a message to the session."""
    return session.receive(json.dumps({"type": kind, **message}))


def heads(session: Session, now_s: float | None = None) -> list[dict[str, Any]]:
    """Return the heads of all that can be sent now."""
    return [head for head, _ in drained(session, now_s)]
