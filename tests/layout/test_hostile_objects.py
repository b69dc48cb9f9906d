"""Objects that a hostile Manager answers: shared, endless, far larger than their pickles."""

from __future__ import annotations

import array
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shmscope.errors import LimitError
from shmscope.layout.array import MAX_DIMENSIONS
from shmscope.layout.excerpts import excerpt
from shmscope.layout.objects import MAX_ELEMENTS, MAX_TEXT, as_array

LEAVES: Any = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers()
    | st.text(max_size=9) | st.binary(max_size=9) | st.just(array.array("d", [1, 2]))
)  # fmt: skip
HASHABLE: Any = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.tuples(inner) | st.tuples(inner, inner) | st.frozensets(inner, max_size=3),
    max_leaves=5,
)
OBJECTS: Any = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(HASHABLE, inner, max_size=3)
        | st.sets(HASHABLE, max_size=3)
        | st.frozensets(HASHABLE, max_size=3)
    ),
    max_leaves=12,
)


def shared(levels: int, leaf: object, times: int = 2) -> object:
    """Return a list that holds another one several times, and so on: `times ** levels` leaves."""
    for _ in range(levels):
        leaf = [leaf] * times
    return leaf


def endless() -> list[Any]:
    """Return a list that holds itself."""
    found: list[Any] = []
    found.extend([found, found])
    return found


@given(OBJECTS, st.integers(1, 60))
def test_an_excerpt_is_the_beginning_of_what_python_writes(value: object, most: int) -> None:
    whole = repr(value)
    found = excerpt(value, most)
    assert len(found) <= most
    if len(whole) <= most:
        assert found == whole
    elif "'" not in whole and '"' not in whole:  # which quotes Python takes, all of a text decides
        assert found == whole[: most - 1] + "…"


@pytest.mark.parametrize("value", [shared(5000, 1), shared(60, "a", 9), endless(), [endless()]])
def test_an_excerpt_of_what_never_ends_is_short(value: object) -> None:
    found = excerpt(value, MAX_TEXT)
    assert len(found) == MAX_TEXT
    assert set(found[:-1]) <= set("[]'a, 1")


def test_an_integer_that_python_does_not_write_is_shown_in_hexadecimal() -> None:
    assert excerpt(-(16**9000), 12) == "-0x1000000000"[:11] + "…"
    assert excerpt(10**9, 12) == "1000000000"


@pytest.mark.parametrize("leaf", [1, 0.5, True, "a", None, b"", (), [], {}, {1: [2]}])
@pytest.mark.parametrize("levels", [31, 32, 33, 60, 5000])
def test_lists_that_are_held_again_and_again_are_looked_at_once(levels: int, leaf: object) -> None:
    axes = levels + (leaf in ([], ()))
    if axes <= MAX_DIMENSIONS and isinstance(leaf, int | float | list | tuple):
        with pytest.raises(LimitError) as caught:
            as_array(shared(levels, leaf))
        assert caught.value.limit == MAX_ELEMENTS
        assert caught.value.value == 2**levels
        return
    found = as_array(shared(levels, leaf))
    assert found.shape == (2,)
    assert all(len(text) <= MAX_TEXT for text in found.tolist())


@pytest.mark.parametrize("depth", [1, 2, 8])
def test_rows_that_are_one_and_the_same_list_are_rows_all_the_same(depth: int) -> None:
    found = as_array(shared(depth, 7))
    assert found.shape == (2,) * depth
    assert (found == 7).all()


def test_a_list_of_nothing_many_times_over_is_refused() -> None:
    with pytest.raises(LimitError, match="1,000,000,000,000,000 numbers; 33,554,432 are shown"):
        as_array(shared(5, [], 1000))


def test_a_list_that_holds_itself_is_text() -> None:
    assert as_array(endless()).shape == (2,)


def test_one_long_text_in_many_places_is_refused_before_it_is_copied() -> None:
    with pytest.raises(LimitError, match="the object's texts take 1,600,000,000 bytes"):
        as_array(["x" * 500] * 2_000_000)


def test_a_mapping_of_what_never_ends_is_records() -> None:
    found = as_array({"a": shared(60, 1), (1,): endless(), 3: "b"})
    assert found["key"].tolist() == ["a", "(1,)", "3"]
    assert [len(text) for text in found["value"].tolist()] == [MAX_TEXT, MAX_TEXT, 1]


@given(st.lists(st.lists(st.integers() | st.floats(), max_size=3), max_size=3))
def test_rows_of_one_length_are_numbers_as_numpy_has_them(rows: list[list[Any]]) -> None:
    found = as_array(rows)
    if len({len(row) for row in rows}) > 1 or np.asarray(rows).dtype.hasobject:
        assert found.dtype.kind == "U"
    else:
        assert np.array_equal(found, np.asarray(rows), equal_nan=True)
