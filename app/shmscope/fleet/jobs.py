"""GET requests that a hub asks an agent: begun once, however often they are asked for.

A scan takes longer than a question may: the hub is told to ask again, and asks for the same job.
What nobody waits for any more a hub says, and it is ended with all that is kept of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from shmscope.errors import BusyError, MessageError, SourceGoneError
from shmscope.fleet import messages
from shmscope.fleet.copies import Copies
from shmscope.fleet.local import Local, Request
from shmscope.fleet.room import Share

HOLD_S: Final = 1.0
KEPT_S: Final = 15.0  # after the last question
MOST_JOBS: Final = 64  # under way
MOST_DONE: Final = 64  # kept, for their answer may have been lost
MOST_PATH: Final = 8192
MOST_NAME: Final = 40  # characters
API: Final = "/api/v1/"
HEADERS: Final = frozenset({"accept", "if-none-match"})


class _Done(NamedTuple):
    answer: bytes
    copy: int | None  # of what is too large for it


@dataclass(slots=True)
class _Job:
    task: asyncio.Task[_Done]
    asked_s: float


class Jobs:
    """All requests under way, and those answered of late. Belongs to one event loop.

    Args:
        local: The server of the agent's host.
        copies: Keeps large answers; what is being made takes of its room, too.
        clock: Seconds.
        hold_s: How long an answer may wait until it is ready.

    Attributes:
        room: What answers take that are being made or pulled.
    """

    def __init__(
        self, local: Local, copies: Copies, clock: Callable[[], float], hold_s: float = HOLD_S
    ) -> None:
        self._local, self._copies, self.room = local, copies, copies.room
        self._clock, self._hold_s = clock, hold_s
        self._jobs: dict[str, _Job] = {}

    def __len__(self) -> int:
        return len(self._jobs)

    async def answer(self, question: Mapping[str, Any]) -> bytes:
        """Answer a request, or that it takes longer.

        Raises:
            ShmscopeError: the request cannot be, there are too many, or it was dropped meanwhile.
        """
        job = self._job_of(question)
        job.asked_s = self._clock()
        done, _ = await asyncio.wait({job.task}, timeout=self._hold_s)
        if job.task.cancelled():
            raise SourceGoneError("nobody waits for this answer any more")
        return job.task.result().answer if done else messages.encode({"pending": True})

    def drop(self, name: str) -> None:
        """End a job for which nobody waits any more, and forget what is kept of its answer."""
        job = self._jobs.pop(name, None)
        if job is None:
            return
        job.task.cancel()
        if job.task.done() and not job.task.cancelled() and job.task.exception() is None:
            self._copies.drop(job.task.result().copy)

    def forget_old(self) -> None:
        """End what nobody asks for any more."""
        late_s = self._clock() - KEPT_S
        for name in [name for name, job in self._jobs.items() if job.asked_s < late_s]:
            self._jobs.pop(name).task.cancel()

    def close(self) -> None:
        """End all of them."""
        for job in self._jobs.values():
            job.task.cancel()
        self._jobs.clear()

    def _job_of(self, question: Mapping[str, Any]) -> _Job:
        name = messages.text(question, "job", MOST_NAME)
        job = self._jobs.get(name)
        if job is not None:
            return job
        self._make_room()
        task = asyncio.create_task(self._run(_request(question)))
        job = self._jobs[name] = _Job(task, self._clock())
        return job

    def _make_room(self) -> None:
        """Forget, of those that are done, what was asked for longest ago.

        Raises:
            BusyError: too many are under way.
        """
        done = [name for name, job in self._jobs.items() if job.task.done()]
        if len(self._jobs) - len(done) >= MOST_JOBS:
            raise BusyError(f"{MOST_JOBS} requests are under way already", limit=MOST_JOBS)
        done.sort(key=lambda name: self._jobs[name].asked_s)
        for name in done[: max(len(done) - MOST_DONE + 1, 0)]:
            del self._jobs[name]

    async def _run(self, request: Request) -> _Done:
        with Share(self.room, messages.MOST_COPY_BYTES) as share:
            reply = await self._local.get(request, share.take)
        found = {"status": reply.status, "headers": reply.headers}
        return _Done(*self._copies.pack(found, reply.body))


def _request(question: Mapping[str, Any]) -> Request:
    path, query = question.get("get"), question.get("query", "")
    if not isinstance(path, str) or not path.startswith(API) or not _is_plain(path):
        raise MessageError(f"get must be a path below {API}", value=str(path)[:80], limit=API)
    if not isinstance(query, str) or not _is_plain(query) or len(path) + len(query) > MOST_PATH:
        raise MessageError(f"path and query may have {MOST_PATH} characters", limit=MOST_PATH)
    given = question.get("headers")
    pairs = given.items() if isinstance(given, dict) else ()
    headers = {str(name): str(text) for name, text in pairs if name in HEADERS}
    return Request(path, query, headers, question.get("head") is True)


def _is_plain(text: str) -> bool:
    return text.isascii() and (text.isprintable() or not text)
