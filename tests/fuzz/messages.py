"""Client messages: texts of one client of the stream, one after the other, a line each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.web.reading import decode_message
from tests.web.sessions import BODY, HEAT

from shmscope.sampling.topics import ValuesTopic
from shmscope.web.limits import LIMITS, RATES_HZ
from shmscope.web.session import Request, Session, Subscribe
from shmscope.web.wishes import MAX_ID

MOST_LINES = 40
MOST_ANSWER_BYTES = 4000
PROBLEM = {"type", "title", "status", "detail"}


def check(data: bytes) -> None:
    """Check that no text raises, and that each is a request, an ack, or answered by an error."""
    session = Session({})
    for number, text in enumerate(data.decode("utf-8", "replace").split("\n")[:MOST_LINES]):
        requests = session.receive(text)
        for request in requests:
            check_request(request)
            session.offer_word(request.id, "schema", BODY)
            session.offer_frame(request.id, BODY, float(number))
        assert len(requests) <= 1
        assert session.backlog <= 1 + bool(number == 0)
        drain(session, float(number))


def check_request(request: Request) -> None:
    """Check that a request asks for what the server allows."""
    assert 0 <= request.id <= MAX_ID
    if not isinstance(request, Subscribe):
        return
    assert RATES_HZ[0] <= request.rate_hz <= RATES_HZ[1]
    hash(request.topic)
    if isinstance(request.topic, ValuesTopic):
        assert 1 <= request.topic.max_points <= LIMITS.stream_points


def drain(session: Session, now_s: float) -> None:
    """Take all that would be sent, and check the errors in it."""
    while (message := session.next_message(now_s)) is not None:
        raw = b"".join(message)
        assert len(raw) <= MOST_ANSWER_BYTES
        head, body = decode_message(raw)
        if head["type"] == "error":
            check_problem(body)


def check_problem(problem: dict[str, Any]) -> None:
    """Check that an error is a problem document with one sentence that can be shown."""
    assert set(problem) - {"value", "limit", "field"} == PROBLEM
    assert 400 <= problem["status"] < 500
    assert 10 < len(problem["detail"]) <= 1000
    assert problem["detail"].isprintable()


def seeds() -> Iterator[bytes]:
    """Yield conversations to begin with."""
    lens = {"field": "a.b", "part": "real", "order": [1, 0], "window": [[0, 3]], "most": [4]}
    layout = {"dtype": "a:<f4, b:(2,)<i2", "shape": [4, -1], "offset": "0x40", "order": "F"}
    values = {"type": "subscribe", "id": 1, **HEAT, "rate_hz": 30, "select": "0:3", "max_points": 9}
    talks: list[list[dict[str, Any]]] = [
        [{"type": "subscribe", "id": 0, "topic": topic} for topic in ("overview", "host")],
        [values, {"type": "update", "id": 1, "rate_hz": 1}, {"type": "ack", "id": 1, "seq": 1}],
        [{**values, **lens, "reduce": "envelope", "against": {"copy": 2}}],
        [{**values, "layout": layout, "against": {"array": "a/b/c"}}],
        [{"type": "subscribe", "id": 2, "topic": "array", "array": "a/b/%ff"}],
        [values, {"type": "unsubscribe", "id": 1}, {"type": "unsubscribe", "id": 1}],
    ]
    for talk in talks:
        yield "\n".join(map(json.dumps, talk)).encode()


WORDS = (
    '"type":', '"subscribe"', '"update"', '"unsubscribe"', '"ack"', '"id":', '"topic":',
    '"overview"', '"host"', '"array":', '"values"', '"a/b/c"', '"select":', '"rate_hz":',
    '"max_points":', '"layout":', '"field":', '"part":', '"order":', '"window":', '"most":',
    '"reduce":', '"against":', '"seq":', '"dtype":', '"shape":', "\\ud800", "1e999", "NaN", "null",
)  # fmt: skip
