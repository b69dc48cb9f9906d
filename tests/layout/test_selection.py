from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.layout.strategies import as_text, indices

from shmscope.errors import SelectionError
from shmscope.layout.selection import MAX_TEXT, Selection, parse_selection

SHAPES = st.lists(st.integers(0, 7), max_size=4).map(tuple)
HUGE = 1 << 40


def numbered(shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    return np.arange(math.prod(shape)).reshape(shape)


def taken(selection: Selection, array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Take what a selection's table says, index by index."""
    rows = [axis.start + axis.step * np.arange(axis.count) for axis in selection.axes]
    return array[np.ix_(*rows)].reshape(selection.shape) if rows else array


@st.composite
def shapes_and_indices(draw: st.DrawFn) -> tuple[tuple[int, ...], tuple[Any, ...]]:
    shape = draw(SHAPES)
    return shape, draw(indices(shape))


@given(shapes_and_indices())
def test_a_selection_takes_what_numpy_takes(drawn: tuple[tuple[int, ...], tuple[Any, ...]]) -> None:
    shape, index = drawn
    expected = numbered(shape)[index]
    for text in (as_text(index), f" [{as_text(index)}] ", as_text(index).replace(", ", ",")):
        selection = parse_selection(text, shape)
        assert selection.shape == expected.shape
        assert selection.points == expected.size
        assert np.array_equal(taken(selection, numbered(shape)), expected)


@given(shapes_and_indices())
def test_a_selection_written_down_is_the_same_again(
    drawn: tuple[tuple[int, ...], tuple[Any, ...]],
) -> None:
    shape, index = drawn
    selection = parse_selection(as_text(index), shape)
    assert parse_selection(str(selection), shape) == selection


@given(shapes_and_indices(), st.integers(-1, 400))
def test_a_reduced_selection_takes_every_kth_of_what_numpy_takes(
    drawn: tuple[tuple[int, ...], tuple[Any, ...]], most: int
) -> None:
    shape, index = drawn
    whole = parse_selection(as_text(index), shape)
    reduced, steps = whole.reduced(most)
    assert reduced.points <= max(most, 1)
    assert (steps is None) == (whole.points <= max(most, 1)) == (reduced == whole)
    every = tuple(slice(None, None, step) for step in steps or ())
    expected = numbered(shape)[index][every]
    assert reduced.shape == expected.shape
    assert np.array_equal(taken(reduced, numbered(shape)), expected)
    assert parse_selection(str(reduced), shape) == reduced


@given(st.lists(st.integers(1, 1 << 20), min_size=1, max_size=3), st.integers(1, 1 << 20))
def test_a_reduced_selection_keeps_a_fair_part_of_what_is_allowed(
    shape: list[int], most: int
) -> None:
    whole = parse_selection("...", shape)
    reduced, _ = whole.reduced(most)
    assert min(most, whole.points) < reduced.points * 2 ** len(shape)


@pytest.mark.parametrize("shape", [(HUGE,), (HUGE, 2), (1 << 31, 1 << 31), (2, 3, HUGE)])
@pytest.mark.parametrize("most", [1, 1000, 1 << 22])
def test_a_huge_array_is_reduced_at_once(shape: tuple[int, ...], most: int) -> None:
    reduced, steps = parse_selection("...", shape).reduced(most)
    assert most // 4 <= reduced.points <= most
    assert steps is not None


def test_the_last_axes_keep_more_where_not_all_can() -> None:
    reduced, steps = parse_selection("...", (512, 512)).reduced(200_000)
    assert reduced.shape == (256, 512)
    assert steps == (2, 1)


@given(st.text("0123456789:,.-+[] x", max_size=12) | st.text(max_size=12), SHAPES)
def test_hostile_text_is_a_selection_or_an_error(text: str, shape: tuple[int, ...]) -> None:
    try:
        selection = parse_selection(text, shape)
    except SelectionError:
        return
    assert parse_selection(str(selection), shape) == selection


@given(st.integers(-(10**19) + 1, 10**19 - 1), st.integers(-(10**19) + 1, 10**19 - 1).filter(bool))
def test_numbers_beyond_the_axis_and_64_bits_are_clipped_as_in_numpy(start: int, step: int) -> None:
    shape = (5,)
    selection = parse_selection(f"{start}::{step}", shape)
    assert list(taken(selection, numbered(shape))) == list(range(5))[start::step]
    assert parse_selection(str(selection), shape) == selection
    assert abs(selection.axes[0].step) < 5


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("4", "index 4 is outside axis 0, which has 4 elements"),
        ("0, -6", "index -6 is outside axis 1, which has 5 elements"),
        ("::0", "step of 0"),
        ("1:2:3:4", "more than two colons"),
        ("..., ...", r"may hold one '\.\.\.'"),
        ("0, 0, 0", "3 axes are selected of an array that has 2"),
        ("0,,", "entry 2 of the selection is empty"),
        ("1.5", "neither an integer, a slice nor"),
        ("a:", "neither an integer, a slice nor"),
        ("1e3", "neither an integer, a slice nor"),
        ("None", "neither an integer, a slice nor"),
        ("٣", "neither an integer, a slice nor"),
        ("0" * (MAX_TEXT + 1), f"may be {MAX_TEXT} characters long, this one is {MAX_TEXT + 1}"),
    ],
)
def test_a_refusal_says_what_is_wrong(text: str, complaint: str) -> None:
    with pytest.raises(SelectionError, match=complaint):
        parse_selection(text, (4, 5))
