"""The page of the REST API in a real browser: a request is tried there, and its answer shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import Server, own_prefix

import shmscope


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Return a page that may complain of nothing."""
    complaints: list[str] = []
    context = chromium.new_context()
    opened = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


def test_a_request_is_tried_on_the_page(page: Page, server: Server) -> None:
    name = own_prefix("tried")
    with shmscope.create(name, (4, 6), "f4") as array:
        array[...] = 1.5
        path = server.page_of(name).rpartition("/arrays/")[2]
        page.goto(f"{server.address}docs#values")
        operation = page.locator("#values")
        for field, value in zip(("host", "segment", "name"), path.split("/"), strict=True):
            decoded = page.evaluate("decodeURIComponent", value)
            operation.locator(f"#values-{field}").fill(decoded)
        operation.locator("#values-select").fill("0, :2")
        operation.get_by_role("button", name="Send").click()
        answer = operation.get_by_test_id("answer")
        expect(answer).to_contain_text("200 OK")
        expect(answer).to_contain_text("[1.5, 1.5]")
        operation.locator("#values-select").fill("")
        operation.locator("#values-format").fill("png")
        operation.get_by_role("button", name="Send").click()
        picture = operation.get_by_role("img")
        expect(picture).to_be_visible()
        expect(picture).to_have_js_property("naturalWidth", 6)
