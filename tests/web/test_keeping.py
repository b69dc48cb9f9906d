"""Copies and watches over REST: kept until they are dropped, and refused with a problem."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import numpy as np
import pytest
from tests.waiting import until
from tests.web.running import Running, unknown_id
from tests.web.test_problems import assert_problem
from tests.web.watching import Watcher

import shmscope
from shmscope.publishing.array import SharedArray
from shmscope.sampling.gauges import MOST_ELEMENTS
from shmscope.sources.ceilings import DEFAULT, Ceiling

Heat = tuple[SharedArray, str]


@pytest.fixture
def path(served: Running, heat: Heat) -> Iterator[str]:
    """Path of an array of 4 x 6 float32; what is kept of it is dropped afterwards."""
    path = f"/api/v1/arrays/{heat[1]}"
    yield path
    for what in ("copies", "watches"):
        for one in served.get(f"{path}/{what}").json()[what]:
            served.http.delete(f"{path}/{what}/{one['number']}")


def watch(served: Running, path: str, **wish: Any) -> httpx2.Response:
    return served.http.post(f"{path}/watches", json=wish)


def test_a_copy_is_told_kept_and_dropped(served: Running, path: str) -> None:
    answer = served.http.post(f"{path}/copies")
    assert answer.status_code == 201
    kept = answer.json()
    assert kept.pop("taken_unix_s") > 1.6e9
    number = kept.pop("number")
    assert kept == {"verdict": "clean", "size_bytes": 96, "shape": [4, 6], "dtype": "<f4"}
    assert [copy["number"] for copy in served.get(f"{path}/copies").json()["copies"]] == [number]
    assert served.http.delete(f"{path}/copies/{number}").json() == {"copies": []}
    assert_problem(served.http.delete(f"{path}/copies/{number}"), 404)


def test_the_newest_copy_is_listed_first(served: Running, path: str) -> None:
    numbers = [served.http.post(f"{path}/copies").json()["number"] for _ in range(3)]
    listed = served.get(f"{path}/copies").json()["copies"]
    assert [copy["number"] for copy in listed] == numbers[::-1]


def test_too_large_a_copy_is_a_problem_with_value_and_limit(
    served: Running, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served.sampler.keeping.copies, "_ceiling", Ceiling(copy_bytes=95))
    problem = assert_problem(served.http.post(f"{path}/copies"), 413)
    assert (problem["value"], problem["limit"]) == (96, 95)
    assert served.get(f"{path}/copies").json() == {"copies": []}


def test_a_watch_runs_while_no_page_is_open(served: Running, path: str, heat: Heat) -> None:
    answer = watch(served, path, kind="value", select="1, -2", rate_hz=60)
    assert answer.status_code == 201
    told = answer.json()
    number = told["number"]
    assert (told["select"], told["label"], told["unit"]) == ("1, 4", "[1, 4]", "°C")
    assert (told["field"], told["part"], told["rate_hz"]) == (None, None, 60)
    heat[0][1, 4] = -8

    def newest() -> Any:
        (found,) = served.get(f"{path}/watches").json()["watches"]
        return found if found["latest"] == -8 else None

    found = until(newest)
    assert found["problem"] is None
    assert len(found["age_s"]) == len(found["values"])
    assert found["values"][-1] == -8
    assert served.http.delete(f"{path}/watches/{number}").json() == {"watches": []}
    assert_problem(served.http.delete(f"{path}/watches/{number}"), 404)


def test_the_same_wish_is_the_same_watch(served: Running, path: str) -> None:
    first = watch(served, path, kind="mean", select="0:2")
    again = watch(served, path, kind="mean", select="-4:2, ...", field=None, rate_hz=5)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["number"] == again.json()["number"]
    assert (first.json()["rate_hz"], again.json()["rate_hz"]) == (10, 5)
    assert len(served.get(f"{path}/watches").json()["watches"]) == 1


def test_a_page_gets_copies_and_watches_with_its_array(
    served: Running, path: str, heat: Heat, watcher: Watcher
) -> None:
    number = served.http.post(f"{path}/copies").json()["number"]
    watch(served, path, kind="max")
    watcher.subscribe(1, topic="array", array=heat[1])
    _, body = watcher.next_of("frame")
    assert [copy["number"] for copy in body["copies"]] == [number]
    (found,) = body["watches"]
    assert (found["label"], found["age_s"].dtype, found["values"].dtype) == ("max", "<f4", "<f8")


def test_fields_of_records_are_watched(served: Running, name: str) -> None:
    with shmscope.create(name, 3, [("price", "<f8"), ("size", "<i4", (2,))]) as array:
        array[...] = [(0.5, (1, 2)), (0.5, (3, 4)), (0.5, (5, 6))]
        path = served.path_of(name)
        answer = watch(served, path, kind="sum", select="..., 1", field="size", rate_hz=60)
        assert answer.json()["label"] == "sum of size [:, 1]"
        until(lambda: served.get(f"{path}/watches").json()["watches"][0]["latest"] == 12)


@pytest.mark.parametrize(
    ("wish", "status", "field"),
    [
        ({}, 400, "kind"),
        ({"kind": "median"}, 400, "kind"),
        ({"kind": ["mean"]}, 400, "kind"),
        ({"kind": {"mean": 1}}, 400, "kind"),
        ({"kind": "mean", "select": 3}, 400, "select"),
        ({"kind": "mean", "select": "9"}, 422, None),
        ({"kind": "mean", "select": "0:0"}, 422, "select"),
        ({"kind": "value", "select": "0"}, 422, "select"),
        ({"kind": "mean", "field": 1}, 400, "field"),
        ({"kind": "mean", "field": "price"}, 422, "field"),
        ({"kind": "mean", "part": "length"}, 400, "part"),
        ({"kind": "mean", "part": "phase"}, 422, "part"),
        ({"kind": "mean", "rate_hz": 1000}, 400, None),
        ({"kind": "mean", "rate_hz": "fast"}, 400, None),
        ({"kind": "mean", "rate_hz": True}, 400, None),
        ({"kind": "mean", "<script>" * 100: 1}, 400, None),
        ({"kind": "\ud800"}, 400, "kind"),
    ],
    ids=lambda value: None if isinstance(value, dict) else str(value),
)
def test_a_wish_that_cannot_be_is_a_problem_that_names_its_field(
    served: Running, path: str, wish: dict[str, Any], status: int, field: str | None
) -> None:
    body = json.dumps(wish).encode()
    headers = {"content-type": "application/json"}
    answer = served.http.post(f"{path}/watches", content=body, headers=headers)
    problem = assert_problem(answer, status)
    if field is not None:
        assert problem["field"] == field
    assert served.get(f"{path}/watches").json() == {"watches": []}


@pytest.mark.parametrize("body", [b"", b"[]", b'"mean"', b"{", b"\xff", b"null"])
def test_a_body_that_is_no_object_is_a_problem(served: Running, path: str, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = served.http.post(f"{path}/watches", content=body, headers=headers)
    assert_problem(answer, answer.status_code)
    assert answer.status_code in (400, 422)


def test_as_many_watches_as_may_be_and_no_more(served: Running, path: str) -> None:
    for at in range(DEFAULT.array_watches):
        select = f"{at // 6}, {at % 6}"
        assert watch(served, path, kind="value", select=select).status_code == 201
    problem = assert_problem(watch(served, path, kind="mean"), 413)
    assert (problem["value"], problem["limit"]) == (
        DEFAULT.array_watches + 1,
        DEFAULT.array_watches,
    )


def test_too_many_elements_are_a_problem_with_the_limit(served: Running, name: str) -> None:
    with shmscope.create(name, MOST_ELEMENTS + 1, "u1"):
        path = served.path_of(name)
        problem = assert_problem(watch(served, path, kind="mean"), 413)
        assert (problem["value"], problem["limit"]) == (MOST_ELEMENTS + 1, MOST_ELEMENTS)
        assert watch(served, path, kind="mean", select="1:").status_code == 201


@pytest.mark.parametrize("what", ["copies", "watches"])
def test_an_unknown_array_keeps_nothing(served: Running, what: str, name: str) -> None:
    path = f"/api/v1/arrays/{unknown_id(name)}/{what}"
    assert_problem(served.get(path), 404)
    assert_problem(served.http.post(path, json={"kind": "mean"}), 404)
    assert_problem(served.http.delete(f"{path}/1"), 404)


@pytest.mark.parametrize("what", ["copies", "watches"])
@pytest.mark.parametrize("number", ["one", "1.5", "%00", "9" * 5000])
def test_a_number_that_is_none_is_a_problem(
    served: Running, path: str, what: str, number: str
) -> None:
    assert_problem(served.http.delete(f"{path}/{what}/{number}"), 422)


@pytest.mark.parametrize("what", ["copies", "watches"])
def test_another_web_page_can_have_nothing_kept(served: Running, path: str, what: str) -> None:
    answer = served.http.post(
        f"{path}/{what}", json={"kind": "mean"}, headers={"origin": "http://evil.example"}
    )
    assert_problem(answer, 403)
    assert served.get(f"{path}/{what}").json() == {what: []}


def test_a_copy_is_what_values_are_compared_with(
    served: Running, path: str, heat: Heat, watcher: Watcher
) -> None:
    number = served.http.post(f"{path}/copies").json()["number"]
    heat[0][2, 3] += 5
    watcher.subscribe(1, topic="values", array=heat[1], against={"copy": number})
    _, body = watcher.next_of("frame")
    expected = np.zeros((4, 6))
    expected[2, 3] = 5
    assert body["values"].reshape(4, 6).tolist() == expected.tolist()
    assert (body["difference"]["differing"], body["difference"]["at"]) == (1, [2, 3])
