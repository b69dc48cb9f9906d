"""What the handlers of the REST API answer with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Response
from starlette.types import Receive, Scope, Send

from shmscope.web.binary import Piece
from shmscope.web.problems import MEDIA_TYPE
from shmscope.web.wire import encode_json

# The part of a response's description, in OpenAPI, that says it is a problem document.
PROBLEM: dict[str, Any] = {"content": {MEDIA_TYPE: {}}}


def json_answer(body: object, status: int = 200) -> Response:
    """Return plain data and numpy arrays as JSON."""
    return Response(encode_json(body), status, media_type="application/json")


class Pieces(Response):
    """An answer in pieces of known sizes, none of which is copied.

    Args:
        pieces: What is sent, one after the other.
        media_type: What it is.
        headers: Further ones, names in lower case.
    """

    def __init__(
        self, pieces: Sequence[Piece], media_type: str, headers: Mapping[str, str]
    ) -> None:
        self.status_code = 200
        self.background = None
        self._pieces = pieces
        size_bytes = sum(map(len, pieces))  # of a memoryview of bytes, its length is its size
        self.raw_headers = [
            (b"content-type", media_type.encode("latin-1")),
            (b"content-length", b"%d" % size_bytes),
            *((name.encode("latin-1"), text.encode("latin-1")) for name, text in headers.items()),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as ASGI has it
        """Send the answer."""
        start = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **start})
        for left, piece in zip(range(len(self._pieces))[::-1], self._pieces, strict=True):
            await send({"type": "http.response.body", "body": piece, "more_body": left > 0})
