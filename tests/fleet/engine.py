"""A hub and agents in one process, joined by a real carrier on loopback."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import FastAPI
from tests.fleet.wire import TRIES, free_port
from tests.waiting import until

from shmscope.errors import AddressError
from shmscope.fleet.agent import Agent
from shmscope.fleet.fleet import Fleet
from shmscope.fleet.keys import NO_SITE, Place, new_agent
from shmscope.fleet.zenoh_carrier import ZenohCarrier, open_carrier
from shmscope.fleet.zenoh_settings import (
    AgentSettings,
    HubSettings,
    agent_settings,
    hub_settings,
)
from shmscope.sampling.topics import Topic
from shmscope.web.access import Access
from shmscope.web.agent_local import LocalServer
from shmscope.web.app import create_app
from shmscope.web.problems import problem_of
from shmscope.web.wire import encode_body

Told = tuple[Topic, str, bytes, float]


def listening() -> tuple[ZenohCarrier, str]:
    """Return a hub's carrier, and its address."""
    for left in reversed(range(TRIES)):
        address = f"127.0.0.1:{free_port()}"
        try:
            return open_carrier(hub_settings(HubSettings((address,)))), address
        except AddressError:  # somebody else was faster
            if not left:
                raise
    raise AssertionError


def connected(address: str, host: str) -> ZenohCarrier:
    """Return an agent's carrier."""
    return open_carrier(agent_settings(AgentSettings((address,), host)))


class HubEnd:
    """A hub without a page.

    Attributes:
        address: Where agents connect.
        fleet: Its hosts.
        told: What was told of topics.
    """

    def __init__(self) -> None:
        carrier, self.address = listening()
        self.fleet = Fleet("hub", carrier, lambda error: encode_body(problem_of(error)))
        self.told: list[Told] = []
        self.fleet.start(lambda *told: self.told.append(told))

    def host(self, name: str) -> dict[str, Any] | None:
        """Return the row of a host."""
        return next((row for row in self.fleet.hosts() if row["host"] == name), None)

    def state(self, name: str) -> str | None:
        """Return the state of a host."""
        row = self.host(name)
        return None if row is None else row["state"]

    def row(self, host: str, name: str) -> dict[str, Any] | None:
        """Return the row of an array."""
        return next((row for row in self.fleet.rows(host) if row["name"] == name), None)

    def kinds(self, topic: Topic) -> list[str]:
        """Return the kinds of what was told of a topic."""
        return [kind for one, kind, _, _ in list(self.told) if one == topic]


@contextmanager
def hub() -> Iterator[HubEnd]:
    """A hub without a page."""
    end = HubEnd()
    try:
        yield end
    finally:
        end.fleet.close()


class AgentEnd:
    """An agent in a thread of its own.

    Attributes:
        place: Its keys.
        agent: Itself.
        app: The application of its host.
    """

    agent: Agent
    app: FastAPI

    def __init__(self, address: str, host: str, allow: tuple[str, ...] = ()) -> None:
        self.place = Place(NO_SITE, host, new_agent())
        self._address, self._access = address, Access(allow=allow)
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._speak())

    async def _speak(self) -> None:
        self.app = app = create_app(self.place.host, access=self._access)
        async with app.router.lifespan_context(app):
            carrier = await asyncio.to_thread(connected, self._address, self.place.host)
            self.agent = Agent(self.place, carrier, LocalServer(app))
            await self.agent.run(self._ended)

    def end(self) -> None:
        """End it, as a signal does."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ended.set)
            self._thread.join(20)
        assert not self._thread.is_alive()


@contextmanager
def agent(hub_end: HubEnd, host: str, allow: tuple[str, ...] = ()) -> Iterator[AgentEnd]:
    """An agent that the hub knows."""
    end = AgentEnd(hub_end.address, host, allow)
    try:
        until(lambda: hub_end.state(host) in ("reachable", "conflict"))
        yield end
    finally:
        end.end()
