"""The page of the REST API in a real browser: a request is tried there, and its answer shown."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from tests.browser.conftest import Server

import shmscope


def test_a_request_is_tried_on_the_page(page: Page, server: Server, name: str) -> None:
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
