"""An agent's own server: the application of its host, asked in this process and by no port."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Scope

from shmscope.errors import ShmscopeError
from shmscope.fleet.local import Reply, Request, Take, View
from shmscope.sampling.sampler import Sampler
from shmscope.web.agent_views import StreamView
from shmscope.web.hub import Hub

_HERE: Final = ("127.0.0.1", 0)


class LocalServer:
    """See `shmscope.fleet.local.Local`.

    Args:
        app: From `create_app`, with its lifespan begun.
    """

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._hub: Hub = app.state.hub
        self._sampler: Sampler = app.state.sampler

    def overview(self) -> Mapping[str, Any]:
        """Return a frame of the topic of that name; the hub is somebody who asks."""
        self._sampler.demand.ask()
        return self._sampler.reports.overview()

    def look(self, wish: Mapping[str, Any]) -> View:
        """Subscribe to a topic."""
        return StreamView(self._hub, wish)

    async def get(self, request: Request, take: Take) -> Reply:
        """Answer a request."""
        return await answer(self._app, _scope(request), take)


def _scope(request: Request) -> Scope:
    path, query, headers, head = request
    given = {"host": _HERE[0], **headers}
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "HEAD" if head else "GET",
        "scheme": "http",
        "path": unquote_to_bytes(path).decode("utf-8", "surrogateescape"),
        "raw_path": path.encode("ascii"),
        "query_string": query.encode("ascii"),
        "root_path": "",
        "headers": [(name.encode(), text.encode("latin-1")) for name, text in given.items()],
        "client": _HERE,
        "server": _HERE,
        "state": {},
    }


async def answer(app: ASGIApp, scope: Scope, take: Take) -> Reply:
    """Return what an application answers to the request of an ASGI scope.

    Raises:
        ShmscopeError: what `take` raises; the application is then ended.
    """
    taking = _Taking(take, is_empty=scope["method"] == "HEAD")
    running = asyncio.ensure_future(_call(app, scope, taking))
    try:
        await asyncio.wait({running, taking.full}, return_when=asyncio.FIRST_COMPLETED)
        (taking.full if taking.full.done() else running).result()
    finally:
        running.cancel()
        taking.full.cancel()
    return Reply(taking.status, taking.headers, taking.body)


async def _call(app: ASGIApp, scope: Scope, taking: _Taking) -> None:
    await app(scope, _receive_once(), taking.send)


def _receive_once() -> Any:
    """Return what gives an application the request's empty body, and then nothing more."""
    messages: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        if messages:
            return messages.pop()
        await asyncio.Event().wait()  # who asks stays until the answer is whole
        return {"type": "http.disconnect"}

    return receive


class _Taking:
    """Takes what an application sends, in one buffer, as far as there may be more.

    Attributes:
        full: Holds why nothing more is taken, once that is so.
    """

    def __init__(self, take: Take, *, is_empty: bool) -> None:
        self._take, self._is_empty = take, is_empty
        self.status, self.body = 500, bytearray()
        self.headers: dict[str, str] = {}
        self.full: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def send(self, message: Message) -> None:
        """Take a message; once there is too much, nothing more is taken."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            pairs = message.get("headers", [])
            self.headers = {name.decode(): text.decode("latin-1") for name, text in pairs}
        elif not self._is_empty:
            await self._keep(message.get("body", b""))

    async def _keep(self, piece: bytes | memoryview) -> None:
        try:
            self._take(len(piece))
        except ShmscopeError as error:
            self.full.set_exception(error)
            await asyncio.Event().wait()  # who answers is ended
        self.body += piece
