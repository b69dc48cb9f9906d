"""Arrays of several hosts side by side, and pages that outlive their hub."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import Writer
from tests.browser.test_accessible import SCHEMES, WIDTHS_PX, serious_violations
from tests.web.fleet_processes import Hub, hub_of

OpenPage = Callable[..., Page]
LATE_MS = 30_000
UNREACHABLE = re.compile(
    r"robot-1 is unreachable since \d\d:\d\d \(.+\)\. What is shown is as it was"
)


@pytest.fixture
def hub(writer: Writer) -> Iterator[Hub]:
    """A hub with two hosts that share arrays of one name."""
    with hub_of("--allow=none-of-them") as running:
        for host in ("robot-1", "gpu node"):
            running.start(host, f"--allow={writer.prefix}-plate")
        yield running


@pytest.fixture
def together(hub: Hub, writer: Writer, open_page: OpenPage) -> Page:
    """The page of both."""
    ids = [hub.id_of(host, f"{writer.prefix}-plate") for host in ("robot-1", "gpu node")]
    page = open_page(f"{hub.address}together?{urlencode([('array', one) for one in ids])}")
    for host in ("robot-1", "gpu node"):
        expect_frames(panel(page, host))
    return page


def panel(page: Page, host: str) -> Locator:
    return page.locator(f'[data-testid=together-panel][data-host="{host}"]')


def expect_frames(place: Locator) -> None:
    """Expect that another frame comes."""
    expect(place).to_have_attribute("data-seq", re.compile(r"\d"), timeout=LATE_MS)
    before = place.get_attribute("data-seq") or ""
    expect(place).not_to_have_attribute("data-seq", before, timeout=LATE_MS)


def test_arrays_of_one_name_stand_side_by_side_each_with_its_host(
    together: Page, writer: Writer
) -> None:
    for host in ("robot-1", "gpu node"):
        one = panel(together, host)
        expect(one.get_by_test_id("panel-name")).to_have_text(f"{writer.prefix}-plate")
        expect(one.get_by_test_id("panel-host")).to_have_text(host)
        expect(one.get_by_test_id("panel-fate")).to_be_hidden()
        expect(one.get_by_test_id("panel-pace")).to_have_text(re.compile(r"[1-9].* /s"))


def test_an_array_of_a_name_of_two_hosts_is_added_by_host_and_name(
    hub: Hub, writer: Writer, open_page: OpenPage
) -> None:
    name = f"{writer.prefix}-plate"
    page = open_page(f"{hub.address}together?array={hub.id_of('robot-1', name)}")
    field = page.get_by_test_id("add")
    field.fill(name)
    field.press("Enter")
    expect(page.get_by_test_id("add-problem")).to_contain_text("2 arrays are called so")
    field.fill(f"gpu node/{name}")
    field.press("Enter")
    expect_frames(panel(page, "gpu node"))


def test_a_killed_agent_leaves_its_panel_as_it_was_and_the_others_go_on(
    hub: Hub, together: Page
) -> None:
    lost, other = panel(together, "robot-1"), panel(together, "gpu node")
    hub.kill("robot-1")
    expect(lost.get_by_test_id("panel-fate")).to_have_text(UNREACHABLE, timeout=LATE_MS)
    expect(lost).to_have_attribute("data-fate", "away")
    expect(lost.locator(".select-error")).to_be_hidden()
    expect(lost.get_by_test_id("values-canvas").first).to_be_visible()
    expect_frames(other)
    expect(other.get_by_test_id("panel-fate")).to_be_hidden()
    hub.restart("robot-1")
    expect(lost.get_by_test_id("panel-fate")).to_be_hidden(timeout=LATE_MS)
    expect_frames(lost)


@pytest.mark.timeout(180)
def test_pages_go_on_by_themselves_when_their_hub_was_killed_and_started_again(
    hub: Hub, together: Page, writer: Writer, open_page: OpenPage
) -> None:
    alone = open_page(f"{hub.address}arrays/{hub.id_of('robot-1', f'{writer.prefix}-plate')}")
    expect_frames(alone.locator("#values"))
    hub.kill_hub()
    for page in (together, alone):
        expect(page.locator("body")).not_to_have_attribute("data-connection", "open")
    hub.restart_hub()
    expect_frames(alone.locator("#values"))
    expect(alone.get_by_test_id("gone")).to_be_hidden()
    for host in ("robot-1", "gpu node"):
        expect_frames(panel(together, host))
        expect(panel(together, host)).to_have_attribute("data-fate", "here")


@pytest.mark.timeout(180)
def test_a_page_that_is_opened_before_its_host_is_there_begins_by_itself(
    hub: Hub, writer: Writer, open_page: OpenPage
) -> None:
    ident = hub.id_of("robot-1", f"{writer.prefix}-plate")
    hub.kill("robot-1")
    hub.kill_hub()
    hub.restart_hub()
    alone = open_page(f"{hub.address}arrays/{ident}")
    expect(alone.get_by_test_id("host-banner")).to_contain_text("appears by itself")
    beside = open_page(f"{hub.address}together?array={ident}")
    expect(beside.get_by_test_id("panel-fate")).to_contain_text("appears by itself")
    expect(alone.get_by_test_id("waiting")).to_contain_text("it goes on by itself")
    expect(alone.get_by_test_id("gone")).to_be_hidden()
    hub.restart("robot-1")
    expect_frames(alone.locator("#values"))
    expect_frames(panel(beside, "robot-1"))


@pytest.mark.timeout(180)
def test_several_hosts_side_by_side_have_no_serious_violation(hub: Hub, together: Page) -> None:
    hub.kill("robot-1")
    expect(panel(together, "robot-1")).to_have_attribute("data-fate", "away", timeout=LATE_MS)
    for scheme in SCHEMES:
        for width in WIDTHS_PX:
            together.emulate_media(color_scheme=scheme)
            together.set_viewport_size({"width": width, "height": 900})
            assert (scheme, width, serious_violations(together)) == (scheme, width, [])
            assert together.evaluate("document.documentElement.scrollWidth") <= width
