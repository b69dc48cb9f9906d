"""An agent's subscriptions: what they bring, and what ended them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import cbor2
import pytest

from shmscope.errors import MessageError, UnknownArrayError
from shmscope.sampling.demand import Demand
from shmscope.sampling.topics import Delivery
from shmscope.web.agent_views import StreamView
from shmscope.web.hub import Hub

VALUES = {"topic": "values", "array": "box/1-1/heat"}


@asynccontextmanager
async def viewed(wish: Mapping[str, Any]) -> AsyncIterator[tuple[Hub, Demand, StreamView]]:
    """A view of a server that nothing is delivered to by itself."""
    hub, demand = Hub("box"), Demand()
    hub.bind(demand)
    view = StreamView(hub, wish)
    yield hub, demand, view
    view.close()
    assert demand.clients == 0


async def told(view: StreamView) -> list[tuple[str, Any]]:
    """Return what comes next, kinds and bodies."""
    while not (found := view.take()):
        await view.wait(10)
    return [(one.kind, cbor2.loads(one.body)) for one in found]


def test_why_a_subscription_was_refused_is_told_whatever_rate_is_asked_for() -> None:
    async def run() -> None:
        async with viewed({**VALUES, "max_points": 4_194_305}) as (_, _, view):
            view.pace(20.0)
            [(kind, body)] = await told(view)
            assert (kind, body["value"]) == ("error", "4194305")
            view.pace(5.0)
            assert view.take() == []

    asyncio.run(run())


def test_that_an_array_went_is_told_whatever_rate_is_asked_for() -> None:
    async def run() -> None:
        async with viewed(VALUES) as (hub, demand, view):
            [topic] = demand.topics()
            hub.deliver(Delivery(topic, "gone", 0.0, {"detail": "it was unlinked"}))
            await view.wait(10)
            view.pace(20.0)
            assert await told(view) == [("gone", {"detail": "it was unlinked"})]
            view.pace(5.0)
            assert view.take() == []

    asyncio.run(run())


def test_an_array_that_is_not_known_yet_is_asked_for_at_the_latest_rate() -> None:
    async def run() -> None:
        async with viewed(VALUES) as (hub, demand, view):
            [topic] = demand.topics()
            unknown = UnknownArrayError("no such array")
            hub.deliver(Delivery(topic, "error", 0.0, error=unknown))
            [(kind, _)] = await told(view)
            view.pace(20.0)
            assert (kind, list(demand.values().values())) == ("error", [20.0])

    asyncio.run(run())


@pytest.mark.parametrize("value", [b"bytes", {1: b"x"}, [[b"x"]]], ids=repr)
def test_a_wish_that_no_client_could_send_leaves_no_client(value: Any) -> None:
    async def run() -> None:
        hub, demand = Hub("box"), Demand()
        hub.bind(demand)
        with pytest.raises(MessageError):
            StreamView(hub, {**VALUES, "select": value})
        assert demand.clients == 0

    asyncio.run(run())
