"""Heads and bodies go out together, in order, and nothing waits for what does not come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.asking import asked, own_host, spoken
from tests.web.running import Running
from websockets.sync.client import connect

import shmscope
from shmscope.web.joined_writes import JoinedWrites
from shmscope.web.line import LineProtocol

HEAD, BODY = b"HTTP/1.1 200 OK\r\n\r\n", b"body"


class Noting(asyncio.Transport):
    """A transport that notes what goes out at once."""

    def __init__(self) -> None:
        super().__init__()
        self.out: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> None:
        self.writelines([data])

    def writelines(self, pieces: Iterable[Any]) -> None:
        assert not self.closed
        self.out.append(b"".join(pieces))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


class Turn:
    """What an event loop has yet to call."""

    def __init__(self) -> None:
        self._ready: list[Callable[[], None]] = []

    def soon(self, call: Callable[[], None]) -> None:
        self._ready.append(call)

    def end(self) -> None:
        ready, self._ready = self._ready, []
        for call in ready:
            call()


@pytest.fixture
def plain() -> Noting:
    return Noting()


@pytest.fixture
def turn() -> Turn:
    return Turn()


@pytest.fixture
def joined(plain: Noting, turn: Turn) -> JoinedWrites:
    return JoinedWrites(plain, turn.soon)


def test_a_head_goes_out_with_its_body(plain: Noting, turn: Turn, joined: JoinedWrites) -> None:
    joined.write(HEAD)
    joined.write(memoryview(BODY))
    assert plain.out == [HEAD + BODY]
    turn.end()
    assert plain.out == [HEAD + BODY]


def test_a_head_whose_body_takes_time_goes_out_when_the_turn_ends(
    plain: Noting, turn: Turn, joined: JoinedWrites
) -> None:
    joined.write(HEAD)
    turn.end()
    assert plain.out == [HEAD]
    joined.write(BODY)
    turn.end()
    assert plain.out == [HEAD, BODY]


def test_what_is_held_goes_out_before_the_end(plain: Noting, joined: JoinedWrites) -> None:
    joined.write(HEAD)
    joined.close()
    assert (plain.out, joined.is_closing()) == ([HEAD], True)


def test_nothing_is_written_to_who_has_gone(
    plain: Noting, turn: Turn, joined: JoinedWrites
) -> None:
    joined.write(HEAD)
    plain.close()
    turn.end()
    joined.write(HEAD)
    joined.write(BODY)
    assert plain.out == []


@given(st.lists(st.none() | st.binary(max_size=4)))
def test_whatever_is_written_goes_out_in_order(steps: list[bytes | None]) -> None:
    plain, turn = Noting(), Turn()
    joined = JoinedWrites(plain, turn.soon)
    for step in steps:  # None is the end of a turn
        if step is None:
            turn.end()
        else:
            joined.write(step)
    turn.end()
    assert b"".join(plain.out) == b"".join(step for step in steps if step is not None)


def test_requests_that_come_together_are_answered_one_after_the_other(
    served: Running, name: str
) -> None:
    with shmscope.create(name, 4, "u1") as array:
        array[...] = (1, 2, 3, 4)
        path, own = served.path_of(name), own_host(served)
        lines = [f"GET {path}/values?format=raw&select={at}:{at + 1}" for at in range(4)]
        asks = [f"{line} HTTP/1.1\r\nHost: {own}\r\n\r\n".encode() for line in lines]
        last = f"HEAD {path}/values HTTP/1.1\r\nHost: {own}\r\nConnection: close\r\n\r\n"
        heads = spoken(served, b"".join([*asks, last.encode()])).split(b"\r\n\r\n")
    assert [part[:1] for part in heads] == [b"H", b"\x01", b"\x02", b"\x03", b"\x04", b""]
    assert all(b"HTTP/1.1 200 OK" in part for part in heads[:-1])


def test_an_answer_without_a_body_does_not_wait_for_one(served: Running) -> None:
    tag = asked(served, "GET", "/static/favicon.svg", ("Host", own_host(served))).headers["etag"]
    known = (("Host", own_host(served)), ("If-None-Match", tag))
    assert asked(served, "GET", "/static/favicon.svg", *known).status == 304
    assert asked(served, "HEAD", "/static/favicon.svg", ("Host", own_host(served))).status == 200


def test_a_websocket_writes_to_the_transport_itself(served: Running) -> None:
    with connect(served.stream, proxy=None) as stream:
        assert stream.recv(20)
        connections = list(served.server.server_state.connections)
        lines = [one for one in connections if isinstance(one, LineProtocol)]
        assert lines
        assert not any(isinstance(one.transport, JoinedWrites) for one in lines)
