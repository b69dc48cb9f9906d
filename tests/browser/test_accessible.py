"""What axe-core and a person with other hands or eyes find on the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import Server
from tests.browser.side_by_side import Shared, shared_arrays

OpenPage = Callable[..., Page]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = ("serious", "critical")
KINDS = ("overview", "host", "heat", "line", "grid", "records", "together")
Scheme: TypeAlias = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WIDTHS_PX = (360, 1440)
FOLDED = "[data-testid=show-controls][aria-expanded=false]:visible"
WIDE_ENOUGH_PX = 24  # WCAG 2.2, 2.5.8


@pytest.fixture
def shared() -> Iterator[Shared]:
    with shared_arrays() as names:
        yield names


def pages_of(server: Server, shared: Shared) -> dict[str, str]:
    """Return the address of each kind of page, once its array is seen."""
    cube, tickets = (server.page_of(name) for name in (shared.cube, shared.tickets))
    ids = [address.removeprefix(f"{server.address}arrays/") for address in (cube, tickets)]
    return {
        "overview": f"{server.address}?filter={shared.prefix}",  # what goes fades, and is pale then
        "host": f"{server.address}host",
        "heat": f"{cube}?view=heat",
        "line": server.page_of(shared.line),
        "grid": f"{cube}?view=numbers",
        "records": tickets,
        "together": f"{server.address}together?array={ids[0]}&array={ids[1]}&array=no/0-0/such",
    }


def wait_for_content(page: Page, kind: str) -> None:
    """Wait until the page shows what it is for."""
    ready = {"overview": "[data-testid=overview-row]", "host": "[data-testid=segment-row]"}
    expect(page.locator(ready.get(kind, "[data-seq]")).first).to_be_visible()


def serious_violations(page: Page) -> list[str]:
    """Return what axe-core finds, with the elements that it finds it in."""
    assert AXE.exists(), "axe-core is not in node_modules: `npm ci` installs it"
    page.evaluate(AXE.read_text())
    found: list[Any] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(({violations}) => violations)"
    )
    return [
        f"{one['id']}: {[node['html'][:200] for node in one['nodes']]}"
        for one in found
        if one["impact"] in SERIOUS
    ]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("kind", KINDS)
def test_no_page_has_a_serious_violation_or_is_wider_than_its_window(
    server: Server, shared: Shared, open_page: OpenPage, kind: str
) -> None:
    page = open_page(pages_of(server, shared)[kind])
    wait_for_content(page, kind)
    for scheme, width in product(SCHEMES, WIDTHS_PX):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        while page.locator(FOLDED).count():
            page.locator(FOLDED).first.click()
        assert (scheme, width, serious_violations(page)) == (scheme, width, [])
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", SCHEMES)
def test_help_has_no_serious_violation(
    server: Server, shared: Shared, open_page: OpenPage, scheme: Scheme
) -> None:
    for kind in ("overview", "heat"):
        page = open_page(pages_of(server, shared)[kind], scheme=scheme)
        wait_for_content(page, kind)
        page.get_by_test_id("keys-button").click()
        expect(page.get_by_test_id("keys-help")).to_be_visible()
        assert (kind, serious_violations(page)) == (kind, [])


def test_letters_twice_as_large_need_no_scrolling_sideways(
    server: Server, shared: Shared, chromium: Browser
) -> None:
    # Zoomed by 200 %, a window of 1280 x 900 has 640 x 450 CSS pixels of twice the density.
    with chromium.new_context(
        viewport={"width": 640, "height": 450}, device_scale_factor=2
    ) as context:
        for kind, address in pages_of(server, shared).items():
            page = context.new_page()
            page.goto(address)
            wait_for_content(page, kind)
            assert page.evaluate("document.documentElement.scrollWidth") <= 640, kind
            page.close()


def test_targets_are_large_enough_for_fingers(
    server: Server, shared: Shared, chromium: Browser
) -> None:
    with chromium.new_context(
        viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True
    ) as context:
        for kind in ("overview", "heat", "together"):
            page = context.new_page()
            page.goto(pages_of(server, shared)[kind])
            wait_for_content(page, kind)
            small: list[str] = page.evaluate(
                """least => [...document.querySelectorAll("button, select, input, summary")]
                  .map((one) => one.type === "radio" ? one.parentElement : one)
                  .filter((one) => one.checkVisibility() && !one.closest(".visually-hidden"))
                  .filter((one) => { const {width, height} = one.getBoundingClientRect();
                    return width > 0 && (width < least || height < least); })
                  .map((one) => one.outerHTML.slice(0, 160))""",
                WIDE_ENOUGH_PX,
            )
            assert (kind, small) == (kind, [])
            page.close()


def test_no_motion_where_the_reader_wants_none(
    server: Server, shared: Shared, chromium: Browser
) -> None:
    with chromium.new_context(reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(server.page_of(shared.cube))
        wait_for_content(page, "heat")
        page.get_by_test_id("keys-button").click()
        assert page.evaluate("document.getAnimations().length") == 0
        moving = "[...document.querySelectorAll('*')].filter(one => getComputedStyle(one)"
        assert page.evaluate(f"{moving}.transitionDuration !== '0s').length") == 0
        assert page.evaluate(f"{moving}.animationName !== 'none').length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_on_is_told_from_what_is_off_where_colours_are_forced(
    server: Server, shared: Shared, chromium: Browser, scheme: str
) -> None:
    with chromium.new_context(
        forced_colors="active", color_scheme="light" if scheme == "light" else "dark"
    ) as context:
        page = context.new_page()
        page.goto(server.page_of(shared.cube))
        wait_for_content(page, "heat")
        colour = "one => getComputedStyle(one).backgroundColor"
        pause = page.get_by_test_id("pause")
        off = pause.evaluate(colour)
        pause.click()
        expect(pause).to_have_attribute("aria-pressed", "true")
        assert pause.evaluate(colour) != off
        views = page.get_by_test_id("view-switch")
        chosen, other = (
            views.locator(f"input{state} + span").first.evaluate(colour)
            for state in (":checked", ":not(:checked)")
        )
        assert chosen != other
