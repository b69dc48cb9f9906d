"""Attempts of a real Chromium: a rebound name, a page from elsewhere, the link with the token."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.browser.conftest import FLAGS, Server, find_chromium

import shmscope

TOKEN = "t0ken-of-the-tests-0123456789"
REBOUND = "evil.test"  # an attacker's name that leads to this machine
OPEN_STREAM = """address => new Promise(resolve => {
  const socket = new WebSocket(address);
  socket.onmessage = () => resolve("message");
  socket.onclose = () => resolve("closed");
})"""
ATTEMPTS: dict[str, str] = {
    "fetch": "url => fetch(url).then(a => a.text(), () => null)",
    "blind fetch": "url => fetch(url, {mode: 'no-cors'}).then(a => a.text(), () => null)",
    "with cookies": "u => fetch(u, {credentials: 'include'}).then(a => a.text(), () => null)",
    "put": "url => fetch(url, {method: 'PUT', body: '{}'}).then(a => a.text(), () => null)",
    "picture": """url => new Promise(resolve => {
      const image = new Image();
      image.onload = () => resolve("loaded");
      image.onerror = () => resolve(null);
      image.src = url;
    })""",
    "script": """url => new Promise(resolve => {
      const script = document.createElement("script");
      script.onload = () => resolve("loaded");
      script.onerror = () => resolve(null);
      script.src = url;
      document.head.append(script);
    })""",
}


class Guarded(Server):
    """`shmscope serve` as a process, with further options and a token."""

    def __init__(self, *options: str, token: str = "") -> None:
        self._options, self._token = options, token
        super().__init__()

    def _start(self, port: int) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "shmscope", "serve", "--no-browser", "--port", str(port)]
        environment = os.environ | ({"SHMSCOPE_TOKEN": self._token} if self._token else {})
        return subprocess.Popen(
            [*command, *self._options], stdout=subprocess.PIPE, text=True, env=environment
        )


@contextmanager
def guarded(*options: str, token: str = "") -> Iterator[Guarded]:
    """Run a server that ends well."""
    started = Guarded(*options, token=token)
    try:
        yield started
    finally:
        code = started.stop()
    assert code == 0


def stream_of(served: Server) -> str:
    return served.address.replace("http", "ws", 1) + "api/v1/stream"


@pytest.fixture(scope="module")
def rebinding(chromium: Browser) -> Iterator[Browser]:
    """A browser that an attacker's name server has told that its name is this machine."""
    flags = [*FLAGS, f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1"]
    browser = chromium.browser_type.launch(executable_path=find_chromium(), args=flags)
    yield browser
    browser.close()


@pytest.fixture
def visitor(rebinding: Browser) -> Iterator[BrowserContext]:
    context = rebinding.new_context()
    yield context
    context.close()


@pytest.fixture
def locked() -> Iterator[Guarded]:
    with guarded(token=TOKEN) as served:
        yield served


class Elsewhere(BaseHTTPRequestHandler):
    """A page of somebody else."""

    page = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(self.page)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def elsewhere(html: str = "<title>elsewhere</title>") -> Iterator[str]:
    """Serve a page on a port of its own, and yield its port."""
    handler = type("Page", (Elsewhere,), {"page": html.encode()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield str(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()


def port_of(served: Server) -> str:
    return served.address.rstrip("/").rpartition(":")[2]


def test_a_rebound_name_shows_nothing_and_opens_no_stream(
    visitor: BrowserContext, server: Server
) -> None:
    page, port = visitor.new_page(), port_of(server)
    answer = page.goto(f"http://{REBOUND}:{port}/api/v1/arrays")
    assert answer is not None
    assert answer.status == 403
    assert '"arrays"' not in page.content()
    same = "() => fetch('/api/v1/arrays').then(a => a.status)"
    assert page.evaluate(same) == 403
    with elsewhere() as own:
        page.goto(f"http://{REBOUND}:{own}/")  # where its policy, and not ours, is in force
        stream = f"ws://{REBOUND}:{port}/api/v1/stream"
        assert page.evaluate(OPEN_STREAM, stream) == "closed"
    page.goto(f"http://127.0.0.1:{port}/healthz")
    assert page.evaluate(same) == 200


@pytest.mark.parametrize("host", [REBOUND, "localhost", "127.0.0.1"])
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_page_from_elsewhere_reads_nothing(
    visitor: BrowserContext, server: Server, host: str, attempt: str
) -> None:
    page, statuses = visitor.new_page(), set[int]()
    page.on("response", lambda answer: statuses.add(answer.status))
    with elsewhere() as own:
        page.goto(f"http://{host}:{own}/")
        page.wait_for_load_state("networkidle")
        statuses.clear()
        for path in ("api/v1/host", "static/favicon.svg", "static/js/stream/codec.js"):
            found = page.evaluate(ATTEMPTS[attempt], server.address + path)
            assert not found, (attempt, path)
    assert statuses <= {403}


@pytest.mark.parametrize("host", [REBOUND, "localhost", "127.0.0.1"])
def test_a_page_from_elsewhere_opens_no_stream(
    visitor: BrowserContext, server: Server, host: str
) -> None:
    page = visitor.new_page()
    with elsewhere() as own:
        page.goto(f"http://{host}:{own}/")
        assert page.evaluate(OPEN_STREAM, stream_of(server)) == "closed"
    page.goto(server.address)
    assert page.evaluate(OPEN_STREAM, stream_of(server)) == "message"


def test_a_form_from_elsewhere_changes_nothing(
    visitor: BrowserContext, server: Server, name: str
) -> None:
    with shmscope.create(name, (4,), "f4"):
        copies = server.page_of(name).replace("/arrays/", "/api/v1/arrays/") + "/copies"
        form = f'<form method="post" action="{copies}"><button>go</button>'
        page = visitor.new_page()
        with elsewhere(form) as own:
            page.goto(f"http://{REBOUND}:{own}/")
            with page.expect_navigation() as gone:
                page.get_by_role("button").click()
            assert gone.value.status == 403
        with urlopen(copies) as answer:
            assert json.load(answer) == {"copies": []}


@pytest.mark.parametrize("embedded", [False, True])
def test_a_frame_shows_the_page_where_it_is_allowed_and_only_there(
    visitor: BrowserContext, embedded: bool
) -> None:
    with elsewhere("<iframe></iframe>") as own:
        origin = f"http://localhost:{own}"
        with guarded(*(("--embed", origin) if embedded else ())) as served:
            page = visitor.new_page()
            page.goto(f"{origin}/")
            address = served.address.replace("127.0.0.1", "localhost")
            page.evaluate("url => document.querySelector('iframe').src = url", address)
            inside = page.frame_locator("iframe").locator("body[data-connection=open]")
            if embedded:
                expect(inside).to_be_attached()
            else:
                page.wait_for_load_state("networkidle")
                assert inside.count() == 0


def opened(page: Page, address: str) -> None:
    """Open the link, and wait until the page is live."""
    page.goto(address)
    expect(page.locator("body[data-connection=open]")).to_be_attached()


def test_the_link_opens_the_page_and_its_stream_and_its_token_is_gone(
    visitor: BrowserContext, locked: Guarded
) -> None:
    page = visitor.new_page()
    answer = page.goto(locked.address)
    assert answer is not None
    assert answer.status == 401
    expect(page.get_by_test_id("problem")).to_contain_text("token")
    opened(page, f"{locked.address}?token={TOKEN}")
    assert page.url == locked.address
    assert TOKEN not in page.evaluate("document.referrer + document.cookie")
    assert page.evaluate("document.cookie") == ""
    opened(page, locked.address)


def test_the_link_opens_the_page_from_another_site_too(
    visitor: BrowserContext, locked: Guarded
) -> None:
    link = f'<a href="{locked.address}?token={TOKEN}">go</a>'
    page = visitor.new_page()
    with elsewhere(link) as own:
        page.goto(f"http://{REBOUND}:{own}/")
        page.get_by_role("link").click()
        expect(page.locator("body[data-connection=open]")).to_be_attached()
        assert page.url == locked.address
        page.goto(f"http://{REBOUND}:{own}/")
    plain = f'<a href="{locked.address}host">go</a>'
    with elsewhere(plain) as own:  # an address that somebody sent: the cookie is asked for again
        page.goto(f"http://{REBOUND}:{own}/")
        page.get_by_role("link").click()
        expect(page.locator("body[data-connection=open]")).to_be_attached()
        assert page.url == f"{locked.address}host"


def test_a_stranger_from_another_site_is_asked_for_the_token(
    visitor: BrowserContext, locked: Guarded
) -> None:
    page = visitor.new_page()
    with elsewhere(f'<a href="{locked.address}">go</a>') as own:
        page.goto(f"http://{REBOUND}:{own}/")
        page.get_by_role("link").click()
        expect(page.get_by_test_id("problem")).to_contain_text("Bearer TOKEN")
        page.wait_for_load_state("networkidle")
        expect(page.get_by_test_id("problem")).to_contain_text("Bearer TOKEN")


def test_servers_on_two_ports_do_not_take_each_others_cookies(
    visitor: BrowserContext, locked: Guarded
) -> None:
    with guarded(token=TOKEN[::-1]) as other:
        page = visitor.new_page()
        opened(page, f"{locked.address}?token={TOKEN}")
        opened(page, f"{other.address}?token={TOKEN[::-1]}")
        opened(page, locked.address)
        opened(page, other.address)


def test_no_browser_complains_about_the_headers(visitor: BrowserContext, server: Server) -> None:
    said: list[str] = []
    page = visitor.new_page()
    page.on("console", lambda message: said.append(message.text))
    opened(page, server.address)
    assert said == []
