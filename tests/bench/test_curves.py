"""How cost grows is fitted, and told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from bench.curves import Curve, Point, bend, exponent, format_power, format_size
from hypothesis import given
from hypothesis import strategies as st

XS = (1, 10, 30, 100, 300, 1000)


def curve(points: Sequence[Point], *, of: str = "arrays", work: float = 1) -> Curve:
    return Curve("CPU", of, "ms", work, "rows outweigh the rest", points)


@given(power=st.floats(-3, 3), factor=st.floats(1e-6, 1e6))
def test_exponent_of_a_power_law_is_its_power(power: float, factor: float) -> None:
    assert exponent([(x, factor * x**power) for x in XS]) == pytest.approx(power, abs=1e-6)


@given(power=st.floats(-3, 3), factor=st.floats(1e-6, 1e6))
def test_power_law_has_no_bend(power: float, factor: float) -> None:
    assert bend([(x, factor * x**power) for x in XS]) is None


@given(place=st.integers(1, len(XS) - 2), below=st.floats(-1, 1), more=st.floats(0.3, 2))
def test_two_power_laws_bend_where_they_meet(place: int, below: float, more: float) -> None:
    points = [(x, x**below * max(x / XS[place], 1) ** more) for x in XS]
    assert bend(points) == place


def test_noise_of_a_tenth_is_no_bend() -> None:
    noise = 1.05, 0.95, 1.0, 0.95, 1.05, 1.0
    assert bend([(x, factor * x) for x, factor in zip(XS, noise, strict=True)]) is None


def test_two_points_have_an_exponent_and_no_bend() -> None:
    points = [(1.0, 1.0), (10.0, 100.0)]
    assert exponent(points) == pytest.approx(2)
    assert bend(points) is None


def test_sentence_says_where_and_why_it_bends() -> None:
    found = curve([(x, max(x / 100, 1)) for x in XS])
    assert found.sentence == "n^0.00 up to 100 arrays, n^1.00 from there: rows outweigh the rest."


def test_curve_without_a_bend_needs_no_reason() -> None:
    found = curve([(x, 2 * x) for x in XS])
    assert found.sentence == "n^1.00 over the whole range, without a bend."
    assert found.bends_at is None


def test_growth_beyond_the_work_is_told_of() -> None:
    points = [(x, max(x / 100, 1) ** 1.5) for x in XS]
    assert curve(points).is_too_steep
    assert curve(points).sentence.endswith("Faster than its work, n^1.")
    assert not curve(points, work=1.5).is_too_steep


def test_sizes_are_told_in_the_largest_unit() -> None:
    assert [format_size(size) for size in (1, 1024, 1536, 16 << 20, 16 << 30)] == [
        "1 B",
        "1 KiB",
        "1.5 KiB",
        "16 MiB",
        "16 GiB",
    ]
    assert curve([(1024, 1), (16 << 30, 1)], of="bytes").span == "1 KiB to 16 GiB"


def test_line_has_a_column_for_each_of_the_header() -> None:
    line = str(curve([(x, x) for x in XS])).splitlines()[0]
    assert line.index("1 to 1,000 arrays") == Curve.HEADER.index("over")
    assert line.endswith("n^1.00  none")


def test_exponent_that_is_nearly_nothing_has_no_sign() -> None:
    assert [format_power(power) for power in (-0.004, -0.01, 1)] == ["n^0.00", "n^-0.01", "n^1.00"]
