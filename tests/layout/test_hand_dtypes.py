from __future__ import annotations

import json
import string
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.layout.strategies import JSON, dtypes, outcome

from shmscope.errors import LayoutError
from shmscope.layout.dtypes import MAX_NESTING
from shmscope.layout.hand import format_dtype_text, parse_dtype_text
from shmscope.layout.hand.lists import MAX_LIST_CHARS

TICKET = np.dtype([("time", "<f8"), ("xyz", "<f4", (3,))])


def as_text(dtype: np.dtype[Any]) -> str:
    spec = format_dtype_text(dtype)
    return spec if isinstance(spec, str) else json.dumps(spec)


@given(dtypes())
def test_every_dtype_survives_text(dtype: np.dtype[Any]) -> None:
    parsed = parse_dtype_text(as_text(dtype))
    assert parsed == dtype
    assert parsed.fields == dtype.fields
    assert parsed.itemsize == dtype.itemsize


@given(dtypes())
def test_numpys_own_list_is_read(dtype: np.dtype[Any]) -> None:
    text = str(dtype.descr) if dtype.names is not None else dtype.str
    if "\\" not in text:  # an escape, which numpy's list rarely has: JSON can say it
        assert parse_dtype_text(text) == dtype


@pytest.mark.parametrize(
    ("text", "dtype"),
    [
        ("<f4", "<f4"),
        (" float32 ", "float32"),
        ("M8[ns]", "M8[ns]"),
        ("time:<f8, xyz:(3,)<f4", TICKET),
        ("time:<f8,xyz:(3)<f4,", TICKET),
        (" time : <f8 ,\n xyz : ( 3, ) <f4 ", TICKET),
        ("[('time', '<f8'), ('xyz', '<f4', (3,))]", TICKET),
        ('[["time", "<f8"], ["xyz", "<f4", [3]]]', TICKET),
        ("only:u1", [("only", "u1")]),
        ("sample time:<M8[ns]", [("sample time", "<M8[ns]")]),
        ("a:{b:u1, c:{d:<i2}}, e:(2,2){f:?}", None),
    ],
)
def test_dtypes_are_read_as_people_write_them(text: str, dtype: Any) -> None:
    nested = [("a", [("b", "u1"), ("c", [("d", "<i2")])]), ("e", [("f", "?")], (2, 2))]
    assert parse_dtype_text(text) == np.dtype(nested if dtype is None else dtype)


def test_bytes_between_fields_are_a_field_without_a_name() -> None:
    dtype = parse_dtype_text("id:u1, :V3, value:<f4, :V4")
    assert dtype.names == ("id", "value")
    assert np.zeros(2, dtype)["value"].__array_interface__["strides"] == (12,)
    assert np.frombuffer(bytes(range(12)), dtype)["value"].tobytes() == bytes([4, 5, 6, 7])
    assert parse_dtype_text(as_text(dtype)) == dtype


@pytest.mark.parametrize(
    ("dtype", "text"),
    [
        (np.dtype("f4"), "<f4"),
        (TICKET, "time:<f8, xyz:(3,)<f4"),
        (np.dtype([("a", [("b", "u1")], (2, 2))]), "a:(2,2){b:|u1}"),
        (np.dtype([("a:b", "u1")]), '[["a:b", "|u1"]]'),
        (np.dtype([(("title", "a"), "u1")]), '[[["title", "a"], "|u1"]]'),
        (np.dtype([("'\"\\", "u1"), ("[", "u1")]), '[["\'\\"\\\\", "|u1"], ["[", "|u1"]]'),
    ],
)
def test_a_dtype_is_written_short_where_that_can_say_it(dtype: np.dtype[Any], text: str) -> None:
    assert as_text(dtype) == text
    assert parse_dtype_text(text) == dtype


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is no dtype"),
        ("f4,f4", "is no dtype"),
        ("a:", "field 'a' has no type"),
        (":", "field '' has no type"),
        ("a:<f9", "field 'a': '<f9' is no dtype"),
        ("a:<f4, b:O", "field 'b': .*holds Python objects"),
        ("a:<f4 b:<f4", "a comma is expected"),
        ("a:<f4}", "a comma is expected"),
        ("a:<f4, <f4", "character 8: a field is written as name:type"),
        ("a:<f4, a:<f8", "is no dtype"),
        ("a:(2,x)<f4", "is no shape of a field"),
        ("a:()<f4", "is no shape of a field"),
        ("a:(0,)<f4", "is no shape of a field"),
        ("a:(2,<f4", "field 'a' has no type"),
        ("a:(9999999999,9999999999)<f4", "is no dtype"),
        ("a:(9999999,)<f4", "are allowed"),
        ("a:{b:u1", "a closing brace"),
        ("a:{}", "a field is written as"),
        ("{a:u1}", "a field is written as"),
        ("{'names': ['a'], 'formats': ['u1']}", "a field is written as"),
        ("a:{" * (MAX_NESTING + 1) + "b:u1" + "}" * (MAX_NESTING + 1), "nested deeper"),
        ("a:{" * 20_000, "nested deeper"),
        ("[" * 60_000, "is no list"),
        ("[('a', '<f4'", "is no list"),
        ("[", "is no list"),
        ("[1e999]", "is no dtype"),
        ("x" * (MAX_LIST_CHARS + 1), "65,537 characters; 65,536 are allowed"),
    ],
)
def test_what_is_no_dtype_is_told_with_its_place(text: str, complaint: str) -> None:
    with pytest.raises(LayoutError, match=complaint) as caught:
        parse_dtype_text(text)
    assert caught.value.field == "dtype"
    assert len(caught.value.detail) < 500


def check_hostile(text: str) -> None:
    """Check that `text` is a dtype or a layout error, and nothing else."""
    found = outcome(parse_dtype_text, text)
    if isinstance(found, LayoutError):
        assert found.field == "dtype"
    else:
        assert parse_dtype_text(as_text(found)) == found


@given(st.text() | st.text("<>|=?aAbfiuSUVMmOT0123456789[]s,(){}: '\"\\", max_size=20))
def test_hostile_text_is_a_layout_error_or_a_dtype(text: str) -> None:
    check_hostile(text)


@given(JSON)
def test_hostile_json_as_text_is_a_layout_error_or_a_dtype(data: object) -> None:
    check_hostile(json.dumps(data))
    check_hostile(repr(data))


@given(dtypes(), st.integers(0), st.sampled_from([*string.punctuation, "", " ", "\0", "9"]))
def test_a_misspelt_dtype_is_a_layout_error_or_a_dtype(
    dtype: np.dtype[Any], at: int, mark: str
) -> None:
    text = as_text(dtype)
    at %= len(text)
    check_hostile(text[:at] + mark + text[at + 1 :])
    check_hostile(text[:at] + mark + text[at:])


@pytest.mark.parametrize("text", ["a" * 30_000 + ",", " " * 60_000, "(" * 60_000, "a:u1," * 9000])
def test_long_text_takes_no_more_time_than_its_length_is_worth(text: str) -> None:
    check_hostile(text + ":")
    check_hostile(f"a:{text}")
