"""Answers around the framework: whoever asked by then gets the one answer, and nobody else."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.web.running import Running

import shmscope
from shmscope.web.shortcut import Shortcut
from shmscope.web.values_query import Asked


class Answering:
    """Answers paths that begin with ``/quick`` at once, with a number that counts the answers."""

    def __init__(self) -> None:
        self.made = 0

    def at_once(self, path: str, query: bytes, asked: Asked) -> ASGIApp | None:  # noqa: ARG002 - as it is called
        if not path.startswith("/quick"):
            return None
        self.made += 1
        number = self.made

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - ASGI
            await send({"answer": number})

        return answer


async def ordinary(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - ASGI
    await send({"answer": f"ordinary {scope.get('method')}"})


async def asked(
    app: ASGIApp, path: str, query: bytes = b"", method: str = "GET", accept: bytes = b""
) -> Any:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message["answer"])

    async def receive() -> Any:
        raise AssertionError("no body is read")

    scope: dict[str, Any] = {"type": "http", "method": method, "path": path}
    scope |= {"query_string": query, "headers": [(b"accept", accept)]}
    await app(scope, receive, send)
    (answer,) = sent
    return answer


def test_those_who_wait_together_get_one_answer_and_who_comes_later_another() -> None:
    async def ask() -> list[Any]:
        app = Shortcut(ordinary, Answering().at_once)
        together = [asked(app, "/quick") for _ in range(3)]
        others = [asked(app, "/quick", b"select=1"), asked(app, "/quick", accept=b"text/csv")]
        found = await asyncio.gather(*together, *others)
        return [*found, await asked(app, "/quick"), await asked(app, "/quick")]

    assert asyncio.run(ask())[:5] == [1, 1, 1, 2, 3]
    assert asyncio.run(ask())[5:] == [4, 4]  # nothing else ran in between: asked in the same turn


def test_every_turn_of_the_loop_makes_its_own_answer() -> None:
    async def ask() -> list[Any]:
        app, found = Shortcut(ordinary, Answering().at_once), []
        for _ in range(3):
            found.append(await asked(app, "/quick"))
            await asyncio.sleep(0)
        return found

    assert asyncio.run(ask()) == [1, 2, 3]


def test_all_else_goes_the_ordinary_way() -> None:
    async def ask() -> list[Any]:
        app = Shortcut(ordinary, Answering().at_once)
        return [await asked(app, "/slow"), await asked(app, "/quick", method="PUT")]

    assert asyncio.run(ask()) == ["ordinary GET", "ordinary PUT"]


def test_what_fails_at_once_goes_the_ordinary_way_and_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the cause")

    assert asyncio.run(asked(Shortcut(ordinary, fail), "/quick")) == "ordinary GET"
    assert "/quick could not be answered at once" in caplog.text
    assert "the cause" in caplog.text


def test_both_ways_answer_the_same(served: Running, name: str) -> None:
    with shmscope.create(name, (4, 6), "f4") as array:
        path = f"{served.path_of(name)}/values?format=raw"
        first, second = served.get(path), served.get(path)  # where it lies is known by then
        with array.writing():
            torn = served.get(path)
    assert first.content == second.content == torn.content
    assert first.headers["x-shmscope-verdict"] == second.headers["x-shmscope-verdict"]
    assert torn.headers["x-shmscope-verdict"] == "torn"
    differing = {"date", "x-shmscope-verdict", "etag"}
    kept = [{k: v for k, v in each.headers.items() if k not in differing} for each in (first, torn)]
    assert kept[0] == kept[1]
