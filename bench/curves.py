"""How a cost grows: exponents fitted by least squares over logarithms, and where a curve bends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

Point: TypeAlias = tuple[float, float]
BEND = 0.25  # exponents that differ by less are one
TOLERANCE = 0.15  # what noise may add to an exponent
SIZES = ("B", "KiB", "MiB", "GiB")


def exponent(points: Sequence[Point]) -> float:
    """Return the p of the power law c * x**p that is nearest to `points`, by their logarithms."""
    return _line(points)[0]


def bend(points: Sequence[Point]) -> int | None:
    """Return the place of the point where two power laws meet; None where one does as well.

    Two do better where they leave at most half of what one leaves, and their exponents differ.
    """
    places = range(1, len(points) - 1)
    if not places:
        return None
    place = min(places, key=lambda at: _left(points[: at + 1]) + _left(points[at:]))
    below, above = points[: place + 1], points[place:]
    is_nearer = 2 * (_left(below) + _left(above)) <= _left(points)
    return place if is_nearer and abs(exponent(above) - exponent(below)) >= BEND else None


def _line(points: Sequence[Point]) -> tuple[float, float]:
    """Return slope and height of the line through the logarithms."""
    xs, ys = ([math.log(value) for value in values] for values in zip(*points, strict=True))
    middle, height = math.fsum(xs) / len(xs), math.fsum(ys) / len(ys)
    spread = math.fsum((x - middle) ** 2 for x in xs)
    slope = math.fsum((x - middle) * (y - height) for x, y in zip(xs, ys, strict=True)) / spread
    return slope, height - slope * middle


def _left(points: Sequence[Point]) -> float:
    """Return the sum of squares that the nearest power law leaves."""
    slope, height = _line(points)
    return math.fsum((math.log(y) - height - slope * math.log(x)) ** 2 for x, y in points)


@dataclass(frozen=True, slots=True)
class Curve:
    """A cost against what makes it grow.

    Attributes:
        what: The cost.
        of: What there is more and more of: `bytes`, or any plural.
        unit: Of the cost.
        work: The exponent with which the work itself grows: 1 where each asks for its share, 0
            where the same is done whatever there is.
        why: What is on either side of the bend that is to be expected.
        points: How many, and what it costs, the fewest first.
    """

    HEADER: ClassVar[str] = (
        f"{'what grows':<40} {'from':>10} {'to':>10} {'unit':<9} {'over':<24} {'exponent':>9}  bend"
    )

    what: str
    of: str
    unit: str
    work: float
    why: str
    points: Sequence[Point]

    @property
    def exponents(self) -> tuple[float, ...]:
        """Of the whole range; where it bends, also below and above."""
        place = bend(self.points)
        if place is None:
            return (exponent(self.points),)
        parts = self.points, self.points[: place + 1], self.points[place:]
        return tuple(exponent(part) for part in parts)

    @property
    def bends_at(self) -> str | None:
        """Where two power laws meet, in words; None where one does."""
        place = bend(self.points)
        return None if place is None else self._count(self.points[place][0])

    @property
    def is_too_steep(self) -> bool:
        """Whether any part grows faster than the work."""
        return max(self.exponents) > self.work + TOLERANCE

    @property
    def span(self) -> str:
        """From how many to how many."""
        first = self._count(self.points[0][0]).removesuffix(f" {self.of}")
        return f"{first} to {self._count(self.points[-1][0])}"

    @property
    def sentence(self) -> str:
        """Where it bends and why, and whether it grows faster than its work."""
        whole, *parts = self.exponents
        text = f"{format_power(whole)} over the whole range, without a bend"
        if parts:
            below, above = map(format_power, parts)
            text = f"{below} up to {self.bends_at}, {above} from there: {self.why}"
        return f"{text}." + f" Faster than its work, n^{self.work:g}." * self.is_too_steep

    def _count(self, number: float) -> str:
        return format_size(number) if self.of == "bytes" else f"{number:,.0f} {self.of}"

    def __str__(self) -> str:
        ends = f"{self.points[0][1]:>10.4g} {self.points[-1][1]:>10.4g}"
        power = format_power(self.exponents[0])
        line = f"{self.what:<40} {ends} {self.unit:<9} {self.span:<24} {power:>9}"
        return f"{line}  {self.bends_at or 'none'}\n    {self.sentence}"


def format_power(power: float) -> str:
    """Return a power law in words; what is nearly nothing has no sign."""
    return f"n^{round(power, 2) + 0.0:.2f}"


def format_size(size_bytes: float) -> str:
    """Return bytes in the largest unit that leaves at least one."""
    power = min(int(math.log(max(size_bytes, 1), 1024)), len(SIZES) - 1)
    return f"{size_bytes / 1024**power:.4g} {SIZES[power]}"
