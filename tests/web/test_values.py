"""Values over REST: every kind of dtype in every format, and numpy's selections."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx2
import numpy as np
import pytest
from tests.web.arrays import ARRAYS
from tests.web.running import Running

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


def values_of(served: Running, path: str, **query: str) -> httpx2.Response:
    """Ask for values."""
    answer = served.http.get(f"{path}/values", params=query)
    assert answer.status_code == 200, answer.text
    return answer


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
