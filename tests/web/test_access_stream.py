"""The stream of a server with a token: a client that has not shown it gets and asks nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from tests.waiting import until
from tests.web.asking import UPGRADE, asked, got, own_host
from tests.web.running import Running, running
from tests.web.watching import TIMEOUT_S, Watcher
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from shmscope.web.access import AUTH_S, Access
from shmscope.web.access_door import MOST_WAITING, parse_auth
from shmscope.web.access_failures import BURST

TOKEN = "t0ken-of-the-tests-0123456789"
AUTH = json.dumps({"type": "auth", "token": TOKEN})
WATCH = json.dumps({"type": "subscribe", "id": 1, "topic": "overview"})
REFUSED, LATER = 1008, 1013


@pytest.fixture
def locked() -> Iterator[Running]:
    with running(Access(token=TOKEN)) as server:
        yield server


@contextmanager
def connected(served: Running, **headers: str) -> Iterator[ClientConnection]:
    """Connect a client that has said nothing yet."""
    with connect(
        served.stream, compression=None, proxy=None, additional_headers=headers
    ) as connection:
        yield connection


def ending(connection: ClientConnection) -> tuple[int, str]:
    """Return code and reason of the server's end of a connection on which nothing comes."""
    with pytest.raises(ConnectionClosed) as caught:
        connection.recv(TIMEOUT_S)
    assert caught.value.rcvd is not None
    return caught.value.rcvd.code, caught.value.rcvd.reason


def overview_of(connection: ClientConnection) -> dict[str, object]:
    """Subscribe and return the first frame's head."""
    page = Watcher(connection)
    page.subscribe(1, topic="overview")
    return page.next_of("frame")[0]


def test_the_first_message_may_be_the_token(locked: Running) -> None:
    with connected(locked) as connection:
        connection.send(AUTH)
        assert overview_of(connection)["seq"] == 1


def test_what_is_said_right_after_the_token_is_heard(locked: Running) -> None:
    with connected(locked) as connection:
        connection.send(AUTH)
        connection.send(WATCH)
        assert Watcher(connection).next()[0]["type"] == "frame"


def test_the_cookie_and_the_header_open_the_stream_without_a_word(locked: Running) -> None:
    cookie = got(locked, f"/?token={TOKEN}").headers["set-cookie"].partition(";")[0]
    for headers in ({"Cookie": cookie}, {"Authorization": f"Bearer {TOKEN}"}):
        with connected(locked, **headers) as connection:
            assert overview_of(connection)["seq"] == 1


@pytest.mark.parametrize(
    "said",
    [
        WATCH,
        "",
        "auth",
        "[]",
        "[" * 50_000,
        '{"type": "auth"}',
        '{"type": "auth", "token": null}',
        '{"type": "auth", "token": [1]}',
        json.dumps({"token": TOKEN}),
        b"binary",
        AUTH.encode(),
    ],
    ids=lambda said: str(said)[:34],
)
def test_any_other_first_message_ends_the_connection(locked: Running, said: str | bytes) -> None:
    with connected(locked) as connection:
        connection.send(said)
        code, reason = ending(connection)
    assert (code, "auth" in reason) == (REFUSED, True)
    assert locked.sampler.demand.clients == 0


def test_who_says_nothing_is_sent_nothing_and_has_to_go() -> None:
    with (
        running(Access(token=TOKEN, auth_s=0.05)) as served,
        connected(served) as connection,
    ):
        assert ending(connection) == (REFUSED, "no token came within 0.05 s")
        assert served.sampler.demand.clients == 0


def test_the_time_to_say_the_token_is_a_few_seconds() -> None:
    assert Access().auth_s == AUTH_S == 5.0


def test_a_wrong_token_ends_the_connection_and_many_must_wait(locked: Running) -> None:
    wrong = json.dumps({"type": "auth", "token": TOKEN[:-1]})
    for _ in range(BURST):
        with connected(locked) as connection:
            connection.send(wrong)
            assert ending(connection) == (REFUSED, "the token is not this server's")
    with connected(locked) as connection:
        connection.send(AUTH)
        assert ending(connection)[0] == LATER
    with pytest.raises(InvalidStatus) as caught, connected(locked, Authorization=f"Bearer {TOKEN}"):
        pass
    assert caught.value.response.status_code == 429
    assert int(caught.value.response.headers["retry-after"]) > 0


def test_a_wrong_header_is_refused_before_there_is_a_connection(locked: Running) -> None:
    with pytest.raises(InvalidStatus) as caught, connected(locked, Authorization="Bearer wrong"):
        pass
    assert caught.value.response.status_code == 401
    assert caught.value.response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/api/v1/stream/", "/api/v1//stream", "/", "/static/x"])
def test_no_other_path_has_a_door(locked: Running, path: str) -> None:
    answer = asked(locked, "GET", path, ("Host", own_host(locked)), *UPGRADE)
    assert answer.status in (401, 403, 404)


def test_who_goes_before_the_token_leaves_nothing(locked: Running) -> None:
    with connected(locked):
        pass
    with connected(locked) as connection:
        connection.send(AUTH)
        page = Watcher(connection)
        until(lambda: locked.sampler.demand.clients == 1)
        page.connection.close()
    until(lambda: locked.sampler.demand.clients == 0)


def test_as_many_may_stand_before_the_door_as_there_is_room_for(locked: Running) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(connected(locked))
        for _ in range(MOST_WAITING - 1):
            stack.enter_context(connected(locked))
        with connected(locked) as late:
            assert ending(late)[0] == LATER
        first.send(AUTH)
        assert overview_of(first)["seq"] == 1
        with connected(locked) as next_one:
            next_one.send(AUTH)
            assert overview_of(next_one)["seq"] == 1
    with connected(locked) as afterwards:
        afterwards.send(AUTH)
        assert overview_of(afterwards)["seq"] == 1


def test_the_token_of_a_message_is_read_as_it_is() -> None:
    assert parse_auth(AUTH) == TOKEN
    assert parse_auth(None) is None
