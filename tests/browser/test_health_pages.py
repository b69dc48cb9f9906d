"""Health on the pages: what is wrong, how sure that is, what it rests on, and what changed when."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import Server, Writer
from tests.waiting import until

OpenPage = Callable[..., Page]
LATE_MS = 20_000  # a machine that is shared is sometimes slow
HOURS_S = 2 * 3600
FOCUSED_TILE_IS_READ_OUT = """() => {
  const words = document.querySelector("[data-testid=tile]:focus title")?.textContent;
  return words && words === document.querySelector("[data-testid=room-readout]").textContent;
}"""


@pytest.fixture
def orphan() -> Iterator[Path]:
    """Leave a segment in /dev/shm whose name says that a process made it that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    path = Path(f"/dev/shm/torch_{ended.pid}_{os.getpid()}_1")
    path.touch(0o600)  # as SharedMemory does: unseen processes of others may not use it
    path.write_bytes(bytes(8192))
    before_s = path.stat().st_mtime - HOURS_S
    os.utime(path, (before_s, before_s))
    yield path
    path.unlink(missing_ok=True)


def verdict_of(page: Page, rule: str) -> Locator:
    return page.locator(f'[data-testid=verdict][data-rule="{rule}"]')


def segment_row(page: Page, label: str) -> Locator:
    return page.locator(f'[data-testid=segment-row][data-label="{label}"]')


def events_of(page: Page, name: str) -> Locator:
    named = page.get_by_test_id("event-name").get_by_text(name, exact=True)
    return page.get_by_test_id("event").filter(has=named)


def host_page(open_page: OpenPage, server: Server, **options: object) -> Page:
    return open_page(f"{server.address}host", **options)


def test_killed_writer_is_told_with_its_facts_and_as_an_event_on_both_pages(
    server: Server, writer: Writer, open_page: OpenPage
) -> None:
    name = f"{writer.prefix}-plate"
    page = open_page(server.page_of(name))
    expect(verdict_of(page, "writing")).to_be_visible(timeout=LATE_MS)
    host = host_page(open_page, server)
    os.kill(writer.wave_pid, signal.SIGKILL)
    death = page.locator("[data-rule=dead_writer], [data-rule=died_in_write]")
    verdict = page.get_by_test_id("verdict").and_(death)
    expect(verdict.get_by_test_id("health-level")).to_have_text("critical", timeout=LATE_MS)
    expect(verdict.get_by_test_id("verdict-since")).to_have_text(re.compile(r"^for [\d.]+ m?s$"))
    expect(verdict.get_by_test_id("verdict-sure")).to_have_count(0)  # what is certain is not said
    verdict.get_by_text("Facts").click()
    pid = verdict.locator("[data-fact=pid]")
    expect(pid).to_have_text(str(writer.wave_pid))
    event = page.get_by_test_id("event").and_(death).first
    expect(event.get_by_test_id("event-sentence")).to_contain_text(f"(pid {writer.wave_pid}) died")
    told = events_of(host, name).and_(host.locator("[data-kind=raised][data-level=critical]")).first
    expect(told).to_contain_text(f"(pid {writer.wave_pid}) died", timeout=LATE_MS)
    told.get_by_test_id("event-name").click()
    expect(host.get_by_test_id("array-name")).to_have_text(name)


def test_opened_facts_stay_open_while_the_verdict_is_refreshed(
    server: Server, orphan: Path, open_page: OpenPage
) -> None:
    page = open_page(server.page_of(orphan.name))
    verdict = verdict_of(page, "orphan")
    expect(verdict).to_be_visible(timeout=LATE_MS)
    verdict.get_by_text("Facts").click()
    age = verdict.locator("[data-fact=age_s]")
    before = age.inner_text()
    expect(age).to_be_visible()
    expect(age).not_to_have_text(before)
    expect(age).to_be_visible()


def test_orphan_is_a_warning_with_the_command_that_removes_it(
    server: Server, orphan: Path, open_page: OpenPage
) -> None:
    page = open_page(server.page_of(orphan.name))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    verdict = verdict_of(page, "orphan")
    expect(verdict.get_by_test_id("health-level")).to_have_text("warning", timeout=LATE_MS)
    sure = verdict.get_by_test_id("verdict-sure")
    expect(sure).to_have_text(re.compile("^(likely|possible)$"))
    expect(sure).to_have_attribute("title", re.compile(r"^(Likely|Possible): \w.+\.$"))
    expect(verdict.get_by_test_id("remedy")).to_have_text(f"rm {orphan}")
    expect(verdict).to_contain_text("shmscope runs none")
    verdict.get_by_test_id("copy-remedy").click()
    assert page.evaluate("navigator.clipboard.readText()") == f"rm {orphan}"
    assert orphan.exists()


def test_host_page_lists_the_orphan_in_words_and_leads_to_it(
    server: Server, orphan: Path, open_page: OpenPage
) -> None:
    page = host_page(open_page, server)
    row = segment_row(page, orphan.name)
    expect(row.get_by_test_id("orphan-mark")).to_have_text("orphan", timeout=LATE_MS)
    expect(row.get_by_test_id("health-level")).to_have_text("warning")
    expect(row.get_by_test_id("segment-resident")).to_have_text("8 KiB")
    expect(verdict_of(page, "orphans")).to_be_visible(timeout=LATE_MS)
    raised = events_of(page, orphan.name).and_(page.locator("[data-rule=orphan]"))
    expect(raised).to_be_visible(timeout=LATE_MS)
    orphan.unlink()
    expect(row).to_have_count(0, timeout=LATE_MS)
    expect(events_of(page, orphan.name).first).to_have_attribute("data-kind", "went")


def test_timeline_shows_one_kind_alone_and_keeps_that_in_the_address(
    server: Server, orphan: Path, open_page: OpenPage
) -> None:
    page = host_page(open_page, server)
    chip = page.get_by_test_id("about-orphan")
    chip.click(timeout=LATE_MS)
    expect(chip).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile(r"\?about=orphan$"))
    others = page.locator("[data-testid=event]:not([data-rule=orphan])")
    expect(events_of(page, orphan.name)).to_be_visible()
    expect(others).to_have_count(0)
    page.reload()
    expect(events_of(page, orphan.name)).to_be_visible(timeout=LATE_MS)
    expect(others).to_have_count(0)


@pytest.mark.usefixtures("writer", "orphan")
def test_map_is_walked_with_the_keyboard_and_reads_out_what_it_shows(
    server: Server, open_page: OpenPage
) -> None:
    page = host_page(open_page, server)
    tiles = page.get_by_test_id("tile")
    expect(tiles.nth(1)).to_be_visible(timeout=LATE_MS)
    readout = page.get_by_test_id("room-readout")
    summary = readout.inner_text()
    assert "/dev/shm is taken by" in summary
    tiles.first.focus()
    expect(readout).to_have_text(re.compile(r": .*\d (B|[KMG]iB).* taken"))
    first = readout.inner_text()
    page.keyboard.press("End")
    expect(readout).not_to_have_text(first)
    page.wait_for_function(FOCUSED_TILE_IS_READ_OUT, timeout=LATE_MS)
    expect(page.locator("[data-testid=tile][tabindex='0']")).to_have_count(1)


@pytest.mark.usefixtures("writer")
def test_whoever_walks_the_map_stays_on_it_when_a_segment_goes(
    server: Server, orphan: Path, open_page: OpenPage
) -> None:
    page = host_page(open_page, server)
    tile = page.get_by_test_id("tile").filter(has_text=orphan.name)
    tile.focus(timeout=LATE_MS)
    expect(page.get_by_test_id("room-readout")).to_contain_text(orphan.name)
    orphan.unlink()
    expect(tile).to_have_count(0, timeout=LATE_MS)
    page.wait_for_function(FOCUSED_TILE_IS_READ_OUT, timeout=LATE_MS)


def test_overview_says_what_is_wrong_in_a_word_and_filters_by_level_on_a_click(
    server: Server, writer: Writer, orphan: Path, open_page: OpenPage
) -> None:
    page = open_page(server.address)
    rows = page.get_by_test_id("overview-row")
    ill = rows.and_(page.locator(f'[data-array-name="{orphan.name}"]'))
    well = rows.and_(page.locator(f'[data-array-name="{writer.prefix}-numbers"]'))
    expect(ill.get_by_test_id("health-rule")).to_have_text("orphan", timeout=LATE_MS)
    expect(well).to_be_visible()
    page.get_by_test_id("show-warning").click()
    expect(page.get_by_test_id("filter")).to_have_value("health:warning")
    expect(ill).to_be_visible()
    expect(well).to_be_hidden()
    expect(page).to_have_url(re.compile("filter=health:warning"))
    page.get_by_test_id("show-warning").click()
    expect(page.get_by_test_id("filter")).to_have_value("")
    expect(well).to_be_visible()


@pytest.mark.usefixtures("orphan")
def test_sorting_by_health_puts_the_worst_first(
    server: Server, writer: Writer, open_page: OpenPage
) -> None:
    page = open_page(server.address)
    rows = page.locator("[data-testid=overview-row]:visible")
    expect(page.get_by_test_id("show-warning")).to_be_visible(timeout=LATE_MS)
    page.get_by_test_id("sort-health").click()
    os.kill(writer.wave_pid, signal.SIGKILL)
    expect(rows.first).to_have_attribute("data-level", "critical", timeout=LATE_MS)

    def is_sorted() -> bool:
        levels = rows.evaluate_all("rows => rows.map(row => row.dataset.level)")
        return bool(levels == sorted(levels, key=["critical", "warning", "ok"].index))

    until(is_sorted)  # a row that goes fades where it stands


def test_host_page_is_reached_from_every_page(
    server: Server, writer: Writer, open_page: OpenPage
) -> None:
    page = open_page(server.page_of(f"{writer.prefix}-plate"))
    page.get_by_test_id("shm").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Shared memory of")
    expect(page.get_by_test_id("fact-path")).to_have_text("/dev/shm")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_health_fits_its_window(
    server: Server, orphan: Path, open_page: OpenPage, scheme: str, width: int
) -> None:
    host = host_page(open_page, server, width=width, scheme=scheme)
    expect(segment_row(host, orphan.name)).to_be_visible(timeout=LATE_MS)
    page = open_page(server.page_of(orphan.name), width=width, scheme=scheme)
    expect(verdict_of(page, "orphan")).to_be_visible(timeout=LATE_MS)
    page.get_by_test_id("verdict-facts").first.get_by_text("Facts").click()
    for shown in (host, page):
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
