"""How bytes become an array: dtype, shape, strides and offset, checked against each other."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from shmscope.errors import LayoutError
from shmscope.layout.dtypes import format_dtype, parse_dtype

MAX_DIMENSIONS = 32
MAX_BYTES = 1 << 62


@dataclass(frozen=True, slots=True)
class ArrayLayout:
    """A typed view of a segment's bytes.

    Attributes:
        dtype: Element type; never one that holds objects.
        shape: Elements along each axis; empty for a scalar.
        strides: Bytes from one element to the next along each axis; may be negative or zero.
        offset: Byte of the segment at which the element with all indices zero begins.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int = 0

    def __post_init__(self) -> None:
        _check_shape(self.shape)
        if len(self.strides) != len(self.shape):
            raise LayoutError(
                f"{len(self.strides)} strides for {len(self.shape)} axes",
                value=len(self.strides),
                limit=len(self.shape),
                field="strides",
            )
        if any(abs(stride) > MAX_BYTES for stride in self.strides):
            raise LayoutError(
                f"strides {self.strides} are beyond 2**62 bytes",
                value=list(self.strides),
                field="strides",
            )
        if self.extent[0] < 0:
            raise LayoutError(
                f"the array would begin {-self.extent[0]} bytes before its segment",
                value=self.offset,
                field="offset",
            )

    @classmethod
    def contiguous(cls, dtype: np.dtype[Any], shape: Sequence[int], offset: int = 0) -> ArrayLayout:
        """Return the C-contiguous layout of `shape`.

        Raises:
            LayoutError: a negative or absurd size.
        """
        _check_shape(shape)
        strides = [dtype.itemsize * math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
        return cls(dtype, tuple(shape), tuple(strides), offset)

    @property
    def size(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    @property
    def size_bytes(self) -> int:
        """Bytes of all elements."""
        return self.size * self.dtype.itemsize

    @property
    def extent(self) -> tuple[int, int]:
        """First byte of the segment that the array touches, and the one after its last."""
        if not self.size:
            return self.offset, self.offset
        axes = zip(self.shape, self.strides, strict=True)
        spans = [(length - 1) * stride for length, stride in axes]
        low = self.offset + sum(span for span in spans if span < 0)
        high = self.offset + sum(span for span in spans if span > 0) + self.dtype.itemsize
        return low, high

    @property
    def is_contiguous(self) -> bool:
        """Whether the elements lie in C order without gaps; one or none always does."""
        wanted = self.dtype.itemsize
        for length, stride in zip(reversed(self.shape), reversed(self.strides), strict=True):
            if length > 1 and stride != wanted:
                return not self.size
            wanted *= length
        return True

    def check_fits(self, segment_bytes: int) -> None:
        """Check that a segment of `segment_bytes` holds the whole array.

        Raises:
            LayoutError: the array ends after the segment.
        """
        needed = self.extent[1]
        if needed > segment_bytes:
            lengths = " x ".join(map(str, self.shape))
            counted, need = f"{lengths} elements", "need"
            if self.size == 1:
                counted, need = "one element", "needs"
            raise LayoutError(
                f"shape: {counted} of {self.dtype.itemsize} bytes at offset {self.offset:,} "
                f"{need} {needed:,} bytes; the segment has {segment_bytes:,}",
                value=needed,
                limit=segment_bytes,
                field="shape",
            )

    def view(self, buffer: Any) -> np.ndarray[Any, Any]:
        """Return the array that this layout sees in `buffer`, without a copy."""
        return np.ndarray(self.shape, self.dtype, buffer, self.offset, self.strides)

    def seen_in(self, values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return what this layout sees in the bytes of an array, which is not a segment's.

        Raises:
            TypeError: it ends after them.
        """
        if not self.size:
            return np.empty(self.shape, self.dtype)
        return self.view(np.ascontiguousarray(values).reshape(-1).view(np.uint8))

    def format(self) -> dict[str, Any]:
        """Return the layout as JSON-ready data."""
        return {
            "dtype": format_dtype(self.dtype),
            "shape": list(self.shape),
            "strides": list(self.strides),
            "offset": self.offset,
        }

    @classmethod
    def parse(cls, data: object) -> ArrayLayout:
        """Read what `format` wrote; `data` may be hostile.

        Raises:
            LayoutError: with the field that is wrong.
        """
        if not isinstance(data, Mapping):
            shown = reprlib.repr(data)
            raise LayoutError(f"a layout must be an object, not {shown}", value=shown)
        dtype = parse_dtype(data.get("dtype"))
        shape = _integers(data.get("shape"), "shape")
        if data.get("strides") is None:
            return cls.contiguous(dtype, shape, _integer(data.get("offset", 0), "offset"))
        strides = _integers(data["strides"], "strides")
        return cls(dtype, shape, strides, _integer(data.get("offset", 0), "offset"))


def _check_shape(shape: Sequence[int]) -> None:
    if len(shape) > MAX_DIMENSIONS:
        raise LayoutError(
            f"shape has {len(shape)} axes; {MAX_DIMENSIONS} are allowed",
            value=len(shape),
            limit=MAX_DIMENSIONS,
            field="shape",
        )
    if any(length < 0 for length in shape):
        raise LayoutError(
            f"shape {tuple(shape)} has a negative length", value=list(shape), field="shape"
        )
    if math.prod(max(length, 1) for length in shape) > MAX_BYTES:
        raise LayoutError(
            f"shape {tuple(shape)} has more than 2**62 elements",
            value=list(shape),
            limit=MAX_BYTES,
            field="shape",
        )


def _integers(data: object, field: str) -> tuple[int, ...]:
    if not isinstance(data, list | tuple):
        shown = reprlib.repr(data)
        raise LayoutError(
            f"{field} must be a list of integers, not {shown}", value=shown, field=field
        )
    return tuple(_integer(value, field) for value in data)


def _integer(value: object, field: str) -> int:
    if type(value) is not int:
        shown = reprlib.repr(value)
        raise LayoutError(
            f"{field} must be made of integers, not {shown}", value=shown, field=field
        )
    if abs(value) > MAX_BYTES:
        shown = reprlib.repr(value)
        raise LayoutError(
            f"{field} {shown} is beyond 2**62", value=shown, limit=MAX_BYTES, field=field
        )
    return value
