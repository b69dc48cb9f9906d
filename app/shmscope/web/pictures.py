"""A selection as a picture: two axes in the colours of a map, or pixels of red, green and blue.

The colours, and what is taken for an image, are the page's: heat/colormap.js, heat/image_model.js.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np

from shmscope.errors import QueryError, SelectionError
from shmscope.layout.dtypes import kind_of
from shmscope.layout.lens import as_native
from shmscope.layout.selection import Selection
from shmscope.layout.thinning import steps_within
from shmscope.web.colours import NAN_COLOUR, STEPS, colour_table
from shmscope.web.png import Pixels, encode_png

Map: TypeAlias = Literal[
    "viridis", "magma", "inferno", "plasma", "cividis", "turbo", "coolwarm", "twilight", "greys"
]
MAX_PIXELS: Final = 1 << 24
DEFAULT_PIXELS: Final = 1 << 20
NAN_PATTERN: Final = "transparent|[0-9a-fA-F]{6}"
_CHANNELS: Final = (3, 4)
Values: TypeAlias = "np.ndarray[Any, Any]"


@dataclass(frozen=True, slots=True)
class Drawing:
    """How a picture is drawn.

    Attributes:
        map: Colours of values that are not colours themselves.
        low: Value of the first colour; None for the least.
        high: Value of the last colour; None for the greatest.
        clip: So many percent of the values lie beyond either end of the range.
        nan: Colour of what is no number, six hexadecimal digits, or ``transparent``.
        most: At most so many pixels.
    """

    map: Map
    low: float | None
    high: float | None
    clip: float
    nan: str
    most: int


class Planes(NamedTuple):
    """Where the picture lies among the axes of the result; `channel` is None without colours."""

    down: int
    across: int
    channel: int | None


def planes_of(shape: Sequence[int], dtype: np.dtype[Any]) -> Planes:
    """Return how values of `shape` are a picture.

    Raises:
        SelectionError: they are none.
    """
    if kind_of(dtype) not in ("numbers", "bool"):
        raise SelectionError(
            f"a picture is made of numbers, not of dtype {str(dtype)[:80]}; field and part choose "
            "some of records and complex values",
            value=str(dtype)[:80],
        )
    planes = _planes(shape)
    if planes is None or not shape[planes.down] * shape[planes.across]:
        raise SelectionError(
            f"a picture has rows and columns, or these and 3 or 4 channels first or last; the "
            f"selection has the shape {list(shape)}",
            value=str(list(shape)),
            limit=2,
            field="select",
        )
    return planes


def _planes(shape: Sequence[int]) -> Planes | None:
    if len(shape) == 2:
        return Planes(0, 1, None)
    if len(shape) == 3 and shape[2] in _CHANNELS:
        return Planes(0, 1, 2)
    if len(shape) == 3 and shape[0] in _CHANNELS:
        return Planes(1, 2, 0)
    return None


def thinned(selection: Selection, planes: Planes, most: int) -> tuple[Selection, list[int]]:
    """Return every so many-th pixel of a picture, and the steps along each axis."""
    down, across, _ = planes
    pixels = selection.shape[down], selection.shape[across]
    steps = [1] * len(selection.shape)
    steps[down], steps[across] = steps_within(pixels, most, pixels)
    return selection.thinned(steps), steps


def draw(values: Values, planes: Planes, drawing: Drawing) -> bytes:
    """Return a picture as PNG.

    Raises:
        QueryError: the range is empty.
    """
    if planes.channel is not None:
        return encode_png(_as_colours(values, planes.channel, drawing))
    shades, strange = _shades(as_native(values), drawing)
    table = colour_table(drawing.map)
    if not strange.any():
        return encode_png(shades, table)
    pixels = np.full((*shades.shape, 4), 255, np.uint8)
    pixels[..., :3] = table[shades]
    pixels[strange] = _nan_colour(drawing.nan)
    return encode_png(pixels)


def _shades(values: Values, drawing: Drawing) -> tuple[Pixels, Values]:
    """Return the place of every value on the map, and where there is no number."""
    doubles = _doubles(values)
    low, high = _range(doubles, drawing)
    with np.errstate(all="ignore"):
        share = np.clip((np.clip(doubles, low, high) - low) / (high - low), 0, 1)
        strange = np.isnan(share)
        places = np.where(strange, 0, share * (STEPS - 1) + 0.5)
    return places.astype(np.uint8), strange


def _doubles(values: Values) -> Values:
    with np.errstate(all="ignore"):  # long doubles beyond a double
        return values.astype(np.float64)


def _range(values: Values, drawing: Drawing) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    found = [0.0, 1.0]
    if finite.size:
        ends = [drawing.clip, 100 - drawing.clip]
        found = [float(at) for at in np.percentile(finite, ends)] if drawing.clip else []
        found = found or [float(finite.min()), float(finite.max())]
    low = found[0] if drawing.low is None else drawing.low
    high = found[1] if drawing.high is None else drawing.high
    if low > high:
        raise QueryError(
            f"low {low:g} must not be above high {high:g}", value=low, limit=high, field="low"
        )
    return (low, high) if low < high else (low, low + (abs(low) * 1e-6 or 1.0))


def _as_colours(values: Values, channel: int, drawing: Drawing) -> Pixels:
    """Return pixels of red, green, blue and maybe alpha, shape (height, width, 3 or 4)."""
    native = np.moveaxis(as_native(values), channel, -1)
    doubles, dtype = _doubles(native), native.dtype
    low, high, full = _meant(doubles[..., :3], dtype, drawing)
    with np.errstate(all="ignore"):
        doubles[..., :3] = (doubles[..., :3] - low) * (255 / (high - low))
        doubles[..., 3:] *= 255 / full
        pixels: Pixels = np.nan_to_num(np.clip(np.rint(doubles), 0, 255), nan=0).astype(np.uint8)
    return pixels


def _meant(colours: Values, dtype: np.dtype[Any], drawing: Drawing) -> tuple[float, float, float]:
    """Return what stands for black, for white and for opaque: by the dtype, else by the values."""
    if dtype.str[1:] in ("u1", "u2"):
        low, high = 0.0, float(np.iinfo(dtype).max)
    else:
        finite = colours[np.isfinite(colours)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        if low >= 0 and high <= 1:
            low, high = 0.0, 1.0
    full = high if high > 0 else 1.0
    given = np.array([low, high])
    held = _range(given, drawing) if (drawing.low, drawing.high) != (None, None) else (low, high)
    return held[0], held[1] if held[1] > held[0] else held[0] + 1, full


def _nan_colour(text: str) -> tuple[int, int, int, int]:
    if text == "transparent":
        return 0, 0, 0, 0
    red, green, blue = bytes.fromhex(text)
    return red, green, blue, 255


def default_nan() -> str:
    """Return the page's colour of what is no number."""
    return bytes(NAN_COLOUR).hex()
