"""docs/stream.md suffices: a client written from it alone drives a real server."""

from __future__ import annotations

import ast
import math
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.client.from_the_document import TYPED, DocumentClient, reading
from tests.waiting import until
from tests.web.arrays import RECORDS

import shmscope
from shmscope.client import Client, RemoteArray
from shmscope.publishing.array import SharedArray
from shmscope.web import wire

STREAM = (Path(__file__).parents[2] / "docs/stream.md").read_text()
CLIENT = Path(__file__).with_name("from_the_document.py")


@pytest.fixture
def reader(address: str) -> Iterator[DocumentClient]:
    """The client written from the document."""
    with reading(address.replace("http", "ws") + "/api/v1/stream") as connected:
        yield connected


def test_it_knows_nothing_but_a_websocket() -> None:
    nodes = ast.walk(ast.parse(CLIENT.read_text()))
    names = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    names |= {alias.name for node in ast.walk(ast.parse(CLIENT.read_text()))
              if isinstance(node, ast.Import) for alias in node.names}  # fmt: skip
    tops = {str(name).partition(".")[0] for name in names} - {"websockets"}
    assert tops <= sys.stdlib_module_names


def test_the_tags_are_those_documented() -> None:
    (row,) = re.findall(r"^\| typed array .*$", STREAM, re.MULTILINE)
    told = {int(tag): kind for tag, kind in re.findall(r"(\d+) (\w+)", row)}
    assert told == {tag: np.dtype(dtype).name for dtype, tag in wire._TAGS.items()}
    assert set(told) == set(TYPED)


def test_it_is_greeted_with_what_the_server_allows(reader: DocumentClient) -> None:
    assert set(reader.greeting) == {"server", "host", "version", "limits"}
    assert reader.greeting["limits"]["rate_hz"] == 60.0


def test_it_subscribes_and_sees_schema_frames_and_writes(
    reader: DocumentClient, heat: SharedArray, remote: RemoteArray
) -> None:
    reader.say("subscribe", id=7, topic="values", array=remote.id, select="1:3, ::2", rate_hz=60)
    head, schema = reader.next()
    assert head == {"type": "schema", "id": 7}
    assert (schema["dtype"], schema["shape"], schema["unit"]) == ("<f4", [4, 6], "°C")
    head, frame = reader.next()
    assert (head["type"], head["id"], head["seq"], head["skipped"]) == ("frame", 7, 1, 0)
    assert (frame["shape"], frame["values"]) == ([2, 3], [6, 8, 10, 12, 14, 16])
    assert frame["verdict"] == "clean"
    reader.ack(head)
    heat[1, 0] = 99
    assert until(lambda: reader.next_of(7, "frame")[1]["values"][0] == 99)


def test_without_acks_two_frames_come_and_with_one_the_newest(
    reader: DocumentClient, heat: SharedArray, remote: RemoteArray
) -> None:
    reader.say("subscribe", id=1, topic="values", array=remote.id, select="0, 0", rate_hz=60)
    reader.next_of(1, "schema")
    first, second = reader.next()[0], reader.next()[0]
    assert (first["seq"], second["seq"]) == (1, 2)
    heat[0, 0] = 5
    with remote.stream("0, 0", rate_hz=60) as others:  # meanwhile others get theirs
        assert until(lambda: float(next(others).values) == 5)
        for _ in range(5):
            next(others)
    reader.ack(second)
    head, frame = reader.next()
    assert head["seq"] == 3
    assert head["skipped"] > 0
    assert frame["values"] == [5]


def test_it_updates_and_unsubscribes(reader: DocumentClient, remote: RemoteArray) -> None:
    reader.say("subscribe", id=1, topic="values", array=remote.id, rate_hz=60)
    before, _ = reader.next_of(1, "frame")
    reader.say("update", id=1, select="3, :2")
    _, schema = reader.next_of(1, "schema")
    assert schema["select"] == "3, 0:2"
    head, frame = reader.next_of(1, "frame")
    assert frame["values"] == [18, 19]
    assert head["seq"] > before["seq"]
    reader.say("unsubscribe", id=1)
    reader.say("update", id=1, select="0")
    _, problem = reader.next_of(1, "error")
    assert problem["status"] == 400
    assert problem["value"] == 1


def test_two_subscriptions_share_a_connection(
    reader: DocumentClient, remote: RemoteArray, client: Client, name: str
) -> None:
    with shmscope.create(f"{name}-records", RECORDS.shape, RECORDS.dtype) as array:
        array[...] = RECORDS
        beside = until(lambda: client.arrays(f"{name}-records"))[0]
        reader.say("subscribe", id=1, topic="values", array=remote.id, rate_hz=60)
        reader.say("subscribe", id=2, topic="values", array=beside.id, rate_hz=60)
        _, schema = reader.next_of(2, "schema")
        _, frame = reader.next_of(2, "frame")
        columns = dict(
            zip([field["name"] for field in schema["fields"]], frame["columns"], strict=True)
        )
        assert columns["at.x"] == [2**53 + 1, -1]
        assert columns["at.y"][0] == 1.0
        assert math.isnan(columns["at.y"][1])
        assert columns["side"] == ["bid", "a\\xffk"]
        assert columns["time"] == ["2026-01-02T03:04:05", "NaT"]
        assert reader.next_of(1, "frame")[1]["shape"] == [4, 6]


def test_errors_say_what_was_wrong_and_leave_the_connection_open(
    reader: DocumentClient, remote: RemoteArray
) -> None:
    reader.say("subscribe", id=1, topic="values", array=remote.id, select="9")
    head, problem = reader.next()
    assert (head, problem["status"]) == ({"type": "error", "id": 1}, 422)
    assert (problem["value"], problem["limit"]) == (9, 4)
    reader.say("shout", id=1)
    head, problem = reader.next()
    assert (head["type"], problem["status"]) == ("error", 400)
    reader.say("subscribe", id=2, topic="values", array=remote.id)
    assert reader.next_of(2, "frame")[1]["shape"] == [4, 6]


def test_an_array_that_the_server_does_not_know_is_an_error_said_once(
    reader: DocumentClient, remote: RemoteArray
) -> None:
    reader.say("subscribe", id=1, topic="values", array=remote.id + "x")
    _, problem = reader.next_of(1, "error")
    assert problem["status"] == 404
    reader.say("subscribe", id=2, topic="overview")
    heads = [reader.next()[0] for _ in range(2)]
    for head in heads:
        reader.ack(head)
    assert [head["id"] for head in [*heads, reader.next()[0]]] == [2, 2, 2]


def test_an_array_that_goes_is_said_to_be_gone(
    reader: DocumentClient, client: Client, name: str
) -> None:
    with shmscope.create(name, 4):
        ident = until(lambda: client.arrays(name))[0].id
        reader.say("subscribe", id=3, topic="values", array=ident, rate_hz=60)
        assert reader.next_of(3, "frame")[1]["values"] == [0, 0, 0, 0]
    assert reader.next_of(3, "gone")[1]["detail"]


def test_the_other_topics_come_whole(reader: DocumentClient, remote: RemoteArray) -> None:
    reader.say("subscribe", id=1, topic="overview")
    reader.say("subscribe", id=2, topic="array", array=remote.id)
    _, overview = reader.next_of(1, "frame")
    assert remote.id in [row["id"] for row in overview["arrays"]]
    _, array = reader.next_of(2, "frame")
    assert len(array["history"]["age_s"]) == len(array["history"]["writes_per_s"])
