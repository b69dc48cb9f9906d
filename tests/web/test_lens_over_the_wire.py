"""Lenses end to end: a real server, a stream and REST."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from tests.waiting import until
from tests.web.arrays import ARRAYS
from tests.web.running import Running, unknown_id
from tests.web.watching import Watcher, values

import shmscope
from shmscope.publishing.array import SharedArray


def test_a_window_of_the_transpose_is_sent_as_means(
    watcher: Watcher, heat: tuple[SharedArray, str]
) -> None:
    lens = {"order": [1, 0], "window": [[1, 5], [0, 99]], "most": [2, 2], "reduce": "mean"}
    watcher.subscribe(1, **values(heat[1], **lens))
    schema, frame = watcher.next_of("schema")[1], watcher.next_of("frame")[1]
    assert schema["select"] == "0:4:2, 1:5:2"
    assert [axis["axis"] for axis in schema["axes"]] == [1, 0]
    assert schema["selected"] == [
        {"axis": 1, "start": 0, "step": 1, "count": 6},
        {"axis": 0, "start": 0, "step": 1, "count": 4},
    ]
    assert (schema["window"], schema["reduced"]) == ([[1, 5], [0, 4]], [2, 2])
    assert (schema["how"], schema["order"], schema["dtype"]) == ("mean", [1, 0], "<f4")
    expected = np.arange(24).reshape(4, 6).T[1:5].reshape(2, 2, 2, 2).mean((1, 3))
    assert frame["shape"] == [2, 2]
    assert frame["values"].tolist() == expected.reshape(-1).tolist()
    assert (frame["coverage"], frame["difference"]) == (1.0, None)


def test_an_envelope_comes_with_an_axis_more_than_its_schema_has(
    watcher: Watcher, heat: tuple[SharedArray, str]
) -> None:
    watcher.subscribe(1, **values(heat[1], most=[1, 3], reduce="envelope"))
    schema, frame = watcher.next_of("schema")[1], watcher.next_of("frame")[1]
    assert [axis["count"] for axis in schema["axes"]] == [1, 3]
    assert frame["shape"] == [1, 3, 2]
    assert frame["values"].tolist() == [0, 19, 2, 21, 4, 23]


def test_a_difference_follows_both_arrays(
    served: Running, watcher: Watcher, heat: tuple[SharedArray, str], name: str
) -> None:
    with shmscope.create(f"{name}-other", (4, 6), "f4") as other:
        other[...] = heat[0]
        wish = values(heat[1], against={"array": served.id_of(f"{name}-other")})
        watcher.subscribe(1, **wish)
        schema, frame = watcher.next_of("schema")[1], watcher.next_of("frame")[1]
        assert schema["dtype"] == "<f8"
        assert frame["difference"]["differing"] == 0
        other[2, 3] = 0

        def told() -> dict[str, Any] | None:
            found: dict[str, Any] = watcher.next_of("frame")[1]["difference"]
            return found if found["differing"] else None

        assert until(told) == {
            "differing": 1, "of": 24, "largest": 15, "at": [2, 3], "first": [2, 3],
        }  # fmt: skip


def test_a_comparison_with_nothing_is_not_found_and_can_be_mended(
    watcher: Watcher, heat: tuple[SharedArray, str]
) -> None:
    watcher.subscribe(1, **values(heat[1], against={"array": unknown_id("nothing")}))
    assert watcher.next_of("error")[1]["status"] == 404
    watcher.tell("update", id=1, against={"copy": 99})
    assert watcher.next_of("error")[1]["status"] == 404
    watcher.tell("update", id=1, against=None)
    assert watcher.next_of("frame")[1]["shape"] == [4, 6]


@pytest.mark.parametrize(
    ("lens", "field"),
    [({"window": [[0, 1]]}, "window"), ({"field": "x"}, "field"), ({"part": "real"}, "part")],
)
def test_a_lens_that_does_not_fit_is_told_by_its_field(
    watcher: Watcher, heat: tuple[SharedArray, str], lens: dict[str, Any], field: str
) -> None:
    watcher.subscribe(1, **values(heat[1], **lens))
    problem = watcher.next_of("error")[1]
    assert (problem["status"], problem["field"]) == (422, field)


def rest(served: Running, paths: dict[str, str], name: str, **query: str) -> np.ndarray[Any, Any]:
    answer = served.http.get(f"{paths[name]}/values", params={**query, "format": "npy"})
    assert answer.status_code == 200, answer.text
    found: np.ndarray[Any, Any] = np.load(io.BytesIO(answer.content), allow_pickle=False)
    return found


def test_rest_gives_a_field_a_part_and_another_order(
    served: Running, paths: dict[str, str]
) -> None:
    records, plain = ARRAYS["records"], ARRAYS["plain"]
    found = rest(served, paths, "records", field="at.y", select="0, :")
    np.testing.assert_array_equal(found, records["at"]["y"][0])
    found = rest(served, paths, "complex", part="real")
    np.testing.assert_array_equal(found, ARRAYS["complex"].real)
    found = rest(served, paths, "plain", order="1,0", select="1:, ::2")
    np.testing.assert_array_equal(found, plain[1:, ::2].T)


def test_csv_of_another_order_names_the_axes_that_it_lists(
    served: Running, paths: dict[str, str]
) -> None:
    query = {"order": "1,0", "select": "2:, 4:", "format": "csv"}
    lines = served.http.get(f"{paths['plain']}/values", params=query).text.splitlines()
    assert lines[0] == "axis_1,axis_0,value"
    assert [line.split(",")[:2] for line in lines[1:]] == [
        ["4", "2"], ["4", "3"], ["5", "2"], ["5", "3"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({"field": "price"}, 422, "field"),
        ({"part": "real"}, 422, "part"),
        ({"part": "whole"}, 422, None),
        ({"order": "0"}, 422, "order"),
        ({"order": "1;0"}, 400, "order"),
    ],
)
def test_rest_refuses_a_lens_that_does_not_fit(
    served: Running, paths: dict[str, str], query: dict[str, str], status: int, field: str | None
) -> None:
    answer = served.http.get(f"{paths['plain']}/values", params=query)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    if field is not None:
        assert answer.json()["field"] == field
