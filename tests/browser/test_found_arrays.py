"""The pages of a program that has never heard of shmscope."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import Server, line_of

OpenPage = Callable[..., Page]
LATE_MS = 15_000  # a machine that is shared is sometimes slow


class Stranger:
    """The program of stranger.py."""

    def __init__(self) -> None:
        self.name = f"stranger{os.getpid()}_{secrets.token_hex(3)}"
        command = [sys.executable, "-m", "tests.browser.stranger", self.name]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        self.pid = int(line_of(self._process.stdout).split()[1])

    def stop(self) -> None:
        """Let it end as it wants to."""
        if self._process.poll() is None:
            self._process.communicate()


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    started = Stranger()
    yield started
    started.stop()


def row_of(page: Page, name: str) -> Locator:
    return page.locator(f'[data-testid=overview-row][data-array-name="{name}"]')


def own_page(open_page: OpenPage, server: Server, stranger: Stranger) -> Page:
    page = open_page(server.page_of(stranger.name))
    expect(page.get_by_test_id("hex-table")).to_be_visible()
    return page


def test_program_that_starts_appears_and_is_marked_and_goes_when_it_ends(
    server: Server, open_page: OpenPage
) -> None:
    page = open_page(server.address)
    expect(page.get_by_test_id("observer-survey")).to_contain_text("segment")
    stranger = Stranger()
    row = row_of(page, stranger.name)
    try:
        expect(row).to_be_visible(timeout=LATE_MS)
        expect(row.get_by_test_id("mark")).to_contain_text("new")
        expect(row.get_by_test_id("from")).to_contain_text("raw bytes")
        expect(row.get_by_test_id("writers")).to_contain_text("1 rw")
        expect(row.get_by_test_id("writes-per-second")).to_have_text(
            re.compile(r"^≥ [\d.]+ /s"), timeout=LATE_MS
        )
    finally:
        stranger.stop()
    expect(row.get_by_test_id("mark")).to_contain_text("gone", timeout=LATE_MS)
    expect(row).to_have_count(0, timeout=2 * LATE_MS)


def test_bytes_are_shown_as_they_change_with_who_uses_them(
    server: Server, stranger: Stranger, open_page: OpenPage
) -> None:
    page = own_page(open_page, server, stranger)
    lines = page.get_by_test_id("hex-line")
    expect(lines.first).to_contain_text("00 00 00 00")
    before = lines.nth(4).inner_text()
    expect(lines.nth(4)).not_to_have_text(before)
    process = page.locator(f'[data-testid=process-row][data-pid="{stranger.pid}"]')
    expect(process.get_by_test_id("process-command")).to_contain_text("tests.browser.stranger")
    expect(process.get_by_test_id("process-maps")).to_contain_text("write")
    expect(page.get_by_test_id("rates-title")).to_contain_text("Changes per second, at least")
    page.get_by_test_id("hex-next").click()
    expect(page).to_have_url(re.compile("select=4096:8192"))
    expect(lines.first).to_contain_text("1000")


def test_guess_is_offered_and_taken_over_by_a_click_and_kept_by_another(
    server: Server, stranger: Stranger, open_page: OpenPage
) -> None:
    page = own_page(open_page, server, stranger)
    guess = page.get_by_test_id("guess").filter(has_text="<f4").first
    expect(guess.get_by_test_id("guess-reason")).to_have_text(re.compile(r"\w+.*\."))
    expect(page.get_by_test_id("preview-mark")).to_be_hidden()
    guess.click()
    expect(page.get_by_test_id("preview-mark")).to_be_visible()
    expect(page.get_by_test_id("layout-dtype")).to_have_value("<f4")
    expect(page.get_by_test_id("hex-table")).to_have_count(0)
    page.get_by_test_id("layout-keep").click()
    expect(page.get_by_test_id("preview-mark")).to_be_hidden()
    expect(page.get_by_test_id("fact-layout")).to_contain_text("guess")
    overview = open_page(server.address)
    expect(row_of(overview, stranger.name).get_by_test_id("from")).to_contain_text("guess")


def test_layout_by_hand_is_seen_at_once_kept_and_forgotten(
    server: Server, stranger: Stranger, open_page: OpenPage
) -> None:
    page = own_page(open_page, server, stranger)
    page.get_by_test_id("layout-dtype").fill("<f4")
    page.get_by_test_id("layout-offset").fill("64")
    page.get_by_test_id("layout-shape").fill("48, 64")
    expect(page.get_by_test_id("values-canvas").first).to_be_visible()
    expect(page.get_by_test_id("preview-mark")).to_be_visible()
    expect(page).to_have_url(re.compile("layout="))
    again = open_page(page.url)
    expect(again.get_by_test_id("values-canvas").first).to_be_visible()
    page.get_by_test_id("layout-keep").click()
    expect(page.get_by_test_id("fact-shape")).to_have_text("48 × 64")
    expect(page.get_by_test_id("stat-mean")).to_have_text(re.compile(r"^(19|20)\."))
    page.get_by_test_id("layout-forget").click()
    expect(page.get_by_test_id("fact-layout")).to_contain_text("raw bytes")
    expect(page.get_by_test_id("hex-table")).to_be_visible()


def test_layout_that_cannot_be_is_explained_below_its_field(
    server: Server, stranger: Stranger, open_page: OpenPage
) -> None:
    page = own_page(open_page, server, stranger)
    page.get_by_test_id("layout-dtype").fill("<f5")
    expect(page.get_by_test_id("layout-dtype-error")).to_contain_text("<f5")
    expect(page.get_by_test_id("hex-table")).to_be_visible()
    page.get_by_test_id("layout-dtype").fill("<f4")
    page.get_by_test_id("layout-shape").fill("99, 99")
    expect(page.get_by_test_id("layout-shape-error")).to_contain_text("the segment has")
    expect(page.get_by_test_id("layout-dtype-error")).to_be_hidden()
    expect(page.get_by_test_id("layout-keep")).to_be_disabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_page_of_bytes_fits_its_window(
    server: Server, stranger: Stranger, open_page: OpenPage, scheme: str, width: int
) -> None:
    page = open_page(server.page_of(stranger.name), width=width, scheme=scheme)
    expect(page.get_by_test_id("hex-table")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
