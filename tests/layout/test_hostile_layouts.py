"""Layouts, slots, selections and lenses of any bytes and texts: bounded, and told in a sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fuzz.sentences import check_error
from tests.layout.strategies import JSON

from shmscope.errors import LayoutError, SelectionError, ShmscopeError
from shmscope.layout.array import MAX_DIMENSIONS, ArrayLayout
from shmscope.layout.control import SLOT, SLOT_BYTES, parse_plain_slots, parse_slots
from shmscope.layout.dtypes import parse_dtype
from shmscope.layout.hand import parse_option, parse_rule
from shmscope.layout.lens import PARTS, check_axes, fit_window, part_dtype, part_of
from shmscope.layout.names import ArrayId, check_name
from shmscope.layout.selection import parse_selection

WORDS = st.sampled_from([0, 1, 2, 127, 128, (1 << 31), (1 << 63) - 1, 1 << 63, (1 << 64) - 1])


def error_of(call: Any, *arguments: object) -> ShmscopeError | None:
    """Return the error that a call answers with, checked; None where it goes well."""
    try:
        call(*arguments)
    except ShmscopeError as error:
        check_error(error)
        return error
    return None


@given(st.binary(max_size=5 * SLOT_BYTES) | st.lists(WORDS, max_size=48).map(
    lambda words: b"".join(word.to_bytes(8, "little") for word in words)
))  # fmt: skip
def test_slots_are_the_same_in_both_ways_of_reading_them(data: bytes) -> None:
    slots = parse_slots(data)
    assert slots.dtype == SLOT
    assert parse_plain_slots(data) == slots.tolist()
    assert parse_plain_slots(memoryview(data)) == slots.tolist()


@given(JSON)
def test_no_layout_is_refused_without_a_sentence(data: object) -> None:
    error_of(ArrayLayout.parse, data)
    error_of(ArrayLayout.parse, {"dtype": data, "shape": [1]})
    error_of(ArrayLayout.parse, {"dtype": "<f4", "shape": data, "strides": data})
    error_of(parse_dtype, data)
    error_of(check_name, data)


@given(st.text())
def test_no_text_is_refused_without_a_sentence(text: str) -> None:
    for call in (parse_option, parse_dtype, check_name, ArrayId.parse):
        error_of(call, text)
    error_of(parse_selection, text, (3, 4))
    error_of(parse_rule, {"dtype": text, "name": text, "shape": text, "labels": text})


@pytest.mark.parametrize(
    "wish",
    [
        {"dtype": "q" * 60_000},
        {"dtype": [["é" * 60_000, "u1"], ["é" * 60_000, "u1"]]},
        {"dtype": [["a", "u1", [1] * 60_000]]},
        {"dtype": "u1", "shape": [1], "strides": [1] * 60_000},
        {"dtype": "u1", "shape": [-5] * 60_000},
        {"dtype": "u1", "shape": "x" * 60_000},
        {"dtype": "u1", "shape": [4], "offset": "9" * 60_000},
        {"dtype": "u1", "order": "C" * 60_000},
        {"dtype": "u1", "unit": "\x1b" * 60_000},
        {"dtype": "u1", "\x1b" * 60_000: 1},
        {"dtype": "u1", "labels": [["\x9b" * 60_000]]},
        {"dtype": "u1", "about": "x" * 70_000},
    ],
)
def test_whatever_is_long_is_refused_in_a_short_sentence(wish: dict[str, object]) -> None:
    found = error_of(lambda: parse_rule(wish, pattern="*"))
    assert isinstance(found, LayoutError)


def test_many_large_lengths_are_counted_before_they_are_multiplied() -> None:
    wish = {"name": "a", "dtype": "u1", "shape": [1 << 62] * 50_000}
    found = error_of(parse_rule, wish)
    assert found is not None
    assert (found.value, found.limit) == (50_000, MAX_DIMENSIONS)


WINDOWS = st.none() | st.lists(st.tuples(st.integers(0, 9), st.integers(0, 1 << 53)), max_size=4)


@given(WINDOWS, st.lists(st.integers(0, 12), max_size=4))
def test_a_window_is_clipped_to_the_selection_or_refused(
    window: list[tuple[int, int]] | None, shape: list[int]
) -> None:
    wanted = None if window is None else tuple(window)
    try:
        found = fit_window(wanted, shape)
    except SelectionError as error:
        check_error(error)
        assert wanted is not None
        return
    assert len(found) == len(shape)
    limits = zip(found, shape, strict=True)
    assert all(0 <= low <= high <= length for (low, high), length in limits)
    assert error_of(check_axes, "window", found, shape) is None


@given(st.sampled_from(PARTS), st.binary(min_size=32, max_size=32))
@pytest.mark.parametrize("dtype", ["<c8", ">c16", "<f4", "S4", "?", [("a", "<c8")]])
def test_a_part_of_any_values_is_floats_or_refused(dtype: Any, part: Any, data: bytes) -> None:
    values = np.frombuffer(data, dtype, 32 // np.dtype(dtype).itemsize)
    if error_of(part_dtype, values.dtype, part) is None:
        assert part_of(values, part).dtype == part_dtype(values.dtype, part)
        assert part_of(values, part).shape == values.shape
