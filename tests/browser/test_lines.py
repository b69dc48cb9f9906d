"""Lines: what is drawn is numpy's own answer, read back from the pixels and the read-outs."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Server, line_of, own_prefix
from tests.browser.traces import LONG, SPIKE, SPIKE_AT, long_values, row_values

OpenPage = Callable[..., Page]

# Of each column of the plot, the highest and the lowest row in the first channel's colour, as parts
# of the plot's height; -1 where there is none.
_EDGES = """
() => {
  const plot = document.querySelector("[data-testid=values-plot]");
  const canvas = plot.querySelector("canvas");
  const outer = canvas.getBoundingClientRect();
  const inner = plot.querySelector(".u-over").getBoundingClientRect();
  const ratio = canvas.width / outer.width;
  const at = [inner.left - outer.left, inner.top - outer.top, inner.width, inner.height];
  const [left, top, width, height] = at.map((length) => Math.round(length * ratio));
  const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, -left, -top);
  const { data } = copy.getImageData(0, 0, width, height);
  const lit = (x, y) => data[4 * (y * width + x) + 1] > 120 && data[4 * (y * width + x) + 3] > 120;
  const rows = [...Array(height).keys()];
  return [...Array(width).keys()].map((x) => {
    const seen = rows.filter((y) => lit(x, y));
    return seen.length ? [seen[0] / height, seen.at(-1) / height] : [-1, -1];
  });
}
"""


@pytest.fixture
def traces() -> Iterator[tuple[subprocess.Popen[str], str]]:
    prefix = own_prefix("lines")
    command = [sys.executable, "-m", "tests.browser.traces", prefix]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert line_of(process.stdout) == "ready\n"
        yield process, prefix
        process.communicate()


def wait_for_text(page: Page, pattern: str) -> str:
    text = page.get_by_test_id("values-text")
    # The text is renewed once a second, and first says what came before the plot had its width.
    expect(text).to_have_text(re.compile(pattern), timeout=15_000)
    return text.inner_text()


def shown_scale(page: Page) -> tuple[float, float]:
    boxes = (page.get_by_test_id("line-min"), page.get_by_test_id("line-max"))
    lo, hi = (float(box.input_value()) for box in boxes)
    return lo, hi


def envelope_at(
    values: np.ndarray[tuple[int], np.dtype[np.float32]], width: int
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return minimum and maximum of what each of `width` columns stands for, and its neighbours."""
    edges = np.linspace(0, values.size, width + 1)
    starts = np.maximum(0, (edges[:-1] - values.size / width).astype(int))
    ends = np.minimum(values.size, (edges[1:] + values.size / width).astype(int))
    pairs = zip(starts, ends, strict=True)
    return np.array([(values[a:b].min(), values[a:b].max()) for a, b in pairs], np.float64)


def test_an_envelope_of_millions_is_numpys_and_loses_no_spike(
    server: Server, traces: tuple[subprocess.Popen[str], str], open_page: OpenPage
) -> None:
    page = open_page(server.page_of(f"{traces[1]}-long"))
    wait_for_text(page, f"Line of {LONG} points, from -1.100 to 9 V, minimum and maximum of each")
    lo, hi = shown_scale(page)
    assert lo <= -1.1
    assert hi >= SPIKE
    edges = np.array(page.evaluate(_EDGES))
    assert (edges[2:-2] >= 0).all()
    top, bottom = hi - edges[:, 0] * (hi - lo), hi - edges[:, 1] * (hi - lo)
    expected = envelope_at(long_values(), len(edges))
    tolerance = 0.02 * (hi - lo)
    spike = abs(np.arange(len(edges)) - SPIKE_AT / LONG * len(edges)) < 4
    assert top[spike].max() == pytest.approx(SPIKE, abs=tolerance)
    spike[[0, 1, -2, -1]] = True  # at the ends, the line begins within a column
    assert (top[~spike] <= expected[~spike, 1] + tolerance).all()
    assert (bottom[~spike] >= expected[~spike, 0] - tolerance).all()
    assert top[~spike] == pytest.approx(expected[~spike, 1], abs=0.06 * (hi - lo))
    assert bottom[~spike] == pytest.approx(expected[~spike, 0], abs=0.06 * (hi - lo))


def test_zooming_in_comes_to_exact_points_and_back_to_all(
    server: Server, traces: tuple[subprocess.Popen[str], str], open_page: OpenPage
) -> None:
    address = server.page_of(f"{traces[1]}-long")
    page = open_page(f"{address}?window={SPIKE_AT - 20}:{SPIKE_AT + 20}")
    wait_for_text(page, rf"showing {SPIKE_AT - 20} … {SPIKE_AT + 19}, from .* to 9 V$")
    plot = page.get_by_test_id("values-plot")
    plot.focus()
    plot.press("Home")
    values = long_values()
    readout = page.get_by_test_id("pixel-readout")
    expect(readout).to_have_text(f"[{SPIKE_AT - 20}] = {values[SPIKE_AT - 20]!s} V")
    for _ in range(20):
        plot.press("ArrowRight")
    expect(readout).to_have_text(f"[{SPIKE_AT}] = 9.0 V")
    plot.press("-")
    wait_for_text(page, rf"showing {SPIKE_AT - 40} … {SPIKE_AT + 39},")
    plot.press("0")
    wait_for_text(page, "minimum and maximum of each")
    expect(page).not_to_have_url(re.compile("window="))


def test_wheel_zooms_about_the_pointer_and_a_drag_pans(
    server: Server, traces: tuple[subprocess.Popen[str], str], open_page: OpenPage
) -> None:
    page = open_page(server.page_of(f"{traces[1]}-long"))
    wait_for_text(page, "minimum and maximum of each")
    box = page.locator("[data-testid=values-plot] .u-over").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    page.mouse.wheel(0, -600)
    expect(page).to_have_url(re.compile("window="))
    lo, hi = (float(end) for end in page.url.partition("window=")[2].split(":"))
    assert (lo + hi) / 2 == pytest.approx(LONG / 2, rel=0.01)
    assert hi - lo < LONG / 2
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 60)
    page.mouse.up()
    page.wait_for_function(f"() => !location.search.includes({str(lo)!r})")
    left, right = (float(end) for end in page.url.partition("window=")[2].split(":"))
    assert left - lo == pytest.approx((hi - lo) / 4, rel=0.02)
    assert right - left == pytest.approx(hi - lo)


def test_rows_of_a_picture_are_stepped_through(
    server: Server, traces: tuple[subprocess.Popen[str], str], open_page: OpenPage
) -> None:
    page = open_page(f"{server.page_of(f'{traces[1]}-rows')}?view=line")
    wait_for_text(page, "8 lines of 50 points, from 0 to 749")
    page.get_by_test_id("rows-on").click()
    wait_for_text(page, "8 lines of 50 points, from 800 to 1549")
    names = page.get_by_test_id("values-panel").get_by_test_id("legend-item")
    expect(names).to_have_text([str(row) for row in range(8, 16)])
    plot = page.get_by_test_id("values-plot")
    plot.focus()
    plot.press("End")
    last = row_values()[8:16, 49]
    texts = " · ".join(f"{row} {value}" for row, value in zip(range(8, 16), last, strict=True))
    expect(page.get_by_test_id("pixel-readout")).to_have_text(f"[49] = {texts}")


def test_what_is_held_stays_beneath_the_present(
    server: Server, traces: tuple[subprocess.Popen[str], str], open_page: OpenPage
) -> None:
    writer, prefix = traces
    page = open_page(server.page_of(f"{prefix}-steps"))
    wait_for_text(page, "Line of 100 points")
    keys = page.get_by_test_id("values-panel").get_by_test_id("legend-item")
    for count in (1, 2, 3):
        page.get_by_test_id("overlay-now").click()
        expect(keys).to_have_count(count + 1)
    expect(page.get_by_test_id("overlay-now")).to_be_disabled()
    page.get_by_test_id("overlay-clear").click()
    expect(keys).to_have_count(0)
    assert writer.poll() is None


def test_the_scale_is_held_by_its_boxes_until_it_is_given_back(
    server: Server, traces: tuple[subprocess.Popen[str], str], open_page: OpenPage
) -> None:
    page = open_page(server.page_of(f"{traces[1]}-long"))
    wait_for_text(page, "minimum and maximum of each")
    page.get_by_test_id("line-max").fill("2")
    page.get_by_test_id("line-max").press("Enter")
    expect(page).to_have_url(re.compile("range=.*,2"))
    page.get_by_test_id("line-auto").click()
    expect(page).not_to_have_url(re.compile("range="))
    page.wait_for_function("() => document.querySelector('[data-testid=line-max]').value > 9")


def test_a_pinned_cell_is_traced_and_a_page_opened_later_has_its_past(
    server: Server, traces: tuple[subprocess.Popen[str], str], open_page: OpenPage
) -> None:
    writer, prefix = traces
    assert writer.stdin is not None
    address = server.page_of(f"{prefix}-steps")
    page = open_page(address)
    expect(page.get_by_test_id("no-watches")).to_be_visible()
    plot = page.get_by_test_id("values-plot")
    plot.focus()
    plot.press("Home")
    for _ in range(7):
        plot.press("ArrowRight")
    plot.press("w")
    watch = page.get_by_test_id("watch")
    expect(watch.get_by_test_id("watch-label")).to_have_text("[7]")
    expect(page.get_by_test_id("no-watches")).to_be_hidden()
    for value in (5, -3, 2):
        print(value, file=writer.stdin, flush=True)
        expect(watch.get_by_test_id("watch-latest")).to_have_text(f"{value} mm")
    page.close()
    later = open_page(address)
    trace = later.get_by_test_id("watch-plot")
    expect(trace).to_have_attribute("aria-label", "[7], last five minutes: from -3 to 5, now 2 mm")
    later.get_by_test_id("watch-remove").click()
    expect(later.get_by_test_id("watch")).to_have_count(0)


def test_a_figure_of_what_is_on_the_screen_is_pinned_by_the_form(
    server: Server, traces: tuple[subprocess.Popen[str], str], open_page: OpenPage
) -> None:
    page = open_page(f"{server.page_of(f'{traces[1]}-rows')}?select=3, 10:20")
    expect(page.get_by_test_id("watch-select")).to_have_value("3, 10:20")
    page.get_by_test_id("watch-pin").click()
    expect(page.get_by_test_id("watch-label")).to_have_text("mean of [3, 10:20]")
    mean = f"{row_values()[3, 10:20].mean():.6g}"
    expect(page.get_by_test_id("watch-latest")).to_contain_text(mean)
    page.get_by_test_id("watch-select").fill("3, 99")
    page.get_by_test_id("watch-pin").click()
    expect(page.get_by_test_id("watch-error")).to_contain_text("99")
    expect(page.get_by_test_id("watch")).to_have_count(1)
