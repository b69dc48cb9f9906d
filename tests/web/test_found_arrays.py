"""Arrays that nobody published, over REST and the stream: their layouts, guesses and users."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
from tests.waiting import until
from tests.web.running import Running
from tests.web.watching import Watcher

import shmscope


@pytest.fixture
def raw(name: str) -> Iterator[Path]:
    """A segment of 4 x 6 float32 behind a header of 64 bytes."""
    path = Path(f"/dev/shm/{name}")
    path.write_bytes(bytes(64) + np.arange(24, dtype="<f4").tobytes())
    yield path
    path.unlink(missing_ok=True)


@pytest.fixture
def path(served: Running, raw: Path) -> str:
    """REST path of the segment."""
    return served.path_of(raw.name)


def put(served: Running, path: str, **layout: Any) -> httpx2.Response:
    return served.http.put(f"{path}/layout", json=layout)


def problem(answer: httpx2.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    return told


def test_segment_that_nobody_published_is_an_array_of_bytes(served: Running, path: str) -> None:
    told = served.get(path).json()
    assert (told["provenance"], told["dtype"], told["shape"]) == ("bytes", "uint8", [160])


def test_users_are_told_with_command_and_start(served: Running, raw: Path, path: str) -> None:
    with raw.open("rb"):

        def held() -> list[dict[str, Any]]:
            told: list[dict[str, Any]] = served.get(f"{path}/processes").json()["processes"] or []
            return [one for one in told if one["pid"] == os.getpid()]

        [process] = until(held)
    assert process["descriptors"] == 1
    assert process["mapped"] is None
    assert sys.executable in process["command"]
    assert process["started_unix_s"] > 0


def test_layout_is_kept_told_and_forgotten(served: Running, raw: Path, path: str) -> None:
    kept = put(served, path, dtype="<f4", shape=[4, -1], offset=64)
    assert kept.status_code == 200
    assert (kept.json()["provenance"], kept.json()["shape"]) == ("configured", [4, 6])
    told = served.get(f"{path}/layout").json()
    assert told["layout"] == {"dtype": "<f4", "shape": [4, 6], "strides": [24, 4], "offset": 64}
    assert told["option"] == f"--array 'name={raw.name} dtype=<f4 shape=4,6 offset=64'"
    assert f'name = "{raw.name}"' in told["toml"]
    values = served.get(f"{path}/values?select=1").json()
    assert values["values"] == [6, 7, 8, 9, 10, 11]
    forgotten = served.http.delete(f"{path}/layout")
    assert (forgotten.json()["provenance"], forgotten.json()["shape"]) == ("bytes", [160])


def test_guess_that_is_kept_is_still_called_one(served: Running, path: str) -> None:
    kept = put(served, path, dtype="<f4", provenance="guessed")
    assert kept.json()["provenance"] == "guessed"


@pytest.mark.parametrize(
    ("layout", "field"),
    [
        ({}, "dtype"),
        ({"dtype": "<f5"}, "dtype"),
        ({"dtype": "O"}, "dtype"),
        ({"dtype": "<f4", "shape": [4, 11]}, "shape"),
        ({"dtype": "<f4", "shape": "many"}, "shape"),
        ({"dtype": "<f4", "offset": 161}, "offset"),
        ({"dtype": "<f4", "offset": -1}, "offset"),
        ({"dtype": "<f4", "order": "K"}, "order"),
        ({"dtype": "<f4", "strides": [4, 4]}, "strides"),
        ({"dtype": "<f4", "provenance": "published"}, "provenance"),
    ],
)
def test_layout_that_cannot_be_is_refused_by_its_field(
    served: Running, path: str, layout: dict[str, Any], field: str
) -> None:
    told = problem(put(served, path, **layout), 400)
    assert told["field"] == field
    assert told["detail"]
    assert served.get(path).json()["provenance"] == "bytes"


def test_layout_that_is_no_object_is_refused(served: Running, path: str) -> None:
    answer = served.http.put(f"{path}/layout", content=b"[1", headers={"content-type": "text/json"})
    assert problem(answer, 422)["detail"]


def test_layout_beyond_all_measure_is_refused_unread(served: Running, path: str) -> None:
    answer = served.http.put(f"{path}/layout", content=b" " * (1 << 20))
    assert problem(answer, 413)["limit"] == 65_536


def test_layout_of_an_array_that_is_not_there_is_refused(served: Running) -> None:
    assert problem(put(served, "/api/v1/arrays/a/b/c", dtype="u1"), 404)


def test_page_from_elsewhere_keeps_no_layout(served: Running, path: str) -> None:
    answer = served.http.put(
        f"{path}/layout", json={"dtype": "u1"}, headers={"origin": "http://evil.example"}
    )
    assert problem(answer, 403)


def test_published_array_keeps_its_programs_layout(served: Running, name: str) -> None:
    with shmscope.create(name, 4):
        told = problem(put(served, served.path_of(name), dtype="u1"), 400)
    assert "tells its layout" in told["detail"]


def test_guesses_are_told_with_reason_and_confidence(served: Running, path: str) -> None:
    guesses = served.get(f"{path}/guesses").json()["guesses"]
    assert guesses
    assert all(0 <= one["confidence"] <= 1 and one["reason"] for one in guesses)
    assert all(isinstance(one["layout"]["dtype"], str | list) for one in guesses)


def test_stream_shows_a_segment_through_another_layout(
    served: Running, raw: Path, path: str, watcher: Watcher
) -> None:
    ident = served.id_of(raw.name)
    layout = {"dtype": "<f4", "shape": "4, -1", "offset": 64}
    watcher.subscribe(1, topic="values", array=ident, select="2", layout=layout)
    _, schema = watcher.next_of("schema")
    assert (schema["dtype"], schema["shape"]) == ("<f4", [4, 6])
    _, frame = watcher.next_of("frame")
    assert list(frame["values"]) == [12, 13, 14, 15, 16, 17]
    assert path


def test_stream_names_the_field_of_a_layout_that_does_not_fit(
    served: Running, raw: Path, watcher: Watcher
) -> None:
    ident = served.id_of(raw.name)
    watcher.subscribe(1, topic="values", array=ident, layout={"dtype": "<f4", "shape": [41]})
    assert watcher.next_of("error")[1]["field"] == "shape"
    watcher.subscribe(2, topic="values", array=ident, layout={"dtype": "<f5"})
    assert watcher.next_of("error")[1]["field"] == "dtype"
