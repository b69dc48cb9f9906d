"""Limits of a server: whoever asks for more is refused with value and limit, and no other."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import httpx2
import pytest
from tests.waiting import until
from tests.web.running import Running, running
from tests.web.test_problems import assert_problem
from tests.web.watching import watching
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect

import shmscope
from shmscope.errors import BusyError
from shmscope.sources.deadline import check_deadline
from shmscope.web.limits import Limits
from shmscope.web.requests import RequestLimit, Requests

FEW = Limits(
    clients=2, subscriptions=1, message_bytes=2000, rest_points=10, body_bytes=100, requests=2
)


@pytest.fixture(scope="module")
def narrow() -> Iterator[Running]:
    """A server with narrow limits."""
    with running(limits=FEW) as server:
        yield server


def test_one_client_too_many_is_closed_with_a_reason_and_comes_in_when_another_goes(
    narrow: Running,
) -> None:
    with watching(narrow):
        with watching(narrow) as second:
            assert second.hello["limits"]["clients"] == 2
            with (
                connect(narrow.stream, proxy=None) as third,
                pytest.raises(ConnectionClosedError) as caught,
            ):
                third.recv(20)
            assert caught.value.rcvd is not None
            assert caught.value.rcvd.code == 1013
            assert caught.value.rcvd.reason == "there would be 3 clients; there may be 2"
        until(lambda: narrow.sampler.demand.clients == 1)
        with watching(narrow) as another:
            assert another.hello["host"]


def test_a_message_beyond_the_limit_ends_its_connection_and_one_at_it_does_not(
    narrow: Running,
) -> None:
    with watching(narrow) as page:
        page.connection.send("[" + " " * 1998 + "]")
        assert page.next_of("error")[1]["detail"].startswith("a message must be an object")
        page.connection.send(" " * 2001)
        with pytest.raises(ConnectionClosedError) as caught:
            page.connection.recv(20)
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1009


def test_a_body_beyond_the_limit_is_a_problem(narrow: Running, name: str) -> None:
    with shmscope.create(name, 3):
        path = f"{narrow.path_of(name)}/watches"
        wish = {"kind": "mean", "select": "...", "rate_hz": 1}
        assert narrow.http.post(path, json=wish).status_code == 201
        text = json.dumps(wish).ljust(101)
        answer = narrow.http.post(path, content=text, headers={"content-type": "application/json"})
        assert assert_problem(answer, 413)["limit"] == 100


@pytest.mark.parametrize("form", ["json", "npy", "raw", "csv"])
def test_more_elements_than_an_answer_may_have_are_a_problem(
    narrow: Running, name: str, form: str
) -> None:
    with shmscope.create(name, 20):
        path = f"{narrow.path_of(name)}/values?format={form}&select"
        assert narrow.get(f"{path}=:10").status_code == 200
        problem = assert_problem(narrow.get(f"{path}=:11"), 422)
        assert (problem["value"], problem["limit"]) == (11, 10)


# Requests that take long: an application that waits until it is told to go on


class Waiting:
    """An application whose requests wait on threads, as handlers do.

    Attributes:
        go_on: Set when they may answer.
        stopped: Set when one was stopped by its deadline.
    """

    def __init__(self) -> None:
        self.go_on, self.stopped = Event(), Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG002 - as ASGI has it
        try:
            await asyncio.to_thread(self._work)
        except Exception:
            self.stopped.set()
            raise
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})

    def _work(self) -> None:
        while not self.go_on.wait(0.01):
            check_deadline()


async def ask(app: RequestLimit) -> tuple[int, dict[bytes, bytes], bytes]:
    """Return status, headers and body of an answer."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/"}
    await app(scope, _never, send)
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


async def there_are(count: int, requests: Requests) -> None:
    """Wait until so many requests are under way."""
    await asyncio.to_thread(until, lambda: len(requests) == count)


async def _never() -> Any:
    await asyncio.Event().wait()


def test_a_request_beyond_its_time_is_answered_and_its_thread_ends() -> None:
    waiting, requests = Waiting(), Requests(Limits(request_s=0.05))

    async def asked() -> tuple[int, dict[bytes, bytes], bytes]:
        answer = await ask(RequestLimit(waiting, requests))
        await asyncio.to_thread(waiting.stopped.wait, 20)
        await there_are(0, requests)
        return answer

    with pytest.raises(TimeoutError, match=r"no answer within 0\.05 s"):
        asyncio.run(asked())
    assert waiting.stopped.is_set()


class Stubborn(Waiting):
    """An application that looks at no deadline."""

    def _work(self) -> None:
        self.go_on.wait(20)


def test_a_request_that_does_not_stop_by_itself_is_answered_all_the_same() -> None:
    stubborn, requests = Stubborn(), Requests(Limits(request_s=0.05))

    async def asked() -> tuple[int, dict[bytes, bytes], bytes]:
        answer = await ask(RequestLimit(stubborn, requests))
        assert len(requests) == 1  # its thread counts as long as it goes on
        stubborn.go_on.set()
        await there_are(0, requests)
        return answer

    status, headers, body = asyncio.run(asked())
    problem = json.loads(body)
    assert (status, problem["status"], problem["limit"]) == (503, 503, 0.05)
    assert problem["value"] > 0.05
    assert headers[b"retry-after"] == b"1"


def test_one_request_too_many_is_refused_and_the_others_are_answered() -> None:
    waiting, requests = Waiting(), Requests(Limits(requests=2))

    async def asked() -> list[tuple[int, dict[bytes, bytes], bytes]]:
        app = RequestLimit(waiting, requests)
        under_way = [asyncio.create_task(ask(app)) for _ in range(2)]
        await there_are(2, requests)
        refused = await ask(app)
        with pytest.raises(BusyError):
            requests.check()
        waiting.go_on.set()
        return [refused, *[await one for one in under_way], await ask(app)]

    refused, *others = asyncio.run(asked())
    problem = json.loads(refused[2])
    assert (refused[0], problem["value"], problem["limit"]) == (503, 3, 2)
    assert [(status, body) for status, _, body in others] == [(200, b"done")] * 3


def test_a_request_that_is_cancelled_is_stopped() -> None:
    waiting, requests = Waiting(), Requests()

    async def asked() -> None:
        one = asyncio.create_task(ask(RequestLimit(waiting, requests)))
        await there_are(1, requests)
        one.cancel()
        await asyncio.gather(one, return_exceptions=True)
        await there_are(0, requests)

    asyncio.run(asked())


def test_requests_under_way_are_stopped_when_the_server_ends() -> None:
    waiting, requests = Waiting(), Requests()

    async def asked() -> None:
        one = asyncio.create_task(ask(RequestLimit(waiting, requests)))
        await there_are(1, requests)
        requests.end_all()
        await one

    with pytest.raises(TimeoutError, match="the server ends"):
        asyncio.run(asked())


def test_statistics_that_take_longer_than_they_may_are_a_problem(name: str) -> None:
    with running(limits=Limits(request_s=0.001)) as server, shmscope.create(name, 4 << 20) as big:
        big[:] = 1  # what was never written is not scanned
        path = f"/api/v1/arrays/{until(lambda: _id_of(server, name))}/statistics"
        problem = assert_problem(server.get(path), 503)
    assert problem["limit"] == 0.001
    assert problem["value"] > 0.001


def _id_of(server: Running, name: str) -> str:
    """Return the id of an array, which a list that takes its time may not tell here."""
    return next((str(one) for one in server.sampler.roster.by_id if one.name == name), "")


def test_many_requests_at_once_are_all_answered_one_way_or_the_other(narrow: Running) -> None:
    def get(_: int) -> httpx2.Response:
        return httpx2.get(f"{narrow.address}/api/v1/host", trust_env=False)

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(get, range(64)))
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert narrow.get("/api/v1/host").status_code == 200
    for answer in answers:
        if answer.status_code == 503:
            assert assert_problem(answer, 503)["limit"] == 2
