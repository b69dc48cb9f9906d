"""A hub and agents in one process, with a real carrier between them."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator

import numpy as np
import pytest
from tests.fleet.engine import AgentEnd, HubEnd, agent, connected, hub, listening
from tests.waiting import until
from tests.web.reading import decode

import shmscope
from shmscope.errors import BusyError, MessageError, UnknownHostError, UnreachableError
from shmscope.fleet import copies, jobs, messages
from shmscope.fleet.carrier import RefusedError
from shmscope.fleet.copies import MOST_COPIES_BYTES
from shmscope.fleet.fleet import Fleet
from shmscope.fleet.inbox import Inbox
from shmscope.fleet.keys import Part, Place, every
from shmscope.fleet.local import Request
from shmscope.fleet.remote import RemoteAnswer
from shmscope.layout.names import ArrayId
from shmscope.publishing.array import SharedArray
from shmscope.sampling.topics import ArrayTopic, HostTopic, Topic, ValuesTopic

HOST = "robot 1"
LARGE = (1024, 1024)  # of float32: 4 MiB, sixteen pieces


@pytest.fixture
def center() -> Iterator[HubEnd]:
    """A hub."""
    with hub() as end:
        yield end


@pytest.fixture
def robot(center: HubEnd, name: str) -> Iterator[AgentEnd]:
    """An agent that shows the test's own arrays."""
    with agent(center, HOST, (f"*{name}*",)) as end:
        yield end


@pytest.fixture
def heat(robot: AgentEnd, center: HubEnd, name: str) -> Iterator[tuple[SharedArray, ArrayId]]:
    """A large array of the agent's host, and its id."""
    assert robot.place.host == HOST
    with shmscope.create(name, LARGE, "f4") as array:
        array[...] = np.arange(1 << 20).reshape(LARGE)
        row = until(lambda: center.row(HOST, name))
        yield array, ArrayId.parse(row["id"])


def got(center: HubEnd, path: str, query: str = "", **headers: str) -> tuple[RemoteAnswer, bytes]:
    """Return what a host's REST API answers, whole."""

    async def asking() -> tuple[RemoteAnswer, bytes]:
        answer = await center.fleet.get(HOST, Request(path, query, headers))
        return answer, b"".join([piece async for piece in answer.body])

    return asyncio.run(asking())


def test_a_host_and_its_arrays_are_seen_and_counted(
    center: HubEnd, heat: tuple[SharedArray, ArrayId], name: str
) -> None:
    array, _ = heat
    before = until(lambda: center.row(HOST, name))["writes"]
    for _ in range(5):
        with array.writing() as values:
            values[0, 0] += 1
    assert until(lambda: (center.row(HOST, name) or {})["writes"] == before + 5)
    told = until(lambda: center.host(HOST))
    assert (told["state"], told["arrays"], told["site"]) == ("reachable", 1, "_")
    assert center.fleet.find(f"host:robot {name[:9]}", 5)[1] == 1
    assert center.fleet.find("host:other", 5) == ([], 0)


def test_an_array_is_known_by_its_id(
    center: HubEnd, heat: tuple[SharedArray, ArrayId], name: str
) -> None:
    _, ident = heat
    others = ident._replace(host="other"), ident._replace(segment="0-0"), ident._replace(name="no")
    [told] = center.fleet.named([*others, ident])
    assert (told["id"], told["name"]) == (str(ident), name)


def test_an_array_that_came_is_listed_and_one_that_went_is_gone(
    center: HubEnd, robot: AgentEnd, name: str
) -> None:
    assert robot.place.host == HOST
    with shmscope.create(f"{name}_b", 8):
        until(lambda: center.row(HOST, f"{name}_b"))
    assert until(lambda: (center.row(HOST, f"{name}_b") or {"gone_s": 0.0})["gone_s"] is not None)


def test_frames_of_a_large_array_come_whole_the_newest_with_their_age(
    center: HubEnd, robot: AgentEnd, heat: tuple[SharedArray, ArrayId]
) -> None:
    array, ident = heat
    topic = ValuesTopic(ident, "...", 1 << 20)
    ticket = center.fleet.demand.add(topic, 30.0)
    for count in range(2, 5):
        with array.writing() as values:
            values[0, 0] = count
        assert until(lambda count=count: _newest(center, topic) == count)  # type: ignore[misc]
    assert center.kinds(topic)[0] == "schema"
    assert center.kinds(topic).count("schema") == 1
    made_s = [made for _, kind, _, made in center.told if kind == "frame"]
    assert made_s == sorted(made_s)
    body = next(body for _, kind, body, _ in reversed(center.told) if kind == "frame")
    np.testing.assert_array_equal(decode(body)["values"].reshape(LARGE), array[...])
    assert robot.agent.copies.size_bytes <= 2 * len(body)
    center.fleet.demand.drop(ticket)


def _newest(center: HubEnd, topic: ValuesTopic) -> float | None:
    bodies = [body for one, kind, body, _ in center.told if one == topic and kind == "frame"]
    return float(decode(bodies[-1])["values"][0]) if bodies else None


def test_what_nobody_watches_any_more_is_given_up_by_the_agent(
    center: HubEnd, robot: AgentEnd, heat: tuple[SharedArray, ArrayId]
) -> None:
    topics: list[Topic] = [ArrayTopic(heat[1]), HostTopic(HOST)]
    tickets = [center.fleet.demand.add(topic) for topic in topics]
    for topic in topics:
        assert until(lambda topic=topic: "frame" in center.kinds(topic))  # type: ignore[misc]
    for ticket in tickets:
        center.fleet.demand.drop(ticket)
    until(lambda: not len(robot.agent.looks))


def test_an_array_that_goes_is_told_as_gone(center: HubEnd, robot: AgentEnd, name: str) -> None:
    assert robot.place.host == HOST
    with shmscope.create(name, 8):
        topic = ArrayTopic(ArrayId.parse(until(lambda: center.row(HOST, name))["id"]))
        center.fleet.demand.add(topic)
        until(lambda: "frame" in center.kinds(topic))
    until(lambda: "gone" in center.kinds(topic))


def test_a_topic_of_a_host_that_is_out_of_reach_says_so_once_and_goes_on_by_itself(
    center: HubEnd, name: str
) -> None:
    topic = HostTopic(HOST)
    center.fleet.demand.add(topic)
    assert until(lambda: center.kinds(topic) == ["error"])
    assert decode(center.told[0][2])["status"] == 503
    with agent(center, HOST, (name,)):
        until(lambda: "frame" in center.kinds(topic))
    until(lambda: center.kinds(topic)[-1] == "error")
    assert decode(center.told[-1][2])["status"] == 503
    with agent(center, HOST, (name,)):
        until(lambda: center.kinds(topic)[-1] == "frame")
    assert center.kinds(topic).count("error") <= 3


def test_the_rest_api_of_a_host_answers_through_the_hub(
    center: HubEnd, heat: tuple[SharedArray, ArrayId]
) -> None:
    array, ident = heat
    answer, body = got(center, f"/api/v1/arrays/{ident}/values", "format=raw&max_points=2000000")
    assert (answer.status, body) == (200, array[...].tobytes())
    few, body = got(center, f"/api/v1/arrays/{ident}/values", "format=npy&select=0:2,0:3")
    assert np.load(io.BytesIO(body)).tolist() == array[0:2, 0:3].tolist()
    again, body = got(
        center,
        f"/api/v1/arrays/{ident}/values",
        "format=npy&select=0:2,0:3",
        **{"if-none-match": few.headers["etag"]},
    )
    assert (again.status, body) == (304, b"")
    assert got(center, "/api/v1/arrays/x/1-1/none")[0].status == 404


def test_of_an_answer_whose_body_is_not_wanted_nothing_is_kept(
    center: HubEnd, robot: AgentEnd, heat: tuple[SharedArray, ArrayId]
) -> None:
    array, ident = heat
    path, query = f"/api/v1/arrays/{ident}/values", "format=raw&max_points=2000000"
    answer = asyncio.run(center.fleet.get(HOST, Request(path, query, {}, head=True)))
    assert (answer.status, answer.size_bytes) == (200, 0)
    assert answer.headers["content-length"] == str(array[...].nbytes)
    assert robot.agent.jobs.room.size_bytes == 0
    assert got(center, path, query)[0].size_bytes == array[...].nbytes
    assert robot.agent.jobs.room.size_bytes == array[...].nbytes


def test_answers_that_nobody_pulls_take_no_room_of_frames(
    center: HubEnd, robot: AgentEnd, heat: tuple[SharedArray, ArrayId]
) -> None:
    room = robot.agent.jobs.room
    room.take(MOST_COPIES_BYTES)
    topic = ValuesTopic(heat[1], "...", 1 << 20)
    ticket = center.fleet.demand.add(topic, 30.0)
    assert until(lambda: "frame" in center.kinds(topic))
    with pytest.raises(BusyError):
        got(center, f"/api/v1/arrays/{heat[1]}/values", "format=raw&max_points=2000000")
    center.fleet.demand.drop(ticket)
    room.give(MOST_COPIES_BYTES)


def test_a_scan_that_takes_longer_than_a_question_may_is_asked_for_again(
    center: HubEnd,
    robot: AgentEnd,
    heat: tuple[SharedArray, ArrayId],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(robot.agent.jobs, "_hold_s", 0.0)
    answer, body = got(center, f"/api/v1/arrays/{heat[1]}/statistics")
    assert answer.status == 200
    assert b'"max": 1048575.0' in body


def test_an_answer_that_nobody_wants_more_of_is_forgotten_by_the_agent_at_once(
    center: HubEnd, robot: AgentEnd, heat: tuple[SharedArray, ArrayId]
) -> None:
    path, query = f"/api/v1/arrays/{heat[1]}/values", "format=raw&max_points=2000000"
    room = robot.agent.jobs.room

    async def begin() -> RemoteAnswer:
        answer = await center.fleet.get(HOST, Request(path, query, {}))
        assert len(await anext(answer.body)) == messages.PIECE_BYTES
        assert room.size_bytes == answer.size_bytes
        return answer

    asyncio.run(begin()).close()
    until(lambda: not room.size_bytes, copies.KEPT_S / 3)
    assert not len(robot.agent.jobs)


def test_a_request_that_nobody_waits_for_any_more_is_ended_by_the_agent_at_once(
    center: HubEnd, robot: AgentEnd, name: str
) -> None:
    """The array holds nothing, but would take minutes to be read."""
    with shmscope.create(name, 1 << 40, "u1", reserve=False):
        ident = until(lambda: center.row(HOST, name))["id"]

        async def give_up() -> None:
            path = f"/api/v1/arrays/{ident}/statistics"
            asked = asyncio.create_task(center.fleet.get(HOST, Request(path, "", {})))
            await asyncio.to_thread(until, lambda: len(robot.agent.jobs))
            asked.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asked

        asyncio.run(give_up())
        until(lambda: not len(robot.agent.jobs), jobs.KEPT_S / 3)
        until(lambda: not len(robot.app.state.requests))


@pytest.mark.parametrize("path", ["/metrics", "/", "/api/v2/host", "/api/v1/é"])
def test_what_is_not_the_rest_api_is_refused(center: HubEnd, robot: AgentEnd, path: str) -> None:
    assert robot.place.host == HOST
    with pytest.raises(MessageError):
        got(center, path)


def test_a_host_that_is_not_there_is_unknown_and_one_that_ended_unreachable(
    center: HubEnd, robot: AgentEnd
) -> None:
    with pytest.raises(UnknownHostError):
        asyncio.run(center.fleet.get("nobody", Request("/api/v1/host", "", {})))
    robot.end()
    assert until(lambda: center.state(HOST) == "ended")
    with pytest.raises(UnreachableError):
        got(center, "/api/v1/host")


def test_two_agents_of_one_name_are_a_conflict_until_one_ends(
    center: HubEnd, robot: AgentEnd, name: str
) -> None:
    other = AgentEnd(center.address, HOST, (name,))
    try:
        assert until(lambda: center.state(HOST) == "conflict")
    finally:
        other.end()
    assert until(lambda: center.state(HOST) == "reachable")
    assert robot.place.host == HOST


def test_more_tokens_than_a_channel_holds_are_all_seen_by_a_hub_that_comes_later() -> None:
    carrier, address = listening()
    hosts = connected(address, "many")
    try:
        for number in range(400):
            hosts.announce(Place("_", f"host{number}", "a1").key("alive"))
        fleet = Fleet("hub", carrier, lambda error: error.detail.encode())
        fleet.start(lambda *_: None)
        until(lambda: len(fleet.hosts()) == 400)
        fleet.close()
    finally:
        hosts.close()


@pytest.mark.parametrize(
    "question",
    [
        b"",
        b"\xff\xff",
        messages.encode({}),
        messages.encode({"topic": 5}),
        messages.encode({"topic": {"topic": "values"}, "have": -1, "rate_hz": "x"}),
        messages.encode({"get": "/api/v1/../../etc/passwd\0"}),
        messages.encode({"copy": 99, "at": 0}),
        messages.encode({"topic": "x" * (1 << 17)}),
    ],
    ids=["nothing", "bytes", "empty", "topic", "values", "path", "copy", "large"],
)
def test_a_question_that_is_none_is_answered_and_the_next_one_too(
    center: HubEnd, robot: AgentEnd, question: bytes
) -> None:
    parts: tuple[Part, ...] = ("q/list", "q/snapshot", "q/chunk")
    for part in parts:
        asked = center.fleet._carrier.query(robot.place.key(part), question, 10.0)
        assert isinstance(asked.exception(20), RefusedError | None)
    assert got(center, "/api/v1/host")[0].status == 200


def test_a_loop_that_was_busy_finds_the_newest_of_each_and_nothing_before_it() -> None:
    taken: list[tuple[list[tuple[str, bool]], dict[str, bytes]]] = []

    async def busy() -> None:
        inbox = Inbox(lambda tokens, found: taken.append((tokens, dict(found))))
        inbox.bind(asyncio.get_running_loop())
        for number in range(100_000):
            inbox.messages([(f"host{number % 3}", b"%d" % number)])
        inbox.token("a", True)
        inbox.token("b", True)
        inbox.token("a", False)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(busy())
    newest = {"host0": b"99999", "host1": b"99997", "host2": b"99998"}
    assert taken == [([("b", True), ("a", False)], newest)]


def test_what_a_stranger_publishes_changes_nothing(center: HubEnd, robot: AgentEnd) -> None:
    stranger = connected(center.address, "stranger")
    try:
        for key in (robot.place.key("stats"), every("stats").replace("*", "x")):
            stranger.publish(key, b"\xff garbage")
        stranger.announce("shmscope/v1/_/after/1/alive")
        until(lambda: center.state("after"))
        assert until(lambda: center.state(HOST) == "reachable")
    finally:
        stranger.close()
