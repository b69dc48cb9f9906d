"""A real server, real writers and a real Chromium."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import IO
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from tests.waiting import until

FLAGS = [
    "--no-sandbox",  # Chromium refuses to run as root with it
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A busy machine draws every picture in software: five seconds, Playwright's own, are few there.
expect.set_options(timeout=20_000)
_NUMBERS = count()
# What Chromium itself says of its software renderer, of a server that the test takes away, and of
# what the server refuses.
EXPECTED_NOISE = (
    "GPU stall due to ReadPixels",
    "net::ERR_CONNECTION_",
    "status of 413",
    "status of 422",
)


def find_chromium() -> str:
    """Return the path of Chromium: of the one without windows of its own, where that is there."""
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert path is not None, "Chromium is not on PATH: scripts/ensure-chromium installs it"
    return path


class Server:
    """`shmscope serve` as a process."""

    def __init__(self) -> None:
        self._process = self._start(0)
        self.address = self._address()

    def _start(self, port: int) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "shmscope", "serve", "--no-browser", "--port", str(port)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def _address(self) -> str:
        return line_of(self._process.stdout).split()[1]

    def kill(self) -> None:
        """Kill it as `kill -9` does."""
        self._process.kill()
        self.wait()

    def restart(self) -> None:
        """Start it again on the same port."""
        self._process = self._start(int(self.address.rstrip("/").rpartition(":")[2]))
        self._address()

    def stop(self) -> int:
        """Interrupt it and return its exit code."""
        self._process.send_signal(signal.SIGINT)
        return self.wait()

    def wait(self) -> int:
        """Return its exit code."""
        if self._process.stdout is not None:
            self._process.stdout.close()
        return self._process.wait()

    def page_of(self, name: str) -> str:
        """Return the address of an array's page, once it is seen."""

        def seen() -> list[str]:
            with urlopen(f"{self.address}api/v1/arrays") as answer:
                arrays = json.load(answer)["arrays"]
            return [array["id"] for array in arrays if array["name"] == name]

        return f"{self.address}arrays/{until(seen)[0]}"


@dataclass
class Writer:
    """The program of writer.py.

    Attributes:
        prefix: How the names of its arrays begin.
        wave_pid: The process that writes the plate.
    """

    process: subprocess.Popen[str]
    prefix: str
    wave_pid: int

    def stop(self) -> None:
        """Let it end as it wants to."""
        self.process.communicate()


@dataclass
class Puppet:
    """The program of puppet.py.

    Attributes:
        prefix: How the names of its arrays begin.
    """

    process: subprocess.Popen[str]
    prefix: str

    def tell(self, **what: object) -> None:
        """Have it do something, and wait until that is done."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        assert line_of(self.process.stdout) == "done\n"


def own_prefix(word: str) -> str:
    """Return how the names of a test's arrays begin: the server knows those of others, too."""
    return f"{word}{os.getpid()}-{next(_NUMBERS)}"


def line_of(stream: IO[str] | None) -> str:
    """Return the next line that a program prints."""
    assert stream is not None
    line = stream.readline()
    assert line, "the program ended before it was ready"
    return line


@pytest.fixture
def writer() -> Iterator[Writer]:
    prefix = own_prefix("browser")
    command = [sys.executable, "-m", "tests.browser.writer", prefix]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        wave_pid = int(line_of(process.stdout).split()[1])
        started = Writer(process, prefix, wave_pid)
        yield started
        if process.poll() is None:
            started.stop()


@contextmanager
def running_puppet() -> Iterator[Puppet]:
    """Run the program of puppet.py; a server still knows the arrays of the one before."""
    prefix = own_prefix("puppet") + "-"
    command = [sys.executable, "-m", "tests.browser.puppet", prefix]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert line_of(process.stdout) == "ready\n"
        yield Puppet(process, prefix)
        process.communicate()
    assert process.returncode == 0


@contextmanager
def running_server() -> Iterator[Server]:
    """Run a server that ends well."""
    started = Server()
    yield started
    assert started.stop() == 0


def open_array(
    open_page: Callable[..., Page], server: Server, puppet: Puppet, name: str, query: str = ""
) -> Page:
    """Open the page of one of the puppet's arrays, and wait for its first frame."""
    page = open_page(server.page_of(puppet.prefix + name) + query)
    expect(page.locator("#values[data-seq]")).to_be_visible()
    return page


@pytest.fixture
def puppet() -> Iterator[Puppet]:
    with running_puppet() as running:
        yield running


@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    """Run one server for all tests, as a user does for all programs; they share no names."""
    with running_server() as running:
        yield running


@pytest.fixture
def own_server() -> Iterator[Server]:
    """Run a server that may be killed."""
    with running_server() as running:
        yield running


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Run Chromium for this folder only: meanwhile an event loop runs in this thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page; at the end none may have complained."""
    complaints: list[str] = []
    contexts = []

    def note(message: ConsoleMessage) -> None:
        noise = any(expected in message.text for expected in EXPECTED_NOISE)
        if message.type in ("error", "warning") and not noise:
            complaints.append(message.text)

    def open_at(
        address: str,
        *,
        width: int = 1280,
        height: int = 900,
        scheme: str = "dark",
        script: str = "",
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="light" if scheme == "light" else "dark",
        )
        contexts.append(context)
        context.add_init_script(f"(() => {{ {script} }})()")
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        page.wait_for_selector("body[data-connection=open]")
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert complaints == []
