"""Requests for other hosts: passed on as they came, and answers passed back as far as they may."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar, cast

import pytest
from tests.web.asking import asked, got, own_host
from tests.web.fleets import Said, SaidFleet, array_row
from tests.web.running import HOST, Running, running
from tests.web.watching import Watcher, watching

from shmscope.errors import UnreachableError
from shmscope.fleet.local import Request
from shmscope.layout.names import ArrayId
from shmscope.sampling.topics import ArrayTopic, HostTopic
from shmscope.web.fleet_face import Fleet
from shmscope.web.fleet_forward import Destination, Forward, destination
from shmscope.web.limits import LIMITS
from shmscope.web.requests import RequestLimit, Requests

B = "/api/v1/arrays/b/1-1/heat"
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def fleet() -> SaidFleet:
    return SaidFleet(
        {"b": [array_row("b", "heat"), array_row("b", "cam")], "c": [array_row("c", "heat")]}
    )


@pytest.fixture(scope="module")
def hub(fleet: SaidFleet) -> Iterator[Running]:
    with running(fleet=fleet) as server:
        yield server


@pytest.fixture
def page(hub: Running) -> Iterator[Watcher]:
    with watching(hub) as watcher:
        yield watcher


def detail(body: bytes) -> str:
    text: str = json.loads(body)["detail"]
    return text


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (B, Destination("b", B)),
        (
            "/api/v1/arrays/a%20b/1-1/x%2Fy/values",
            Destination("a b", "/api/v1/arrays/a%20b/1-1/x%2Fy/values"),
        ),
        ("/api/v1/fleet/hosts/b/memory", Destination("b", "/api/v1/memory")),
        ("/api/v1/fleet/hosts/b/arrays/b/1-1/heat", None),
        ("/api/v1/fleet/hosts/b/nothing", None),
        ("/api/v1/fleet/hosts", None),
        ("/api/v1/fleet/hosts/b", None),
        ("/api/v1/arrays", None),
        ("/api/v1/arrays//1-1/heat", None),
        ("/arrays/b/1-1/heat", None),
    ],
)
def test_a_path_says_which_host_it_is_for(path: str, found: Destination | None) -> None:
    assert destination(path) == found


def test_a_request_reaches_its_host_as_it_came(hub: Running, fleet: SaidFleet) -> None:
    fleet.answers["b"] = Said(200, {"content-type": "text/csv", "etag": '"1"'}, (b"a,", b"b"))
    headers = (("Accept", "text/csv"), ("If-None-Match", '"0"'), ("Authorization", "Bearer x"))
    answer = got(hub, f"{B}%2F/values?select=0%3A3&x=%20", *headers)
    kept = {"accept": "text/csv", "if-none-match": '"0"'}
    assert fleet.asked[-1] == ("b", Request(f"{B}%2F/values", "select=0%3A3&x=%20", kept))
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, b"a,b", '"1"')


def test_a_host_cannot_make_its_answer_a_page_of_the_hub(hub: Running, fleet: SaidFleet) -> None:
    fleet.answers["b"] = Said(200, {"content-type": "text/html"}, (b"<script>",))
    answer = got(hub, B)
    assert (answer.status, answer.headers["content-type"]) == (502, PROBLEM)
    assert b"<script>" not in answer.body
    said = fleet.answers["b"] = Said(302, {"content-type": "application/json", "location": "//x"})
    assert (got(hub, B).status, said.closed) == (502, 1)


def test_a_host_sets_no_cookie_and_no_policy(hub: Running, fleet: SaidFleet) -> None:
    said = {"content-type": "application/json", "set-cookie": "a=b", "x-shmscope-shape": "[1]"}
    fleet.answers["b"] = Said(200, {**said, "content-security-policy": "default-src *"})
    headers = got(hub, B).headers
    assert "set-cookie" not in headers
    assert headers["x-shmscope-shape"] == "[1]"
    assert headers["content-security-policy"] != "default-src *"


def test_what_is_not_modified_needs_no_kind(hub: Running, fleet: SaidFleet) -> None:
    fleet.answers["b"] = Said(304, {"etag": '"1"'}, ())
    assert got(hub, B, ("If-None-Match", '"1"')).status == 304


def test_head_brings_the_headers_alone(hub: Running, fleet: SaidFleet) -> None:
    fleet.answers["b"] = Said(200, {"content-type": "image/png", "content-length": "3"}, (b"abc",))
    answer = asked(hub, "HEAD", B, ("Host", own_host(hub)))
    assert (answer.status, answer.headers["content-length"], answer.body) == (200, "3", b"")


def test_an_answer_that_ends_too_early_is_seen_to(hub: Running, fleet: SaidFleet) -> None:
    lost = UnreachableError("the host went")
    fleet.answers["b"] = Said(200, {"content-type": "text/csv"}, (b"a", lost))
    with pytest.raises(Exception, match="IncompleteRead"):
        got(hub, B)


def test_an_unreachable_host_is_a_problem_with_its_sentence(hub: Running, fleet: SaidFleet) -> None:
    fleet.answers["b"] = UnreachableError("the host 'b' cannot be reached, for 4 s now")
    answer = got(hub, B)
    assert (answer.status, answer.headers["content-type"]) == (503, PROBLEM)
    assert detail(answer.body) == "the host 'b' cannot be reached, for 4 s now"


def test_an_unknown_host_is_not_found(hub: Running) -> None:
    answer = got(hub, "/api/v1/arrays/nowhere/1-1/heat")
    assert (answer.status, "nowhere" in detail(answer.body)) == (404, True)


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "copies"), ("PUT", "layout"), ("DELETE", "watches/1")]
)
def test_what_would_change_something_is_refused_before_the_host_is_asked(
    hub: Running, fleet: SaidFleet, method: str, path: str
) -> None:
    count = len(fleet.asked)
    answer = asked(hub, method, f"{B}/{path}", ("Host", own_host(hub)))
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
    assert "ask the server on 'b' itself" in detail(answer.body)
    assert len(fleet.asked) == count


@pytest.mark.usefixtures("heat")
def test_the_hubs_own_arrays_and_memory_are_answered_here(
    hub: Running, fleet: SaidFleet, name: str
) -> None:
    count, own = len(fleet.asked), hub.path_of(name)
    assert got(hub, own).status == 200
    answer = got(hub, f"/api/v1/fleet/hosts/{HOST.replace(' ', '%20')}/memory")
    assert json.loads(answer.body)["host"]["name"] == HOST
    assert len(fleet.asked) == count


def test_hosts_are_listed(hub: Running) -> None:
    found = json.loads(got(hub, "/api/v1/fleet/hosts").body)
    assert found["host"] == HOST
    assert [(host["host"], host["arrays"]) for host in found["hosts"]] == [("b", 2), ("c", 1)]


@pytest.mark.usefixtures("heat")
def test_arrays_are_those_of_the_hub_unless_hosts_are_asked_for(hub: Running, name: str) -> None:
    hub.id_of(name)

    def listed(query: str) -> list[tuple[str, str]]:
        answer = json.loads(got(hub, f"/api/v1/arrays?limit=100&{query}").body)
        assert answer["total"] >= len(answer["arrays"])
        return [(row["host"], row["name"]) for row in answer["arrays"]]

    assert {host for host, _ in listed("")} == {HOST}
    assert listed("host=b") == [("b", "cam"), ("b", "heat")]
    assert listed("host=%5Bbc%5D&match=heat") == [("b", "heat"), ("c", "heat")]
    both = listed(f"host=*&match={name}") + listed("host=*&match=heat")
    assert both == [(HOST, name), ("b", "heat"), ("c", "heat")]


@pytest.mark.usefixtures("heat")
def test_pages_of_arrays_go_on_from_the_hubs_own_to_the_others(hub: Running, name: str) -> None:
    hub.id_of(name)
    every = json.loads(got(hub, "/api/v1/arrays?host=*").body)
    assert every["total"] == len(every["arrays"])
    one_by_one = [
        json.loads(got(hub, f"/api/v1/arrays?host=*&offset={place}&limit=1").body)["arrays"]
        for place in range(every["total"] - 4, every["total"])
    ]
    assert [row["id"] for [row] in one_by_one] == [row["id"] for row in every["arrays"][-4:]]


def test_topics_of_other_hosts_are_asked_there(fleet: SaidFleet, page: Watcher) -> None:
    page.subscribe(1, topic="array", array="b/1-1/heat")
    page.subscribe(2, topic="host", host="b")
    page.subscribe(3, topic="host", host=HOST)
    _, body = page.next_of("frame")
    assert body["host"]["name"] == HOST
    assert set(fleet.demand.topics()) >= {ArrayTopic(ArrayId("b", "1-1", "heat")), HostTopic("b")}
    fleet.tell(HostTopic("b"), "frame", b"\xa1\x61x\x01", 0.0)
    while (message := page.next_of("frame"))[0]["id"] != 2:
        pass
    assert message[1] == {"x": 1}


def test_the_board_of_hosts_comes_over_the_stream(page: Watcher) -> None:
    page.subscribe(1, topic="fleet")
    _, body = page.next_of("frame")
    assert [host["host"] for host in body["hosts"]] == ["b", "c"]
    page.tell("update", id=1, hosts=["b"])
    _, body = page.next_of("frame")
    assert body["whole"] is True


@pytest.mark.parametrize(
    "wish",
    [
        {"hosts": "b"},
        {"hosts": [1]},
        {"hosts": ["x" * 256]},
        {"find": "x" * 201},
        {"host": 1},
        {"arrays": "b/1-1/x"},
        {"arrays": [1]},
        {"arrays": ["b/1-1/x"] * 101},
    ],
)
def test_a_wish_for_hosts_that_cannot_be_is_refused(page: Watcher, wish: dict[str, object]) -> None:
    page.subscribe(1, topic="fleet", **wish)
    head, body = page.next_of("error")
    assert (head["id"], body["status"]) == (1, 400)


def test_a_server_without_a_fleet_says_so(served: Running, watcher: Watcher) -> None:
    watcher.subscribe(1, topic="fleet")
    assert "'shmscope hub'" in watcher.next_of("error")[1]["detail"]
    watcher.subscribe(2, topic="host", host="elsewhere")
    assert "'shmscope hub'" in watcher.next_of("error")[1]["detail"]
    assert got(served, "/api/v1/fleet/hosts").status == 404
    assert got(served, "/hosts/b").status == 404


def test_pages_tell_of_the_fleet_on_a_hub_alone(served: Running, hub: Running) -> None:
    for path in ("/", "/host", B.removeprefix("/api/v1")):
        assert b"data-hub" not in got(served, path).body
        assert b"fleet" not in got(served, path).body
        assert b"data-hub" in got(hub, path).body
    assert b"data-remote" in got(hub, "/hosts/b").body
    assert b'data-host="&lt;i&gt;"' in got(hub, "/hosts/%3Ci%3E").body


@pytest.mark.parametrize(
    "said",
    [
        {"content-length": "abc"},
        {"content-length": "-1"},
        {"content-length": "٣"},
        {"x-shmscope-a": "b\r\nset-cookie: c=d"},
        {"x-shmscope-a": "b\0"},
        {"x-shmscope-€": "b"},
        {"x-shmscope-a": "€"},
        {"x-shmscope-a b": "c"},
        {"etag": "a\nb"},
    ],
    ids=str,
)
def test_headers_that_cannot_be_are_the_hosts_failure(
    hub: Running, fleet: SaidFleet, said: dict[str, str]
) -> None:
    fleet.answers["b"] = Said(200, {"content-type": "application/json", **said})
    for answer in (got(hub, B), asked(hub, "HEAD", B, ("Host", own_host(hub)))):
        assert (answer.status, answer.headers["content-type"]) == (502, PROBLEM)
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("length", ["0", "1", "3"])
def test_a_body_has_the_length_that_it_has(hub: Running, fleet: SaidFleet, length: str) -> None:
    said = {"content-type": "application/json", "content-length": length}
    fleet.answers["b"] = Said(200, said, (b"{", b"}"))
    answer = got(hub, B)
    assert (answer.status, answer.headers["content-length"], answer.body) == (200, "2", b"{}")


def test_what_is_not_modified_has_no_body_whatever_comes(hub: Running, fleet: SaidFleet) -> None:
    fleet.answers["b"] = Said(304, {"etag": '"1"', "content-length": "7"}, (b"{}",))
    assert got(hub, B, ("If-None-Match", '"1"')).body == b""


class Slow:
    """A fleet whose answer, or body, never comes.

    Attributes:
        status: Of the answer.
        asked: Set when the host is.
        ended: Set when nobody waits for it any more.
        closed: Whether nobody wants more of its answer.
    """

    status, size_bytes = 200, 2
    headers: ClassVar = {"content-type": "application/json"}

    def __init__(self, *, answers: bool) -> None:
        self._answers, self.closed = answers, False
        self.asked, self.ended = asyncio.Event(), asyncio.Event()

    async def get(self, *_: object, **__: object) -> Slow:
        """Answer, or wait."""
        return self if self._answers else await self._never()

    @property
    async def body(self) -> AsyncIterator[bytes]:
        """The first piece, and then nothing."""
        yield b"{"
        await self._never()

    def close(self) -> None:
        """Note it."""
        self.closed = True

    async def _never(self) -> Any:
        self.asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.set()


@pytest.mark.parametrize("answers", [False, True], ids=["before", "in the midst"])
def test_nothing_more_is_asked_for_a_client_that_has_gone(*, answers: bool) -> None:
    async def run() -> list[str]:
        fleet, sent = Slow(answers=answers), list[str]()
        messages = [{"type": "http.request", "body": b""}]

        async def receive() -> Any:
            if messages:
                return messages.pop()
            await fleet.asked.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message["type"])

        scope = {"type": "http", "method": "GET", "path": B, "query_string": b"", "headers": []}
        forward: Any = Forward(no_app, cast(Fleet, fleet), "box")
        await RequestLimit(forward, Requests(LIMITS))(scope, receive, send)
        await fleet.ended.wait()
        await asyncio.sleep(0)  # who was waiting goes on
        assert fleet.closed == answers
        return sent

    expected = ["http.response.start", "http.response.body"] if answers else []
    assert asyncio.run(asyncio.wait_for(run(), 10)) == expected


async def no_app(*_: object) -> None:
    raise AssertionError
