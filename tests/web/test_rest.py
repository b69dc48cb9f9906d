"""The REST API of a real server over real shared arrays."""

from __future__ import annotations

import os
import secrets
from multiprocessing.sharedctypes import RawArray
from typing import Any

import pytest
from tests.waiting import until
from tests.web.arrays import ARRAYS, api
from tests.web.running import HOST, Running
from tests.web.test_problems import assert_problem

import shmscope
from shmscope.sampling.rates import HISTORY_SAMPLES
from shmscope.web.values_query import MAX_POINTS

METHODS = {
    "layout": {"get", "put", "delete"},
    "copies": {"get", "post"},
    "copies/{number}": {"delete"},
    "watches": {"get", "post"},
    "watches/{number}": {"delete"},
}


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


def test_statistics_are_scanned_when_asked(served: Running, paths: dict[str, str]) -> None:
    (found,) = served.get(f"{paths['holes']}/statistics").json()["statistics"]
    assert found == {
        "field": None, "count": 4, "min": 1.5, "max": 1.5, "mean": 1.5, "std": 0.0,
        "zeros": 0, "nan": 1, "inf": 2, "age_s": 0.0, "coverage": 1.0, "distinct": None,
        "percentiles": dict.fromkeys(["1", "5", "25", "50", "75", "95", "99"], 1.5),
        "histogram": {"lo": 1.5, "hi": 1.5, "counts": [1]}, "sample": 1,
    }  # fmt: skip
    fields = served.get(f"{paths['records']}/statistics").json()["statistics"]
    assert [entry["field"] for entry in fields] == ["price", "at.x", "at.y"]
    assert served.get(f"{paths['texts']}/statistics").json() == {"statistics": []}


@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize("what", ["statistics", "histogram"])
def test_every_dtype_has_statistics_without_an_error(
    served: Running, paths: dict[str, str], name: str, what: str
) -> None:
    assert served.get(f"{paths[name]}/{what}").status_code == 200


def test_a_histogram_has_as_many_bins_as_are_asked_for(
    served: Running, paths: dict[str, str]
) -> None:
    (found,) = served.get(f"{paths['plain']}/histogram?bins=4").json()["histograms"]
    assert found == {
        "field": None, "lo": 0.0, "hi": 2.875, "counts": [6, 6, 6, 6],
        "sample": 24, "count": 24, "nan": 0, "inf": 0,
    }  # fmt: skip
    (found,) = served.get(f"{paths['holes']}/histogram?bins=4096").json()["histograms"]
    assert (found["counts"], found["count"], found["nan"], found["inf"]) == ([1], 4, 1, 2)


def test_a_histogram_is_of_one_field_or_of_all(served: Running, paths: dict[str, str]) -> None:
    path = f"{paths['records']}/histogram"
    fields = [entry["field"] for entry in served.get(path).json()["histograms"]]
    assert fields == ["price", "at.x", "at.y"]
    (found,) = served.get(f"{path}?field=at.x").json()["histograms"]
    assert found["field"] == "at.x"
    problem = assert_problem(served.get(f"{path}?field=time"), 422)
    assert (problem["value"], problem["limit"]) == ("time", "price, at.x, at.y")


def test_a_list_of_arrays_is_filtered_and_told_page_by_page(
    served: Running, paths: dict[str, str]
) -> None:
    pattern = api("*")
    every = served.http.get("/api/v1/arrays", params={"match": pattern}).json()
    names = sorted(api(name) for name in ARRAYS)
    assert [row["name"] for row in every["arrays"]] == names
    assert every["total"] == len(paths)
    query: dict[str, str | int] = {"match": pattern, "offset": 2, "limit": 3}
    page = served.http.get("/api/v1/arrays", params=query).json()
    assert [row["name"] for row in page["arrays"]] == names[2:5]
    assert page["total"] == len(paths)
    nobody = served.http.get("/api/v1/arrays", params={"match": "[!a-z]"}).json()
    assert nobody == {"arrays": [], "total": 0}


def test_every_segment_is_listed_with_its_arrays(served: Running, name: str) -> None:
    with shmscope.create(name, 100_000) as array:
        array[...] = 1
        ident = served.id_of(name)

        def own() -> Any:
            query = {"match": f"{name}*"}
            found = served.http.get("/api/v1/segments", params=query).json()
            return found["segments"] or None

        (row,) = until(own)
        assert (row["label"], row["kind"], row["arrays"]) == (name, "file", [ident])
        assert row["identity"] == ident.split("/")[1]
        assert (row["paths"], row["mode"]) == ([f"/dev/shm/{name}"], "600")
        assert row["size_bytes"] == 800_000
        assert row["users"]["rw"] == 1
        assert row["orphan"] is False
    several = served.get("/api/v1/segments?limit=2").json()
    assert len(several["segments"]) <= 2 <= several["total"] + 2


def test_segments_that_take_up_most_come_first(served: Running, name: str) -> None:
    with shmscope.create(f"{name}-a", 50_000) as small, shmscope.create(f"{name}-b", 99_000) as big:
        small[...] = big[...] = 1

        def both() -> Any:
            query = {"match": f"{name}-?"}
            found = served.http.get("/api/v1/segments", params=query).json()["segments"]
            sizes = [row["resident_bytes"] or 0 for row in found]
            return found if len(found) == 2 and min(sizes) >= 50_000 * 8 else None

        assert [row["label"] for row in until(both)] == [f"{name}-b", f"{name}-a"]


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


def test_the_openapi_document_lists_every_route(served: Running) -> None:
    document = served.get("/api/v1/openapi.json").json()
    array = "/api/v1/arrays/{host}/{segment}/{name}"
    assert set(document["paths"]) == {
        *(f"/api/v1/{what}" for what in ("host", "memory", "segments", "health", "events")),
        "/api/v1/arrays",
        array,
        *(f"{array}/{what}" for what in ("values", "statistics", "health", "history")),
        *(f"{array}/{what}" for what in ("processes", "guesses", "histogram", *METHODS)),
    }
    assert document["info"]["version"] == shmscope.__version__
    for path, ways in document["paths"].items():
        assert set(ways) == METHODS.get(path.removeprefix(f"{array}/"), {"get"})
        for way in ways.values():
            assert "application/problem+json" in way["responses"]["422"]["content"]
            assert "application/problem+json" in way["responses"]["default"]["content"]


def test_the_openapi_document_names_the_formats(served: Running) -> None:
    document = served.get("/api/v1/openapi.json").json()
    values = document["paths"]["/api/v1/arrays/{host}/{segment}/{name}/values"]["get"]
    schemas = {entry["name"]: entry["schema"] for entry in values["parameters"]}
    assert schemas["format"]["anyOf"][0]["enum"] == ["json", "npy", "csv", "raw", "png"]
    assert schemas["max_points"]["maximum"] == MAX_POINTS
