"""Heat maps and images: their pixels against numpy's own answer."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser import pictures
from tests.browser.colours import distance
from tests.browser.conftest import Server, line_of, running_server

OpenPage = Callable[..., Page]
Opener = Callable[..., Page]

WITHOUT_WEBGL = """
  const real = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    return kind === "webgl2" ? null : real.call(this, kind, ...rest);
  };
"""
# Which texts were last written onto a canvas that lies over a picture.
LISTENING = """
  window.written = new Set();
  const { clearRect, fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    if (this.canvas.className === "stage-overlay") window.written.clear();
    return clearRect.apply(this, box);
  };
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    if (this.canvas.className === "stage-overlay") window.written.add(text);
    return fillText.call(this, text, ...place);
  };
"""
# The pixels at the middle of each of so many rows and columns of a canvas.
READ = """
(canvas, [rows, columns]) => {
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height;
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const pixels = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const x = Math.floor(((column + 0.5) / columns) * canvas.width);
      const y = Math.floor(((row + 0.5) / rows) * canvas.height);
      pixels.push(...context.getImageData(x, y, 1, 1).data);
    }
  }
  return pixels;
}
"""


@dataclass
class Gallery:
    """A server, and the arrays of pictures.py on it."""

    server: Server
    prefix: str

    def page_of(self, name: str) -> str:
        """Return the address of an array's page."""
        return self.server.page_of(f"{self.prefix}-{name}")


@pytest.fixture(scope="module")
def gallery() -> Iterator[Gallery]:
    """Run one server and one writer for all: the tests only look."""
    prefix = f"pictures{os.getpid()}"
    command = [sys.executable, "-m", "tests.browser.pictures", prefix]
    pipe = subprocess.PIPE
    with (
        running_server() as server,
        subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process,
    ):
        assert line_of(process.stdout) == "ready\n"
        yield Gallery(server, prefix)
        process.communicate()


@pytest.fixture
def open_array(gallery: Gallery, open_page: OpenPage) -> Opener:
    """Return a function that opens the page of one of the arrays of pictures.py."""

    def open_at(name: str, query: str = "", **how: Any) -> Page:
        page = open_page(f"{gallery.page_of(name)}?{query}", **how)
        settle(page)
        return page

    return open_at


def settle(page: Page, frames: int = 3) -> None:
    """Wait until so many frames more are drawn."""
    values = page.locator("#values[data-seq]")
    before = int(values.get_attribute("data-seq") or 0)
    page.wait_for_function(
        "after => Number(document.querySelector('#values').dataset.seq) >= after",
        arg=before + frames,
    )


def pixels_of(page: Page, rows: int, columns: int) -> npt.NDArray[np.uint8]:
    """Return what is drawn at the middle of every element, red, green, blue and alpha."""
    found = page.get_by_test_id("values-canvas").evaluate(READ, [rows, columns])
    return np.array(found, "u1").reshape(rows, columns, 4)


def hover(page: Page, row: float, column: float) -> None:
    """Point at a share of the picture's height and width."""
    stage = page.locator(".stage")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + column * box["width"], box["y"] + row * box["height"])


def note_of(page: Page) -> Locator:
    return page.get_by_test_id("picture-note")


@pytest.mark.parametrize("script", ["", WITHOUT_WEBGL], ids=["webgl", "canvas"])
@pytest.mark.parametrize(
    ("scale", "name"), [("linear", "viridis"), ("log", "turbo"), ("symlog", "coolwarm")]
)
def test_every_pixel_has_the_colour_that_numpy_reckons(
    open_array: Opener, scale: str, name: str, script: str
) -> None:
    page = open_array("ramp", f"scale={scale}&map={name}", script=script)
    values = pictures.ramp().astype("f8")
    assert distance(pixels_of(page, *values.shape), values, scale, name) <= 1
    page.goto(f"{page.url}&window=8:16,12:24")
    settle(page)
    part = values[8:16, 12:24]
    assert distance(pixels_of(page, *part.shape), part, scale, name) <= 1


def test_what_has_no_colour_is_counted_beside_the_scale(open_array: Opener) -> None:
    page = open_array("ramp", "scale=log")
    expect(page.get_by_test_id("heat-nan")).to_have_text("1 NaN")
    below = int((pictures.ramp() <= 0).sum()) - 1  # -inf is counted with the infinite ones
    expect(page.get_by_test_id("heat-under")).to_have_text(f"{below} ≤ 0")
    expect(page.get_by_test_id("heat-beyond")).to_have_text("2 inf")


def test_range_written_by_hand_is_held_until_it_is_given_back(open_array: Opener) -> None:
    page = open_array("ramp")
    values = pictures.ramp()
    greatest = values[np.isfinite(values)].max()
    top = page.get_by_test_id("heat-max")
    expect(top).to_have_value(f"{greatest:.0f}")
    top.fill("500")
    top.press("Enter")
    expect(page).to_have_url(re.compile(r"range=-296%2C500|range=-296,500"))
    expect(page.get_by_test_id("heat-beyond")).to_contain_text(f"{int((values > 500).sum()) - 1} a")
    last = pixels_of(page, *values.shape)[-1, -1]
    assert tuple(last[:3]) == (253, 231, 37)
    page.get_by_test_id("heat-auto").click()
    expect(top).to_have_value(f"{greatest:.0f}")
    top.fill("nonsense")
    top.press("Enter")
    expect(top).to_have_attribute("aria-invalid", "true")


def test_large_array_is_reduced_and_comes_whole_when_zoomed_in(open_array: Opener) -> None:
    page = open_array("wide")
    expect(note_of(page)).to_have_text(re.compile(r"^mean of \d+ × \d+$"))
    reduced = note_of(page).inner_text()
    size = tuple(map(int, re.findall(r"\d+", reduced)))
    hover(page, 0.5, 0.5)
    readout = page.get_by_test_id("pixel-readout")
    expect(readout).to_contain_text("mean of [")
    found = [float(text) for text in re.findall(r"-?\d+(?:\.\d+)?", readout.inner_text())]
    top, bottom, left, right, mean = (*map(int, found[:4]), found[4])
    assert (bottom - top, right - left) == size
    assert mean == pytest.approx(pictures.wide()[top:bottom, left:right].mean(), rel=1e-5)
    for _ in range(20):
        page.mouse.wheel(0, -100)
    expect(note_of(page)).not_to_contain_text("mean of")
    expect(readout).not_to_contain_text("mean of")
    row, column, value = re.findall(r"-?\d+(?:\.\d+)?", readout.inner_text())
    assert float(value) == pictures.wide()[int(row), int(column)]
    page.get_by_test_id("zoom-all").click()
    expect(note_of(page)).to_have_text(reduced)


def test_numbers_stand_in_elements_that_are_large_enough(open_array: Opener) -> None:
    page = open_array("ramp", script=LISTENING)
    expect(page.locator(".stage-overlay")).to_be_hidden()
    page.goto(f"{page.url}?window=4:10,12:22")
    settle(page)
    expect(page.locator(".stage-overlay")).to_be_visible()
    written = set(page.evaluate("[...window.written]"))
    assert written == {str(value) for value in pictures.ramp()[4:10, 12:22].ravel()}


def test_integers_beyond_a_float_are_read_exactly(open_array: Opener) -> None:
    page = open_array("exact", "view=heat")
    values = pictures.exact()
    for row, column in ((0, 0), (3, 4), (2, 1)):
        hover(page, (row + 0.5) / 4, (column + 0.5) / 5)
        expect(page.get_by_test_id("pixel-readout")).to_have_text(
            f"[{row}, {column}] = {values[row, column]}"
        )


def test_zoom_stays_put_while_frames_stream(open_array: Opener) -> None:
    page = open_array("live")
    hover(page, 0.3, 0.6)
    for _ in range(5):
        page.mouse.wheel(0, -100)
    expect(note_of(page)).to_contain_text("showing [")
    readout = page.get_by_test_id("pixel-readout")
    part, place = note_of(page).inner_text(), readout.inner_text().split(" = ")[0]
    address = page.url
    settle(page, 12)
    assert (note_of(page).inner_text(), page.url) == (part, address)
    assert readout.inner_text().split(" = ")[0] == place
    page.mouse.down()
    hover(page, 0.4, 0.5)
    page.mouse.up()
    expect(note_of(page)).not_to_have_text(part)
    expect(readout).to_contain_text(f"{place} = ")
    page.locator(".stage").dblclick()
    expect(page.get_by_test_id("zoom-all")).to_be_hidden()


def test_keys_zoom_move_and_read_out(open_array: Opener) -> None:
    page = open_array("ramp")
    stage = page.locator(".stage")
    stage.focus()
    for _ in range(4):
        stage.press("+")
    expect(note_of(page)).to_contain_text("showing [")
    before = note_of(page).inner_text()
    stage.press("Control+ArrowRight")
    expect(note_of(page)).not_to_have_text(before)
    stage.press("ArrowDown")
    expect(page.get_by_test_id("pixel-readout")).to_have_text(re.compile(r"^\[\d+, \d+\] = "))
    expect(page.get_by_test_id("watch")).to_be_visible()
    stage.press("Escape")
    expect(page.get_by_test_id("watch")).to_be_hidden()
    stage.press("0")
    expect(note_of(page)).to_have_text("")


def test_changes_are_drawn_in_the_place_of_values(open_array: Opener) -> None:
    page = open_array("live", "changes=1")
    expect(page.get_by_test_id("heat-unit")).to_have_text("changes seen")
    hover(page, 0.5, 0.5)
    expect(page.get_by_test_id("pixel-readout")).to_have_text(re.compile(r"[1-9]\d* changes seen$"))
    still = open_array("ramp", "changes=1")
    hover(still, 0.5, 0.5)
    expect(still.get_by_test_id("pixel-readout")).to_contain_text("0 changes seen")


@pytest.mark.parametrize("name", ["photo", "planes"])
def test_image_shows_the_channels_as_they_are(open_array: Opener, name: str) -> None:
    page = open_array(name, "view=image&select=...")
    wanted = pictures.photo()
    rows, columns, _ = wanted.shape
    shown = pixels_of(page, rows, columns)
    assert np.array_equal(shown[..., :3], wanted)
    hover(page, 10.5 / rows, 20.5 / columns)
    exact = wanted[10, 20].astype(int) * (257 if name == "planes" else 1)
    expect(page.get_by_test_id("pixel-readout")).to_have_text(
        f"[10, 20] = {', '.join(map(str, exact))}"
    )
    page.mouse.wheel(0, -400)
    expect(note_of(page)).to_contain_text("showing [")


def test_view_that_is_left_gives_its_graphics_context_back(open_array: Opener) -> None:
    script = """
      const asked = HTMLCanvasElement.prototype.getContext;
      globalThis.contexts = [];
      HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
        const context = asked.call(this, kind, ...more);
        if (kind === "webgl2" && context) contexts.push(context);
        return context;
      };"""
    page = open_array("ramp", script=script)
    for _ in range(3):
        page.get_by_test_id("view-numbers").check(force=True)
        expect(page.get_by_test_id("cell").first).to_be_visible()
        page.get_by_test_id("view-heat").check(force=True)
        expect(page.get_by_test_id("values-canvas").first).to_be_visible()
    alive = "() => contexts.filter((context) => !context.isContextLost()).length"
    assert page.evaluate(alive) == 1
    assert page.evaluate("() => contexts.length") == 4
