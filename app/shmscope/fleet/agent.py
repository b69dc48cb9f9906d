"""An agent: says what passes on its host each tick, and answers a hub's questions.

It listens to nobody and can be told nothing: it declares no subscriber, and its questions read.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from shmscope.errors import (
    BusyError,
    LimitError,
    MessageError,
    ShmscopeError,
    SourceGoneError,
)
from shmscope.fleet import messages
from shmscope.fleet.bulletin import Bulletin
from shmscope.fleet.carrier import Carrier, Question
from shmscope.fleet.copies import Copies
from shmscope.fleet.jobs import MOST_NAME, Jobs
from shmscope.fleet.keys import QUESTIONS, Part, Place
from shmscope.fleet.local import Local
from shmscope.fleet.looks import Looks, every
from shmscope.sampling.complaints import Complaints

TICK_S: Final = 0.5
SWEEP_S: Final = 1.0
MOST_QUESTIONS: Final = 256  # at once
MOST_LISTED: Final = 8  # parts of lists that are kept to be pulled
_SPEAKERS: Final = 8  # threads: an answer waits for a busy link
_REFUSED, _FAILED = 400, 500
# The hub tells its users of a refusal by its kind; the first that fits counts.
_STATUSES: Final[tuple[tuple[type[ShmscopeError], int], ...]] = (
    (BusyError, 503),
    (SourceGoneError, 503),  # a copy that was kept for long enough
    (LimitError, 413),
    (ShmscopeError, _REFUSED),
)

log = logging.getLogger(__name__)


class Agent:
    """Speaks for a host. Belongs to one event loop.

    Args:
        place: Its keys.
        carrier: Carries its messages; it is closed with the agent.
        local: The server of its host.
        clock: Seconds; that of the frames.
    """

    def __init__(
        self,
        place: Place,
        carrier: Carrier,
        local: Local,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._place, self._carrier, self._local, self._clock = place, carrier, local, clock
        self._bulletin = Bulletin()
        numbers = itertools.count(1)
        self._listed: deque[int] = deque()
        self.copies, self._answered = (Copies(clock, numbers=numbers) for _ in range(2))
        self.looks = Looks(local, self.copies, clock)
        self.jobs = Jobs(local, self._answered, clock)
        self._speakers = ThreadPoolExecutor(_SPEAKERS, "fleet-speaker")
        self._ticker = ThreadPoolExecutor(1, "fleet-ticker")
        self._answering: set[asyncio.Task[None]] = set()
        self._complaints = Complaints(clock)
        self._answers: Mapping[str, Callable[[Mapping[str, Any]], Awaitable[bytes]]] = {
            "q/list": self._list,
            "q/snapshot": self._snapshot,
            "q/chunk": self._chunk,
        }

    async def run(self, ended: asyncio.Event) -> None:
        """Speak until `ended` is set; the token comes last, when all else is there."""
        loop = asyncio.get_running_loop()
        tasks: list[asyncio.Task[None]] = []
        try:
            for part in QUESTIONS:
                self._carrier.serve(self._place.key(part), self._taker(loop, part))
            await self._tick()
            alive = self._place.key("alive")
            await loop.run_in_executor(self._speakers, self._carrier.announce, alive)
            tasks += asyncio.create_task(self._tick_on()), asyncio.create_task(self._sweep())
            await ended.wait()
        finally:
            await self._end(tasks)

    async def _end(self, tasks: list[asyncio.Task[None]]) -> None:
        """Say goodbye, and leave nothing behind: what still waits for a busy link is cut."""
        for task in (*tasks, *self._answering):
            task.cancel()
        await asyncio.gather(*tasks, *self._answering, return_exceptions=True)
        try:
            self.looks.close()
            self.jobs.close()
        finally:
            await asyncio.get_running_loop().run_in_executor(self._ticker, self._leave)
            self._ticker.shutdown()
            self._speakers.shutdown(cancel_futures=True)

    def _leave(self) -> None:
        """Say goodbye; a carrier that stays open ends the process with an abort."""
        try:
            self._carrier.publish(self._place.key("stats"), self._bulletin.ending(self._clock()))
        except Exception:  # unknown failures are logged; the agent ends
            log.exception("the hub could not be told of the end")
        finally:
            self._carrier.close()

    async def _tick_on(self) -> None:
        due_s = self._clock()
        while True:
            due_s = max(due_s + TICK_S, self._clock())
            await asyncio.sleep(due_s - self._clock())
            await self._tick()

    async def _tick(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._ticker, self._tell)

    def _tell(self) -> None:
        try:
            body = self._bulletin.update(self._local.overview(), self._clock())
            self._carrier.publish(self._place.key("stats"), body)
        except Exception as error:  # unknown failures are logged; the agent goes on
            times = self._complaints.take(error)
            if times is not None:
                log.exception("a tick could not be told", extra={"times": times})

    async def _sweep(self) -> None:
        def sweep() -> None:
            self.looks.forget_old()
            self.jobs.forget_old()
            self.copies.forget_old()
            self._answered.forget_old()

        await every(SWEEP_S, sweep)

    def _taker(self, loop: asyncio.AbstractEventLoop, part: Part) -> Callable[[Question], None]:
        def take(question: Question) -> None:
            loop.call_soon_threadsafe(self._begin, part, question)

        return take

    def _begin(self, part: Part, question: Question) -> None:
        task = asyncio.create_task(self._answer(part, question))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answer(self, part: Part, question: Question) -> None:
        loop = asyncio.get_running_loop()
        try:
            say, body = question.answer, await self._found(part, question.body)
        except ShmscopeError as error:
            status = next(status for kind, status in _STATUSES if isinstance(error, kind))
            say, body = question.refuse, _refusal(status, error.detail)
        except Exception:  # unknown failures are logged, and told without detail
            log.exception("a question could not be answered")
            say, body = question.refuse, _refusal(_FAILED, "the agent failed; its log says how")
        await loop.run_in_executor(self._speakers, say, body)

    async def _found(self, part: Part, body: bytes) -> bytes:
        if len(self._answering) > MOST_QUESTIONS:
            raise BusyError(f"{MOST_QUESTIONS} questions wait already", limit=MOST_QUESTIONS)
        if len(body) > messages.MOST_QUESTION_BYTES:
            most = messages.MOST_QUESTION_BYTES
            raise MessageError(f"a question may have {most:,} bytes", value=len(body), limit=most)
        return await self._answers[part](messages.decode(body))

    async def _list(self, question: Mapping[str, Any]) -> bytes:
        if question.get("looked") is True:
            self.looks.watch_overview()
        loop, first = asyncio.get_running_loop(), messages.count(question, "from")
        body = await loop.run_in_executor(self._ticker, self._bulletin.listing, first)
        answer, copy = self.copies.pack({}, body)
        if copy is not None:  # a list has many parts, and each is pulled once
            self._listed.append(copy)
            while len(self._listed) > MOST_LISTED:
                self.copies.drop(self._listed.popleft())
        return answer

    async def _snapshot(self, question: Mapping[str, Any]) -> bytes:
        if "drop" in question:
            self.jobs.drop(messages.text(question, "drop", MOST_NAME))
            return messages.encode({})
        return await (self.jobs if "get" in question else self.looks).answer(question)

    async def _chunk(self, question: Mapping[str, Any]) -> bytes:
        number = messages.count(question, "copy")
        copies = self._answered if number in self._answered else self.copies
        return copies.piece(number, messages.count(question, "at"))


def _refusal(status: int, detail: str) -> bytes:
    return messages.encode({"status": status, "detail": detail[:500]})
