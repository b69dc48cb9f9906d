"""A program that watches an array of another host in a hub's stream, as its page does."""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple

from tests.fleet.programs import Hub
from tests.waiting import until
from tests.web.reading import decode_message
from websockets.sync.client import connect


class Frame(NamedTuple):
    """What came of an array.

    Attributes:
        size_bytes: Of the message.
        lag_s: How old it was when it was sent, since its owner made it.
    """

    size_bytes: int
    lag_s: float


def watched(center: Hub, ident: str) -> Generator[Frame, None, None]:
    """Yield each frame of an array, drawn as soon as it comes; it is asked for once."""
    address = str(center.http.base_url).replace("http", "ws", 1)
    with connect(f"{address}/api/v1/stream", max_size=None, proxy=None, compression=None) as page:
        wish = f'"topic": "values", "array": "{ident}", "rate_hz": 30, "max_points": 1048576'
        page.send(f'{{"type": "subscribe", "id": 1, {wish}}}')
        while True:
            body = page.recv(20)
            assert isinstance(body, bytes)
            head, _ = decode_message(body)
            if head["type"] == "frame":
                page.send(f'{{"type": "ack", "id": 1, "seq": {head["seq"]}}}')
                yield Frame(len(body), head["lag_s"])


def array_of(center: Hub, host: str, name: str) -> str:
    """Return the id of an array, once it is seen."""

    def seen() -> list[str]:
        rows = center.http.get("/api/v1/arrays", params={"host": host}).json()["arrays"]
        return [row["id"] for row in rows if row["name"] == name]

    return until(seen)[0]
