"""Keys do what the help says, and stay away from where something is typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import Server
from tests.browser.side_by_side import Shared, shared_arrays

OpenPage = Callable[..., Page]


@pytest.fixture
def shared() -> Iterator[Shared]:
    with shared_arrays() as names:
        yield names


@pytest.fixture
def page(server: Server, shared: Shared, open_page: OpenPage) -> Page:
    page = open_page(server.page_of(shared.cube))
    expect(page.locator("#values[data-seq]")).to_be_visible()
    return page


def help_of(page: Page) -> Locator:
    return page.get_by_test_id("keys-help")


def test_help_opens_by_key_and_button_and_gives_the_focus_back(page: Page) -> None:
    pause = page.get_by_test_id("pause")
    pause.focus()
    page.keyboard.press("?")
    expect(help_of(page)).to_be_visible()
    expect(help_of(page).get_by_test_id("key").filter(has_text="Pause")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(help_of(page)).to_be_hidden()
    expect(pause).to_be_focused()
    page.get_by_test_id("keys-button").click()
    expect(help_of(page)).to_be_visible()
    page.keyboard.press("?")
    expect(help_of(page)).to_be_hidden()


def test_keys_press_what_stands_on_the_page(page: Page) -> None:
    page.keyboard.press("Space")
    expect(page.get_by_test_id("pause")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("]")
    expect(page).to_have_url(re.compile(r"select=1,\+:,\+:"))
    page.keyboard.press("[")
    expect(page).to_have_url(re.compile(r"select=0,\+:,\+:"))
    page.keyboard.press("t")
    expect(page).to_have_url(re.compile("order=1,0"))
    page.keyboard.press("r")
    expect(page.get_by_test_id("rate")).to_have_value("20")
    page.keyboard.press("Shift+R")
    expect(page.get_by_test_id("rate")).to_have_value("10")
    page.keyboard.press("Space")
    expect(page.get_by_test_id("pause")).to_have_attribute("aria-pressed", "false")


def test_keys_choose_views_and_how_they_are_drawn(page: Page) -> None:
    page.keyboard.press("1")
    expect(page.get_by_test_id("view-auto")).not_to_be_checked()
    expect(page).to_have_url(re.compile("view=heat"))
    colours = page.get_by_test_id("tool-map")
    before = colours.input_value()
    page.keyboard.press("c")
    expect(colours).not_to_have_value(before)
    page.keyboard.press("Shift+C")
    expect(colours).to_have_value(before)
    page.keyboard.press("l")
    expect(page.get_by_test_id("tool-scale")).to_have_value("log")
    page.keyboard.press("h")
    expect(page.get_by_test_id("hold-range")).to_have_attribute("aria-pressed", "true")


def test_zoom_keys_show_a_part_and_all_again(page: Page) -> None:
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile("window="))
    page.keyboard.press("0")
    expect(page).not_to_have_url(re.compile("window="))


def test_letters_typed_into_a_field_do_nothing_else(page: Page) -> None:
    page.keyboard.press("/")
    field = page.get_by_test_id("selection-input")
    expect(field).to_be_focused()
    field.fill("")
    page.keyboard.type("0 ?")
    expect(field).to_have_value("0 ?")
    expect(help_of(page)).to_be_hidden()
    expect(page.get_by_test_id("pause")).to_have_attribute("aria-pressed", "false")


def test_panel_fills_the_screen_and_no_more(page: Page) -> None:
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement?.id === 'values'")
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement === null")


def test_keys_can_be_turned_off_for_good(page: Page) -> None:
    page.keyboard.press("?")
    page.get_by_test_id("keys-on").uncheck()
    page.get_by_test_id("keys-close").click()
    page.keyboard.press("Space")
    page.reload()
    expect(page.locator("#values[data-seq]")).to_be_visible()
    page.keyboard.press("?")
    expect(help_of(page)).to_be_hidden()
    expect(page.get_by_test_id("pause")).to_have_attribute("aria-pressed", "false")
    page.get_by_test_id("keys-button").click()
    expect(page.get_by_test_id("keys-on")).not_to_be_checked()


def test_rows_of_the_overview_are_reached_and_opened_by_keys(
    server: Server, shared: Shared, open_page: OpenPage
) -> None:
    page = open_page(f"{server.address}?filter={shared.prefix}")
    links = page.get_by_test_id("array-link").locator("visible=true")
    expect(links).to_have_count(4)
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("k")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_test_id("filter")).to_be_focused()
    links.nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("array-name")).to_have_text(shared.line)
