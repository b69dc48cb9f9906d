"""Clients that never read: what they cost the server, and what they cost the others."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from typing import Any

import numpy as np
from tests.waiting import until
from tests.web.running import Running
from tests.web.watching import deaf, values, watching

import shmscope
from shmscope.web.audience import Client
from shmscope.web.line import UNSENT_BYTES
from shmscope.web.server import EVICT_AFTER_MS, listen

DEAF = 8
FRAMES = 60
FRAME_BYTES = 128 << 10
MOST_BYTES = 4 << 20  # that one such client may cost


def connections(served: Running) -> list[Any]:
    """Return the server's side of every WebSocket."""
    every = list(served.server.server_state.connections)
    return [one for one in every if hasattr(one, "handshake_complete")]


def clients(served: Running) -> set[Client]:
    """Return every client that watches something."""
    audiences = list(served.hub._audiences.values())
    return {client for audience in audiences for client, _ in audience.watchers}


def state_bytes(client: Client) -> int:
    """Return the bytes of messages that a session keeps, those of shared bodies included."""
    kept = list(client.session._words)
    for one in client.session._subscriptions.values():
        kept += [*one.word, *((body, b"") for body, _ in one.frame)]
    return sum(len(part) for message in kept for part in message)


def test_clients_that_never_read_cost_little_and_take_no_frame_from_the_others(
    served: Running, name: str
) -> None:
    with shmscope.create(name, FRAME_BYTES // 8, "f8") as array, ExitStack() as stack:
        array[...] = np.arange(array.array.size)
        wish = values(served.id_of(name), rate_hz=30)
        for _ in range(DEAF):
            stack.enter_context(deaf(served, {"type": "subscribe", "id": 1, **wish}))
        until(lambda: len(clients(served)) == DEAF)
        slow = clients(served)
        page = stack.enter_context(watching(served))
        page.subscribe(1, **wish)
        skipped = [page.next_of("frame")[0]["skipped"] for _ in range(FRAMES)]
        assert sum(skipped) <= FRAMES // 10
        assert all(state_bytes(client) <= FRAME_BYTES + 4096 for client in slow)
        waiting = [one.transport.get_write_buffer_size() for one in connections(served)]
        assert len(waiting) == DEAF + 1
        assert max(waiting) + FRAME_BYTES < MOST_BYTES


def test_no_more_than_two_frames_stand_in_the_kernel_for_a_client_that_never_reads(
    served: Running, name: str
) -> None:
    with shmscope.create(name, FRAME_BYTES // 8, "f8"):
        wish = values(served.id_of(name))
        with deaf(served, {"type": "subscribe", "id": 1, **wish}) as sock, watching(served) as page:
            page.subscribe(1, **wish)
            for _ in range(FRAMES):
                page.next_of("frame")
            sock.setblocking(False)
            stood = unread_bytes(sock)
    assert 0 < stood <= 2 * FRAME_BYTES + 16_384


def unread_bytes(sock: socket.socket) -> int:
    """Read all that stands there, and return how much that was."""
    size = 0
    try:
        while data := sock.recv(1 << 20):
            size += len(data)
    except BlockingIOError:
        pass
    return size


def test_a_client_that_does_not_read_for_ten_seconds_is_dropped_by_the_kernel() -> None:
    with listen("127.0.0.1", 0) as listener:
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()
        with accepted:
            timeout_ms = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    assert timeout_ms == EVICT_AFTER_MS


def test_little_waits_in_the_kernel_for_a_client_of_the_stream(served: Running) -> None:
    with watching(served):
        [one] = connections(served)
        kernels = one.transport.get_extra_info("socket")
        unsent_bytes = kernels.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT)
    assert unsent_bytes == UNSENT_BYTES
