"""The REST API of a real server over real shared arrays."""

from __future__ import annotations

import json
import os
import secrets
from multiprocessing.sharedctypes import RawArray

import pytest
from tests.web.arrays import ARRAYS, api
from tests.web.running import HOST, Running

import shmscope
from shmscope.sampling.rates import HISTORY_SAMPLES
from shmscope.web.selections import MAX_POINTS

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


def test_the_openapi_document_lists_every_route(served: Running) -> None:
    document = served.get("/api/v1/openapi.json").json()
    array = "/api/v1/arrays/{host}/{segment}/{name}"
    assert set(document["paths"]) == {
        *(f"/api/v1/{what}" for what in ("host", "memory", "health", "events")),
        "/api/v1/arrays",
        array,
        *(f"{array}/{what}" for what in ("values", "statistics", "health", "history")),
        *(f"{array}/{what}" for what in ("processes", "guesses", *METHODS)),
    }
    assert document["info"]["version"] == shmscope.__version__
    for path, ways in document["paths"].items():
        assert set(ways) == METHODS.get(path.removeprefix(f"{array}/"), {"get"})
        for way in ways.values():
            assert "application/problem+json" in json.dumps(way["responses"]["404"])


def test_the_openapi_document_names_the_formats(served: Running) -> None:
    document = served.get("/api/v1/openapi.json").json()
    values = document["paths"]["/api/v1/arrays/{host}/{segment}/{name}/values"]["get"]
    schemas = {entry["name"]: entry["schema"] for entry in values["parameters"]}
    assert schemas["format"]["enum"] == ["json", "npy", "csv", "raw"]
    assert schemas["max_points"]["maximum"] == MAX_POINTS
