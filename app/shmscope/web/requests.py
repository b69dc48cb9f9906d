"""Requests that take their time: how many there may be at once, and for how long.

The naive way goes on with whatever was asked: the server that this runs in tells nobody that a
client has gone but who asks for it. Here a request that is not answered soon is listened to, and
what is done for it stops when nobody waits for it any more.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shmscope.errors import BusyError, OverdueError
from shmscope.sources.deadline import Deadline, under
from shmscope.web.hearing import Hearing
from shmscope.web.limits import LIMITS, Limits
from shmscope.web.problems import MEDIA_TYPE, encode_problem, problem_of

GRACE_S: Final = 0.5  # in which a thread that keeps its deadline says so itself
_RETRY_AFTER: Final = (b"retry-after", b"1")

log = logging.getLogger(__name__)


class Requests:
    """The requests that are under way, each with its deadline.

    Args:
        limits: How many, and how long until an answer begins.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self._deadlines: dict[asyncio.Task[None], Deadline] = {}

    def __len__(self) -> int:
        """How many there are, those included that nobody waits for any more."""
        return len(self._deadlines)

    def check(self) -> None:
        """Check that there is room for one more.

        Raises:
            BusyError: there is none.
        """
        count, most = len(self) + 1, self.limits.requests
        if count > most:
            raise BusyError(
                f"there would be {count:,} requests under way; there may be {most:,}: "
                "ask again soon",
                value=count,
                limit=most,
            )

    def add(self, work: asyncio.Task[None], deadline: Deadline) -> None:
        """Count a request until it is done, be it long after its client has gone."""
        self._deadlines[work] = deadline
        work.add_done_callback(self._deadlines.pop)

    def end_all(self) -> None:
        """Have all of them stop where they are: the server ends."""
        for deadline in self._deadlines.values():
            deadline.end()


class RequestLimit:
    """ASGI middleware that answers in time, if only with a problem.

    Args:
        app: What answers.
        requests: Those under way.
    """

    def __init__(self, app: ASGIApp, requests: Requests) -> None:
        self._app, self._requests = app, requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it; once its answer has begun it may take its time."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._requests.check()
        except BusyError as error:
            await _refuse(error, send)
            return
        deadline = Deadline(self._requests.limits.request_s)
        hearing, answer = Hearing(scope, receive), _Answer(send, deadline)
        with under(deadline):
            work = asyncio.ensure_future(_run(self._app, scope, hearing.receive, answer))
        self._requests.add(work, deadline)
        gone = asyncio.ensure_future(hearing.gone())
        try:
            await self._wait(work, gone, answer)
            if work.done() or not answer.is_over:
                await work
            elif not gone.done():
                await _refuse(deadline.error(), send)
        except asyncio.CancelledError:
            answer.is_over = True
            raise
        finally:
            gone.cancel()
            if answer.is_over:
                deadline.end()  # a thread cannot be cancelled
                work.cancel()

    async def _wait(
        self, work: asyncio.Task[None], gone: asyncio.Task[None], answer: _Answer
    ) -> None:
        """Wait for a request until it is done, overdue, or its client gone."""
        either, first = {work, gone}, asyncio.FIRST_COMPLETED
        limit_s = self._requests.limits.request_s + GRACE_S
        await asyncio.wait(either, timeout=limit_s, return_when=first)
        if answer.has_begun and not work.done():
            await asyncio.wait(either, return_when=first)
        answer.is_over = not work.done() and (gone.done() or not answer.has_begun)


class _Answer:
    """What a client is sent, until it was told that there is none, or has gone."""

    def __init__(self, send: Send, deadline: Deadline) -> None:
        self._send, self._deadline = send, deadline
        self.has_begun = self.is_over = False

    async def send(self, message: Message) -> None:
        if not self.is_over:
            self.has_begun = True
            self._deadline.meet()
            await self._send(message)


async def _run(app: ASGIApp, scope: Scope, receive: Receive, answer: _Answer) -> None:
    try:
        await app(scope, receive, answer.send)
    except Exception as error:
        if not answer.is_over:
            raise
        if not isinstance(error, OverdueError):
            log.exception(
                "%s %s failed when nobody waited any more", scope["method"], scope["path"]
            )


async def _refuse(error: BusyError | OverdueError, send: Send) -> None:
    document = problem_of(error)
    body = encode_problem(document)
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", b"%d" % len(body)),
        _RETRY_AFTER,
    ]
    start = {"status": document["status"], "headers": headers}
    await send({"type": "http.response.start", **start})
    await send({"type": "http.response.body", "body": body})
