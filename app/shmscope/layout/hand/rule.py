"""A rule: which segments it is for, and how their bytes are an array."""

from __future__ import annotations

import math
import re
import reprlib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from shmscope.errors import LayoutError
from shmscope.layout.array import MAX_BYTES, MAX_DIMENSIONS, ArrayLayout
from shmscope.layout.dtypes import format_dtype

Order: TypeAlias = Literal["C", "F"]

OPEN: Final = -1  # the length of the axis along which there are as many elements as fit
MAX_TEXT_CHARS: Final = 1 << 16  # no less than what a program may say of its own array
MAX_LABELS: Final = 1 << 16


def exact_pattern(segment_name: str) -> str:
    """Return the shell pattern that matches `segment_name` and nothing else."""
    return re.sub(r"([*?[])", r"[\1]", segment_name)


@dataclass(frozen=True, slots=True)
class LayoutRule:
    """How the bytes of the segments of some names are an array.

    Attributes:
        pattern: Shell pattern of the segment's name, as `shmscope ls` shows it.
        dtype: Element type; never one that holds objects.
        shape: Elements along each axis; one length may be -1: as many as fit.
        offset: Byte of the segment at which the element with all indices zero begins.
        strides: Bytes from one element to the next along each axis; None for no gaps.
        order: Without strides: whether the last index varies fastest (C), or the first (F).
        title: What to call the array; None for the segment's name.
        unit: Unit of the values, for people.
        labels: Names of the elements along the last axis.
        about: A sentence about the array.
    """

    pattern: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...] = (OPEN,)
    offset: int = 0
    strides: tuple[int, ...] | None = None
    order: Order = "C"
    title: str | None = None
    unit: str | None = None
    labels: tuple[str, ...] | None = None
    about: str | None = None

    def __post_init__(self) -> None:
        format_dtype(self.dtype)  # what cannot be written down cannot be kept
        self._check_words()
        self._check_lengths()
        self._check_order()
        self._filled(1)

    def matches(self, segment_name: str) -> bool:
        """Whether the rule is for the segment called `segment_name`."""
        return fnmatchcase(segment_name, self.pattern)

    def resolve(self, segment_bytes: int) -> ArrayLayout:
        """Return the layout within a segment of `segment_bytes`, with a length of -1 filled in.

        A layout without -1 is returned even where the segment is too short for it.

        Raises:
            LayoutError: there is a length of -1, and not one element along it fits.
        """
        if OPEN not in self.shape:
            return self._filled(OPEN)
        if self.offset >= segment_bytes:
            raise LayoutError(
                f"offset: {self.offset:,} is beyond the last byte of the segment, which has "
                f"{segment_bytes:,}",
                value=self.offset,
                limit=segment_bytes,
                field="offset",
            )
        one = self._filled(1)
        one.check_fits(segment_bytes)
        return self._filled(self._count(one, segment_bytes))

    def _count(self, one: ArrayLayout, segment_bytes: int) -> int:
        """Return how many fit along the open axis, of which the array `one` has one."""
        if self.strides is None:
            return (segment_bytes - self.offset) // one.size_bytes
        stride = self.strides[self.shape.index(OPEN)]
        low, high = one.extent
        return 1 + (low // -stride if stride < 0 else (segment_bytes - high) // stride)

    def _filled(self, length: int) -> ArrayLayout:
        """Return the layout with `length` in place of -1."""
        shape = tuple(length if n == OPEN else n for n in self.shape)
        if self.strides is not None:
            return ArrayLayout(self.dtype, shape, self.strides, self.offset)
        if self.order == "C":
            return ArrayLayout.contiguous(self.dtype, shape, self.offset)
        turned = ArrayLayout.contiguous(self.dtype, shape[::-1], self.offset)
        return ArrayLayout(self.dtype, shape, turned.strides[::-1], self.offset)

    def _check_lengths(self) -> None:
        if len(self.shape) > MAX_DIMENSIONS:  # first: to multiply many of them takes long
            raise LayoutError(
                f"shape: there are {len(self.shape):,} axes; {MAX_DIMENSIONS} are allowed",
                value=len(self.shape),
                limit=MAX_DIMENSIONS,
                field="shape",
            )
        problem = _lengths_problem(self.shape)
        if problem is None and self.strides is None and self._gapless_bytes() > MAX_BYTES:
            problem = "these are more than 2**62 bytes"
        if problem is not None:
            value = reprlib.repr(self.shape)
            raise LayoutError(f"shape: {value}: {problem}", value=value, field="shape")

    def _gapless_bytes(self) -> int:
        """Return how far apart strides without gaps lead, even where a length is 0."""
        return self.dtype.itemsize * math.prod(max(length, 1) for length in self.shape)

    def _check_order(self) -> None:
        if self.order not in ("C", "F"):
            shown = reprlib.repr(self.order)
            raise LayoutError(
                f"order: C or F is expected, not {shown}",
                value=shown,
                limit="C or F",
                field="order",
            )
        if self.strides is None:
            return
        if self.order == "F":
            raise LayoutError(
                "order: F says what strides say; give one of them", value="F", field="order"
            )
        if (OPEN, 0) in zip(self.shape, self.strides, strict=False):
            raise LayoutError(
                "strides: along a stride of 0 any number fits; give that length", field="strides"
            )

    def _check_words(self) -> None:
        _check_text(self.pattern, "name")
        _check_text(self.title, "as")
        _check_text(self.unit, "unit")
        _check_text(self.about, "about")
        for label in self.labels or ():
            _check_text(label, "labels")
        if len(self.labels or ()) > MAX_LABELS:
            raise LayoutError(
                f"labels: there are {len(self.labels or ()):,}; {MAX_LABELS:,} are allowed",
                value=len(self.labels or ()),
                limit=MAX_LABELS,
                field="labels",
            )
        if not self.pattern:
            raise LayoutError("name: a pattern without characters fits no segment", field="name")
        if self.title is not None and not self.title.strip():
            raise LayoutError("as: a name without characters cannot be read", field="as")


def _lengths_problem(shape: tuple[int, ...]) -> str | None:
    if any(length < OPEN for length in shape):
        return "of negative lengths only -1 has a meaning: as many as fit"
    if shape.count(OPEN) > 1:
        return "only one length may be -1"
    if OPEN in shape and 0 in shape:
        return "beside a length of 0 any number fits; give the length that is -1"
    return None


def _check_text(text: str | None, key: str) -> None:
    if text is None:
        return
    if len(text) > MAX_TEXT_CHARS:
        raise LayoutError(
            f"{key}: {len(text):,} characters; {MAX_TEXT_CHARS:,} are allowed",
            value=len(text),
            limit=MAX_TEXT_CHARS,
            field=key,
        )
    if not text.isprintable():
        shown = reprlib.repr(text)
        raise LayoutError(
            f"{key}: {shown} has characters that cannot be printed", value=shown, field=key
        )
