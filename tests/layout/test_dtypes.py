from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.layout.strategies import JSON, dtypes, outcome, records

from shmscope.errors import LayoutError
from shmscope.layout.dtypes import (
    MAX_ITEM_BYTES,
    MAX_NESTING,
    flat_fields,
    format_dtype,
    kind_of,
    parse_dtype,
)

UNWRITABLE = [
    pytest.param(np.dtype("O"), id="objects"),
    pytest.param(np.dtype([("a", "f4"), ("b", "O")]), id="object in a field"),
    pytest.param(np.dtype("S0"), id="no bytes"),
    pytest.param(np.dtype([]), id="no fields"),
    pytest.param(np.dtype(("f4", (2,))), id="array"),
    pytest.param(np.dtype(f"V{MAX_ITEM_BYTES + 1}"), id="huge"),
    pytest.param(
        np.dtype({"names": ["a", "b"], "formats": ["f4", "f4"], "offsets": [4, 0]}),
        id="out of order",
    ),
    pytest.param(
        np.dtype({"names": ["a", "b"], "formats": ["f4", "u2"], "offsets": [0, 2]}),
        id="overlapping",
    ),
    pytest.param(np.dtype([("a\nb", "f4")]), id="unprintable field name"),
]


def nested_spec(depth: int) -> list[Any]:
    spec: Any = "<f4"
    for _ in range(depth):
        spec = [["a", spec]]
    found: list[Any] = spec
    return found


@given(dtypes())
def test_every_dtype_survives_json(dtype: np.dtype[Any]) -> None:
    written = json.dumps(format_dtype(dtype))
    parsed = parse_dtype(json.loads(written))
    assert parsed == dtype
    assert parsed.fields == dtype.fields
    assert parsed.itemsize == dtype.itemsize


@pytest.mark.parametrize("dtype", UNWRITABLE)
def test_what_no_reader_would_take_is_not_written(dtype: np.dtype[Any]) -> None:
    with pytest.raises(LayoutError) as caught:
        format_dtype(dtype)
    assert caught.value.field == "dtype"


def test_metadata_is_left_out_without_a_warning() -> None:
    assert format_dtype(np.dtype("<f4", metadata={"origin": "probe"})) == "<f4"


@pytest.mark.parametrize(
    ("spec", "name"), [("float32", "float32"), ("=f4", "float32"), ("?", "bool"), ("V3", "void24")]
)
def test_names_that_people_write_are_understood(spec: str, name: str) -> None:
    assert parse_dtype(spec).name == name


@given(JSON | st.lists(JSON, max_size=3))
def test_hostile_json_is_a_layout_error_or_a_dtype(data: object) -> None:
    found = outcome(parse_dtype, data)
    if isinstance(found, LayoutError):
        assert found.field == "dtype"
    else:
        assert parse_dtype(format_dtype(found)) == found


@given(st.text(alphabet="<>|=?aAbfiuSUVMmOT0123456789[]s,() ", max_size=8))
def test_hostile_text_is_a_layout_error_or_a_dtype(spec: str) -> None:
    test_hostile_json_is_a_layout_error_or_a_dtype.hypothesis.inner_test(spec)  # type: ignore[attr-defined]  # hypothesis puts it there


@given(JSON, JSON, st.sampled_from(["<f4", "S3", [["x", "u1"]], [["x", "u1"], ["x", "u1"]]]))
def test_hostile_fields_are_a_layout_error_or_a_dtype(name: object, shape: object, d: Any) -> None:
    for spec in (
        [[name, d]],
        [["a", d, shape]],
        [[["t", name], d]],
        [d, shape],
        [["a", [d, shape]]],
    ):
        test_hostile_json_is_a_layout_error_or_a_dtype.hypothesis.inner_test(spec)  # type: ignore[attr-defined]  # hypothesis puts it there


@pytest.mark.parametrize("depth", [MAX_NESTING + 1, 100, 900, 5000])
def test_deep_nesting_is_a_layout_error(depth: int) -> None:
    with pytest.raises(LayoutError, match="nested deeper"):
        parse_dtype(nested_spec(depth))


@pytest.mark.parametrize(
    "spec", ["a5", "f4,f4", "(2,)f4", "O", "T", "S0", "V9999999999", ["<f4", [2]]]
)
def test_what_is_no_plain_element_type_is_a_layout_error(spec: object) -> None:
    with pytest.raises(LayoutError):
        parse_dtype(spec)


@pytest.mark.parametrize(
    ("dtype", "kind"),
    [
        ("i2", "numbers"),
        ("u8", "numbers"),
        ("f2", "numbers"),
        ("c8", "complex"),
        ("?", "bool"),
        ("S3", "text"),
        ("U3", "text"),
        ("M8[s]", "text"),
        ([("a", "f4")], "records"),
    ],
)
def test_every_dtype_has_a_kind(dtype: Any, kind: str) -> None:
    assert kind_of(np.dtype(dtype)) == kind


@given(records(dtypes()))
def test_flat_fields_lead_to_every_leaf(dtype: np.dtype[Any]) -> None:
    leaves = flat_fields(dtype)
    for dotted, path in leaves:
        leaf = dtype
        for name in path:
            leaf = leaf[name].base
        assert leaf.names is None
        assert dotted == ".".join(path)
    assert len({path for _, path in leaves}) == len(leaves) >= len(dtype.names or ())
