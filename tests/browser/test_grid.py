"""Cells of numbers, records and text, against numpy's own answer."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser import cells
from tests.browser.conftest import Server, line_of, own_prefix

OpenPage = Callable[..., Page]
Index = tuple[int, int]


@pytest.fixture
def prefix() -> Iterator[str]:
    name = own_prefix("cells")
    command = [sys.executable, "-m", "tests.browser.cells", name]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert line_of(process.stdout) == "ready\n"
        yield name
        process.communicate()


@pytest.fixture
def open_grid(server: Server, prefix: str, open_page: OpenPage) -> Callable[..., Page]:
    def open_at(name: str, view: str = "numbers", **words: Any) -> Page:
        page = open_page(f"{server.page_of(f'{prefix}-{name}')}?view={view}", **words)
        expect(page.get_by_test_id("cell").first).to_be_visible()
        return page

    return open_at


def cell(page: Page, row: int, column: int) -> Locator:
    return page.locator(f'[data-testid=cell][data-row="{row}"][data-column="{column}"]')


def go_to(page: Page, index: str) -> None:
    page.get_by_test_id("grid-goto").fill(index)
    page.get_by_test_id("grid-goto").press("Enter")


def shown_cells(page: Page) -> dict[Index, str]:
    """Return the texts of all cells that are on the page and have come."""
    found = page.evaluate(
        """() => [...document.querySelectorAll("[data-testid=cell]:not([hidden])")]
          .filter((cell) => cell.dataset.mark !== "awaited" && !cell.closest("[hidden]"))
          .map((cell) => [+cell.dataset.row, +cell.dataset.column, cell.textContent])"""
    )
    return {(row, column): text for row, column, text in found}


def test_cells_are_numpys_wherever_the_grid_is_scrolled(open_grid: Callable[..., Page]) -> None:
    page, values = open_grid("whole"), cells.whole()
    for row, column in [(0, 0), (1500, 200), (2999, 399), (70, 3)]:
        go_to(page, f"{row}, {column}")
        expect(cell(page, row, column)).to_have_text(str(values[row, column]))
        texts = shown_cells(page)
        assert len(texts) > 20
        assert texts == {index: str(values[index]) for index in texts}


def test_only_what_is_seen_exists(open_grid: Callable[..., Page]) -> None:
    page = open_grid("whole")
    assert page.get_by_test_id("cell").count() < 1500
    assert page.get_by_test_id("numbers-table").get_attribute("aria-rowcount") == "3001"


def test_billion_cells_scroll_to_the_last(open_grid: Callable[..., Page]) -> None:
    page, last = open_grid("huge"), cells.SIDE - 1
    for (row, column), value in cells.HUGE.items():
        go_to(page, f"{row}, {column}")
        expect(page.get_by_test_id("cell-readout")).to_have_text(f"[{row}, {column}] = {value}")
    page.get_by_test_id("numbers-table").press("Control+End")
    expect(cell(page, last, last)).to_have_text("42.2500")
    expect(page).to_have_url(re.compile(rf"window=\d+:{last + 1},\d+:{last + 1}"))


def test_wheel_scrolls_and_what_comes_into_sight_is_filled_in(
    open_grid: Callable[..., Page],
) -> None:
    page, values = open_grid("whole"), cells.whole()
    page.get_by_test_id("numbers-table").hover()
    page.mouse.wheel(0, 4000)
    expect(cell(page, 0, 0)).to_have_count(0)
    expect(page.locator("[data-mark=awaited]:visible")).to_have_count(0)
    texts = shown_cells(page)
    assert min(row for row, _ in texts) > 50
    assert texts == {index: str(values[index]) for index in texts}


def test_address_brings_the_grid_to_its_place(
    open_grid: Callable[..., Page], open_page: OpenPage
) -> None:
    page = open_grid("whole")
    go_to(page, "2000, 100")
    expect(page).to_have_url(re.compile("window="))
    again = open_page(page.url)
    expect(cell(again, 2000, 100)).to_have_text(str(cells.whole()[2000, 100]))


def test_three_axes_are_read_across_the_edge_of_a_block(open_grid: Callable[..., Page]) -> None:
    page, values = open_grid("blocks"), cells.blocks()
    page.get_by_test_id("selection-input").fill("...")
    page.get_by_test_id("selection-input").press("Enter")
    expect(page.get_by_test_id("numbers-table").get_by_role("rowheader").first).to_have_text("0, 0")
    go_to(page, "3, 2, 11")
    expect(page.get_by_test_id("cell-readout")).to_have_text(f"[3, 2, 11] = {values[3, 2, 11]}")
    expect(page.locator("[data-mark=awaited]:visible")).to_have_count(0)
    flat = values.reshape(-1, values.shape[-1])
    texts = shown_cells(page)
    assert {row // 50 for row, _ in texts} == {2, 3}
    for index, text in texts.items():
        assert float(text) == pytest.approx(flat[index], rel=1e-5)


def test_values_that_are_not_finite_stand_out(open_grid: Callable[..., Page]) -> None:
    page = open_grid("row")
    for column, text in [(1, "NaN"), (2, "inf"), (3, "-inf")]:
        odd = cell(page, 2, column)
        expect(odd).to_have_text(text)
        expect(odd).to_have_attribute("data-mark", "odd")
    expect(page.locator("[data-testid=cell][data-mark=odd]:visible")).to_have_count(3)


def test_format_is_the_users(open_grid: Callable[..., Page]) -> None:
    page, values = open_grid("row"), cells.row()
    formats = page.locator('[data-tool="format"]')
    formats.select_option("hex")
    expect(cell(page, 3, 1)).to_have_text(f"0x{values[25:26].view('u2')[0]:04x}")
    formats.select_option("full")
    expect(cell(page, 3, 1)).to_have_text(str(values[25]))


def test_records_have_a_column_a_field_and_lose_no_digit(open_grid: Callable[..., Page]) -> None:
    page, values = open_grid("quotes", "records"), cells.quotes()
    headings = page.get_by_test_id("records-table").get_by_role("columnheader")
    expect(headings).to_have_text(["time", "symbol", "best.bid", "best.size", "depth"])
    go_to(page, "4321")
    quote = values[4321]
    expect(cell(page, 4321, 0)).to_have_text("1790001080.250")
    expect(cell(page, 4321, 1)).to_have_text("S4321")
    expect(cell(page, 4321, 3)).to_have_text(str(quote["best"]["size"]))
    expect(cell(page, 4321, 4)).to_have_text(str(quote["depth"].tolist()))
    page.get_by_test_id("records-table").press("ArrowRight")
    page.get_by_test_id("records-table").press("ArrowRight")
    readout = page.get_by_test_id("cell-readout")
    expect(readout).to_contain_text("[4321] best.bid = ")
    assert np.float32(readout.inner_text().split(" = ")[1]) == quote["best"]["bid"]


def test_text_keeps_its_blanks_and_is_whole_below_the_grid(
    open_grid: Callable[..., Page],
) -> None:
    page = open_grid("words", "text", width=360)
    assert cell(page, 3, 0).text_content() == "  word 3"
    go_to(page, "200")
    words = str(cells.words()[200])
    expect(page.get_by_test_id("cell-readout")).to_have_text(f"[200] = {words}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("allowed", [True, False])
def test_selected_cells_are_copied_exactly(
    open_grid: Callable[..., Page], *, allowed: bool
) -> None:
    page, values = open_grid("whole"), cells.whole()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    if not allowed:  # as on a page that does not come over a safe connection
        page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(Error()); }")
    go_to(page, "10, 2")
    grid = page.get_by_test_id("numbers-table")
    grid.press("Shift+ArrowDown")
    grid.press("Shift+ArrowRight")
    here = '[data-row="11"][data-column="3"]:not([data-mark=awaited])'
    expect(page.locator(f"[data-testid=cell]{here}")).to_be_visible()
    grid.press("Control+c")
    expect(page.get_by_test_id("grid-note")).to_have_text("Copied 4 cells")
    copied = page.evaluate("navigator.clipboard.readText()")
    rows = [[int(text) for text in line.split("\t")] for line in copied.split("\n")]
    assert rows == values[10:12, 2:4].tolist()


def test_copy_says_what_is_not_on_hand(open_grid: Callable[..., Page]) -> None:
    page = open_grid("huge")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    go_to(page, "0, 0")
    grid = page.get_by_test_id("numbers-table")
    grid.press("Control+Shift+End")
    grid.press("Control+c")
    note = page.get_by_test_id("grid-note")
    expect(note).to_have_text(re.compile(r"Copied \d+ cells; \d{10} of the selection are not"))


def test_wrong_index_is_explained(open_grid: Callable[..., Page]) -> None:
    page = open_grid("huge")
    go_to(page, "32768, 0")
    expect(page.get_by_test_id("grid-note")).to_have_text(
        "32768 is not on axis 0, which has 0 to 32767."
    )


def test_only_the_cell_that_changes_glows_and_grows_warm(open_grid: Callable[..., Page]) -> None:
    page = open_grid("counting")
    glowing = page.locator("[data-testid=cell][data-changed]")
    expect(glowing).to_have_count(1)
    assert (glowing.get_attribute("data-row"), glowing.get_attribute("data-column")) == ("2", "3")
    page.locator('[data-tool="changes"]').click()
    expect(page.locator("[data-warmth]")).to_have_count(1)
    expect(cell(page, 2, 3)).to_have_attribute("data-warmth", "8")
    expect(page.get_by_test_id("grid-key")).to_contain_text(re.compile("at most [1-9]"))


def test_keys_move_the_active_cell_that_is_told_to_screen_readers(
    open_grid: Callable[..., Page],
) -> None:
    page = open_grid("whole")
    grid = page.get_by_test_id("numbers-table")
    for key in ("ArrowDown", "ArrowRight", "PageDown", "Control+ArrowRight"):
        grid.press(key)
    active = page.locator("[data-active]")
    expect(active).to_have_attribute("data-column", "399")
    expect(active).to_be_in_viewport()
    assert grid.get_attribute("aria-activedescendant") == active.get_attribute("id")
