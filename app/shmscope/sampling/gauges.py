"""Gauges: one number of an array, to be looked at again and again."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

import numpy as np

from shmscope.errors import LimitError, SelectionError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.dtypes import kind_of
from shmscope.layout.fields import field_layout
from shmscope.layout.lens import Part, as_native, part_dtype, part_of
from shmscope.layout.runs import plan_read
from shmscope.layout.selection import Selection, parse_selection

Kind: TypeAlias = Literal["value", "mean", "min", "max", "std", "sum"]
Numbers: TypeAlias = np.ndarray[Any, Any]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
MOST_ELEMENTS: Final = 4 << 20
MOST_COST_BYTES: Final = 128 << 20

_REDUCTIONS: dict[str, Callable[[Numbers], Any]] = {
    "mean": lambda numbers: numbers.mean(dtype=np.float64),
    "min": np.min,
    "max": np.max,
    "std": lambda numbers: numbers.std(dtype=np.float64),
    "sum": lambda numbers: numbers.sum(dtype=np.float64),
}


@dataclass(frozen=True, slots=True)
class Gauge:
    """A wish for one number.

    Attributes:
        kind: ``value`` of the one element selected, or what becomes of all that are.
        select: numpy's basic selection, as text.
        field: Dotted name of a leaf field of records.
        part: Of complex values.
    """

    kind: Kind
    select: str = "..."
    field: str | None = None
    part: Part | None = None

    def fit(self, array: ArrayLayout) -> FittedGauge:
        """Return how the number is read of an array that lies so.

        Raises:
            SelectionError: field, part or selection do not fit the array.
            LimitError: more is selected than is looked at again and again.
        """
        layout = array if self.field is None else field_layout(array, self.field)
        _check_numbers(part_dtype(layout.dtype, self.part))
        selection = parse_selection(self.select, layout.shape)
        self._check_points(selection.points)
        _check_cost(plan_read(layout, selection).cost_bytes)
        return FittedGauge(self, array, layout, selection)

    def _check_points(self, points: int) -> None:
        if self.kind == "value" and points != 1:
            raise SelectionError(
                f"a value is that of one element, the selection {self.select!r} has {points:,}",
                value=points,
                limit=1,
                field="select",
            )
        if not points:
            raise SelectionError(
                f"the selection {self.select!r} has no element", value=0, field="select"
            )
        if points > MOST_ELEMENTS:
            raise LimitError(
                f"the selection {self.select!r} has {points:,} elements; "
                f"a watch looks at no more than {MOST_ELEMENTS:,}",
                value=points,
                limit=MOST_ELEMENTS,
                field="select",
            )


@dataclass(frozen=True, slots=True)
class FittedGauge:
    """A gauge of an array that lies in a certain way.

    Attributes:
        gauge: The wish.
        array: The array's layout.
        layout: Of what is read: the array, or a field of it.
        selection: What is read of it.
    """

    gauge: Gauge
    array: ArrayLayout
    layout: ArrayLayout
    selection: Selection

    @property
    def key(self) -> tuple[object, ...]:
        """What tells it from others: what it reads, however that was said."""
        return self.gauge.kind, self.gauge.field, self.gauge.part, self.selection

    @property
    def label(self) -> str:
        """What it is, in a word or a few: ``mean of price [0:10]``."""
        part, where = self.gauge.part, self._where()
        words = " ".join(word for word in (self.gauge.field, where) if word)
        if part is not None:
            words = f"{part} of {words}" if words else part
        if self.gauge.kind == "value":
            return words or "value"
        return f"{self.gauge.kind} of {words}" if words else self.gauge.kind

    def _where(self) -> str:
        """Return the selection as short as it goes, empty for the whole array."""
        lengths = self.layout.shape
        entries = [
            ":" if str(axis) == f"0:{lengths[axis.axis]}" else str(axis)
            for axis in self.selection.axes
        ]
        while entries and entries[-1] == ":":
            entries.pop()
        return f"[{', '.join(entries)}]" if entries else ""

    def measure(self, values: Numbers) -> float:
        """Return the number that `values`, a copy of the selection, come to.

        NaN is passed over; where there is nothing else, so is the result.
        """
        numbers = as_native(part_of(values, self.gauge.part)).reshape(-1)
        if self.gauge.kind == "value":
            return float(numbers[0])
        if numbers.dtype.kind == "f":
            numbers = numbers[~np.isnan(numbers)]
        if not numbers.size:
            return math.nan
        with np.errstate(all="ignore"):  # infinities count as values
            return float(_REDUCTIONS[self.gauge.kind](numbers))


def _check_numbers(dtype: np.dtype[Any]) -> None:
    kind = kind_of(dtype)
    remedies = {"records": ("field", "say which field"), "complex": ("part", "say which part")}
    if kind not in ("numbers", "bool"):
        field, remedy = remedies.get(kind, ("kind", "it cannot be watched"))
        raise SelectionError(
            f"the array holds {kind}, no plain numbers: {remedy}", value=kind, field=field
        )


def _check_cost(cost_bytes: int) -> None:
    if cost_bytes > MOST_COST_BYTES:
        raise LimitError(
            f"looking at the selection costs as much as reading {cost_bytes:,} bytes, for its "
            f"elements lie apart; a watch reads no more than {MOST_COST_BYTES:,}",
            value=cost_bytes,
            limit=MOST_COST_BYTES,
            field="select",
        )
