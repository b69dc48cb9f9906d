"""An agent leaves nothing open, whatever fails."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from tests.fleet.carriers import SaidCarrier
from tests.fleet.saying import place, row

from shmscope.fleet import messages
from shmscope.fleet.agent import MOST_LISTED, Agent
from shmscope.fleet.copies import MOST_COPIES
from shmscope.fleet.local import Reply, Request, Take, View


class Quiet:
    """A server with one array, which answers nothing; see `shmscope.fleet.local.Local`."""

    def overview(self) -> Mapping[str, Any]:
        """Return what passes."""
        shm = {"size_bytes": 1, "used_bytes": 1}
        return {"host": {"shm": shm, "health": {"level": "ok"}}, "arrays": [row()]}

    def look(self, wish: Mapping[str, Any]) -> View:
        """Not asked for here."""
        raise AssertionError(wish)

    async def get(self, request: Request, take: Take) -> Reply:
        """Not asked for here."""
        raise AssertionError(request, take)


def speakers() -> list[str]:
    """Return the names of an agent's threads."""
    return [one.name for one in threading.enumerate() if one.name.startswith("fleet-")]


def speak(carrier: SaidCarrier, begin: Callable[[asyncio.Event], None]) -> None:
    """Run an agent that is told to end as soon as it begins."""

    async def run() -> None:
        ended = asyncio.Event()
        begin(ended)
        await Agent(place(), carrier, Quiet()).run(ended)

    before = speakers()
    try:
        asyncio.run(run())
    finally:
        assert speakers() == before


def test_an_agent_that_ends_says_goodbye_and_closes_its_carrier() -> None:
    carrier = SaidCarrier(lambda *_: b"")
    speak(carrier, asyncio.Event.set)
    said = [messages.decode(body) for _, body in carrier.published]
    assert [one.get("ended") for one in said] == [None, True]
    assert carrier.is_closed


@pytest.mark.parametrize("failing", ["serve", "announce"])
def test_a_carrier_that_fails_at_the_start_is_closed(failing: str) -> None:
    carrier = SaidCarrier(lambda *_: b"", (failing,))
    with pytest.raises(RuntimeError, match=failing):
        speak(carrier, lambda _: None)
    assert carrier.is_closed


def test_a_carrier_that_cannot_say_goodbye_is_closed(caplog: pytest.LogCaptureFixture) -> None:
    carrier = SaidCarrier(lambda *_: b"", ("publish",))
    speak(carrier, asyncio.Event.set)
    assert carrier.is_closed
    assert "the hub could not be told of the end" in caplog.messages


def test_parts_of_lists_leave_room_for_frames() -> None:
    """Each is kept until some more were asked for, and they are asked for quickly."""

    class Many(Quiet):
        def overview(self) -> Mapping[str, Any]:
            rows = [row(f"array{number}") for number in range(1000)]
            return {**super().overview(), "arrays": rows}

    async def run() -> None:
        agent = Agent(place(), carrier, Many())
        ended = asyncio.Event()
        running = asyncio.create_task(agent.run(ended))
        assert await asyncio.to_thread(carrier.announced.wait, 20)
        for _ in range(MOST_COPIES + 1):
            assert "copy" in messages.decode(await agent._found("q/list", messages.encode({})))
        assert agent.copies.size_bytes <= MOST_LISTED * messages.MOST_LIST_BYTES
        ended.set()
        await running

    carrier = SaidCarrier(lambda *_: b"")
    asyncio.run(run())
