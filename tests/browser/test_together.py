"""Several arrays in one page: chosen, linked, moved, remembered, and each with its own fate."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import Server
from tests.browser.side_by_side import CUBE, SMALL, Shared, shared_arrays

import shmscope

OpenPage = Callable[..., Page]
LATE_MS = 15_000  # a machine that is shared is sometimes slow


@pytest.fixture
def shared() -> Iterator[Shared]:
    with shared_arrays() as names:
        yield names


def id_of(server: Server, name: str) -> str:
    return server.page_of(name).removeprefix(f"{server.address}arrays/")


def address_of(server: Server, *names: str, more: str = "") -> str:
    arrays = "&".join(f"array={id_of(server, name)}" for name in names)
    return f"{server.address}together?{arrays}{more}"


def panel(page: Page, name: str) -> Locator:
    return page.locator(f'[data-testid=together-panel][data-array-name="{name}"]')


def order_of(page: Page) -> list[str]:
    panels = page.get_by_test_id("together-panel")
    return [str(one.get_attribute("data-array-name")) for one in panels.all()]


def open_panels(open_page: OpenPage, server: Server, *names: str, more: str = "") -> Page:
    page = open_page(address_of(server, *names, more=more))
    for name in names:
        expect(panel(page, name)).to_have_attribute("data-seq", re.compile(r"\d"))
    return page


def select(panel: Locator, selection: str) -> None:
    if panel.get_by_test_id("show-controls").get_attribute("aria-expanded") == "false":
        panel.get_by_test_id("show-controls").click()
    field = panel.get_by_test_id("selection-input")
    field.fill(selection)
    field.press("Enter")


def states_of(page: Page) -> list[str]:
    return parse_qs(urlsplit(page.url).query, keep_blank_values=True).get("s", [])


def test_arrays_chosen_in_the_overview_are_looked_at_together(
    server: Server, shared: Shared, open_page: OpenPage
) -> None:
    page = open_page(f"{server.address}?filter={shared.prefix}")
    for name in (shared.small, shared.cube):
        row = page.locator(f'[data-testid=overview-row][data-array-name="{name}"]')
        row.get_by_test_id("choose").check()
    page.get_by_test_id("look-together").get_by_text("Look at 2 arrays together").click()
    expect(page.get_by_test_id("together-title")).to_have_text("2 arrays together")
    assert order_of(page) == [shared.small, shared.cube]
    for name in (shared.small, shared.cube):
        expect(panel(page, name).get_by_test_id("health-level")).to_have_text("ok")
        expect(panel(page, name).get_by_test_id("values-canvas").first).to_be_visible()


def test_array_goes_beside_others_as_it_is_seen(
    server: Server, shared: Shared, open_page: OpenPage
) -> None:
    page = open_page(f"{server.page_of(shared.cube)}?select=2,:,:&rate=30")
    expect(page.locator("#values[data-seq]")).to_be_visible()
    page.get_by_test_id("beside").click()
    expect(page.get_by_test_id("add")).to_be_focused()
    expect(page.get_by_test_id("common-rate")).to_have_value("30")
    page.get_by_test_id("add").fill(shared.line)
    page.get_by_test_id("add").press("Enter")
    expect(panel(page, shared.line).get_by_test_id("values-plot").first).to_be_visible()
    assert order_of(page) == [shared.cube, shared.line]
    assert states_of(page)[0] == "select=2,:,:"


def test_index_of_one_goes_to_all_with_as_many_axes_and_no_further_than_they_reach(
    server: Server, shared: Shared, open_page: OpenPage
) -> None:
    page = open_panels(open_page, server, shared.cube, shared.small, shared.line)
    select(panel(page, shared.cube), f"{CUBE[0] - 1}, :, :")
    small = panel(page, shared.small)
    expect(small.get_by_test_id("selection-input")).to_have_value(f"{SMALL[0] - 1}, :, :")
    expect(panel(page, shared.line).get_by_test_id("selection-input")).to_have_value("...")
    last = (SMALL[0] - 1) * SMALL[1] * SMALL[2]
    expect(small.get_by_test_id("values-text")).to_contain_text(str(last), timeout=LATE_MS)


def test_panels_that_are_not_linked_stay_where_they_are(
    server: Server, shared: Shared, open_page: OpenPage
) -> None:
    page = open_panels(open_page, server, shared.cube, shared.small)
    page.get_by_test_id("link-places").click()
    select(panel(page, shared.cube), "1, :, :")
    expect(page).to_have_url(re.compile("s=select"))
    assert [parse_qs(state) for state in states_of(page)] == [{"select": ["1, :, :"]}, {}]
    page.reload()
    expect(page.get_by_test_id("link-places")).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_test_id("link-looks")).to_have_attribute("aria-pressed", "true")


def test_colours_zoom_and_pause_of_one_are_those_of_all(
    server: Server, shared: Shared, open_page: OpenPage
) -> None:
    page = open_panels(open_page, server, shared.cube, shared.small)
    panel(page, shared.small).focus()
    page.keyboard.press("c")
    page.keyboard.press("+")
    page.keyboard.press("Space")
    expect(page.get_by_test_id("common-pause")).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile("paused=1"))
    first, second = (parse_qs(state) for state in states_of(page))
    assert first["map"] == second["map"] != ["viridis"]
    assert all(state["window"] for state in (first, second))
    again = open_page(page.url)
    expect(again.get_by_test_id("common-pause")).to_have_attribute("aria-pressed", "true")
    expect(panel(again, shared.cube)).to_have_attribute("data-seq", re.compile(r"\d"))
    assert again.url == page.url


def test_panels_are_moved_and_removed_and_the_address_keeps_up(
    server: Server, shared: Shared, open_page: OpenPage
) -> None:
    page = open_panels(open_page, server, shared.cube, shared.small, shared.line)
    panel(page, shared.line).get_by_test_id("panel-earlier").click()
    assert order_of(page) == [shared.cube, shared.line, shared.small]
    expect(panel(page, shared.cube).get_by_test_id("panel-earlier")).to_be_disabled()
    panel(page, shared.cube).get_by_test_id("panel-remove").click()
    expect(page.get_by_test_id("together-title")).to_have_text("2 arrays together")
    assert order_of(page) == [shared.line, shared.small]
    assert page.url == address_of(server, shared.line, shared.small)
    expect(panel(page, shared.line).get_by_test_id("panel-earlier")).to_be_disabled()


def test_array_that_goes_and_one_that_never_was_say_so_and_the_others_go_on(
    server: Server, shared: Shared, open_page: OpenPage
) -> None:
    name = f"{shared.cube}-short"
    with shmscope.create(name, (8, 8), "f4"):
        page = open_panels(
            open_page, server, name, shared.cube, more="&array=nowhere/0-0/nothing%2520at"
        )
    fate = panel(page, name).get_by_test_id("panel-fate")
    expect(fate).to_contain_text("This array is gone.", timeout=LATE_MS)
    never = panel(page, "nothing at").get_by_test_id("panel-fate")
    expect(never).to_contain_text("No array has the id nowhere/0-0/nothing%20at.")
    going = panel(page, shared.cube)
    expect(going.get_by_test_id("panel-fate")).to_be_hidden()
    before = int(going.get_attribute("data-seq") or 0)
    select(going, "2, :, :")
    expect(going).not_to_have_attribute("data-seq", str(before))
    with shmscope.create(name, (8, 8), "f4"):
        panel(page, name).get_by_test_id("panel-successor").click(timeout=LATE_MS)
        expect(panel(page, name)).to_have_attribute("data-seq", re.compile(r"\d"))
        expect(panel(page, name).get_by_test_id("panel-fate")).to_be_hidden()


def test_name_that_no_array_has_is_refused(
    server: Server, shared: Shared, open_page: OpenPage
) -> None:
    page = open_panels(open_page, server, shared.line)
    page.get_by_test_id("add").fill("no such thing")
    page.get_by_test_id("add").press("Enter")
    problem = page.get_by_test_id("add-problem")
    expect(problem).to_have_text("No array is called no such thing.")


@pytest.mark.timeout(180)
def test_as_many_panels_as_fit_all_follow_one_and_those_beyond_are_said_to_be_left_out(
    server: Server, shared: Shared, open_page: OpenPage
) -> None:
    page = open_page(address_of(server, *[shared.cube] * 17))
    expect(page.get_by_test_id("add-problem")).to_have_text(
        "A page shows at most 15 arrays; 2 are left out."
    )
    panels = page.get_by_test_id("together-panel")
    expect(panels).to_have_count(15)
    for one in panels.all():
        expect(one).to_have_attribute("data-seq", re.compile(r"\d"), timeout=LATE_MS)
    select(panels.first, "3, :, :")
    largest = str(4 * CUBE[1] * CUBE[2] - 1)
    for one in panels.all():
        expect(one.get_by_test_id("values-text")).to_contain_text(largest, timeout=LATE_MS)
        expect(one.get_by_test_id("selection-error")).to_be_hidden()


def test_array_is_seen_again_as_it_was_seen_last(
    server: Server, shared: Shared, open_page: OpenPage
) -> None:
    address = server.page_of(shared.cube)
    page = open_page(address)
    expect(page.locator("#values[data-seq]")).to_be_visible()
    page.get_by_test_id("view-numbers").check(force=True)
    expect(page).to_have_url(re.compile("view=numbers"))
    page.goto(address)
    expect(page).to_have_url(re.compile("view=numbers"))
    expect(page.get_by_test_id("view-numbers")).to_be_checked()
    page.goto(f"{address}?view=heat")
    expect(page.get_by_test_id("view-heat")).to_be_checked()


@pytest.mark.parametrize(("width", "most"), [(360, 1), (1440, 2), (3840, 2)])
def test_panels_stand_in_as_many_columns_as_fit_and_no_page_is_wider_than_its_window(
    server: Server, shared: Shared, open_page: OpenPage, width: int, most: int
) -> None:
    page = open_page(
        address_of(server, shared.cube, shared.small, shared.line, shared.tickets), width=width
    )
    expect(page.get_by_test_id("together-panel")).to_have_count(4)
    columns = "getComputedStyle(document.querySelector('#panels')).gridTemplateColumns"
    assert len(str(page.evaluate(columns)).split()) == most
    page.get_by_test_id("columns").select_option("4")
    assert len(str(page.evaluate(columns)).split()) == {360: 1, 1440: 4, 3840: 4}[width]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
