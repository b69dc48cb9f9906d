"""Requests that a hub asks an agent: how many, how large, and which are forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send
from tests.fleet.test_copies import Clock

from shmscope.errors import BusyError, LimitError, SourceGoneError
from shmscope.fleet import messages
from shmscope.fleet.copies import Copies
from shmscope.fleet.jobs import KEPT_S, MOST_DONE, MOST_JOBS, Jobs
from shmscope.fleet.local import Reply, Request, Take, View
from shmscope.web.agent_local import answer

PIECE = bytes(messages.PIECE_BYTES)

Get = Callable[[Take], Awaitable[Reply]]


class SaidLocal:
    """A server whose answers a test makes; see `shmscope.fleet.local.Local`."""

    def __init__(self, get: Get) -> None:
        self._get = get
        self.count = 0

    def overview(self) -> Mapping[str, Any]:
        """Not asked for here."""
        raise AssertionError

    def look(self, wish: Mapping[str, Any]) -> View:
        """Not asked for here."""
        raise AssertionError(wish)

    async def get(self, request: Request, take: Take) -> Reply:
        """Answer as the test says."""
        assert request == Request("/api/v1/host", "", {})
        self.count += 1
        return await self._get(take)


async def at_once(_: Take) -> Reply:
    return Reply(200, {}, b"{}")


def question(job: int) -> dict[str, Any]:
    """Return a question of a job of its own."""
    return {"get": "/api/v1/host", "job": str(job)}


async def finished(jobs: Jobs, number: int) -> Mapping[str, Any]:
    """Return the answer of a job that will not take long any more."""
    for _ in range(1000):
        found = messages.decode(await jobs.answer(question(number)))
        if "pending" not in found:
            return found
        await asyncio.sleep(0)
    raise AssertionError


def test_requests_that_are_answered_are_not_under_way() -> None:
    async def run() -> None:
        clock = Clock()
        jobs = Jobs(SaidLocal(at_once), Copies(clock), clock)
        for number in range(3 * MOST_JOBS):
            answered = messages.decode(await jobs.answer(question(number)))
            assert (answered["status"], answered["whole"]) == (200, b"{}")
        assert len(jobs) == MOST_DONE

    asyncio.run(run())


def test_an_answer_that_was_lost_is_there_when_it_is_asked_for_again() -> None:
    async def run() -> None:
        clock = Clock()
        local = SaidLocal(at_once)
        jobs = Jobs(local, Copies(clock), clock)
        for number in range(MOST_DONE):
            clock.now_s += 0.01
            await jobs.answer(question(number))
        clock.now_s += 0.01
        await jobs.answer(question(0))
        await jobs.answer(question(MOST_DONE))  # takes the place of 1, which was asked for before 0
        assert local.count == MOST_DONE + 1
        await jobs.answer(question(0))
        assert local.count == MOST_DONE + 1
        await jobs.answer(question(1))
        assert local.count == MOST_DONE + 2
        clock.now_s += KEPT_S + 1
        jobs.forget_old()
        assert not len(jobs)

    asyncio.run(run())


def test_requests_under_way_are_bounded_and_one_that_ends_makes_room() -> None:
    async def run() -> None:
        clock, gate = Clock(), asyncio.Semaphore(0)

        async def waiting(_: Take) -> Reply:
            async with gate:
                return Reply(200, {}, b"")

        jobs = Jobs(SaidLocal(waiting), Copies(clock), clock, hold_s=0.0)
        for number in range(MOST_JOBS):
            assert messages.decode(await jobs.answer(question(number))) == {"pending": True}
        with pytest.raises(BusyError):
            await jobs.answer(question(MOST_JOBS))
        for _ in range(MOST_JOBS):
            gate.release()
        await finished(jobs, 0)
        await jobs.answer(question(MOST_JOBS))
        jobs.close()
        assert not len(jobs)

    asyncio.run(run())


def application(pieces: int, gate: asyncio.Event) -> Any:
    """Return an application that sends so many pieces, the last after the gate is open."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["method"] == "GET"
        assert (await receive())["type"] == "http.request"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(pieces):
            await send({"type": "http.response.body", "body": PIECE, "more_body": True})
        await gate.wait()
        await send({"type": "http.response.body", "body": PIECE})

    return app


def test_answers_that_are_being_made_and_pulled_share_one_room() -> None:
    """Four take eight pieces each of a room of twenty: the third and fourth find none."""

    async def run() -> None:
        clock, gate = Clock(), asyncio.Event()
        copies = Copies(clock, most_bytes=20 * len(PIECE))

        async def get(take: Take) -> Reply:
            return await answer(application(7, gate), {"type": "http", "method": "GET"}, take)

        jobs = Jobs(SaidLocal(get), copies, clock, hold_s=0.01)
        asked = [asyncio.create_task(jobs.answer(question(number))) for number in range(4)]
        await asyncio.wait(asked)
        assert [task.exception() is None for task in asked] == [True, True, False, False]
        assert isinstance(asked[2].exception(), BusyError)
        assert copies.room.size_bytes == 14 * len(PIECE)
        gate.set()
        for number in range(2):
            assert "copy" in await finished(jobs, number)
        assert copies.room.size_bytes == copies.size_bytes == 16 * len(PIECE)
        jobs.close()

    asyncio.run(run())


def test_an_answer_that_is_too_large_is_ended_and_takes_no_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(messages, "MOST_COPY_BYTES", 5 * len(PIECE))

    async def run() -> None:
        clock, gate = Clock(), asyncio.Event()
        copies = Copies(clock)

        async def get(take: Take) -> Reply:
            return await answer(application(7, gate), {"type": "http", "method": "GET"}, take)

        jobs = Jobs(SaidLocal(get), copies, clock)
        with pytest.raises(LimitError):
            await jobs.answer(question(0))
        assert copies.room.size_bytes == 0

    asyncio.run(run())


def test_a_job_that_is_dropped_ends_at_once_and_who_still_asks_is_told() -> None:
    async def run() -> None:
        clock, begun, ended = Clock(), asyncio.Event(), asyncio.Event()

        async def lasting(_: Take) -> Reply:
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()
            raise AssertionError

        jobs = Jobs(SaidLocal(lasting), Copies(clock), clock, hold_s=20.0)
        asked = asyncio.create_task(jobs.answer(question(1)))
        await begun.wait()
        jobs.drop("2")
        assert len(jobs) == 1
        jobs.drop("1")
        with pytest.raises(SourceGoneError):
            await asked
        assert ended.is_set()
        assert not len(jobs)

    asyncio.run(run())


@pytest.mark.parametrize("size", [2, messages.MOST_WHOLE_BYTES + 1])
def test_what_is_kept_of_a_job_that_is_dropped_is_forgotten_and_of_others_stays(size: int) -> None:
    async def large(_: Take) -> Reply:
        return Reply(200, {}, bytes(size))

    async def run() -> None:
        clock = Clock()
        copies = Copies(clock)
        jobs = Jobs(SaidLocal(large), copies, clock)
        for number in range(2):
            await jobs.answer(question(number))
        one = copies.room.size_bytes // 2
        for _ in range(2):
            jobs.drop("0")
            assert (len(jobs), copies.room.size_bytes) == (1, one)
        jobs.drop("1")
        assert (len(jobs), copies.room.size_bytes) == (0, 0)

    asyncio.run(run())


def test_a_job_that_failed_can_be_dropped() -> None:
    async def failing(_: Take) -> Reply:
        raise LimitError("too much")

    async def run() -> None:
        clock = Clock()
        jobs = Jobs(SaidLocal(failing), Copies(clock), clock)
        with pytest.raises(LimitError):
            await jobs.answer(question(0))
        jobs.drop("0")
        assert not len(jobs)

    asyncio.run(run())
