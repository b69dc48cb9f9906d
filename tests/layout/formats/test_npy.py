from __future__ import annotations

import io
import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from tests.layout.formats.looking import look_alone, values
from tests.layout.formats.samples import npy

from shmscope.layout.formats.literal import MOST_CHARS, MOST_NESTED, parse_literal
from shmscope.layout.formats.npy import recognise

DTYPES = st.sampled_from(
    ["?", "i1", "<u2", ">i4", "<f2", ">f8", "<c16", "S3", "<U2", "V5", "<M8[ns]", "<m8[25s]"]
)
RECORD = np.dtype([("time", "<f8"), (("title", "price"), ">f4", (2, 2)), ("in", [("a", "i1")])])


@given(DTYPES, npst.array_shapes(min_dims=0, min_side=0, max_side=4), st.sampled_from("CF"))
def test_what_numpy_saves_is_shown(dtype: str, shape: tuple[int, ...], order: str) -> None:
    raw = np.resize(np.arange(127, dtype="u1"), math.prod(shape) * np.dtype(dtype).itemsize)
    saved = np.frombuffer(raw.tobytes(), dtype).reshape(shape, order="F" if order == "F" else "C")
    data = npy(saved) + bytes(3)
    found = values(recognise(look_alone(data)), data)
    assert (found.dtype, found.shape) == (saved.dtype, saved.shape)
    assert found.tobytes() == saved.tobytes()


def test_records_are_shown() -> None:
    array = np.zeros((2, 3), RECORD)
    data = npy(array)
    assert values(recognise(look_alone(data)), data).dtype == RECORD


def test_records_with_gaps_are_shown() -> None:
    dtype = np.dtype({"names": ["a", "b"], "formats": ["u1", "<f8"], "offsets": [0, 8]})
    data = npy(np.ones(3, dtype))
    assert values(recognise(look_alone(data)), data)["b"].tolist() == [1, 1, 1]


def test_all_versions_are_read() -> None:
    for version in ((1, 0), (2, 0), (3, 0)):
        file = io.BytesIO()
        np.lib.format.write_array(file, np.arange(3), version=version)
        found = recognise(look_alone(file.getvalue()))
        assert found is not None
        assert found.format == f".npy {version[0]}.0"


def test_objects_are_refused() -> None:
    file = io.BytesIO()
    np.save(file, np.array([1, "a", None], object), allow_pickle=True)
    assert recognise(look_alone(file.getvalue())) is None


def written(header: str, data: bytes = bytes(24)) -> bytes:
    encoded = header.encode("latin-1")
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(encoded)) + encoded + data


GOOD = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"


@pytest.mark.parametrize("header", [GOOD, GOOD.replace("'", '"'), GOOD + "\n", GOOD[:-3] + "}"])
def test_headers_of_other_programs_are_read(header: str) -> None:
    assert recognise(look_alone(written(header))) is not None


@pytest.mark.parametrize(
    "header",
    [
        "",
        "{}",
        "[]",
        "1",
        GOOD[:-1],
        GOOD + "x",
        GOOD.replace("(2, 3)", "(2, 4)"),
        GOOD.replace("(2, 3)", "(-2, -3)"),
        GOOD.replace("(2, 3)", "(2, True)"),
        GOOD.replace("(2, 3)", "6"),
        GOOD.replace("(2, 3)", "(9999999999, 9999999999, 9999999999)"),
        GOOD.replace("(2, 3)", "(2.0, 3)"),
        GOOD.replace("'<f4'", "'O'"),
        GOOD.replace("'<f4'", "'|O'"),
        GOOD.replace("'<f4'", "[('a', '|O')]"),
        GOOD.replace("'<f4'", "__import__('os')"),
        GOOD.replace("'<f4'", "7"),
        GOOD.replace("'<f4'", "('<f4', (2,))"),
        GOOD.replace("'<f4'", "'" + "<" * 5000 + "'"),
        GOOD.replace("False", "0"),
        GOOD.replace("'descr'", "'shape'"),
        GOOD.replace("'shape'", "'form'"),
        GOOD.replace("(2, 3)", "(" * 5000),
        GOOD.replace("(2, 3)", "-" * 5000 + "1"),
    ],
)
def test_headers_that_lie_are_refused(header: str) -> None:
    assert recognise(look_alone(written(header))) is None


def test_other_versions_and_lengths_are_refused() -> None:
    data = written(GOOD)
    for raw in (b"\0\0", b"\4\0", b"\1\1"):
        assert recognise(look_alone(data[:6] + raw + data[8:])) is None
    assert recognise(look_alone(b"\x93NUMPY\2\0" + b"\xff" * 4 + data[10:])) is None
    assert recognise(look_alone(data[:8] + b"\xff\xff" + data[10:])) is None


VALUES = st.recursive(
    st.booleans() | st.integers(-(10**18), 10**18) | st.text("abc <f8|,:()[]{}"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner, max_size=3),
    max_leaves=6,
)


def depth(value: object) -> int:
    if not isinstance(value, list | dict):
        return 0
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max(map(depth, inner), default=0)


@given(VALUES)
def test_a_literal_is_what_python_writes(value: object) -> None:
    if depth(value) <= MOST_NESTED:
        assert parse_literal(repr(value)) == value
    else:
        with pytest.raises(ValueError, match="nested"):
            parse_literal(repr(value))


@given(st.text() | st.text("'\"()[]{},:TrueFals0123-L \n", max_size=60))
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        parse_literal(text)
    except ValueError:
        return


def test_endless_literals_are_refused() -> None:
    for text in ("[" * 100_000, "[" * 9 + "]" * 9, "1" * 30, " " * (MOST_CHARS + 1), "{'a': " * 50):
        with pytest.raises(ValueError, match=r"\w"):
            parse_literal(text)


@pytest.mark.parametrize(
    "text", ["{1: 2}", "{'a': 1, 'a': 2}", "[1 2]", "{'a' 1}", "}", "'a", "1x"]
)
def test_what_no_header_has_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="character"):
        parse_literal(text)
