"""What hypothesis draws of layouts by hand: rules, and values as a TOML file may hold them."""

from __future__ import annotations

from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from tests.layout.strategies import dtypes

from shmscope.errors import LayoutError
from shmscope.layout.hand import KEYS, LayoutRule
from shmscope.layout.hand.rule import Order

PRINTABLE = st.text(
    st.characters(exclude_categories=("C", "Z")) | st.sampled_from(" '\"\\,=[]{}:"), max_size=12
)
TITLES = PRINTABLE.filter(str.strip)
INTEGERS = st.integers(-3, 99) | st.integers() | st.sampled_from([1 << 62, -1 << 63, 1 << 999])
VALUES = st.recursive(
    st.booleans() | INTEGERS | st.floats() | st.text(max_size=8) | st.datetimes() | st.times(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
TABLES = st.dictionaries(st.sampled_from(sorted(KEYS)), st.none() | VALUES)


@st.composite
def shapes(draw: st.DrawFn) -> tuple[int, ...]:
    """Draw shapes; in some one length is -1, and no other is 0."""
    is_open = draw(st.booleans())
    shape = draw(st.lists(st.integers(int(is_open), 9), max_size=4))
    if is_open:
        shape.insert(draw(st.integers(0, len(shape))), -1)
    return tuple(shape)


@st.composite
def strides_of(draw: st.DrawFn, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(draw(st.integers(-99, 99).filter(bool)) for _ in shape)


@st.composite
def rules(draw: st.DrawFn) -> LayoutRule:
    shape = draw(shapes())
    strides = draw(st.none() | strides_of(shape))
    order: Order = "F" if strides is None and draw(st.booleans()) else "C"
    words: dict[str, Any] = {
        "title": draw(st.none() | TITLES),
        "unit": draw(st.none() | PRINTABLE),
        "labels": draw(st.none() | st.lists(PRINTABLE, max_size=4).map(tuple)),
        "about": draw(st.none() | PRINTABLE),
    }
    pattern = draw(PRINTABLE.filter(bool))
    offset = draw(st.integers(0, 4000) | st.integers(0, 1 << 62))
    try:
        return LayoutRule(pattern, draw(dtypes()), shape, offset, strides, order, **words)
    except LayoutError:  # strides that lead to before the segment
        assume(False)
        raise
