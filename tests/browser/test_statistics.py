"""The statistics panel: a histogram that speaks, and percentiles beside the figures."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect
from tests.browser.conftest import Server, Writer

OpenPage = Callable[..., Page]
NUMBER = re.compile(r"^-?\d[\d.]*(e[+-]?\d+)?$")


def test_histogram_is_told_in_words_and_bin_by_bin_under_the_pointer(
    server: Server, writer: Writer, open_page: OpenPage
) -> None:
    page = open_page(server.page_of(f"{writer.prefix}-plate"))
    picture = page.get_by_test_id("histogram")
    expect(picture).to_be_visible()
    expect(picture).to_have_attribute("aria-label", re.compile(r"^Histogram: from .+ %$"))
    for figure in ("p1", "p5", "p25", "p50", "p75", "p95", "p99"):
        expect(page.get_by_test_id(f"stat-{figure}")).to_have_text(NUMBER)
    expect(page.get_by_test_id("stat-distinct")).to_have_text("–")
    expect(page.get_by_test_id("histogram-bin")).to_have_text("")
    picture.hover()
    expect(page.get_by_test_id("histogram-bin")).to_have_text(re.compile(r" to .+: \d+, .+ %$"))
