"""Pieces of a large whole: they cover it, once, and fit."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shmscope.layout.thinning import Grid, lengths_that_fit, scaled, slices, steps_that_fit

SHAPES = st.lists(st.integers(0, 9), max_size=3).map(tuple)


@given(SHAPES, st.data())
def test_boxes_cover_a_shape_once(shape: tuple[int, ...], data: st.DataObject) -> None:
    grid = Grid(shape, tuple(data.draw(st.integers(1, 10)) for _ in shape))
    seen = np.zeros(shape, int)
    for number in range(grid.size):
        seen[slices(grid.box(number))] += 1
    assert (seen == 1).all()


@given(st.lists(st.integers(1, 1 << 30), min_size=1, max_size=4), st.integers(1, 1 << 30))
def test_pieces_fit_and_are_cut_along_the_first_axes_only_as_far_as_needed(
    shape: list[int], most: int
) -> None:
    def fits(lengths: Sequence[int]) -> bool:
        return math.prod(lengths) <= most

    lengths = lengths_that_fit(shape, range(len(shape)), fits)
    assert fits(lengths)
    cut = [at for at, (n, whole) in enumerate(zip(lengths, shape, strict=True)) if n < whole]
    assert all(lengths[at] == 1 for at in cut[:-1])
    if cut:
        longer = [*lengths]
        longer[cut[-1]] += 1
        assert not fits(longer)


def test_a_piece_that_never_fits_is_a_single_element() -> None:
    assert lengths_that_fit((5, 6), (1, 0), lambda _: False) == (1, 1)


@given(st.lists(st.integers(1, 1 << 20), min_size=1, max_size=3), st.integers(1, 1 << 20))
def test_thinning_leaves_what_fits(counts: list[int], most: int) -> None:
    def fits(steps: Sequence[int]) -> bool:
        return math.prod(-(-n // step) for n, step in zip(counts, steps, strict=True)) <= most

    steps = steps_that_fit(counts, range(len(counts)), fits)
    assert fits(steps)
    assert math.prod(counts) > most or set(steps) == {1}


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 9)), max_size=3))
def test_scaled_boxes_cover_what_was_reduced(axes: list[tuple[int, int]]) -> None:
    shape, factors = [length for length, _ in axes], [k for _, k in axes]
    small = tuple(-(-length // k) for length, k in axes)
    seen = np.zeros(shape, int)
    grid = Grid(small, (2,) * len(small))
    for number in range(grid.size):
        seen[slices(scaled(grid.box(number), factors, shape))] += 1
    assert (seen == 1).all()
