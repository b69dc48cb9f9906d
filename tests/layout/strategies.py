"""What hypothesis draws: dtypes, arrays that lie oddly in a buffer, selections, hostile JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
from hypothesis import strategies as st

from shmscope.errors import LayoutError
from shmscope.layout.array import ArrayLayout

T = TypeVar("T")
Index: TypeAlias = tuple[Any, ...]

ELEMENTS = ["?", "b", "B", "<i2", ">i4", "<u8", "<f2", ">f4", "<f8", "g", "<c8", ">c16"]
ELEMENTS += ["S3", "<U2", ">U3", "V5", "<M8[ns]", "<m8[25s]", "M8"]
# Without padding and NaN: what is compared as bytes must be equal as bytes.
PACKED = ["u1", "<i2", ">i4", "<f8", "<c16", "S3", [("a", "u1"), ("b", ">i4", (2,))]]

FIELD_NAMES = st.text(
    st.characters(exclude_categories=("C", "Z"), max_codepoint=0x3FF), min_size=1, max_size=4
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=20,
)


@dataclass(frozen=True)
class Lying:
    """An array within a buffer, and the layout that describes where it lies there."""

    buffer: bytearray
    view: np.ndarray[Any, Any]
    layout: ArrayLayout


@st.composite
def records(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> np.dtype[Any]:
    names = draw(st.lists(FIELD_NAMES, min_size=1, max_size=6, unique=True))
    titled = len(names) // 2 if draw(st.booleans()) else 0
    fields = []
    for at in range(len(names) - titled):
        name = (names[-1 - at], names[at]) if at < titled else names[at]
        shape = draw(st.lists(st.integers(1, 3), max_size=2))
        fields.append((name, draw(inner), tuple(shape)) if shape else (name, draw(inner)))
    return np.dtype(fields, align=draw(st.booleans()))


@st.composite
def padded(draw: st.DrawFn, record: np.dtype[Any]) -> np.dtype[Any]:
    """Push the fields of a record apart."""
    names = list(record.names or ())
    formats, offsets, end = [record[name] for name in names], [], 0
    for field in formats:
        offsets.append(end + draw(st.integers(0, 9)))
        end = offsets[-1] + field.itemsize
    total = end + draw(st.integers(0, 9))
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": total})


def outcome(function: Callable[..., T], *arguments: object) -> T | LayoutError:
    """Return what a call answers, or the layout error that it raises; another one is a failure."""
    try:
        return function(*arguments)
    except LayoutError as error:
        return error


def dtypes() -> st.SearchStrategy[np.dtype[Any]]:
    elements = st.sampled_from(ELEMENTS).map(np.dtype)
    nested = st.recursive(elements, records, max_leaves=5)
    return nested | records(elements) | records(elements).flatmap(padded)


@st.composite
def slices(draw: st.DrawFn, length: int) -> slice:
    ends = st.none() | st.integers(-length - 2, length + 2)
    steps = st.none() | st.integers(-length - 2, length + 2).filter(bool)
    return slice(draw(ends), draw(ends), draw(steps))


@st.composite
def indices(draw: st.DrawFn, shape: tuple[int, ...]) -> Index:
    """Draw a basic index of an array of `shape`: integers, slices and perhaps an ellipsis."""
    entries: list[Any] = []
    for length in shape:
        integers = st.integers(-length, length - 1) if length else st.nothing()
        entries.append(draw(integers | slices(length)))
    if draw(st.booleans()):
        start = draw(st.integers(0, len(shape)))
        entries[start : draw(st.integers(start, len(shape)))] = [...]
    elif draw(st.booleans()):
        del entries[draw(st.integers(0, len(shape))) :]
    return tuple(entries)


def as_text(index: Index) -> str:
    """Write an index as a person would."""
    return ", ".join(_entry_text(entry) for entry in index)


def _entry_text(entry: Any) -> str:
    if entry is Ellipsis:
        return "..."
    if not isinstance(entry, slice):
        return str(entry)
    start, stop, step = (
        "" if part is None else str(part) for part in (entry.start, entry.stop, entry.step)
    )
    return f"{start}:{stop}" + (f":{step}" if step else "")


@st.composite
def lying_arrays(draw: st.DrawFn) -> Lying:
    """Draw C- and F-ordered arrays, sliced, turned round, transposed and repeated."""
    dtype = np.dtype(draw(st.sampled_from(PACKED)))
    shape = tuple(draw(st.lists(st.integers(1, 7), max_size=4)))
    offset = draw(st.integers(0, 40))
    size = offset + int(np.prod(shape, dtype=int)) * dtype.itemsize + draw(st.integers(0, 40))
    buffer = bytearray(at * 37 % 251 for at in range(size))
    view: np.ndarray[Any, Any] = np.ndarray(
        shape, dtype, buffer, offset, order=draw(st.sampled_from("CF"))
    )
    cut: Index = (*(draw(slices(length)) for length in shape), ...)
    view = view[cut]
    if draw(st.booleans()):
        view = np.broadcast_to(view, (draw(st.integers(1, 3)), *view.shape))
    view = view.transpose(draw(st.permutations(range(view.ndim))))
    return Lying(buffer, view, _layout_of(view, buffer))


def _layout_of(view: np.ndarray[Any, Any], buffer: bytearray) -> ArrayLayout:
    start: int = np.frombuffer(buffer, "u1").__array_interface__["data"][0] if buffer else 0
    found: int = view.__array_interface__["data"][0]
    offset = found - start if view.size else 0
    return ArrayLayout(view.dtype, view.shape, view.strides, offset)
