"""The figures as a picture: ratios as bars, and how costs grow as curves. SVG, light and dark."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from bench.curves import Curve, format_power
from bench.paired import Ratio
from bench.results import Result

WIDTH, MARGIN = 1000, 20
ROW, TEXT_WIDTH = 22, 590
DECADES = 3  # of ratios to either side of 1
PLOTS_A_ROW, PLOT_HEIGHT, PLOT_GAP = 3, 130, 70
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.note { fill: #59636e; font-size: 12px; }
.title { font-size: 16px; font-weight: 600; }
.bar { fill: #1a7f6a; }
.axis { stroke: #8c959f; fill: none; }
.curve { stroke: #0969da; stroke-width: 2; fill: none; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .note { fill: #9198a1; }
  .bar { fill: #3fb99b; }
  .axis { stroke: #656c76; }
  .curve { stroke: #58a6ff; }
}
"""


def draw(results: Mapping[str, Result]) -> str:
    """Return an SVG: of each benchmark its first row against each peer, and all curves."""
    bars = [row for result in results.values() for row in _first_rows(result.ratios)]
    curves = [curve for result in results.values() for curve in result.curves]
    picture = Element("svg", xmlns="http://www.w3.org/2000/svg", role="img")
    SubElement(picture, "title").text = "Benchmarks: ratios and how costs grow"
    SubElement(picture, "style").text = STYLE
    bottom = _draw_curves(picture, curves, _draw_bars(picture, bars, MARGIN))
    picture.set("viewBox", f"0 0 {WIDTH} {bottom}")
    indent(picture)
    return tostring(picture, encoding="unicode") + "\n"


def _first_rows(ratios: Sequence[Ratio]) -> Iterator[Ratio]:
    peers: set[str] = set()
    for row in ratios:
        if row.peer not in peers:
            peers.add(row.peer)
            yield row


def _draw_bars(picture: Element, rows: Sequence[Ratio], top: int) -> int:
    """Draw a bar a ratio, to the right where it is above 1; return where they end."""
    if not rows:
        return top
    _write(picture, MARGIN, top + ROW / 2, "Ratios, logarithmic: left of the line is less", "title")
    middle = MARGIN + TEXT_WIDTH + (WIDTH - 2 * MARGIN - TEXT_WIDTH) // 2
    decade = (WIDTH - MARGIN - middle - 50) / DECADES
    end = top + (len(rows) + 1) * ROW
    for place, row in enumerate(rows, start=1):
        _draw_bar(picture, row, middle, top + place * ROW, decade)
    _draw_path(picture, [(middle, top + ROW), (middle, end)], "axis")
    return end + 2 * ROW


def _draw_bar(picture: Element, row: Ratio, middle: float, top: float, decade: float) -> None:
    _write(picture, MARGIN, top + 15, f"{row.what} / {row.peer}")
    length = max(-DECADES, min(math.log10(max(row.median, 1e-9)), DECADES)) * decade
    place = {"x": middle + min(length, 0), "y": top + 4, "width": abs(length), "height": ROW - 8}
    SubElement(picture, "rect", {"class": "bar"} | _numbers(place))
    x = middle + length + (4 if length >= 0 else -4)
    _write(picture, x, top + 15, f"{row.median:.3g}", "note", "start" if length >= 0 else "end")


def _draw_curves(picture: Element, curves: Sequence[Curve], top: int) -> int:
    """Draw a small plot a curve; return where they end."""
    if not curves:
        return top
    _write(picture, MARGIN, top + ROW / 2, "How costs grow, both axes logarithmic", "title")
    width = (WIDTH - 2 * MARGIN) // PLOTS_A_ROW
    for place, curve in enumerate(curves):
        row, column = divmod(place, PLOTS_A_ROW)
        height = PLOT_HEIGHT + PLOT_GAP
        _draw_curve(picture, curve, MARGIN + column * width, top + 2 * ROW + row * height, width)
    return top + 2 * ROW + math.ceil(len(curves) / PLOTS_A_ROW) * (PLOT_HEIGHT + PLOT_GAP)


def _draw_curve(picture: Element, curve: Curve, left: float, top: float, width: float) -> None:
    xs, ys = ([math.log10(value) for value in values] for values in zip(*curve.points, strict=True))
    inner, bottom = width - 40, top + PLOT_HEIGHT
    decades = max(max(ys) - min(ys), 1.0)  # a flat curve is to look flat
    points = [
        (
            left + inner * (x - xs[0]) / (xs[-1] - xs[0]),
            bottom - (PLOT_HEIGHT - 30) * (y - min(ys)) / decades,
        )
        for x, y in zip(xs, ys, strict=True)
    ]
    _write(picture, left, top, curve.what)
    _draw_path(picture, [(left, top + 10), (left, bottom), (left + inner, bottom)], "axis")
    _draw_path(picture, points, "curve")
    ends = f"{curve.points[0][1]:.3g} to {curve.points[-1][1]:.3g} {curve.unit}"
    _write(picture, left, bottom + 16, f"{curve.span}: {_powers(curve)}", "note")
    _write(picture, left, bottom + 32, ends, "note")


def _powers(curve: Curve) -> str:
    return ", then ".join(map(format_power, curve.exponents[1:] or curve.exponents))


def _draw_path(picture: Element, points: Sequence[tuple[float, float]], kind: str) -> None:
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    SubElement(picture, "polyline", {"class": kind, "points": places})


def _write(
    picture: Element, x: float, y: float, text: str, kind: str = "", anchor: str = "start"
) -> None:
    kinds = {"class": kind, "text-anchor": anchor}
    SubElement(picture, "text", _numbers({"x": x, "y": y}) | kinds).text = text


def _numbers(values: Mapping[str, float]) -> dict[str, str]:
    return {name: f"{value:.1f}" for name, value in values.items()}
