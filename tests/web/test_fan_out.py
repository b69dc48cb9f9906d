"""Many pages, slow pages, pages that never read: one sampler, and nobody waits for another."""

from __future__ import annotations

import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest
from tests.waiting import until
from tests.web.running import Running
from tests.web.watching import Watcher, deaf, values, watching

import shmscope
from shmscope.layout.array import ArrayLayout
from shmscope.layout.selection import Selection
from shmscope.publishing.array import SharedArray
from shmscope.sources.arrays import MemoryArray
from shmscope.sources.snapshots import Snapshot
from shmscope.web.hub import MOST_ANSWERS, Hub


def test_a_second_page_is_shown_the_schema_at_once(
    served: Running, watcher: Watcher, heat: tuple[SharedArray, str]
) -> None:
    watcher.subscribe(1, **values(heat[1], rate_hz=0.1))
    first = watcher.next_of("frame")[1]
    with watching(served) as second:
        second.subscribe(7, **values(heat[1], rate_hz=0.1))
        assert [second.next()[0]["type"] for _ in range(2)] == ["schema", "frame"]
    assert first["verdict"] == "clean"


def test_a_second_page_is_told_of_the_same_trouble(
    served: Running, watcher: Watcher, heat: tuple[SharedArray, str]
) -> None:
    watcher.subscribe(1, **values(heat[1], select="9"))
    first = watcher.next()[1]
    with watching(served) as second:
        second.subscribe(1, **values(heat[1], select="9"))
        assert second.next()[1] == first


def test_a_page_that_leaves_leaves_nothing(served: Running, heat: tuple[SharedArray, str]) -> None:
    for _ in range(5):
        with watching(served) as page:
            page.subscribe(1, **values(heat[1]))
            page.subscribe(2, topic="overview")
            page.next_of("schema")
    until(lambda: served.sampler.demand.clients == 0)
    assert served.sampler.demand.topics() == []
    assert served.hub._audiences == {}


def test_a_page_that_dies_leaves_nothing(served: Running, heat: tuple[SharedArray, str]) -> None:
    with deaf(served, {"type": "subscribe", "id": 1, **values(heat[1])}) as sock:
        until(served.sampler.demand.topics)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset
    until(lambda: served.sampler.demand.clients == 0)
    assert served.sampler.demand.topics() == []


class Looks:
    """Counts how often each selection is looked at."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.counts: Counter[str] = Counter()
        look = MemoryArray.look

        def counting(
            source: MemoryArray, selection: Selection, layout: ArrayLayout | None = None
        ) -> Snapshot:
            self.counts[str(selection)] += 1
            return look(source, selection, layout)

        monkeypatch.setattr(MemoryArray, "look", counting)


def bodies(page: Watcher, frames: int) -> list[bytes]:
    """Return the encoded bodies of the next frames, each acknowledged as it comes."""
    found: list[bytes] = []
    while len(found) < frames:
        message = page.raw()
        start = message.index(b"\xa7ltaken_unix_s")  # a map of seven
        found.append(message[start:])
        page.ack({"id": 1, "seq": len(found)})
    return found


def test_ten_pages_share_one_look_and_one_encoding(
    served: Running, heat: tuple[SharedArray, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, rate_hz, frames = Looks(monkeypatch), 20, 10
    started = time.monotonic()
    with ExitStack() as stack, ThreadPoolExecutor(10) as pool:
        pages = [stack.enter_context(watching(served)) for _ in range(10)]
        for page in pages:
            page.subscribe(1, **values(heat[1], select="2, 1:5", rate_hz=rate_hz))
            page.next_of("schema")
        received = list(pool.map(lambda page: bodies(page, frames), pages))
        looked = looks.counts["2, 1:5"]
        elapsed_s = time.monotonic() - started
    assert frames <= looked <= elapsed_s * rate_hz + 2
    assert len({body for bodies_ in received for body in bodies_}) <= looked


def test_bytes_read_do_not_grow_with_pages(
    served: Running, heat: tuple[SharedArray, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    monkeypatch.setattr(served.sampler.observer, "note_read", read.append)
    started = time.monotonic()
    with ExitStack() as stack:
        pages = [stack.enter_context(watching(served)) for _ in range(10)]
        for page in pages:
            page.subscribe(1, **values(heat[1], rate_hz=20))
        for _ in range(10):
            pages[-1].next_of("frame")
        read_bytes = sum(read)
        elapsed_s = time.monotonic() - started
    assert read_bytes <= (elapsed_s * 20 + 2) * heat[0].array.nbytes


def test_nobody_watching_means_that_no_values_are_read(
    served: Running, heat: tuple[SharedArray, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = Looks(monkeypatch)
    with watching(served) as page:
        page.subscribe(1, topic="overview")
        for _ in range(3):
            page.next_of("frame")
    assert heat
    assert not looks.counts


def test_a_page_that_never_acks_gets_exactly_two_frames(
    served: Running, watcher: Watcher, heat: tuple[SharedArray, str]
) -> None:
    watcher.subscribe(1, **values(heat[1]))
    assert [watcher.next()[0]["type"] for _ in range(3)] == ["schema", "frame", "frame"]
    with watching(served) as other:
        other.subscribe(1, **values(heat[1]))
        for _ in range(30):
            other.next_of("frame")
    watcher.tell("ack")
    assert watcher.next()[0]["type"] == "error"  # and no frame before it
    watcher.tell("ack", id=1, seq=2)
    head, _ = watcher.next()
    assert (head["type"], head["seq"]) == ("frame", 3)
    assert head["skipped"] >= 20
    assert head["lag_s"] < 5


def test_a_page_that_never_reads_slows_nobody_and_costs_bounded_memory(
    served: Running, name: str
) -> None:
    with shmscope.create(name, 1 << 21, "f8") as array:
        array[...] = 1
        wish = values(served.id_of(name))
        size_bytes = 8 << 20
        with (
            deaf(served, {"type": "subscribe", "id": 1, **wish, "max_points": 1 << 20}),
            watching(served) as page,
        ):
            until(lambda: waiting_bytes(served) > 1 << 20)
            page.subscribe(1, **wish, select=":100")
            lags = [page.next_of("frame")[0]["lag_s"] for _ in range(60)]
            assert sorted(lags)[len(lags) // 2] < 0.5
            assert waiting_bytes(served) <= size_bytes + (1 << 20)
            held = [
                len(message[0])
                for client in hub_clients(served.hub)
                for subscription in client.session._subscriptions.values()
                for message in subscription.frame
            ]
            assert sum(held) <= size_bytes + (1 << 20)


def waiting_bytes(served: Running) -> int:
    """Bytes that wait in this process for clients to read."""
    connections = list(served.server.server_state.connections)
    return sum(each.transport.get_write_buffer_size() for each in connections)


def hub_clients(hub: Hub) -> set[Any]:
    """Every client that watches something."""
    return {client for audience in list(hub._audiences.values()) for client, _ in audience.watchers}


def flood(sock: socket.socket) -> None:
    """Send empty messages, each of which is answered by an error."""
    while True:
        sock.sendall(b"\x81\x80mask" * 4096)


def test_a_page_that_asks_and_never_reads_is_read_no_more(served: Running, name: str) -> None:
    with shmscope.create(name, 1 << 21, "f8") as array:
        array[...] = 1
        wish = values(served.id_of(name), max_points=1 << 21)
        with deaf(served, {"type": "subscribe", "id": 1, **wish}) as sock:
            until(lambda: waiting_bytes(served) > 8 << 20)
            (client,) = hub_clients(served.hub)
            sock.settimeout(1)
            with pytest.raises(TimeoutError):
                flood(sock)
            assert client.session.backlog <= MOST_ANSWERS + 1  # and the one just being received
        until(lambda: served.sampler.demand.clients == 0)
