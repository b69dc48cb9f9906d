"""The pictures in README.md, taken of the real page while the demo runs.

They are written to docs/images with SHMSCOPE_SCREENSHOTS=1 (`make screenshots`); otherwise they are
taken all the same, and looked at by this test alone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Server

from shmscope import demo

OpenPage = Callable[..., Page]
WANTED = os.environ.get("SHMSCOPE_SCREENSHOTS") == "1"
IMAGES = Path(__file__).parents[2] / "docs" / "images"
PNG = b"\x89PNG"


@pytest.fixture
def prefix() -> Iterator[str]:
    """Run the demo; with names of its own where it is only a test."""
    chosen = "" if WANTED else f"shot{os.getpid()}."
    running = demo.start(prefix=chosen)
    yield chosen
    running.stop()


@pytest.mark.timeout(240)
def test_screenshots_of_the_demo(
    server: Server, prefix: str, open_page: OpenPage, tmp_path: Path
) -> None:
    images = IMAGES if WANTED else tmp_path
    overview = open_page(f"{server.address}?filter=from:published", width=1400, height=820)
    for worker in demo.ALL:
        row = f'[data-testid=overview-row][data-array-name="{prefix}{worker}"]'
        expect(overview.locator(row)).to_be_visible()
    settle(overview, seconds=20 if WANTED else 1)
    overview.screenshot(path=images / "overview.png")
    page = open_page(server.page_of(f"{prefix}heat"), width=1400, height=1620)
    expect(page.get_by_test_id("values-canvas").first).to_be_visible()
    watch(server, f"{prefix}heat", kind="value", select="100, 120")
    watch(server, f"{prefix}heat", kind="mean", select="...")
    settle(page, seconds=60 if WANTED else 1)
    page.screenshot(path=images / "array.png")
    together = open_page(beside(server, prefix), width=1400, height=1080)
    expect(together.get_by_test_id("together-panel")).to_have_count(4)
    settle(together, seconds=4 if WANTED else 1)
    together.screenshot(path=images / "together.png")
    memory = open_page(f"{server.address}host", width=1400, height=900)
    expect(memory.get_by_test_id("room")).to_be_visible()
    settle(memory, seconds=2 if WANTED else 1)
    memory.screenshot(path=images / "host.png")
    for name in ("overview.png", "array.png", "together.png", "host.png"):
        assert (images / name).read_bytes().startswith(PNG)
        assert (images / name).stat().st_size > 20_000  # a blank page has far less


def beside(server: Server, prefix: str) -> str:
    """Return the address of a page of several arrays."""
    pages = [server.page_of(f"{prefix}{name}") for name in ("heat", "camera", "tape", "race")]
    ids = [page.partition("/arrays/")[2] for page in pages]
    return f"{server.address}together?{urlencode([('array', one) for one in ids])}"


def watch(server: Server, name: str, **wish: str) -> None:
    """Have the server watch a value."""
    address = server.page_of(name).replace("/arrays/", "/api/v1/arrays/") + "/watches"
    headers = {"content-type": "application/json"}
    with urlopen(Request(address, json.dumps(wish).encode(), headers)) as answer:
        assert answer.status == 201


def settle(page: Page, seconds: float) -> None:
    """Let the page run, so that its curves have something to show."""
    page.evaluate(f"new Promise(done => setTimeout(done, {seconds * 1000}))")
