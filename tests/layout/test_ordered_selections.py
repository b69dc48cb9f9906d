"""Selections in another order, and windows of them: cut out of an array, and read from bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.layout.strategies import Index, Lying, as_text, indices, lying_arrays

from shmscope.errors import SelectionError
from shmscope.layout.runs import plan_read
from shmscope.layout.selection import Selection, cut, parse_selection


@st.composite
def windows(draw: st.DrawFn) -> tuple[Lying, Index, Selection, np.ndarray[Any, Any]]:
    """Draw an array, a selection of it in some order, a window of that, and what is in it."""
    lying = draw(lying_arrays())
    index = draw(indices(lying.view.shape))
    whole = lying.view[index] if ... in index else lying.view[(*index, ...)]
    order = tuple(draw(st.permutations(range(whole.ndim))))
    selection = parse_selection(as_text(index), lying.view.shape).ordered(order)
    lows = [draw(st.integers(0, count)) for count in selection.shape]
    highs = [draw(st.integers(low, n)) for low, n in zip(lows, selection.shape, strict=True)]
    window = list(zip(lows, highs, strict=True))
    shown: Any = (*(slice(*places) for places in window), ...)
    found = whole.transpose(order)[shown]
    return lying, index, selection.windowed(window), found


@given(windows())
def test_a_window_of_an_ordered_selection_is_numpys(
    drawn: tuple[Lying, Index, Selection, np.ndarray[Any, Any]],
) -> None:
    lying, _, selection, expected = drawn
    assert selection.shape == expected.shape
    found = cut(lying.view, selection)
    assert found.flags.c_contiguous
    assert found.tobytes() == expected.tobytes()


def test_an_empty_window_past_the_start_of_a_backward_slice_is_empty() -> None:
    selection = parse_selection("::-2", (3,)).windowed([(2, 2)])
    assert (selection.shape, cut(np.arange(3), selection).size) == ((0,), 0)


@given(windows())
def test_what_is_read_of_bytes_is_what_is_cut(
    drawn: tuple[Lying, Index, Selection, np.ndarray[Any, Any]],
) -> None:
    lying, _, selection, expected = drawn

    def read_into(buffer: memoryview, offset: int) -> None:
        buffer[:] = lying.buffer[offset : offset + len(buffer)]

    found = plan_read(lying.layout, selection).read(read_into)
    assert (found.shape, found.tobytes()) == (expected.shape, expected.tobytes())


@given(windows(), st.data())
def test_steps_within_caps_leave_no_axis_longer_than_its_cap(
    drawn: tuple[Lying, Index, Selection, np.ndarray[Any, Any]], data: st.DataObject
) -> None:
    selection = drawn[2]
    caps = [data.draw(st.integers(1, 9)) for _ in selection.shape]
    most = data.draw(st.integers(1, 50))
    steps = selection.steps(most, caps) or (1,) * len(caps)
    thinned = selection.thinned(steps)
    assert all(count <= cap for count, cap in zip(thinned.shape, caps, strict=True))
    assert thinned.points <= most


def test_an_order_is_taken_back() -> None:
    selection = parse_selection("..., 1", (2, 3, 4))
    assert selection.ordered((1, 0)).shape == (3, 2)
    assert selection.ordered((1, 0)).ordered(None) == selection


@pytest.mark.parametrize("order", [(0,), (0, 0), (1, 2), (0, 1, 2)])
def test_an_order_of_other_axes_is_refused(order: tuple[int, ...]) -> None:
    with pytest.raises(SelectionError, match="must name each of the 2 axes") as caught:
        parse_selection("0", (2, 3, 4)).ordered(order)
    assert (caught.value.field, caught.value.limit) == ("order", 2)
