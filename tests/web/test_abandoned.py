"""Requests that nobody waits for any more: what is done for them stops where it is.

The arrays hold nothing, but would take minutes to be read.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.waiting import until
from tests.web.running import Running, running

import shmscope
from shmscope.errors import OverdueError
from shmscope.sources.deadline import Deadline, check_deadline, under
from shmscope.web.hearing import Hearing
from shmscope.web.limits import Limits
from shmscope.web.requests import RequestLimit, Requests

BEGUN_BYTES = 64 << 20
MOST = f"max_points={1 << 26}"


@pytest.fixture(scope="module")
def patient() -> Iterator[Running]:
    """A server that ends no request by itself."""
    with running(limits=Limits(request_s=3600.0)) as server:
        yield server


def read_bytes() -> int:
    """Return how many bytes this process, and so the server in it, has read by now."""
    counts = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    return int(counts["rchar"])


def sent(server: Running, method: str, path: str) -> socket.socket:
    """Return a connection on which something is asked."""
    address = urlsplit(server.address)
    connection = socket.create_connection((address.hostname, address.port), timeout=20)
    head = f"{method} {path} HTTP/1.1\r\nhost: {address.netloc}\r\ncontent-length: 0\r\n\r\n"
    connection.sendall(head.encode())
    return connection


@pytest.mark.parametrize(
    ("dtype", "rows", "asked"),
    [
        pytest.param("u1", 1 << 21, f"values?format=raw&select=:,::8192&{MOST}", id="one piece"),
        pytest.param("f8", 1 << 18, f"values?format=npy&select=::2,::1024&{MOST}", id="in parts"),
        pytest.param("f8", 1 << 18, "values?format=png&max_pixels=16777216", id="a picture"),
    ],
)
def test_reading_stops_when_the_client_has_gone(
    patient: Running, name: str, dtype: str, rows: int, asked: str
) -> None:
    with shmscope.create(name, (rows, 1 << 18), dtype, reserve=False):
        path, before = patient.path_of(name), read_bytes()
        with sent(patient, "GET", f"{path}/{asked}"):
            until(lambda: read_bytes() - before > BEGUN_BYTES)
        until(lambda: not len(patient.app.state.requests))
        after = read_bytes()
        assert patient.get("/api/v1/host").status_code == 200
        assert read_bytes() - after < BEGUN_BYTES


def test_a_scan_that_is_dropped_has_read_what_the_observer_tells(
    patient: Running, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[int] = []
    monkeypatch.setattr(patient.sampler.observer, "note_read", noted.append)
    with shmscope.create(name, 1 << 25) as array, array.writing() as values:
        values[:] = 1
        path = patient.path_of(name)
        noted.clear()
        with sent(patient, "GET", f"{path}/statistics"):
            until(lambda: noted)
        until(lambda: not len(patient.app.state.requests))
        assert 0 < sum(noted) <= values.nbytes


# One request, heard by itself


class Client:
    """A client that sends what it is told, and goes when it is told."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self._messages, self.goes = list(messages), asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        if self._messages:
            return self._messages.pop(0)
        await self.goes.wait()
        return {"type": "http.disconnect"}


def body(content: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": content, "more_body": more}


def test_what_was_heard_before_the_application_asked_is_not_lost() -> None:
    async def heard() -> list[Any]:
        client = Client(body(b"", more=False))
        hearing = Hearing({"type": "http", "method": "GET"}, client.receive)
        gone = asyncio.create_task(hearing.gone())
        client.goes.set()
        await gone
        return [await hearing.receive(), await hearing.receive()]

    assert asyncio.run(heard()) == [body(b""), {"type": "http.disconnect"}]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_of_a_body_no_more_than_a_piece_is_taken_unasked(method: str) -> None:
    async def heard() -> list[Any]:
        client = Client(*(body(b"part", more=True) for _ in range(9)), body(b"end"))
        hearing = Hearing({"type": "http", "method": method}, client.receive)
        gone = asyncio.create_task(hearing.gone())
        await asyncio.wait({gone}, timeout=0.3)
        assert len(client._messages) >= 9
        messages = [await hearing.receive() for _ in range(10)]
        client.goes.set()
        await gone
        return messages

    assert asyncio.run(heard()) == [body(b"part", more=True)] * 9 + [body(b"end")]


def test_an_answer_that_has_begun_takes_its_time_until_its_client_goes() -> None:
    found: list[str] = []

    async def lasting(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001 - as ASGI has it
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.to_thread(_work, found)

    async def asked() -> None:
        client, requests = Client(), Requests(Limits(request_s=0.0))
        app = RequestLimit(lasting, requests)
        scope = {"type": "http", "method": "GET", "path": "/"}
        one = asyncio.create_task(app(scope, client.receive, _take))
        await asyncio.to_thread(until, lambda: len(found) > 100)
        client.goes.set()
        await one
        await asyncio.to_thread(until, lambda: not len(requests))

    asyncio.run(asked())
    assert found[-1] == "stopped"


async def _take(_: Any) -> None:
    pass


def _work(found: list[str]) -> None:
    try:
        while True:
            check_deadline()
            found.append("goes on")
    except OverdueError:
        found.append("stopped")


def test_a_deadline_that_was_met_passes_no_more_but_can_be_ended() -> None:
    deadline = Deadline(0.0)
    with under(deadline), pytest.raises(OverdueError):
        check_deadline()
    deadline.meet()
    with under(deadline):
        check_deadline()
    deadline.end()
    with under(deadline), pytest.raises(OverdueError):
        check_deadline()
