"""What the handlers of the REST API answer with."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence

from fastapi import Response
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from shmscope.errors import ShmscopeError
from shmscope.web.binary import Piece
from shmscope.web.heads import is_head
from shmscope.web.refusals import Header
from shmscope.web.wire import encode_json

log = logging.getLogger(__name__)


def json_answer(body: object, status: int = 200) -> Response:
    """Return plain data and numpy arrays as JSON."""
    return Response(encode_json(body), status, media_type="application/json")


class Pieces(Response):
    """An answer in pieces of known sizes, none of which is copied.

    Args:
        pieces: What is sent, one after the other.
        headers: All but the length, names in lower case.
    """

    def __init__(self, pieces: Sequence[Piece], headers: Iterable[Header]) -> None:
        self.status_code = 200
        self.background = None
        self._pieces = pieces
        size_bytes = sum(map(len, pieces))  # of a memoryview of bytes, its length is its size
        self.raw_headers = [*headers, (b"content-length", b"%d" % size_bytes)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as ASGI has it
        """Send the answer."""
        start = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **start})
        for left, piece in zip(range(len(self._pieces))[::-1], self._pieces, strict=True):
            await send({"type": "http.response.body", "body": piece, "more_body": left > 0})


class Flow(StreamingResponse):
    """An answer that is made while it is sent, so that it is never held as a whole.

    The next piece is made when the client has taken the one before. What goes wrong by then cannot
    be told any more: the connection is cut, and the client sees that the end is missing.

    Args:
        pieces: What is sent, one after the other; made on another thread than the event loop's.
        headers: All there are, names in lower case.
    """

    def __init__(self, pieces: Iterator[Piece], headers: Iterable[Header]) -> None:
        super().__init__(pieces)
        self.raw_headers = list(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer; of HEAD, its headers."""
        if is_head(scope):
            start = {"status": self.status_code, "headers": self.raw_headers}
            await send({"type": "http.response.start", **start})
            await send({"type": "http.response.body", "body": b""})
            return
        await super().__call__(scope, receive, send)

    async def stream_response(self, send: Send) -> None:
        """Send the pieces; leave the answer unfinished where one cannot be had."""
        try:
            await super().stream_response(send)
        except ShmscopeError as error:
            log.warning("an answer was cut short: %s", error.detail)
