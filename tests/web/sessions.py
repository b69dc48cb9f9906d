"""A session without a socket, as tests talk to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
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


def drained(session: Session, now_s: float = 0.0) -> Iterator[tuple[dict[str, Any], Any]]:
    """Yield all that can be sent now."""
    while (message := session.next_message(now_s)) is not None:
        yield decode_message(message)


def ask(session: Session, kind: str = "subscribe", **message: Any) -> list[Request]:
    """Send a message to the session."""
    return session.receive(json.dumps({"type": kind, **message}))


def heads(session: Session, now_s: float = 0.0) -> list[dict[str, Any]]:
    """Return the heads of all that can be sent now."""
    return [head for head, _ in drained(session, now_s)]
