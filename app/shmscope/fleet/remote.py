"""GET requests of the REST API that another host answers.

The naive way leaves an answer that nobody waits for any more to its agent, which goes on making it,
or keeps a hundred megabytes for a minute in case that another piece is asked for. So the hub says
that it wants no more of it.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple, Self, TypeVar

from shmscope.errors import MessageError, OverdueError, ShmscopeError
from shmscope.fleet import messages
from shmscope.fleet.asking import Answer, Asking
from shmscope.fleet.hosts import Hosts
from shmscope.fleet.keys import Place
from shmscope.fleet.local import Request
from shmscope.fleet.relay import reachable

MOST_S: Final = 28.0  # until an answer begins; a server's own limit is 30 s, left to itself
MOST_HEADERS: Final = 50
_LEAST_S: Final = 0.25  # between two questions: an agent that is not ready yet waits itself
_T = TypeVar("_T")


class Answered(NamedTuple):
    """A host's answer, on the fleet's loop.

    Attributes:
        status: HTTP status code.
        headers: Names in lower case.
        answer: All of it.
    """

    status: int
    headers: Mapping[str, str]
    answer: Answer


class Errands:
    """Asks the REST APIs of hosts. Belongs to one event loop.

    Args:
        hosts: What is known of them.
        asking: Asks their agents.
    """

    def __init__(self, hosts: Hosts, asking: Asking) -> None:
        self._hosts, self._asking = hosts, asking
        self._dropping: set[asyncio.Task[None]] = set()

    async def get(self, host: str, request: Request, job: str) -> Answered:
        """Ask a host's REST API, again and again until the answer is ready.

        Args:
            host: Its name.
            request: What is asked for.
            job: From `new_job`.

        Raises:
            ShmscopeError: the host is unknown, cannot be reached, refuses, or takes too long.
        """
        try:
            async with asyncio.timeout(MOST_S):
                answer = await self._answer(host, _question(request, job))
        except TimeoutError:
            raise OverdueError(
                f"the host {host[:80]!r} took more than {MOST_S:g} s", limit=MOST_S
            ) from None
        return Answered(_status(answer), _headers(answer), answer)

    def drop(self, host: str, job: str) -> None:
        """Tell a host's agent that nobody waits for a job any more, if it can be told."""
        known = self._hosts.get(host)
        place = None if known is None else known.place
        if place is not None:
            task = asyncio.create_task(self._tell(place, job))
            self._dropping.add(task)
            task.add_done_callback(self._dropping.discard)

    async def _tell(self, place: Place, job: str) -> None:
        with suppress(ShmscopeError):  # the agent forgets by itself what is not asked for
            await self._asking.ask(place, "q/snapshot", {"drop": job}, 0)

    async def _answer(self, host: str, question: Mapping[str, Any]) -> Answer:
        clock = asyncio.get_running_loop().time
        while True:
            begun_s = clock()
            place = reachable(self._hosts, host, begun_s)
            most_bytes = messages.MOST_COPY_BYTES
            answer = await self._asking.ask(place, "q/snapshot", question, most_bytes)
            if answer.head.get("pending") is not True:
                return answer
            await asyncio.sleep(max(_LEAST_S - (clock() - begun_s), 0.0))


def _question(request: Request, job: str) -> dict[str, Any]:
    path, query, headers, head = request
    return {"get": path, "query": query, "headers": dict(headers), "head": head, "job": job}


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


class RemoteAnswer:
    """A host's answer to a GET request, for another loop than the fleet's.

    Args:
        answered: The answer.
        loop: The fleet's.
        drop: Tells the host's agent that nobody waits for it any more, on that loop.

    Attributes:
        status: HTTP status code.
        headers: Names in lower case.
        size_bytes: Of the body.
        body: The body, piece by piece.
    """

    def __init__(
        self, answered: Answered, loop: asyncio.AbstractEventLoop, drop: Callable[[], None]
    ) -> None:
        self.status, self.headers, answer = answered
        self.size_bytes = answer.size_bytes
        self.body: AsyncIterator[bytes] = self
        self._pieces, self._loop, self._drop = answer.pieces, loop, drop
        self._left_bytes = answer.size_bytes if answer.is_kept else 0

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        piece = await on_loop(_next(self._pieces), self._loop)
        if piece is None:
            raise StopAsyncIteration
        self._left_bytes -= len(piece)
        return piece

    def close(self) -> None:
        """Want no more of it: where its agent keeps the rest, it is told."""
        if self._left_bytes > 0:
            self._left_bytes = 0
            do_on(self._loop, self._drop)


def new_job() -> str:
    """Return the name of a request, which nobody guesses who was not told it."""
    return secrets.token_hex(8)


async def on_loop(work: Coroutine[Any, Any, _T], loop: asyncio.AbstractEventLoop) -> _T:
    """Run `work` on another loop than the running one, and return what it returns."""
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, loop))


def do_on(loop: asyncio.AbstractEventLoop, work: Callable[[], None]) -> None:
    """Have another loop do something soon, unless it is closed."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(work)


async def _next(pieces: AsyncIterator[bytes]) -> bytes | None:
    return await anext(pieces, None)
