"""Why a guess is what it is: a sentence for people."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from shmscope.layout.array import ArrayLayout
from shmscope.layout.guesses.candidates import Candidate
from shmscope.layout.guesses.lengths import nearly_all
from shmscope.layout.guesses.readings import Reading
from shmscope.layout.guesses.rows import Rows
from shmscope.layout.guesses.sample import Sample

ONLY_ZEROS: Final = "There are only zeros: nothing tells what they are."
_PIXELS: Final = {2: "two channels", 3: "RGB", 4: "RGBA"}
_CHARACTER_BYTES: Final = {"S": 1, "U": 4}
# 2001 to 2039, in units that programs count them in.
_CLOCKS: Final = {"seconds": 1.0, "milliseconds": 1e3, "microseconds": 1e6, "nanoseconds": 1e9}
_CLOCK_FROM_S, _CLOCK_TO_S = 1.0e9, 2.2e9


def reason_of(candidate: Candidate, layout: ArrayLayout, rows: Rows | None, sample: Sample) -> str:
    """Return what speaks for a guess.

    Args:
        candidate: The dtype and what was read as it.
        layout: The guess.
        rows: What is known of its rows, if anything.
        sample: What was looked at.
    """
    parts = [_of_values(candidate), *_of_rows(layout, rows), *_of_segment(layout, sample)]
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _of_values(candidate: Candidate) -> str:
    dtype, reading = candidate.dtype, candidate.reading
    if dtype.names is not None:
        return f"bytes {dtype.itemsize} apart are alike, and each column of them reads as one dtype"
    if reading is None:
        width = dtype.itemsize // _CHARACTER_BYTES[dtype.kind]
        return f"what is not zero is text, {width} characters wide"
    if dtype.kind == "b":
        return "every byte is 0 or 1"
    if candidate.is_noise:
        return "the bytes look random: noise, or compressed, or encrypted"
    if dtype.kind == "c":
        return f"two by two parts of complex numbers: {_span(reading)}"
    return _span(reading) + _sign(reading)


def _span(reading: Reading) -> str:
    values = reading.values
    if not values.size:
        return "none of the values is finite"
    low, high = nearly_all(values, 0.01)
    finite = "" if reading.finite_part == 1 else "finite "
    if low == high:
        share = "all" if values.min() == values.max() else "98 % of the"
        return f"{share} {finite}values are {_number(low)}"
    span = f"98 % of the {finite}values lie between {_number(low)} and {_number(high)}"
    if finite:
        return f"{100 * reading.finite_part:.0f} % of the values are finite; {span}"
    return span + _clock(low, high)


def _number(value: float) -> str:
    if value == round(value) and abs(value) < 1e15:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def _clock(low: float, high: float) -> str:
    for unit, per_s in _CLOCKS.items():
        if _CLOCK_FROM_S * per_s < low <= high < _CLOCK_TO_S * per_s and high < 1.1 * low:
            return f", as {unit} since 1970 would"
    return ""


def _sign(reading: Reading) -> str:
    if reading.dtype.kind in "iu" and not reading.has_top_bit:
        return ", and none tells whether they are signed"
    return ""


def _of_rows(layout: ArrayLayout, rows: Rows | None) -> Iterator[str]:
    if rows is None or len(layout.shape) < 2:
        return
    length = math.prod(layout.shape[1:])
    yield f"elements {length:,} apart are alike"
    if len(layout.shape) == 3:
        yield f"so are those {layout.shape[2]} apart, as in {_PIXELS[layout.shape[2]]}"


def _of_segment(layout: ArrayLayout, sample: Sample) -> Iterator[str]:
    if layout.offset:
        yield f"the first {layout.offset:,} bytes look like a header"
    if sample.zero_part > 0.99:
        yield "nearly all that was read is zero"
    elif sample.zero_part > 0.01:
        yield f"{100 * sample.zero_part:.0f} % of what was read is zero"
