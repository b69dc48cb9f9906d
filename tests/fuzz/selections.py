"""Selections: any text, of an array of any shape, and what of its bytes would be read for it.

The first byte is the number of axes; each has two bytes, a length and how often it is doubled.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from tests.fuzz.sentences import check_error

from shmscope.errors import SelectionError, ShmscopeError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.lens import fit_window
from shmscope.layout.runs import plan_read
from shmscope.layout.selection import Selection, cut, parse_selection
from shmscope.web.lenses import parse_order

MOST_AXES = 6
MOST_ELEMENTS = 4096
DTYPE = np.dtype("<u2")


def check(data: bytes) -> None:
    """Check that a text is refused with a sentence, or selects what numpy would, and no more."""
    axes = data[0] % (MOST_AXES + 1) if data else 0
    pairs = data[1 : 1 + 2 * axes].ljust(2 * axes, b"\0")
    shape = tuple(pairs[at] << pairs[at + 1] % 40 for at in range(0, 2 * axes, 2))
    text = data[1 + 2 * axes :].decode("utf-8", "replace")
    check_order(text)
    try:
        selection = parse_selection(text, shape)
    except SelectionError as error:
        check_error(error)
        return
    assert parse_selection(str(selection), shape) == selection
    for axis, length in zip(selection.axes, shape, strict=True):
        last = axis.start + max(axis.count - 1, 0) * axis.step
        assert not axis.count or (0 <= axis.start < length and 0 <= last < length)
    check_reduced(selection)
    if math.prod(max(length, 1) for length in shape) <= MOST_ELEMENTS:
        check_read(selection, shape)


def check_order(text: str) -> None:
    """Check the same text as the order of axes."""
    try:
        order = parse_order(text)
        assert sorted(order) == list(range(len(order)))
    except ShmscopeError as error:
        check_error(error)


def check_reduced(selection: Selection) -> None:
    """Check that a part of a selection is as small as was asked for, and within it."""
    for most in (1, 1000, 1 << 22):
        reduced, steps = selection.reduced(most)
        assert reduced.points <= most
        assert (steps is None) == (reduced == selection)
    if selection.points:
        window = fit_window(tuple((0, 1) for _ in selection.shape), selection.shape)
        assert selection.windowed(window).points == 1


def check_read(selection: Selection, shape: tuple[int, ...]) -> None:
    """Check that what is read of a segment is what numpy takes, and lies within the array."""
    layout = ArrayLayout.contiguous(DTYPE, shape, 6)
    segment = np.arange(layout.extent[1] + 10, dtype=np.uint8).tobytes()

    def read_into(buffer: memoryview, offset: int) -> None:
        assert layout.offset <= offset
        assert offset + len(buffer) <= layout.extent[1]
        buffer[:] = segment[offset : offset + len(buffer)]

    expected = layout.view(segment)[(*selection.index, ...)]
    assert np.array_equal(plan_read(layout, selection).read(read_into), expected)
    assert np.array_equal(cut(layout.view(segment), selection), expected)


def seeds() -> Iterator[bytes]:
    """Yield inputs to begin with."""
    for text in ("...", "0:3, ::2, -1", "[:, ..., 1]", "::-1,", "-3:-1:2, 7, 0:0", "1,0"):
        yield bytes([3, 5, 0, 7, 0, 4, 0]) + text.encode()
    yield bytes([2, 255, 39, 3, 20]) + b"9999999999:-1:3, ..."


WORDS = ("...", "::", ":-1", ", ", "9223372036854775807", "-9223372036854775808", "::-1", "[", "]")
