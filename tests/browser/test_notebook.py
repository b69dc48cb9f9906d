"""What a notebook shows of a server's array, in a page of another port as a notebook is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import Writer
from tests.waiting import until

import shmscope
from shmscope.web.access import Access
from shmscope.web.app import create_app
from shmscope.web.server import address_of, listen, make_server


class Notebook:
    """A page that holds the output of a cell.

    Attributes:
        origin: ``http://localhost:PORT``.
        html: The output.
    """

    def __init__(self, port: int) -> None:
        self.origin = f"http://localhost:{port}"
        self.html = ""


@contextmanager
def serving_notebook() -> Iterator[Notebook]:
    """Serve one."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"<!doctype html><title>A notebook</title>{served.html}".encode()
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served = Notebook(server.server_port)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield served
        server.shutdown()
        thread.join()


@contextmanager
def serving(access: Access) -> Iterator[str]:
    """Serve shared memory, and yield the address."""
    ready = threading.Event()
    server = make_server(create_app(access=access), ready.set)
    with listen("127.0.0.1", 0) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        assert ready.wait(20)
        yield address_of(listener)
        server.should_exit = True
        thread.join(20)
    assert not thread.is_alive()


@pytest.fixture
def notebook() -> Iterator[Notebook]:
    """A page of another port."""
    with serving_notebook() as page:
        yield page


@contextmanager
def shown(chromium: Browser, notebook: Notebook, writer: Writer, access: Access) -> Iterator[Page]:
    """Open the notebook with the output of a cell whose last line is an array of a server."""
    with ExitStack() as stack:
        client = stack.enter_context(shmscope.connect(stack.enter_context(serving(access))))
        plate = until(lambda: client.arrays(f"{writer.prefix}-plate"))[0]
        notebook.html = plate._repr_html_()
        context = stack.enter_context(chromium.new_context(viewport={"width": 900, "height": 700}))
        page = context.new_page()
        page.goto(notebook.origin)
        yield page


def test_a_live_view_changes_in_a_page_that_the_server_was_told_of(
    chromium: Browser, notebook: Notebook, writer: Writer
) -> None:
    access = Access(embedders=(notebook.origin,))
    with shown(chromium, notebook, writer, access) as page:
        expect(page.get_by_text(f"{writer.prefix}-plate")).to_be_visible()
        view = page.frame_locator("iframe")
        values = view.locator("#values[data-seq]")
        expect(values).to_be_visible()
        for around in (".bezel", ".foot", ".controls", ".side", ".title"):
            expect(view.locator(around)).to_be_hidden()
        canvas = view.get_by_test_id("values-canvas").first
        first, before = int(values.get_attribute("data-seq") or 0), canvas.screenshot()
        until(lambda: int(values.get_attribute("data-seq") or 0) > first + 5)
        assert canvas.screenshot() != before
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def framed(page: Page) -> str:
    """Return the scheme of what is in the page's frame, as the browser has it by now."""
    page.evaluate("document.title")  # news of frames come with an answer
    return " ".join(frame.url.partition("//")[0] for frame in page.frames)


def test_a_page_that_it_was_not_told_of_shows_none_and_says_what_to_do(
    chromium: Browser, notebook: Notebook, writer: Writer
) -> None:
    with shown(chromium, notebook, writer, Access()) as page:
        until(lambda: "chrome-error:" in framed(page))
        expect(page.frame_locator("iframe").locator("#values")).to_have_count(0)
        page.get_by_text("No live view?").click()
        expect(page.get_by_text("shmscope serve --embed")).to_be_visible()
