"""Requests that are for another host of the fleet are asked there, and its answer is passed on.

So every form of an answer is the owner's own, tags and all. What nobody waits for any more is asked
no further, and its host is told.
"""

from __future__ import annotations

from contextlib import closing
from typing import Final, NamedTuple
from urllib.parse import quote, unquote_to_bytes

from starlette.types import ASGIApp, Receive, Scope, Send

from shmscope.errors import ShmscopeError
from shmscope.fleet.local import Request
from shmscope.web.fleet_answers import is_known, pass_on
from shmscope.web.fleet_face import Fleet
from shmscope.web.heads import is_head
from shmscope.web.problems import MEDIA_TYPE, encode_problem, problem, problem_of

ARRAYS: Final = "/api/v1/arrays/"
HOSTS: Final = "/api/v1/fleet/hosts/"
# What a host tells of itself: below HOSTS and its name, as below /api/v1 of its own server.
OF_HOST: Final = frozenset({"host", "memory", "segments", "health", "events", "arrays"})
_ASKED_WITH: Final = ("accept", "if-none-match")


class Destination(NamedTuple):
    """What is asked of another host.

    Attributes:
        host: Its name.
        path: At its own server, percent-encoded.
    """

    host: str
    path: str


def destination(path: str) -> Destination | None:
    """Read which host a path is for, None where it names none.

    Args:
        path: Percent-encoded, as it came.
    """
    for prefix in (ARRAYS, HOSTS):
        if path.startswith(prefix):
            first, _, rest = path.removeprefix(prefix).partition("/")
            host = unquote_to_bytes(first).decode("utf-8", "surrogateescape")
            if not host or not rest:
                return None
            if prefix == ARRAYS:
                return Destination(host, path)
            return Destination(host, f"/api/v1/{rest}") if rest in OF_HOST else None
    return None


class Forward:
    """ASGI middleware that has other hosts answer for what is theirs.

    Args:
        app: Answers for this host.
        fleet: The other hosts.
        own: Name of this host.
    """

    def __init__(self, app: ASGIApp, fleet: Fleet, own: str) -> None:
        self._app, self._fleet, self._own = app, fleet, own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to whom it is for."""
        found = destination(_path_of(scope)) if scope["type"] == "http" else None
        if found is None or (found.host == self._own and scope["path"].startswith(ARRAYS)):
            await self._app(scope, receive, send)
        elif scope["method"] != "GET":
            await _send_problem(send, _refusal(scope["method"], found.host), allow=b"GET, HEAD")
        elif found.host == self._own:
            path = {"path": found.path, "raw_path": found.path.encode()}
            await self._app({**scope, **path}, receive, send)
        else:
            await self._ask(found, scope, send)

    async def _ask(self, found: Destination, scope: Scope, send: Send) -> None:
        query = scope["query_string"].decode("latin-1")
        request = Request(found.path, query, _headers_of(scope), is_head(scope))
        try:
            answer = await self._fleet.get(found.host, request)
        except ShmscopeError as error:
            await _send_problem(send, problem_of(error))
            return
        with closing(answer):
            if is_known(answer):
                await pass_on(answer, send, is_head=request.head)
                return
        detail = f"the host {found.host[:80]!r} gave an answer that its API does not have"
        await _send_problem(send, problem(502, detail))


def _path_of(scope: Scope) -> str:
    raw: bytes | None = scope.get("raw_path")
    return quote(scope["path"]) if raw is None else raw.partition(b"?")[0].decode("latin-1")


def _headers_of(scope: Scope) -> dict[str, str]:
    given = {name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]}
    return {name: given[name] for name in _ASKED_WITH if name in given}


def _refusal(method: str, host: str) -> dict[str, object]:
    detail = (
        f"{method[:20]} changes or keeps something, and a hub only reads of other hosts: "
        f"ask the server on {host[:80]!r} itself"
    )
    return problem(405, detail, value=method[:20], limit="GET, HEAD")


async def _send_problem(send: Send, document: dict[str, object], allow: bytes = b"") -> None:
    body = encode_problem(document)
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", b"%d" % len(body)),
        *([(b"allow", allow)] if allow else []),
    ]
    start = {"status": document["status"], "headers": headers}
    await send({"type": "http.response.start", **start})
    await send({"type": "http.response.body", "body": body})
