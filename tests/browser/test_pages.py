"""The pages as a person meets them."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import Puppet, Server, Writer, open_array
from tests.waiting import until

OpenPage = Callable[..., Page]


def row_of(page: Page, name: str) -> Locator:
    return page.locator(f'[data-testid=overview-row][data-array-name="{name}"]')


def array_page(open_page: OpenPage, server: Server, writer: Writer, name: str) -> Page:
    overview = open_page(server.address)
    expect(row_of(overview, f"{writer.prefix}-{name}")).to_be_visible()
    return open_page(server.page_of(f"{writer.prefix}-{name}"))


def test_overview_shows_every_array_with_its_rate_and_health(
    server: Server, writer: Writer, open_page: OpenPage
) -> None:
    page = open_page(server.address)
    for name in ("plate", "numbers"):
        row = row_of(page, f"{writer.prefix}-{name}")
        expect(row.get_by_test_id("writes-per-second")).to_have_text(re.compile(r"[1-9]\d.* /s"))
        expect(row.get_by_test_id("health-level")).to_have_text("ok")
    expect(row_of(page, f"{writer.prefix}-plate").get_by_test_id("shape")).to_have_text("64 × 96")
    expect(row_of(page, f"{writer.prefix}-numbers").get_by_test_id("mechanism")).to_have_text(
        "Array"
    )


def test_heat_map_changes_as_the_array_does(
    server: Server, writer: Writer, open_page: OpenPage
) -> None:
    page = array_page(open_page, server, writer, "plate")
    canvas = page.get_by_test_id("values-canvas").first
    expect(canvas).to_be_visible()
    expect(page.locator("#values[data-seq]")).to_be_visible()
    before = canvas.screenshot()
    until(lambda: canvas.screenshot() != before)
    expect(page.get_by_test_id("copy-verdict")).to_have_text(re.compile("clean|torn"))
    expect(page.get_by_test_id("stat-count")).to_have_text("6144")


def test_numbers_are_exact_beyond_what_a_float_holds(
    server: Server, writer: Writer, open_page: OpenPage
) -> None:
    page = array_page(open_page, server, writer, "numbers")
    table = page.get_by_test_id("numbers-table")
    expect(table).to_contain_text("three")
    cells = table.get_by_test_id("cell")
    expect(cells).to_have_count(3)
    page.get_by_test_id("pause").click()
    one, two, three = (int(cells.nth(index).inner_text()) for index in range(3))
    assert (two, three) == (-one, 2**62 + one)


def test_killed_writer_turns_the_health_critical_and_is_named(
    server: Server, writer: Writer, open_page: OpenPage
) -> None:
    overview = open_page(server.address)
    row = row_of(overview, f"{writer.prefix}-plate")
    expect(row.get_by_test_id("health-level")).to_have_text("ok")
    page = open_page(server.page_of(f"{writer.prefix}-plate"))
    expect(page.locator("#values[data-seq]")).to_be_visible()
    os.kill(writer.wave_pid, signal.SIGKILL)
    expect(row.get_by_test_id("health-level")).to_have_text("critical")
    sentence = page.get_by_test_id("verdict-sentence").first
    expect(sentence).to_contain_text(re.compile(rf"wave \(pid {writer.wave_pid}\) died"))
    expect(page.get_by_test_id("writer-state").first).to_have_text("dead")


def test_page_finds_the_restarted_server_and_keeps_its_place(
    own_server: Server, writer: Writer, open_page: OpenPage
) -> None:
    page = array_page(open_page, own_server, writer, "plate")
    page.get_by_test_id("selection-input").fill("8:24, ::2")
    page.get_by_test_id("selection-input").press("Enter")
    expect(page).to_have_url(re.compile("select="))
    place = page.url
    before = page.locator("body").get_attribute("data-server")
    own_server.kill()
    expect(page.get_by_test_id("connection-banner")).to_contain_text("Connection lost")
    own_server.restart()
    page.wait_for_selector("body[data-connection=open]")
    expect(page.get_by_test_id("connection-banner")).to_be_hidden()
    expect(page.locator(f"body[data-server]:not([data-server='{before}'])")).to_be_visible()
    seq = page.locator("#values").get_attribute("data-seq")
    expect(page.locator(f"#values[data-seq]:not([data-seq='{seq}'])")).to_be_visible()
    assert page.url == place
    assert page.get_by_test_id("selection-input").input_value() == "8:24, ::2"


def test_wrong_selection_is_explained_and_the_picture_stays(
    server: Server, writer: Writer, open_page: OpenPage
) -> None:
    page = array_page(open_page, server, writer, "plate")
    expect(page.get_by_test_id("values-canvas").first).to_be_visible()
    page.get_by_test_id("selection-input").fill("0:5, 0:5, 0:5")
    page.get_by_test_id("selection-input").press("Enter")
    error = page.get_by_test_id("selection-error")
    expect(error).to_contain_text("3 axes are selected of an array that has 2")
    expect(page.get_by_test_id("values-canvas").first).to_be_visible()


def test_array_that_ends_says_so_and_leaves_the_list(
    server: Server, writer: Writer, open_page: OpenPage
) -> None:
    overview = open_page(server.address)
    row = row_of(overview, f"{writer.prefix}-plate")
    expect(row).to_be_visible()
    page = open_page(server.page_of(f"{writer.prefix}-plate"))
    expect(page.get_by_test_id("values-canvas").first).to_be_visible()
    writer.stop()
    expect(page.get_by_test_id("gone")).to_be_visible()
    expect(row.get_by_test_id("mark")).to_contain_text("gone")
    expect(row).to_have_count(0, timeout=30_000)


def test_hostile_name_is_text(server: Server, writer: Writer, open_page: OpenPage) -> None:
    page = open_page(server.address)
    hostile = f"{writer.prefix}<img src=x onerror=alert(1)>"
    expect(page.get_by_test_id("array-link").filter(has_text=hostile)).to_be_visible()
    page.get_by_test_id("array-link").filter(has_text=hostile).click()
    expect(page.get_by_test_id("array-name")).to_have_text(hostile)
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_pages_fit_their_window(
    server: Server,
    writer: Writer,
    open_page: OpenPage,
    scheme: str,
    width: int,
) -> None:
    overview = open_page(server.address, width=width, scheme=scheme)
    expect(row_of(overview, f"{writer.prefix}-plate")).to_be_visible()
    page = open_page(server.page_of(f"{writer.prefix}-plate"), width=width, scheme=scheme)
    expect(page.get_by_test_id("values-canvas").first).to_be_visible()
    for shown in (overview, page):
        assert shown.evaluate("document.documentElement.scrollWidth") <= width


def test_phone_shows_the_picture_first_and_the_controls_when_asked_for(
    server: Server, puppet: Puppet, open_page: OpenPage
) -> None:
    url = server.page_of(puppet.prefix + "field")
    page = open_page(url, width=360, height=740)
    controls = page.get_by_test_id("show-controls")
    for folded in ("selection-input", "tools", "axes", "deeds"):
        expect(page.get_by_test_id(folded)).to_be_hidden()
    box = page.get_by_test_id("values-canvas").first.bounding_box()
    assert box is not None
    assert box["y"] < 740 - 100
    controls.click()
    expect(controls).to_have_attribute("aria-expanded", "true")
    page.get_by_test_id("selection-input").fill("0:4")
    page.get_by_test_id("selection-input").press("Enter")
    expect(page.locator("[data-part=select-understood]")).to_have_text("Understood as 0:4, 0:64")
    controls.click()
    expect(page.get_by_test_id("selection-input")).to_be_hidden()
    wide = open_page(url)
    expect(wide.get_by_test_id("selection-input")).to_be_visible()
    expect(wide.get_by_test_id("show-controls")).to_be_hidden()


def test_unknown_array_is_said_on_the_page(server: Server, open_page: OpenPage) -> None:
    page = open_page(f"{server.address}arrays/nowhere/0-0/nothing")
    expect(page.get_by_test_id("waiting")).to_contain_text(
        "no array has the id nowhere/0-0/nothing"
    )


@pytest.mark.parametrize(
    ("name", "module"),
    [("field", "heat/heat_map.js"), ("trades", "grid/view.js"), ("huge", "hex/dump.js")],
)
def test_what_draws_the_first_picture_is_fetched_before_a_script_asks_for_it(
    server: Server, puppet: Puppet, open_page: OpenPage, name: str, module: str
) -> None:
    page = open_array(open_page, server, puppet, name)
    expect(page.get_by_test_id("keep")).to_be_visible()
    asked_by = page.evaluate(
        "paths => performance.getEntriesByType('resource')"
        ".filter(({ name }) => paths.some((path) => name.endsWith(path)))"
        ".map(({ name, initiatorType }) => [name.split('/js/')[1], initiatorType])",
        [module, "deeds/deeds.js"],
    )
    assert dict(asked_by)["deeds/deeds.js"] == "script"
    assert dict(asked_by)[module] != "script"


# A browser that made a page ready before anybody asked for it, as far as the page can tell.
MADE_READY = """
  let hidden = true;
  Object.defineProperty(Document.prototype, "prerendering", { get: () => hidden });
  const sockets = [];
  const Real = WebSocket;
  globalThis.WebSocket = class extends Real {
    constructor(...where) { super(...where); sockets.push(this); }
  };
  addEventListener("load", () => {
    const asked = performance.getEntriesByType("resource").filter(
      ({ name }) => new URL(name).pathname.startsWith("/api/"));
    globalThis.ahead = { sockets: sockets.length, asked: asked.length };
    hidden = false;
    document.dispatchEvent(new Event("prerenderingchange"));
  });
"""


def test_a_page_made_ready_ahead_reads_nothing_until_it_is_shown(
    open_page: OpenPage, server: Server, puppet: Puppet
) -> None:
    page = open_page(server.page_of(puppet.prefix + "field"), script=MADE_READY)
    assert page.evaluate("() => globalThis.ahead") == {"sockets": 0, "asked": 0}
    expect(page.locator("#values[data-seq]")).to_be_visible()
