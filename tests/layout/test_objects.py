from __future__ import annotations

import array
from multiprocessing import managers
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.layout.strategies import JSON

from shmscope.layout.array import ArrayLayout
from shmscope.layout.objects import MAX_TEXT, as_array

OBJECTS = st.recursive(
    JSON | st.binary(max_size=4) | st.complex_numbers() | st.text() | st.sets(st.integers()),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.integers(), inner),
    max_leaves=10,
)


@given(OBJECTS)
def test_every_object_becomes_an_array_without_objects(value: object) -> None:
    found = as_array(value)
    assert not found.dtype.hasobject
    layout = ArrayLayout.contiguous(found.dtype, found.shape)
    assert ArrayLayout.parse(layout.format()) == layout


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([1, 2, 3], np.array([1, 2, 3])),
        ((1.5, 2), np.array([1.5, 2.0])),
        ([True, False], np.array([True, False])),
        ([1j, 2], np.array([1j, 2])),
        (7, np.array(7)),
        ([], np.empty(0)),
        ([[1, 2], [3, 4]], np.array([[1, 2], [3, 4]])),
        ([(1, 2.5)], np.array([[1, 2.5]])),
        ([np.float32(3)], np.array([3], "f4")),
        (array.array("d", [1, 2]), np.array([1.0, 2.0])),
        (np.array([[1], [2]], "u1"), np.array([[1], [2]], "u1")),
        (managers.Value("i", 3), np.array(3)),  # type: ignore[attr-defined]  # typeshed does without
    ],
)
def test_numbers_keep_their_shape(value: object, expected: np.ndarray[Any, Any]) -> None:
    found = as_array(value)
    assert found.dtype == expected.dtype
    assert found.shape == expected.shape
    assert (found == expected).all()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", "text"),
        (None, "None"),
        (["a", 1, None], ["a", "1", "None"]),
        ([[1, 2], [3]], ["[1, 2]", "[3]"]),
        ([2**70, 1], [str(2**70), "1"]),
        ([b"a"], ["b'a'"]),
        (np.array([None]), "array([None], dtype=object)"),
    ],
)
def test_what_is_no_number_is_text(value: object, expected: object) -> None:
    assert as_array(value).tolist() == expected


def test_long_text_is_cut_where_it_says_so() -> None:
    assert as_array(["x" * 300]).tolist() == ["x" * (MAX_TEXT - 1) + "…"]


def test_a_mapping_becomes_records() -> None:
    found = as_array({"a": 1, 2: 3})
    assert found["key"].tolist() == ["a", "2"]
    assert found["value"].tolist() == [1, 3]


def test_a_row_within_a_mapping_is_text() -> None:
    assert as_array({"a": [1, 2], "b": []})["value"].tolist() == ["[1, 2]", "[]"]
    assert as_array({"a": [1, 2], "b": [3, 4]})["value"].tolist() == ["[1, 2]", "[3, 4]"]


def test_an_empty_mapping_has_the_fields_of_every_other() -> None:
    found = as_array({})
    assert found.shape == (0,)
    assert found.dtype.names == ("key", "value")
