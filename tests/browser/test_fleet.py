"""Many hosts in one page, as a person meets them: real agents, and a thousand that are said."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.browser import large_fleet
from tests.browser.conftest import Writer, line_of
from tests.browser.test_accessible import SCHEMES, WIDTHS_PX, serious_violations
from tests.web.fleet_processes import Hub, hub_of

OpenPage = Callable[..., Page]
LATE_MS = 30_000
UNREACHABLE = re.compile(r"^unreachable since \d\d:\d\d \(.+\)$")


@dataclass
class Fleet:
    """A hub, and two hosts that share one array each.

    Attributes:
        prefix: How the names of the arrays begin.
    """

    hub: Hub
    prefix: str

    def page_of(self, host: str, name: str) -> str:
        """Return the address of an array's page, once it is seen."""
        return f"{self.hub.address}arrays/{self.hub.id_of(host, f'{self.prefix}-{name}')}"


@pytest.fixture
def fleet(writer: Writer) -> Iterator[Fleet]:
    with hub_of("--allow=none-of-them") as hub:
        hub.start("robot-1", f"--allow={writer.prefix}-plate")
        hub.start("gpu node", f"--allow={writer.prefix}-numbers")
        yield Fleet(hub, writer.prefix)


@pytest.fixture(scope="module")
def large() -> Iterator[str]:
    """Address of a hub of a thousand hosts."""
    command = [sys.executable, "-m", "tests.browser.large_fleet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield line_of(process.stdout).strip()
        process.terminate()


def group(page: Page, host: str) -> Locator:
    return page.locator(f'[data-testid=host-group][data-host="{host}"]')


def rows(place: Page | Locator) -> Locator:
    return place.get_by_test_id("overview-row")


def seq(page: Page) -> int:
    return int(page.locator("#values").get_attribute("data-seq") or 0)


def expect_frames(page: Page) -> None:
    """Expect that another frame comes."""
    before = seq(page)
    page.wait_for_function(
        "before => Number(document.querySelector('#values').dataset.seq) > before", arg=before
    )


def test_arrays_stand_below_their_hosts_with_rates_and_health(
    fleet: Fleet, open_page: OpenPage
) -> None:
    page = open_page(fleet.hub.address)
    for host, name in (("robot-1", "plate"), ("gpu node", "numbers")):
        row = rows(group(page, host))
        expect(row).to_have_attribute("data-array-name", f"{fleet.prefix}-{name}")
        expect(row.get_by_test_id("writes-per-second")).to_have_text(re.compile(r"[1-9]\d.* /s"))
        expect(group(page, host).get_by_test_id("host-arrays")).to_have_text("1 array")
        expect(group(page, host).get_by_test_id("host-level")).to_have_text("ok")
        expect(group(page, host).get_by_test_id("host-state")).to_have_text("")
    expect(page.get_by_test_id("summary")).to_have_text("2 arrays on 3 hosts")
    expect(page.get_by_test_id("count-ok")).to_have_text("2")


def test_a_folded_host_stays_folded_when_the_page_is_loaded_again(
    fleet: Fleet, open_page: OpenPage
) -> None:
    page = open_page(fleet.hub.address)
    fold = group(page, "robot-1").get_by_test_id("fold")
    expect(rows(group(page, "robot-1"))).to_have_count(1)
    fold.click()
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(rows(group(page, "robot-1"))).to_have_count(0)
    page.reload()
    expect(rows(group(page, "gpu node"))).to_have_count(1)
    expect(rows(group(page, "robot-1"))).to_have_count(0)
    fold.click()
    expect(rows(group(page, "robot-1"))).to_have_count(1)


def test_the_filter_looks_through_all_hosts_and_for_hosts(
    fleet: Fleet, open_page: OpenPage
) -> None:
    page = open_page(fleet.hub.address)
    expect(rows(page)).to_have_count(2)
    page.get_by_test_id("filter").fill("plate")
    expect(page.get_by_test_id("host-group")).to_have_count(1)
    expect(rows(group(page, "robot-1"))).to_have_count(1)
    page.get_by_test_id("filter").fill("host:gpu")
    expect(page.get_by_test_id("host-group")).to_have_count(1)
    expect(rows(group(page, "gpu node"))).to_have_count(1)
    page.get_by_test_id("filter").fill("host:nowhere")
    expect(page.get_by_test_id("no-match")).to_have_text("No array matches the filter.")


def test_a_killed_agent_makes_its_host_unreachable_and_not_dead_and_it_comes_back(
    fleet: Fleet, open_page: OpenPage
) -> None:
    page = open_page(fleet.hub.address)
    lost = group(page, "robot-1")
    expect(rows(lost)).to_have_count(1)
    fleet.hub.kill("robot-1")
    expect(lost.get_by_test_id("host-state")).to_have_text(UNREACHABLE, timeout=LATE_MS)
    expect(lost.get_by_test_id("host-known")).to_have_text(re.compile(r"^as it was .+ ago$"))
    expect(rows(lost)).to_have_attribute("data-state", "unreachable")
    expect(page.get_by_test_id("summary")).to_contain_text("1 host unreachable")
    assert not re.search(r"\b(dead|gone|died)\b", lost.inner_text())
    fleet.hub.restart("robot-1")
    expect(lost.get_by_test_id("host-state")).to_have_text("", timeout=LATE_MS)
    expect(rows(lost)).not_to_have_attribute("data-state", "unreachable")


def test_a_remote_arrays_page_goes_on_by_itself_when_its_host_is_back(
    fleet: Fleet, open_page: OpenPage
) -> None:
    page = open_page(fleet.page_of("robot-1", "plate"))
    expect_frames(page)
    expect(page.get_by_test_id("host-name")).to_have_text("robot-1")
    expect(page.get_by_test_id("frame-lag")).to_have_text(re.compile(r"\d.* m?s$"))
    expect(page.get_by_test_id("keep")).to_be_hidden()
    fleet.hub.kill("robot-1")
    banner = page.get_by_test_id("host-banner")
    expect(banner).to_contain_text("robot-1 is unreachable since", timeout=LATE_MS)
    expect(page.get_by_test_id("gone")).to_be_hidden()
    late = open_page(page.url)
    expect(late.get_by_test_id("host-banner")).to_contain_text("goes on by itself")
    fleet.hub.restart("robot-1")
    expect(banner).to_be_hidden(timeout=LATE_MS)
    for one in (page, late):
        expect(one.locator("#values[data-seq]")).to_be_visible(timeout=LATE_MS)
        expect_frames(one)


def test_a_remote_hosts_page_shows_its_memory(fleet: Fleet, open_page: OpenPage) -> None:
    overview = open_page(fleet.hub.address)
    group(overview, "gpu node").get_by_test_id("host-link").click()
    expect(overview.locator("h1")).to_have_text("Shared memory of gpu node")
    expect(overview.get_by_test_id("fact-path")).to_have_text("/dev/shm")
    unknown = open_page(f"{fleet.hub.address}hosts/nobody")
    expect(unknown.get_by_test_id("host-banner")).to_contain_text("No host called nobody")


@pytest.mark.timeout(180)
def test_pages_of_many_hosts_have_no_serious_violation(fleet: Fleet, open_page: OpenPage) -> None:
    plate = open_page(fleet.page_of("robot-1", "plate"))
    expect_frames(plate)
    overview, memory = open_page(fleet.hub.address), open_page(f"{fleet.hub.address}hosts/robot-1")
    expect(memory.get_by_test_id("fact-path")).to_be_visible()
    fleet.hub.kill("robot-1")
    fleet.hub.end("gpu node")
    state = group(overview, "robot-1").get_by_test_id("host-state")
    expect(state).to_have_text(UNREACHABLE, timeout=LATE_MS)
    for page in (plate, memory):
        expect(page.get_by_test_id("host-banner")).to_be_visible(timeout=LATE_MS)
    for page in (overview, plate, memory):
        for scheme in SCHEMES:
            for width in WIDTHS_PX:
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": 900})
                assert (page.url, scheme, width, serious_violations(page)) == (
                    page.url, scheme, width, [],
                )  # fmt: skip
                assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_of_a_thousand_hosts_no_more_are_drawn_than_a_page_bears(
    large: str, open_page: OpenPage
) -> None:
    page = open_page(large)
    expect(page.get_by_test_id("summary")).to_have_text(
        re.compile("^49,950 arrays on 1,000 hosts, 1 host unreachable$")
    )
    expect(page.get_by_test_id("host-group")).to_have_count(200)
    expect(page.get_by_test_id("fleet-note")).to_contain_text("801 more hosts")
    expect(rows(page)).to_have_count(0)
    group(page, "h0002").get_by_test_id("fold").click()
    expect(rows(group(page, "h0002"))).to_have_count(large_fleet.EACH)
    lost = group(page, large_fleet.LOST)
    lost.get_by_test_id("fold").click()
    expect(rows(page)).to_have_count(2 * large_fleet.EACH)
    expect(rows(lost).first).to_have_attribute("data-state", "unreachable")


def test_a_search_through_a_thousand_hosts_says_how_many_there_are(
    large: str, open_page: OpenPage
) -> None:
    page = open_page(f"{large}?filter=a07")
    expect(rows(page).first).to_be_visible()
    assert rows(page).count() <= 600
    expect(page.get_by_test_id("fleet-note")).to_contain_text("1,000 arrays, of which 500")
    page.get_by_test_id("filter").fill("host:h0777")
    expect(page.get_by_test_id("host-group")).to_have_count(1)
    group(page, "h0777").get_by_test_id("fold").click()
    expect(rows(page)).to_have_count(large_fleet.EACH)


def test_a_row_that_cannot_be_drawn_stops_no_other(large: str, chromium: Browser) -> None:
    """On a page of its own: that the console tells of the row is as it should be."""
    page = chromium.new_page()
    page.goto(f"{large}?filter=host:{large_fleet.BROKEN}")
    group(page, large_fleet.BROKEN).get_by_test_id("fold").click()
    expect(rows(page)).to_have_count(large_fleet.EACH - 1)
    page.get_by_test_id("filter").fill("host:h000")
    group(page, "h0005").get_by_test_id("fold").click()
    expect(rows(page)).to_have_count(2 * large_fleet.EACH - 1)
    page.close()


def test_a_host_with_more_arrays_than_are_listed_says_so(large: str, open_page: OpenPage) -> None:
    said = "only 50 are listed: a list may have 64 MiB"
    page = open_page(f"{large}?filter=host:h000")
    expect(group(page, large_fleet.CUT).get_by_test_id("host-cut")).to_have_text(said)
    expect(group(page, "h0001").get_by_test_id("host-cut")).to_be_hidden()
    group(page, large_fleet.CUT).get_by_test_id("host-link").click()
    expect(page.get_by_test_id("host-banner")).to_contain_text(f"Of its arrays {said}.")


def test_arrays_of_any_of_a_thousand_hosts_are_put_beside_each_other_and_followed(
    large: str, open_page: OpenPage
) -> None:
    page = open_page(f"{large}together?array=h0001/1-1/a00")
    field, panels = page.get_by_test_id("add"), page.get_by_test_id("together-panel")
    for count, text in enumerate(("h0777/a07", "h0778/1-1/a08", f"{large_fleet.HOSTILE}/a09"), 2):
        field.fill(text)
        field.press("Enter")
        expect(panels).to_have_count(count)
        expect(panels.last).to_have_attribute("data-fate", "here")
        expect(panels.last.get_by_test_id("panel-pace")).to_have_text(f"{count + 5}.00 /s")
    for panel in panels.all():
        expect(panel).to_have_attribute("data-fate", "here")
    for text, said in (("a07", "1000 arrays are called so"), ("none", "No array is called none")):
        field.fill(text)
        field.press("Enter")
        expect(page.get_by_test_id("add-problem")).to_contain_text(said)


def test_a_hostile_name_of_a_host_is_text(large: str, open_page: OpenPage) -> None:
    page = open_page(f"{large}?filter=host:onerror")
    expect(page.get_by_test_id("fold")).to_have_text(large_fleet.HOSTILE)
    page.get_by_test_id("host-link").click()
    expect(page.locator("h1")).to_have_text(f"Shared memory of {large_fleet.HOSTILE}")
    assert page.locator("img").count() == 0
