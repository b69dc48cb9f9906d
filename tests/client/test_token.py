"""A server that asks for a token: the client says it, over REST and over the stream."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from tests.client.serving import serving
from tests.waiting import until

import shmscope
from shmscope.client import Client, RemoteArray
from shmscope.errors import AccessError
from shmscope.publishing.array import SharedArray
from shmscope.web.access import Access

TOKEN = "a-token-of-these-tests"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server that asks for a token."""
    with serving(access=Access(token=TOKEN)) as served:
        yield served


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[Client]:
    """A client that knows it."""
    with shmscope.connect(address, TOKEN) as connected:
        yield connected


def test_nobody_is_let_in_without_it_or_with_another(address: str) -> None:
    for token in (None, TOKEN + "x"):
        with pytest.raises(AccessError):
            shmscope.connect(address, token)


def test_the_link_that_the_server_prints_is_as_good(address: str) -> None:
    with shmscope.connect(Access(token=TOKEN).link(f"{address}/")) as linked:
        assert linked.url == address
        assert linked.host()["name"]


def test_values_come_and_frames(heat: SharedArray, remote: RemoteArray) -> None:
    assert remote.read().shape == heat.shape
    with remote.stream(rate_hz=60) as frames:
        assert [next(frames).seq for _ in range(3)] == [1, 2, 3]


def test_frames_come_on_an_event_loop(address: str, remote: RemoteArray) -> None:
    async def main() -> None:
        async with shmscope.client.AsyncClient(address, TOKEN) as client:
            array = await client.open(remote.name)
            async with array.stream() as frames:
                assert (await anext(frames)).seq == 1

    asyncio.run(main())


def test_a_stream_is_refused_without_it_and_with_another(address: str, remote: RemoteArray) -> None:
    for token in (None, TOKEN + "x"):
        with Client(address, token) as stranger:
            lost = RemoteArray(stranger._link, remote.row)
            with pytest.raises(AccessError):
                next(lost.stream())


def test_a_token_that_the_server_does_not_ask_for_is_let_pass(heat: SharedArray) -> None:
    with serving() as open_to_all, shmscope.connect(open_to_all, TOKEN) as client:
        remote = until(lambda: client.arrays(heat.name))[0]
        with remote.stream() as frames:
            assert next(frames).seq == 1
