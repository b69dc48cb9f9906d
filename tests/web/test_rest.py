"""The REST API of a real server over real shared arrays."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from multiprocessing.sharedctypes import RawArray
from typing import Any
from urllib.parse import quote

import httpx2
import numpy as np
import pytest
from tests.waiting import until
from tests.web.running import HOST, Running, running, unknown_id

import shmscope
from shmscope.sampling.rates import HISTORY_SAMPLES
from shmscope.web.rest import MAX_POINTS

RECORD = np.dtype(
    [
        ("time", "<M8[s]"),
        ("price", "<f4"),
        ("at", [("x", "<i8"), ("y", "<f8", (2,))]),
        ("side", "S4"),
    ]
)
RECORDS = np.array(
    [
        ("2026-01-02T03:04:05", 1.5, (2**53 + 1, (1.0, math.nan)), b"bid"),
        ("NaT", math.inf, (-1, (0.25, -0.0)), b"a\xffk"),
    ],
    RECORD,
)
ARRAYS: dict[str, np.ndarray[Any, Any]] = {
    "plain": np.arange(24, dtype="<f4").reshape(4, 6) / 8,
    "holes": np.array([1.5, math.nan, math.inf, -math.inf], "<f8"),
    "halves": np.array([0.1, math.nan], "<f2"),
    "long": np.array([0.5, math.inf], "g"),
    "scalar": np.array(2.5),
    "signed": np.array([-(2**63), 2**63 - 1], "<i8"),
    "unsigned": np.array([0, 2**64 - 1], "<u8"),
    "backwards": np.array([1, -2, 3], ">i4"),
    "complex": np.array([1 + 2j, complex(math.nan, -math.inf)], "<c8"),
    "long-complex": np.array([1 + 2j], "G"),
    "bool": np.array([[True, False], [False, False]]),
    "dates": np.array(["2026-01-02T03:04:05", "NaT"], "<M8[s]"),
    "spans": np.array([5, -7], "<m8[s]"),
    "texts": np.array(["µs", "<b>&", ""], "<U4"),
    "bytes": np.array([b"ok", b"\xff\x01"], "S2"),
    "raw": np.array([b"\x00\xff", b"AB"], "V2"),
    "records": RECORDS,
}
IN_JSON: dict[str, Any] = {
    "plain": [[i * 6 / 8 + j / 8 for j in range(6)] for i in range(4)],
    "holes": [1.5, "NaN", "Infinity", "-Infinity"],
    "halves": [float(np.float16(0.1)), "NaN"],
    "long": [0.5, "Infinity"],
    "scalar": 2.5,
    "signed": [-(2**63), 2**63 - 1],
    "unsigned": [0, 2**64 - 1],
    "backwards": [1, -2, 3],
    "complex": [[1, 2], ["NaN", "-Infinity"]],
    "long-complex": [[1, 2]],
    "bool": [[True, False], [False, False]],
    "dates": ["2026-01-02T03:04:05", "NaT"],
    "spans": ["5 seconds", "-7 seconds"],
    "texts": ["µs", "<b>&", ""],
    "bytes": ["ok", "\\xff\x01"],
    "raw": ["00 ff", "41 42"],
}
IN_CSV: dict[str, list[list[str]]] = {
    "holes": [["axis_0", "value"], ["0", "1.5"], ["1", "nan"], ["2", "inf"], ["3", "-inf"]],
    "scalar": [["value"], ["2.5"]],
    "signed": [["axis_0", "value"], ["0", str(-(2**63))], ["1", str(2**63 - 1)]],
    "unsigned": [["axis_0", "value"], ["0", "0"], ["1", str(2**64 - 1)]],
    "long": [["axis_0", "value"], ["0", "0.5"], ["1", "inf"]],
    "complex": [["axis_0", "value"], ["0", "(1+2j)"], ["1", "(nan-infj)"]],
    "bool": [
        ["axis_0", "axis_1", "value"],
        *(["0", "0", "True"], ["0", "1", "False"], ["1", "0", "False"], ["1", "1", "False"]),
    ],
    "dates": [["axis_0", "value"], ["0", "2026-01-02T03:04:05"], ["1", "NaT"]],
    "texts": [["axis_0", "value"], ["0", "µs"], ["1", "<b>&"], ["2", ""]],
    "bytes": [["axis_0", "value"], ["0", "ok"], ["1", "\\xff\x01"]],
    "raw": [["axis_0", "value"], ["0", "00 ff"], ["1", "41 42"]],
    "records": [
        ["axis_0", "time", "price", "at.x", "at.y", "side"],
        ["0", "2026-01-02T03:04:05", "1.5", str(2**53 + 1), "1.0 nan", "bid"],
        ["1", "NaT", "inf", "-1", "0.25 -0.0", "a\\xffk"],
    ],
}
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


def api(name: str) -> str:
    """Return the name that an array of `ARRAYS` has in this process."""
    return f"test-{os.getpid()}-rest-{name}"


@pytest.fixture(scope="module")
def paths(served: Running) -> Iterator[dict[str, str]]:
    """Paths of every array of `ARRAYS`, by its name there."""
    with ExitStack() as stack:
        for name, values in ARRAYS.items():
            array = stack.enter_context(shmscope.create(api(name), values.shape, values.dtype))
            array[...] = values
        yield {name: served.path_of(api(name)) for name in ARRAYS}


def values_of(served: Running, path: str, **query: str) -> httpx2.Response:
    """Ask for values."""
    answer = served.http.get(f"{path}/values", params=query)
    assert answer.status_code == 200, answer.text
    return answer


def assert_problem(answer: httpx2.Response, status: int) -> dict[str, Any]:
    """Check that an answer is a problem document as docs/stream.md has it, and return it."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert set(document) - {"value", "limit"} == {"type", "title", "status", "detail"}
    assert document["status"] == status
    assert document["type"] == "about:blank"
    assert document["title"] == document["title"].strip() != ""
    assert 0 < len(document["detail"]) < 1000
    assert isinstance(document.get("value", ""), int | float | str)
    assert isinstance(document.get("limit", ""), int | float | str)
    return document


def test_every_array_is_listed_once_with_its_layout(served: Running, paths: dict[str, str]) -> None:
    rows = {row["name"]: row for row in served.get("/api/v1/arrays").json()["arrays"]}
    for name, values in ARRAYS.items():
        row = rows[api(name)]
        assert row["shape"] == list(values.shape)
        assert row["size_bytes"] == values.nbytes
        assert f"/api/v1/arrays/{row['id']}" == paths[name]


def test_one_array_is_what_the_list_says_of_it(served: Running, paths: dict[str, str]) -> None:
    row = served.get(paths["records"]).json()
    assert row["dtype"] == "records"
    assert row["writes"] == 1
    assert row["host"] == HOST
    assert row["writers"][0]["pid"] == os.getpid()
    assert row["health"]["level"] in ("ok", "warning", "critical")
    assert "NaN" in row["sparkline"]


@pytest.mark.parametrize("name", IN_JSON)
def test_values_in_json_are_nested_lists(served: Running, paths: dict[str, str], name: str) -> None:
    answer = values_of(served, paths[name])
    found = answer.json()
    assert found["values"] == IN_JSON[name]
    assert found["shape"] == list(ARRAYS[name].shape)
    assert found["verdict"] == answer.headers["x-shmscope-verdict"] == "clean"


def test_records_in_json_are_one_column_a_field(served: Running, paths: dict[str, str]) -> None:
    found = values_of(served, paths["records"]).json()
    assert "values" not in found
    assert found["columns"] == {
        "time": ["2026-01-02T03:04:05", "NaT"],
        "price": [1.5, "Infinity"],
        "at.x": [2**53 + 1, -1],
        "at.y": [1.0, "NaN", 0.25, -0.0],
        "side": ["bid", "a\\xffk"],
    }


@pytest.mark.parametrize("name", ARRAYS)
def test_values_as_npy_are_the_array_bit_by_bit(
    served: Running, paths: dict[str, str], name: str
) -> None:
    answer = values_of(served, paths[name], format="npy")
    found = np.load(io.BytesIO(answer.content), allow_pickle=False)
    assert answer.headers["content-type"] == "application/x-npy"
    assert found.dtype == ARRAYS[name].dtype
    assert found.shape == ARRAYS[name].shape
    assert found.tobytes() == ARRAYS[name].tobytes() or name == "long"  # padding is nobody's


@pytest.mark.parametrize("name", IN_CSV)
def test_values_as_csv_are_one_line_an_index(
    served: Running, paths: dict[str, str], name: str
) -> None:
    answer = values_of(served, paths[name], format="csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(answer.text, newline=""))) == IN_CSV[name]


@pytest.mark.parametrize(
    ("select", "index"),
    [
        ("1", np.s_[1]),
        ("-1, ::-2", np.s_[-1, ::-2]),
        ("..., 2", np.s_[..., 2]),
        ("1:3, 4", np.s_[1:3, 4]),
        ("2, 3", np.s_[2, 3]),
        ("0:0", np.s_[0:0]),
        ("[::3]", np.s_[::3]),
    ],
)
def test_a_selection_is_numpys(
    served: Running, paths: dict[str, str], select: str, index: Any
) -> None:
    expected = ARRAYS["plain"][index]
    assert values_of(served, paths["plain"], select=select).json()["values"] == expected.tolist()
    content = values_of(served, paths["plain"], select=select, format="npy").content
    np.testing.assert_array_equal(np.load(io.BytesIO(content)), expected, strict=True)


def test_csv_names_the_places_in_the_whole_array(served: Running, paths: dict[str, str]) -> None:
    text = values_of(served, paths["plain"], select="3, ::-3", format="csv").text
    assert text == "axis_1,value\n5,2.875\n2,2.5\n"


@pytest.mark.parametrize(("name", "header"), [("plain", 3), ("records", 6)])
def test_csv_of_nothing_is_its_header(
    served: Running, paths: dict[str, str], name: str, header: int
) -> None:
    (line,) = values_of(served, paths[name], select="0:0", format="csv").text.splitlines()
    assert len(line.split(",")) == header


def test_max_points_is_how_many_elements_may_be_asked_for(
    served: Running, paths: dict[str, str]
) -> None:
    values_of(served, paths["plain"], max_points="24")
    answer = served.get(f"{paths['plain']}/values?max_points=23")
    problem = assert_problem(answer, 422)
    assert (problem["value"], problem["limit"]) == (24, 23)


def test_statistics_are_scanned_when_asked(served: Running, paths: dict[str, str]) -> None:
    (found,) = served.get(f"{paths['holes']}/statistics").json()["statistics"]
    assert found == {
        "field": None, "count": 4, "min": 1.5, "max": 1.5, "mean": 1.5, "std": 0.0,
        "zeros": 0, "nan": 1, "inf": 2, "age_s": 0.0, "coverage": 1.0,
    }  # fmt: skip
    fields = served.get(f"{paths['records']}/statistics").json()["statistics"]
    assert [entry["field"] for entry in fields] == ["price", "at.x", "at.y"]
    assert served.get(f"{paths['texts']}/statistics").json() == {"statistics": []}


@pytest.mark.parametrize("name", ARRAYS)
def test_every_dtype_has_statistics_without_an_error(
    served: Running, paths: dict[str, str], name: str
) -> None:
    assert served.get(f"{paths[name]}/statistics").status_code == 200


def test_health_is_a_level_and_verdicts(served: Running, paths: dict[str, str]) -> None:
    health = served.get(f"{paths['holes']}/health").json()
    assert set(health) == {"level", "verdicts"}
    assert health["level"] in ("ok", "warning", "critical")


def test_history_is_as_long_as_five_minutes_and_starts_with_nan(
    served: Running, paths: dict[str, str]
) -> None:
    history = served.get(f"{paths['plain']}/history").json()
    assert len(history["age_s"]) == len(history["writes_per_s"]) == HISTORY_SAMPLES
    assert history["age_s"] == sorted(history["age_s"], reverse=True)
    assert history["age_s"][-1] == 0
    assert history["writes_per_s"][0] == "NaN"
    (writer,) = history["writers"]
    assert writer["slot"] == 0
    assert len(writer["writes_per_s"]) == HISTORY_SAMPLES


def test_the_host_tells_its_memory_and_its_own_cost(served: Running) -> None:
    host = served.get("/api/v1/host").json()
    shm = host["shm"]
    assert host["name"] == HOST
    assert shm["used_bytes"] + shm["free_bytes"] == shm["size_bytes"] > 0
    assert host["observer"]["clients"] == host["observer"]["views"] == 0


def test_a_name_of_any_script_is_found_by_its_id(served: Running) -> None:
    for name in ("Wärme 温度 %2F?#", "a&b=c;<i>'\"", "+ +"):
        unique = f"{name}-{os.getpid()}-{secrets.token_hex(3)}"
        array = shmscope.publish(unique, RawArray("d", 2))
        assert served.get(served.path_of(unique)).json()["name"] == unique
        array.unlink()


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
    "docs-from-elsewhere": ("/docs", 404),
    "bad-format": ("{plain}/values?format=png", 422),
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
@pytest.mark.parametrize("path", ["/api/v1/arrays", "{plain}/values", "/", "/static/js/codec.js"])
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
        ("format=png", "png", "'json', 'npy' or 'csv'"),
        (f"max_points={MAX_POINTS + 1}", str(MAX_POINTS + 1), MAX_POINTS),
        ("max_points=0", "0", 1),
        ("select=9", 9, 4),
        ("select=0,0,0", 3, 2),
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
    assert_problem(served.get("/api/v1/arrays/a/b/c", accept="text/html"), 404)


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

        monkeypatch.setattr(server.sampler, "rows", fail)
        answer = server.get("/api/v1/arrays")
        assert_problem(answer, 500)
        assert "secret" not in answer.text
        assert "the secret cause" in caplog.text
        assert "content-security-policy" in answer.headers


def test_the_openapi_document_lists_every_route(served: Running) -> None:
    document = served.get("/api/v1/openapi.json").json()
    array = "/api/v1/arrays/{host}/{segment}/{name}"
    assert set(document["paths"]) == {
        "/api/v1/host",
        "/api/v1/arrays",
        array,
        *(f"{array}/{what}" for what in ("values", "statistics", "health", "history")),
    }
    assert document["info"]["version"] == shmscope.__version__
    for path in document["paths"].values():
        assert set(path) == {"get"}
        assert "application/problem+json" in json.dumps(path["get"]["responses"]["404"])


def test_the_openapi_document_names_the_formats(served: Running) -> None:
    document = served.get("/api/v1/openapi.json").json()
    values = document["paths"]["/api/v1/arrays/{host}/{segment}/{name}/values"]["get"]
    schemas = {entry["name"]: entry["schema"] for entry in values["parameters"]}
    assert schemas["format"]["enum"] == ["json", "npy", "csv"]
    assert schemas["max_points"]["maximum"] == MAX_POINTS
