"""A selection cut into parts: one behind the other they are the whole, and none is too large."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shmscope.layout.selection import cut, parse_selection, parts

SHAPES = st.lists(st.integers(0, 5), max_size=4)


@given(SHAPES, st.integers(1, 40), st.data())
def test_parts_are_the_elements_in_c_order(
    shape: list[int], most: int, data: st.DataObject
) -> None:
    values = np.arange(math.prod(shape)).reshape(shape)
    entries = data.draw(
        st.lists(st.sampled_from([":", "::-1", "1:", "::2", ":-1"]), max_size=len(shape))
    )
    selection = parse_selection(", ".join(entries) or "...", shape)
    order = data.draw(st.permutations(range(len(selection.shape))))
    selection = selection.ordered(tuple(order))
    found = list(parts(selection, most))
    assert all(0 < part.points <= most for part in found)
    flat = [cut(values, part).reshape(-1) for part in found]
    np.testing.assert_array_equal(
        np.concatenate(flat) if flat else [], cut(values, selection).reshape(-1)
    )


def test_one_element_is_one_part() -> None:
    (part,) = parts(parse_selection("0, 0", (2, 2)), 1)
    assert part.points == 1


def test_as_much_as_may_be_is_in_a_part() -> None:
    selection = parse_selection("...", (10, 100))
    assert [part.points for part in parts(selection, 350)] == [300, 300, 300, 100]
    assert [part.points for part in parts(selection, 60)] == [60, 40] * 10
