"""Values become what a typed array or a list of text can hold, whatever lies in the memory."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.layout.strategies import dtypes

from shmscope.sampling.columns import as_column, as_columns, describe_fields

CARRIED = [
    ("i1", "<i1"),
    ("u1", "<u1"),
    (">i2", "<i2"),
    ("<u2", "<u2"),
    (">u4", "<u4"),
    ("<i8", "<i8"),
    (">u8", "<u8"),
    ("<f2", "<f4"),
    (">f2", "<f4"),
    ("<f4", "<f4"),
    (">f4", "<f4"),
    (">f8", "<f8"),
    ("g", "<f8"),
]


def column(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    found = as_column(values)
    assert isinstance(found, np.ndarray)
    return found


@pytest.mark.parametrize(("dtype", "carried"), CARRIED)
def test_numbers_are_carried_little_endian_without_loss(dtype: str, carried: str) -> None:
    found = column(np.arange(6).reshape(2, 3).astype(dtype))
    assert found.dtype.str == np.dtype(carried).str
    assert found.tolist() == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("dtype", ["<u8", ">i8"])
def test_extreme_integers_keep_all_their_digits(dtype: str) -> None:
    limits = np.iinfo(np.dtype(dtype))
    assert column(np.array([limits.min, limits.max], dtype)).tolist() == [limits.min, limits.max]


def test_booleans_are_zeros_and_ones_whatever_the_bytes_are() -> None:
    found = column(np.frombuffer(bytes([0, 1, 2, 255]), "?"))
    assert found.dtype == np.uint8
    assert found.tolist() == [0, 1, 1, 1]


@pytest.mark.parametrize(
    ("dtype", "carried"), [("<c8", "<f4"), (">c8", "<f4"), (">c16", "<f8"), ("G", "<f8")]
)
def test_complex_numbers_are_pairs_of_floats(dtype: str, carried: str) -> None:
    found = column(np.array([1 + 2j, 3 - 4j]).astype(dtype))
    assert found.dtype.str == carried
    assert found.tolist() == [1, 2, 3, -4]


def test_long_double_beyond_a_double_is_infinite_and_warns_nobody() -> None:
    assert column(np.array([np.longdouble("1e4000")])).tolist() == [np.inf]


def test_signalling_nan_warns_nobody() -> None:
    halves = np.frombuffer(bytes.fromhex("017c"), "<f2")
    assert np.isnan(column(halves)).all()


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (np.array(["a", "bc", ""]), ["a", "bc", ""]),
        (np.array(["ä€"], ">U2"), ["ä€"]),
        (np.array([b"a", b"\xff", "ä".encode()]), ["a", "\\xff", "ä"]),
        (np.array([b"\x01\x02"], "V2"), ["01 02"]),
        (np.array(["2026-01-02T03:04:05", "NaT"], "M8[s]"), ["2026-01-02T03:04:05", "NaT"]),
        (np.array([90], "m8[s]"), ["90 seconds"]),
        (np.array([5]).view("M8"), ["5"]),
        (np.frombuffer(b"\x00\xd8\0\0\xff\xff\xff\xffa\0\0\0", "<U1"), ["\ufffd", "\ufffd", "a"]),
    ],
    ids=["text", "big-endian", "bytes", "raw", "time", "duration", "bare time", "no characters"],
)
def test_what_is_no_number_becomes_text(values: np.ndarray[Any, Any], texts: list[str]) -> None:
    assert as_column(values) == texts


def test_records_are_one_column_a_field_with_field_shapes_innermost() -> None:
    inner = np.dtype([("bid", ">f4"), ("who", "S3")])
    values = np.zeros((2, 2), [("time", "<f8"), ("quote", inner, (2,)), ("open", "?")])
    values["quote"]["bid"] = np.arange(8).reshape(2, 2, 2)
    values["quote"]["who"] = b"me"
    columns = as_columns(values)
    assert [list(found) for found in columns[:2]] == [[0] * 4, list(range(8))]
    assert columns[2] == ["me"] * 8
    assert describe_fields(values.dtype) == [
        {"name": "time", "dtype": "<f8", "kind": "numbers", "shape": []},
        {"name": "quote.bid", "dtype": ">f4", "kind": "numbers", "shape": [2]},
        {"name": "quote.who", "dtype": "|S3", "kind": "text", "shape": [2]},
        {"name": "open", "dtype": "|b1", "kind": "bool", "shape": []},
    ]


def test_plain_arrays_have_no_fields() -> None:
    assert describe_fields(np.dtype("f8")) is None


@settings(max_examples=500)
@given(dtypes(), st.integers(0, 4), st.randoms(use_true_random=False))
def test_any_bytes_of_any_dtype_can_be_carried(
    dtype: np.dtype[Any], count: int, random: Any
) -> None:
    values = np.frombuffer(random.randbytes(dtype.itemsize * count), dtype, count)
    columns = as_columns(values) if dtype.names is not None else [as_column(values)]
    for found in columns:
        if isinstance(found, np.ndarray):
            assert found.dtype.kind in "iuf"
            assert found.dtype.itemsize <= 8
            assert found.dtype.byteorder in "<=|"
            assert found.ndim == 1
        else:
            json.dumps(found).encode()
            "".join(found).encode()  # no half of a character
    if dtype.names is not None:
        fields = describe_fields(dtype)
        assert fields is not None
        sizes = [count * int(np.prod(field["shape"], dtype=int)) for field in fields]
        pairs = [2 if field["kind"] == "complex" else 1 for field in fields]
        wanted = [size * pair for size, pair in zip(sizes, pairs, strict=True)]
        assert [len(found) for found in columns] == wanted
