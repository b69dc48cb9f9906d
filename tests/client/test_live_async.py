"""The client for an event loop says the same as the one that waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest
from tests.client.serving import port_of, serving

import shmscope
from shmscope.client import AsyncClient, AsyncRemoteArray
from shmscope.errors import (
    SelectionError,
    SourceGoneError,
    TornError,
    UnknownArrayError,
    UnreachableError,
)
from shmscope.publishing.array import SharedArray


async def found(client: AsyncClient, name: str) -> AsyncRemoteArray:
    """Return the array called `name`, once the server has seen it."""
    async with asyncio.timeout(20):
        while not (arrays := await client.arrays(name)):
            pass
    return arrays[0]


@asynccontextmanager
async def connected(address: str, heat: SharedArray) -> AsyncIterator[AsyncRemoteArray]:
    """Connect, and find an array."""
    async with AsyncClient(address) as client:
        yield await found(client, heat.name)


def test_it_lists_reads_and_tells_as_the_other_one_does(address: str, heat: SharedArray) -> None:
    async def main() -> None:
        async with await shmscope.connect_async(address) as client:
            await found(client, heat.name)
            remote = await client.open(heat.name)
            np.testing.assert_array_equal(await remote.read("1:3"), heat[1:3])
            assert (await remote.snapshot()).verdict == "clean"
            assert (await remote.statistics())[0]["max"] == 23
            assert (await remote.health())["level"] == (await remote.refresh()).level == "ok"
            assert (await remote.history())["age_s"].dtype == np.float32
            assert (await client.host())["name"] == remote.row["host"]
            assert (await client.health())["level"]
            assert await client.events()
            with pytest.raises(SelectionError):
                await remote.read("9")
            with pytest.raises(UnknownArrayError):
                await client.open(f"{heat.name}-none")
            with heat.writing(), pytest.raises(TornError):
                await remote.read()

    asyncio.run(main())


def test_a_hundred_frames_come_in_order(address: str, heat: SharedArray) -> None:
    async def main() -> None:
        numbers: list[int] = []
        async with (
            connected(address, heat) as remote,
            remote.stream("0, 0", rate_hz=60) as frames,
        ):
            async for frame in frames:
                heat[0, 0] = len(numbers)
                numbers.append(frame.seq)
                if len(numbers) == 100:
                    break
        assert numbers == sorted(set(numbers))

    asyncio.run(main())


def test_a_slow_loop_sees_the_newest(address: str, heat: SharedArray) -> None:
    async def main() -> None:
        async with (
            connected(address, heat) as remote,
            remote.stream("0, 0", rate_hz=60) as slow,
            remote.stream("0, 0", rate_hz=60) as fast,
        ):
            await anext(slow)
            for _ in range(12):
                await anext(fast)  # meanwhile the slow loop is in its body
            heat[0, 0] = 100
            while float((await anext(fast)).values) != 100:
                pass
            frame = await anext(slow)
            assert float(frame.values) == 100
            assert frame.skipped > 0

    asyncio.run(main())


def test_a_loop_that_ends_early_leaves_no_task(address: str, heat: SharedArray) -> None:
    async def main() -> None:
        async with connected(address, heat) as remote:
            async for _ in remote.stream(rate_hz=60):
                break
            async with asyncio.timeout(20):
                while others := asyncio.all_tasks() - {asyncio.current_task()}:
                    await asyncio.wait(others)

    asyncio.run(main())


def test_an_array_that_goes_ends_the_loop_with_an_error(address: str, name: str) -> None:
    async def main() -> None:
        async with AsyncClient(address) as client:
            with shmscope.create(name, 4):
                frames = (await found(client, name)).stream(rate_hz=60)
                await anext(frames)
            with pytest.raises(SourceGoneError):
                async for _ in frames:
                    pass

    asyncio.run(main())


def test_a_stream_goes_on_after_the_server_was_started_again(heat: SharedArray) -> None:
    async def before(address: str) -> AsyncRemoteArray:
        async with AsyncClient(address) as client:
            return await found(client, heat.name)

    async def main(remote: AsyncRemoteArray, down: asyncio.Event) -> None:
        async with remote.stream("0, 0", rate_hz=60) as frames:
            await anext(frames)
            down.set()
            heat[0, 0] = 77
            while float((await anext(frames)).values) != 77:
                pass

    async def both() -> None:
        down = asyncio.Event()
        first = serving()
        address = await asyncio.to_thread(first.__enter__)
        remote = await before(address)
        watching = asyncio.create_task(main(remote, down))
        await down.wait()
        await asyncio.to_thread(first.__exit__, None, None, None)
        second = serving(port_of(address))
        await asyncio.to_thread(second.__enter__)
        await watching
        await asyncio.to_thread(second.__exit__, None, None, None)

    asyncio.run(both())


def test_a_server_that_does_not_come_back_is_an_error(heat: SharedArray) -> None:
    async def main() -> None:
        with pytest.raises(UnreachableError):
            await shmscope.connect_async(address)
        with pytest.raises(UnreachableError, match="shmscope serve"):
            await anext(remote.stream(reconnect_s=0))

    async def known(address: str) -> AsyncRemoteArray:
        async with AsyncClient(address) as client:
            return await found(client, heat.name)

    with serving() as address:
        remote = asyncio.run(known(address))
    asyncio.run(main())
