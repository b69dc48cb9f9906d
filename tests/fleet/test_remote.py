"""What a hub asks of one agent: how often, for how long, and what it takes for an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import cbor2
import pytest
from tests.fleet.carriers import SaidCarrier
from tests.fleet.saying import place, statistics
from tests.fleet.test_copies import Clock

from shmscope.errors import MessageError, OverdueError, ShmscopeError
from shmscope.fleet import messages, relay, remote
from shmscope.fleet.asking import Asking
from shmscope.fleet.copies import Copies
from shmscope.fleet.hosts import Hosts
from shmscope.fleet.keys import Part, Place
from shmscope.fleet.local import Request
from shmscope.fleet.relay import Relay
from shmscope.fleet.remote import Errands
from shmscope.sampling.topics import HostTopic, Topic
from shmscope.web.limits import LIMITS
from shmscope.web.wire import encode_body

REQUEST = Request("/api/v1/host", "", {})
FRAME = encode_body({"values": [1.5]})

Say = Callable[[Mapping[str, Any]], dict[str, Any]]


def reachable() -> Hosts:
    """Return hosts of which one can be asked."""
    hosts = Hosts("hub")
    hosts.token(place(), 0.0, is_there=True)
    hosts.hear(place(), statistics(), 0.0)
    return hosts


def carrier(say: Say) -> SaidCarrier:
    """Return what carries to one agent."""
    return SaidCarrier(lambda _, __, question: messages.encode(say(question)))


def test_an_agent_that_is_never_ready_is_asked_seldom_and_given_up_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert LIMITS.request_s > remote.MOST_S
    monkeypatch.setattr(remote, "MOST_S", 0.6)
    never = carrier(lambda _: {"pending": True})
    with pytest.raises(OverdueError):
        asyncio.run(Errands(reachable(), Asking(never)).get("robot", REQUEST, "1"))
    assert 1 <= len(never.asked) <= 3
    assert len({question["job"] for _, _, question in never.asked}) == 1


def test_an_agent_that_says_nothing_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "MOST_S", 0.01)

    class Silent(SaidCarrier):
        def query(self, *_: object, **__: object) -> Any:
            return asyncio.run_coroutine_threadsafe(asyncio.sleep(60), asyncio.get_running_loop())

    with pytest.raises(OverdueError):
        asyncio.run(Errands(reachable(), Asking(Silent(lambda *_: b""))).get("robot", REQUEST, "1"))


def test_an_answer_that_becomes_ready_is_taken() -> None:
    ready: dict[str, Any] = {"status": 200, "headers": {"A": "b"}, "whole": b"{}"}
    answers = iter([{"pending": True}, ready])

    async def run() -> None:
        asking = Asking(carrier(lambda _: next(answers)))
        status, headers, answer = await Errands(reachable(), asking).get("robot", REQUEST, "1")
        assert (status, headers, await answer.whole()) == (200, {"a": "b"}, b"{}")

    asyncio.run(run())


def test_who_was_pulled_from_is_not_remembered() -> None:
    clock = Clock()
    copies = Copies(clock)

    def say(_: Place, part: Part, question: Mapping[str, Any]) -> bytes:
        if part == "q/chunk":
            return copies.piece(question["copy"], question["at"])
        return copies.pack({}, bytes(1 << 20))[0]

    async def run() -> None:
        asking = Asking(SaidCarrier(say), clock)
        for number in range(5):
            whom = place(f"host{number}")
            answer = await asking.ask(whom, "q/snapshot", {}, messages.MOST_COPY_BYTES)
            assert len(asking._turns) == 0
            first = await anext(answer.pieces)
            assert len(asking._turns) == 1
            assert len(first) + len(await answer.whole()) == 1 << 20
            del answer
        assert len(asking._turns) == 0

    asyncio.run(run())


async def told(items: list[Any], count: int = 1) -> list[tuple[Topic, str, bytes]]:
    """Return what is told first of a topic whose agent answers with these items."""
    found: list[tuple[Topic, str, bytes]] = []
    enough = asyncio.Event()

    def tell(topic: Topic, kind: str, body: bytes, _: float) -> None:
        found.append((topic, kind, body))
        if len(found) == count:
            enough.set()

    def explain(error: ShmscopeError) -> bytes:
        assert isinstance(error, MessageError)
        return b"\xf6"

    body = cbor2.dumps({"look": "a", "newest": 1, "items": items})
    pulled = Relay(reachable(), Asking(carrier(lambda _: {"whole": body})), explain)
    pulled.demand.add(HostTopic("robot"))
    pulled.start(tell)
    async with asyncio.timeout(20):
        await enough.wait()
    await pulled.stop()
    return found[:count]


def test_a_schema_and_a_frame_are_passed_on_as_they_came() -> None:
    items = [["schema", b"\xf6", 0.0], ["frame", FRAME, 1]]
    topic = HostTopic("robot")
    assert asyncio.run(told(items, 2)) == [(topic, "schema", b"\xf6"), (topic, "frame", FRAME)]


@pytest.mark.parametrize(
    "items",
    [
        [["frame", FRAME, 0.0]] * (relay.MOST_ITEMS + 1),
        [["frame", b"", 0.0]],
        [["schema", b"\xf6", 0.0], ["frame", FRAME[:-1], 0.0]],
        [["frame", FRAME + FRAME, 0.0]],
        [["frame", b"\x61\xff", 0.0]],
        [["frame", b"\x81" * (messages.MOST_WHOLE_BYTES - 100), 0.0]],
        [["frame", FRAME, -1.0]],
        [["other", FRAME, 0.0]],
    ],
    ids=["many", "none", "cut", "two", "no text", "deep", "age", "kind"],
)
def test_what_a_page_could_not_read_is_an_error_and_nothing_of_it_is_passed_on(
    items: list[Any],
) -> None:
    assert asyncio.run(told(items)) == [(HostTopic("robot"), "error", b"\xf6")]
