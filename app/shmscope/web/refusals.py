"""What a client is answered that is not let in: over HTTP, or to a WebSocket's handshake.

The page of a refusal tells nothing of this machine, not even its name. It is filled in by hand, for
Jinja looks at template files, which would block the event loop.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from http import HTTPStatus
from typing import Final

from starlette.types import Receive, Scope, Send

from shmscope.web.pages import PACKAGE
from shmscope.web.problems import MEDIA_TYPE, encode_problem, problem

Header = tuple[bytes, bytes]

_PAGE: Final = (PACKAGE / "templates" / "refused.html").read_text("utf-8")


class Refusal:
    """An ASGI application that refuses whatever comes.

    Args:
        status: HTTP status code.
        detail: One sentence for people.
        headers: Further headers, names in lower case.
        as_page: Whether a person reads it.
    """

    def __init__(
        self, status: int, detail: str, headers: Iterable[Header] = (), *, as_page: bool = False
    ) -> None:
        self._status = status
        body, media_type = _page(status, detail) if as_page else _document(status, detail)
        self._body = body
        self._headers = [
            (b"content-type", media_type.encode()),
            (b"content-length", b"%d" % len(body)),
            *headers,
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        kind = "http"
        if scope["type"] == "websocket":
            await receive()
            kind = "websocket.http"
        start = {"type": f"{kind}.response.start", "status": self._status}
        await send({**start, "headers": list(self._headers)})
        await send({"type": f"{kind}.response.body", "body": self._body})


def _document(status: int, detail: str) -> tuple[bytes, str]:
    return encode_problem(problem(status, detail)), MEDIA_TYPE


def _page(status: int, detail: str) -> tuple[bytes, str]:
    title = HTTPStatus(status).phrase
    text = _PAGE.format(status=status, title=escape(title), detail=escape(detail))
    return text.encode("utf-8", "replace"), "text/html; charset=utf-8"
