"""The stream of a real server, as a page sees it."""

from __future__ import annotations

import time
from contextlib import ExitStack
from multiprocessing.shared_memory import SharedMemory
from multiprocessing.sharedctypes import RawArray
from pathlib import Path

import numpy as np
import pytest
from tests.waiting import until
from tests.web.running import HOST, Running, running, unknown_id
from tests.web.watching import Watcher, values, watching
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import connect

import shmscope
from shmscope.layout.names import block_prefix
from shmscope.publishing.array import SharedArray
from shmscope.publishing.segment import SHM_DIR
from shmscope.sources.ceilings import DEFAULT
from shmscope.web.allowance import Quota
from shmscope.web.limits import LIMITS

SHM = Path(SHM_DIR)


PROBLEM = {"type", "title", "status", "detail"}


def test_a_server_greets_with_what_it_is_and_what_it_allows(watcher: Watcher) -> None:
    assert watcher.hello.pop("server")
    assert watcher.hello == {
        "host": HOST,
        "version": shmscope.__version__,
        "limits": {
            "message_bytes": LIMITS.message_bytes,
            "subscriptions": LIMITS.subscriptions,
            "clients": LIMITS.clients,
            "max_points": LIMITS.stream_points,
            "rate_hz": 60.0,
            "frames_per_s": Quota().frames_per_s,
            "bytes_per_s": Quota().bytes_per_s,
            "copies": DEFAULT.copies,
            "copy_bytes": DEFAULT.copy_bytes,
            "copies_bytes": DEFAULT.copies_bytes,
            "watches": DEFAULT.watches,
            "array_watches": DEFAULT.array_watches,
        },
    }


def test_an_overview_is_the_host_and_all_arrays(
    watcher: Watcher, heat: tuple[SharedArray, str]
) -> None:
    watcher.subscribe(1, topic="overview")
    head, body = watcher.next()
    assert (head["type"], head["id"], head["seq"], head["skipped"]) == ("frame", 1, 1, 0)
    assert 0 <= head["lag_s"] < 10
    assert body["host"]["name"] == HOST
    assert body["host"]["observer"]["clients"] == 1
    (row,) = (row for row in body["arrays"] if row["id"] == heat[1])
    assert (row["shape"], row["unit"], row["writes"]) == ([4, 6], "°C", 1)
    assert row["sparkline"].dtype == "<f4"


def test_an_array_is_its_row_history_and_statistics(
    watcher: Watcher, heat: tuple[SharedArray, str]
) -> None:
    watcher.subscribe(1, topic="array", array=heat[1])
    body = watcher.next_of("frame")[1]
    while not body["statistics"]:
        body = watcher.next_of("frame")[1]
    assert body["row"]["id"] == heat[1]
    assert body["history"]["writes_per_s"].dtype == "<f4"
    (found,) = body["statistics"]
    assert (found["field"], found["min"], found["max"], found["count"]) == (None, 0, 23, 24)
    assert found["coverage"] == 1.0


def test_values_begin_with_their_schema(watcher: Watcher, heat: tuple[SharedArray, str]) -> None:
    watcher.subscribe(1, **values(heat[1], select="1:3, ::2"))
    head, schema = watcher.next()
    assert head == {"type": "schema", "id": 1}
    assert schema == {
        "array": heat[1],
        "dtype": "<f4",
        "shape": [4, 6],
        "select": "1:3, 0:6:2",
        "axes": [
            {"axis": 0, "start": 1, "step": 1, "count": 2},
            {"axis": 1, "start": 0, "step": 2, "count": 3},
        ],
        "selected": [
            {"axis": 0, "start": 1, "step": 1, "count": 2},
            {"axis": 1, "start": 0, "step": 2, "count": 3},
        ],
        "window": [[0, 2], [0, 3]],
        "reduced": None,
        "how": None,
        "thinned": None,
        "order": None,
        "field": None,
        "part": None,
        "against": None,
        "kind": "numbers",
        "fields": None,
        "unit": "°C",
        "labels": list("abcdef"),
    }
    head, frame = watcher.next()
    assert head["type"] == "frame"
    assert frame["values"].tolist() == [6, 8, 10, 12, 14, 16]
    assert (frame["shape"], frame["verdict"], frame["attempts"]) == ([2, 3], "clean", 1)
    assert abs(frame["taken_unix_s"] - time.time()) < 60


def test_more_than_max_points_are_thinned(watcher: Watcher, heat: tuple[SharedArray, str]) -> None:
    watcher.subscribe(1, **values(heat[1], max_points=6))
    schema, frame = watcher.next_of("schema")[1], watcher.next_of("frame")[1]
    assert frame["values"].size == np.prod(frame["shape"]) <= 6
    assert len(schema["reduced"]) == 2
    assert [axis["count"] for axis in schema["axes"]] == frame["shape"]


def test_a_write_is_seen(watcher: Watcher, heat: tuple[SharedArray, str]) -> None:
    watcher.subscribe(1, **values(heat[1], select="0, 0"))
    assert watcher.next_of("frame")[1]["values"].tolist() == [0]
    heat[0][0, 0] = 99
    until(lambda: watcher.next_of("frame")[1]["values"].tolist() == [99])


def test_an_array_that_nobody_counts_writes_of_is_unverified(
    served: Running, watcher: Watcher, name: str
) -> None:
    segment = SharedMemory(name, create=True, size=8)
    array = shmscope.publish(name, np.ndarray(2, "f4", segment.buf))
    watcher.subscribe(1, **values(served.id_of(name)))
    assert watcher.next_of("frame")[1]["verdict"] == "unverified"
    array.unlink()
    del array
    segment.unlink()


def test_an_update_of_the_selection_brings_its_schema_and_then_its_frames(
    watcher: Watcher, heat: tuple[SharedArray, str]
) -> None:
    watcher.subscribe(1, **values(heat[1], select="0"))
    before, _ = watcher.next_of("frame")
    watcher.tell("update", id=1, select="3, :2")
    _, schema = watcher.next_of("schema")
    assert schema["select"] == "3, 0:2"
    head, frame = watcher.next_of("frame")
    assert frame["values"].tolist() == [18, 19]
    assert head["seq"] > before["seq"]


@pytest.mark.parametrize("rate_hz", [60, 50, 1])
def test_an_update_of_the_rate_alone_keeps_the_frames_coming_behind_a_schema(
    watcher: Watcher, heat: tuple[SharedArray, str], rate_hz: int
) -> None:
    watcher.subscribe(1, **values(heat[1]))
    watcher.next_of("frame")
    watcher.tell("update", id=1, rate_hz=rate_hz)
    assert watcher.next_of("schema")[1]["array"] == heat[1]
    for _ in range(2):
        assert watcher.next_of("frame")


def test_nothing_comes_after_unsubscribe(watcher: Watcher, heat: tuple[SharedArray, str]) -> None:
    watcher.subscribe(1, **values(heat[1]))
    watcher.next_of("frame")
    watcher.tell("unsubscribe", id=1)
    watcher.tell("unsubscribe", id=1)
    assert watcher.next_of("error")[1]["status"] == 400
    watcher.subscribe(2, topic="overview")
    assert [watcher.next_of("frame")[0]["id"] for _ in range(2)] == [2, 2]


@pytest.mark.parametrize("topic", ["values", "array"])
def test_gone_ends_the_subscriptions_of_an_array_that_was_unlinked(
    served: Running, watcher: Watcher, name: str, topic: str
) -> None:
    with shmscope.create(name, 3):
        watcher.subscribe(1, topic=topic, array=served.id_of(name))
        watcher.next_of("frame")
    head, body = watcher.next_of("gone")
    assert head == {"type": "gone", "id": 1}
    assert list(body) == ["detail"]
    watcher.tell("update", id=1)
    assert watcher.next()[0]["type"] == "error"
    assert served.sampler.demand.topics() == []


def test_an_array_made_again_under_its_name_is_another(
    served: Running, watcher: Watcher, name: str
) -> None:
    with shmscope.create(name, 3):
        first = served.id_of(name)
        watcher.subscribe(1, **values(first))
        watcher.next_of("frame")
    with shmscope.create(name, 3):
        watcher.next_of("gone")
        second = until(lambda: served.id_of(name).replace(first, ""))
        watcher.subscribe(1, **values(second))
        assert watcher.next_of("schema", "gone", "error")[0]["type"] == "schema"


@pytest.mark.parametrize("topic", ["values", "array"])
def test_an_array_that_never_was_is_an_error_and_no_farewell(watcher: Watcher, topic: str) -> None:
    array = unknown_id("<nobody>")
    watcher.subscribe(5, topic=topic, array=array)
    head, problem = watcher.next()
    assert head == {"type": "error", "id": 5}
    assert (problem["status"], problem["value"]) == (404, array)
    assert set(problem) == PROBLEM | {"value"}
    watcher.subscribe(6, topic="overview")
    for _ in range(3):
        head, _ = watcher.next()
        assert head["id"] == 6  # it was told once
        watcher.ack(head)


@pytest.mark.parametrize(
    ("select", "detail"),
    [
        ("9", "outside axis 0"),
        ("0, 0, 0", "3 axes"),
        ("<script>", "neither an integer"),
        ("\udcff", "neither an integer"),
        ("0" * 2000, "1000 characters"),
        ("::0", "step of 0"),
    ],
)
def test_a_selection_that_does_not_fit_is_told_once_and_can_be_mended(
    watcher: Watcher, heat: tuple[SharedArray, str], select: str, detail: str
) -> None:
    watcher.subscribe(1, **values(heat[1], select=select))
    head, problem = watcher.next()
    assert head == {"type": "error", "id": 1}
    assert problem["status"] == 422
    assert detail in problem["detail"]
    watcher.tell("update", id=1, select="0, :2")
    assert watcher.next()[0]["type"] == "schema"
    assert watcher.next()[1]["values"].tolist() == [0, 1]


def test_a_selection_that_fails_does_not_hold_up_the_others(
    watcher: Watcher, heat: tuple[SharedArray, str]
) -> None:
    watcher.subscribe(1, **values(heat[1], select="\ud800"))
    watcher.subscribe(2, **values(heat[1]))
    kinds = {(head["type"], head["id"]) for head, _ in (watcher.next() for _ in range(3))}
    assert kinds == {("error", 1), ("schema", 2), ("frame", 2)}


@pytest.mark.parametrize("topic", ["values", "array"])
def test_an_array_that_comes_after_it_was_asked_for_is_shown(
    served: Running, watcher: Watcher, name: str, topic: str
) -> None:
    memory = RawArray("d", 3)  # of which nobody publishes, another id is found
    with shmscope.publish(name, memory) as shared:
        array = served.id_of(name)
        path = served.path_of(name)
        array_file = next(SHM.glob(f"{block_prefix(name)}*"))
        hidden = array_file.with_name(f"hidden-{array_file.name}")
        array_file.rename(hidden)
        until(lambda: served.get(path).status_code == 404)
        watcher.subscribe(1, topic=topic, array=array)
        assert watcher.next()[1]["status"] == 404
        hidden.rename(array_file)
        assert watcher.next_of("frame")
        shared.unlink()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"type": 5}', "\x00", "é" * 9, '"\\ud800"'])
def test_a_malformed_message_leaves_the_connection_open(watcher: Watcher, text: str) -> None:
    watcher.connection.send(text)
    head, problem = watcher.next()
    assert head == {"type": "error", "id": None}
    assert set(problem) - {"value", "limit"} == PROBLEM
    watcher.subscribe(1, topic="overview")
    assert watcher.next()[0]["type"] == "frame"


def test_a_message_as_large_as_the_limit_is_read(watcher: Watcher) -> None:
    watcher.connection.send("[" + " " * (LIMITS.message_bytes - 2) + "]")
    assert watcher.next()[0]["type"] == "error"


def test_a_message_over_the_limit_closes_with_1009(watcher: Watcher) -> None:
    watcher.connection.send("x" * (LIMITS.message_bytes + 1))
    with pytest.raises(ConnectionClosedError) as caught:
        watcher.next()
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1009


def test_a_binary_message_closes_with_1003(watcher: Watcher) -> None:
    watcher.connection.send(b"{}")
    with pytest.raises(ConnectionClosedError) as caught:
        watcher.next()
    assert caught.value.rcvd is not None
    assert (caught.value.rcvd.code, caught.value.rcvd.reason) == (1003, "messages must be text")


@pytest.mark.parametrize("path", ["/", "/api/v1/arrays", "/nowhere"])
def test_there_is_one_stream_and_no_other(served: Running, path: str) -> None:
    with (
        pytest.raises(InvalidStatus) as caught,
        connect(served.stream.removesuffix("/api/v1/stream") + path, proxy=None),
    ):
        pass
    assert caught.value.response.status_code == 403


def test_a_server_that_starts_again_has_another_id(watcher: Watcher) -> None:
    with running() as other, watching(other) as page:
        assert page.hello["server"] != watcher.hello["server"]
        assert page.hello["host"] == watcher.hello["host"]


def test_a_server_that_stops_says_so_to_its_pages(heat: tuple[SharedArray, str]) -> None:
    assert heat
    with ExitStack() as stack:
        with running() as server:
            page = stack.enter_context(watching(server))
            page.subscribe(1, topic="overview")
            page.next_of("frame")
        with pytest.raises(ConnectionClosedError) as caught:
            page.next_of("nothing")
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1012


def test_a_sender_that_fails_ends_the_connection_and_is_logged(
    served: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the cause")

    with watching(served) as page:
        monkeypatch.setattr(served.hub, "next_message", fail)
        page.subscribe(1, topic="overview")
        with pytest.raises(ConnectionClosedError):
            page.next_of("nothing")
    assert "the cause" in caplog.text
    until(lambda: served.sampler.demand.clients == 0)
