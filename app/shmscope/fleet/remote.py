"""GET requests of the REST API that another host answers."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from shmscope.errors import MessageError, OverdueError
from shmscope.fleet import messages
from shmscope.fleet.asking import Answer, Asking
from shmscope.fleet.hosts import Hosts
from shmscope.fleet.relay import reachable

MOST_S: Final = 28.0  # until an answer begins; a server's own limit is 30 s, left to itself
MOST_HEADERS: Final = 50
_LEAST_S: Final = 0.25  # between two questions: an agent that is not ready yet waits itself
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class RemoteAnswer:
    """A host's answer to a GET request.

    Attributes:
        status: HTTP status code.
        headers: Names in lower case.
        size_bytes: Of the body.
        body: The body, piece by piece.
    """

    status: int
    headers: Mapping[str, str]
    size_bytes: int
    body: AsyncIterator[bytes]


async def get(
    hosts: Hosts, asking: Asking, host: str, request: Mapping[str, Any]
) -> tuple[int, dict[str, str], Answer]:
    """Ask a host's REST API, again and again until the answer is ready.

    Args:
        hosts: What is known of them.
        asking: Asks their agents.
        host: Name of one.
        request: `get`, `query`, `headers` and `head`.

    Raises:
        ShmscopeError: the host is unknown, cannot be reached, refuses, or takes too long.
    """
    question = {**request, "job": secrets.token_hex(8)}
    try:
        async with asyncio.timeout(MOST_S):
            answer = await _answer(hosts, asking, host, question)
    except TimeoutError:
        raise OverdueError(
            f"the host {host[:80]!r} took more than {MOST_S:g} s", limit=MOST_S
        ) from None
    return _status(answer), _headers(answer), answer


async def _answer(hosts: Hosts, asking: Asking, host: str, question: Mapping[str, Any]) -> Answer:
    clock = asyncio.get_running_loop().time
    while True:
        begun_s = clock()
        place = reachable(hosts, host, begun_s)
        answer = await asking.ask(place, "q/snapshot", question, messages.MOST_COPY_BYTES)
        if answer.head.get("pending") is not True:
            return answer
        await asyncio.sleep(max(_LEAST_S - (clock() - begun_s), 0.0))


def _status(answer: Answer) -> int:
    status = messages.count(answer.head, "status")
    if not 100 <= status <= 599:
        raise MessageError(f"{status} is no status of HTTP", value=status)
    return status


def _headers(answer: Answer) -> dict[str, str]:
    found = answer.head.get("headers")
    if not isinstance(found, dict) or len(found) > MOST_HEADERS:
        raise MessageError("an answer has no headers, or too many", limit=MOST_HEADERS)
    return {str(name).lower(): str(text) for name, text in found.items()}


async def on_loop(work: Coroutine[Any, Any, _T], loop: asyncio.AbstractEventLoop) -> _T:
    """Run `work` on another loop than the running one, and return what it returns."""
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, loop))


async def pieces_on(answer: Answer, loop: asyncio.AbstractEventLoop) -> AsyncIterator[bytes]:
    """Yield an answer's body, pulled on another loop."""
    while (piece := await on_loop(_next(answer.pieces), loop)) is not None:
        yield piece


async def _next(pieces: AsyncIterator[bytes]) -> bytes | None:
    return await anext(pieces, None)
