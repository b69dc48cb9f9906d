"""Errors over REST: one shape for programs, a page for persons, whatever went wrong."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from tests.waiting import until
from tests.web.arrays import api
from tests.web.running import Running, running, unknown_id

import shmscope
from shmscope.errors import LayoutError
from shmscope.web.problems import encode_problem, problem_of
from shmscope.web.selections import MOST_JSON_POINTS
from shmscope.web.values_query import MAX_POINTS

HOSTILE_NAMES = {
    "slash": "a%2Fb",
    "dots": "%2e%2e",
    "nul": "%00",
    "not-utf8": "%FF%FE",
    "markup": quote("<script>alert(1)</script>\"'&", safe=""),
    "umlaut": quote("Wärme", safe=""),
    "newline": "a%0d%0aSet-Cookie:x",
    "long": "x" * 10_000,
    "percent": "%25%32%66",
}


def assert_problem(answer: httpx2.Response, status: int) -> dict[str, Any]:
    """Check that an answer is a problem document as docs/rest.md has it, and return it."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert set(document) - {"value", "limit", "field"} == {"type", "title", "status", "detail"}
    assert document["status"] == status
    assert document["type"] == "about:blank"
    assert document["title"] == document["title"].strip() != ""
    assert 0 < len(document["detail"]) < 1000
    assert isinstance(document.get("value", ""), int | float | str)
    assert isinstance(document.get("limit", ""), int | float | str)
    assert isinstance(document.get("field", ""), str)
    return document


def test_the_problem_of_an_error_names_its_field_where_there_is_one() -> None:
    found = problem_of(LayoutError("wrong", value=1, limit=2, field="offset \ud800"))
    assert found["field"] == "offset \\ud800"
    assert encode_problem(found)
    assert "field" not in problem_of(LayoutError("wrong"))


def test_max_points_is_how_many_elements_may_be_asked_for(
    served: Running, paths: dict[str, str]
) -> None:
    assert served.get(f"{paths['plain']}/values?max_points=24").status_code == 200
    answer = served.get(f"{paths['plain']}/values?max_points=23")
    problem = assert_problem(answer, 422)
    assert (problem["value"], problem["limit"]) == (24, 23)


ERRORS = {
    "unknown-array": ("/api/v1/arrays/{unknown}", 404),
    "unknown-values": ("/api/v1/arrays/{unknown}/values", 404),
    "unknown-statistics": ("/api/v1/arrays/{unknown}/statistics", 404),
    "unknown-health": ("/api/v1/arrays/{unknown}/health", 404),
    "unknown-history": ("/api/v1/arrays/{unknown}/history", 404),
    "two-parts": ("/api/v1/arrays/a/b", 404),
    "five-parts": ("/api/v1/arrays/a/b/c/d/e", 404),
    "empty-part": ("/api/v1/arrays/a//c", 404),
    "unknown-path": ("/api/v1/nowhere", 404),
    "unknown-version": ("/api/v2/arrays", 404),
    "unknown-static": ("/static/nowhere.js", 404),
    "outside-static": ("/static/..%2f..%2fpyproject.toml", 404),
    "unknown-page": ("/nowhere", 404),
    "other-docs": ("/redoc", 404),
    "bad-format": ("{plain}/values?format=hdf5", 422),
    "no-picture": ("{plain}/values?format=png&select=0", 422),
    "empty-range": ("{plain}/values?format=png&low=2&high=1", 422),
    "bad-colour": ("{plain}/values?format=png&nan=red", 422),
    "unknown-parameter": ("{plain}/values?selekt=0", 422),
    "unknown-parameter-of-a-list": ("/api/v1/arrays?name=x", 422),
    "unknown-parameter-where-there-is-none": ("/api/v1/host?x=1", 422),
    "too-many-bins": ("{plain}/histogram?bins=5000", 422),
    "bad-limit": ("/api/v1/segments?limit=0", 422),
    "bad-offset": ("/api/v1/arrays?offset=-1", 422),
    "long-pattern": ("/api/v1/arrays?match=" + "*" * 300, 422),
    "empty-format": ("{plain}/values?format=", 422),
    "bad-points": ("{plain}/values?max_points=many", 422),
    "no-points": ("{plain}/values?max_points=0", 422),
    "too-high-points": ("{plain}/values?max_points={too_high}", 422),
    "huge-points": ("{plain}/values?max_points=" + "9" * 5000, 422),
    "too-many-points": ("{plain}/values?max_points=1", 422),
    "bad-index": ("{plain}/values?select=4", 422),
    "huge-index": ("{plain}/values?select=" + "9" * 30, 422),
    "bad-step": ("{plain}/values?select=::0", 422),
    "too-many-axes": ("{plain}/values?select=0,0,0", 422),
    "two-ellipses": ("{plain}/values?select=...,...", 422),
    "markup-select": ("{plain}/values?select=%3Cscript%3E", 422),
    "not-utf8-select": ("{plain}/values?select=%FF%00", 422),
    "long-select": ("{plain}/values?select=" + "0," * 5000, 422),
}


def test_an_unknown_parameter_is_told_the_names_that_there_are(
    served: Running, paths: dict[str, str]
) -> None:
    problem = assert_problem(served.get(f"{paths['plain']}/histogram?bims=3"), 422)
    assert (problem["value"], problem["field"], problem["limit"]) == ("bims", "bims", "bins, field")
    listed = assert_problem(served.get(f"{paths['plain']}/values?x"), 422)["limit"]
    assert listed.startswith("select, field, part, order, format, max_points")


def test_json_of_very_many_elements_is_refused(served: Running, name: str) -> None:
    most = MOST_JSON_POINTS
    with shmscope.create(name, most + 1, "u1"):
        path = f"{served.path_of(name)}/values?max_points={most + 1}"
        problem = assert_problem(served.get(path), 422)
        assert (problem["value"], problem["limit"]) == (most + 1, most)
        assert served.get(f"{path}&format=raw").status_code == 200


@pytest.mark.parametrize("name", ERRORS)
def test_every_error_is_a_problem(served: Running, paths: dict[str, str], name: str) -> None:
    template, status = ERRORS[name]
    unknown = unknown_id(api("nobody"))
    path = template.format(unknown=unknown, plain=paths["plain"], too_high=MAX_POINTS + 1)
    assert_problem(served.get(path), status)


@pytest.mark.parametrize("part", range(3))
@pytest.mark.parametrize("hostile", HOSTILE_NAMES)
def test_a_hostile_id_is_a_problem(served: Running, hostile: str, part: int) -> None:
    parts = ["a", "b", "c"]
    parts[part] = HOSTILE_NAMES[hostile]
    for suffix in ("", "/values", "/statistics", "/health", "/history"):
        answer = served.get(f"/api/v1/arrays/{'/'.join(parts)}{suffix}")
        assert_problem(answer, 404)
        assert len(answer.content) < 2000
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/api/v1/arrays", "{plain}/values", "/", "/static/css/base.css"])
def test_a_wrong_method_is_a_problem_that_names_the_right_ones(
    served: Running, paths: dict[str, str], method: str, path: str
) -> None:
    answer = served.http.request(method, path.format(**paths))
    assert_problem(answer, 405)
    assert "GET" in answer.headers["allow"]


def test_the_head_of_an_error_has_no_body(served: Running) -> None:
    answer = served.http.head("/api/v1/nowhere")
    assert answer.status_code == 404
    assert answer.content == b""


@pytest.mark.parametrize(
    ("query", "value", "limit"),
    [
        ("format=hdf5", "hdf5", "'json', 'npy', 'csv', 'raw' or 'png'"),
        (f"max_points={MAX_POINTS + 1}", str(MAX_POINTS + 1), MAX_POINTS),
        ("max_points=0", "0", 1),
        ("select=9", 9, 4),
        ("select=0,0,0", 3, 2),
        ("format=png&low=2&high=1", 2.0, 1.0),
        ("format=png&select=0", "[6]", 2),
    ],
)
def test_a_problem_names_value_and_limit(
    served: Running, paths: dict[str, str], query: str, value: object, limit: object
) -> None:
    problem = assert_problem(served.get(f"{paths['plain']}/values?{query}"), 422)
    assert (problem["value"], problem["limit"]) == (value, limit)


def test_an_array_that_was_withdrawn_is_unknown(served: Running, name: str) -> None:
    with shmscope.create(name, 3):
        path = served.path_of(name)
    until(lambda: served.get(path).status_code == 404)
    assert_problem(served.get(path), 404)
    assert name in served.get(path).json()["detail"]


def test_memory_cut_short_is_a_problem_of_the_array_and_not_of_the_server(
    served: Running, name: str
) -> None:
    with shmscope.create(name, 100_000):
        path = served.path_of(name)
        os.truncate(f"/dev/shm/{name}", 4096)
        for what in ("values?select=:10000", "statistics"):
            assert_problem(served.get(f"{path}/{what}"), 503)
        assert served.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/nowhere", "/arrays", "/arrays/a/b/c/d", "/%3Cscript%3E"])
def test_a_person_gets_a_page_that_says_what_is_wrong(served: Running, path: str) -> None:
    answer = served.get(path, accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "Not Found" in answer.text
    assert "<script>" not in answer.text


def test_a_person_who_asks_the_api_gets_a_problem(served: Running) -> None:
    assert_problem(served.get("/api/v1/arrays/a/b/c", accept="text/html,*/*;q=0.8"), 404)


@pytest.mark.parametrize("hostile", HOSTILE_NAMES)
def test_the_page_of_a_hostile_name_shows_it_escaped(served: Running, hostile: str) -> None:
    answer = served.get(f"/arrays/a/b/{HOSTILE_NAMES[hostile]}", accept="text/html")
    assert answer.status_code in (200, 404)
    assert "<script>alert" not in answer.text
    assert "alert(1)</script>" not in answer.text


def test_an_unknown_failure_is_logged_and_told_without_detail(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with running() as server:

        def fail() -> None:
            raise RuntimeError("the secret cause")

        monkeypatch.setattr(server.sampler.reports, "host", fail)
        answer = server.get("/api/v1/host")
        assert_problem(answer, 500)
        assert "secret" not in answer.text
        assert "the secret cause" in caplog.text
        assert "content-security-policy" in answer.headers
