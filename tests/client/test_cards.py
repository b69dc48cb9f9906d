"""What a notebook shows of an array: sound HTML, whatever the array is and is called."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.layout.strategies import dtypes
from tests.waiting import until
from tests.web.arrays import ARRAYS

import shmscope
from shmscope.client import Client, RemoteArray
from shmscope.client.asynchronous import AsyncRemoteArray
from shmscope.publishing.array import SharedArray
from shmscope.publishing.card import card, peek, preview, text

HOSTILE = "<img src=x onerror=alert(1)>\"'&"
ALLOWED = {
    "div", "strong", "span", "table", "tr", "th", "td", "svg", "polyline", "iframe", "details",
    "summary", "p", "code", "a",
}  # fmt: skip
PROGRAM = """
import shmscope, sys
array = shmscope.open(sys.argv[1], mode="r+", label="doomed")
with array.writing():
    print("in write", flush=True)
    sys.stdin.read()
"""


class Page(HTMLParser):
    """Reads HTML, and checks that what is opened is closed.

    Attributes:
        words: All text.
        tags: Each tag with its attributes.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        assert not [name for name, _ in attrs if name.startswith("on")]
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def attributes(self, tag: str) -> dict[str, str | None]:
        """Return the attributes of the one tag of a kind."""
        (found,) = (attributes for name, attributes in self.tags if name == tag)
        return found


def test_a_shared_array_shows_what_it_is_and_who_writes_it(name: str) -> None:
    with shmscope.create(name, (4, 6), "f4", unit="°C", about="a plate", label="me") as array:
        array[...] = np.arange(24).reshape(4, 6)
        page = Page(array._repr_html_())
    for word in (name, "a plate", "float32", "4 × 6", "96 bytes", "°C", "23.0"):
        assert word in page.words
    assert f"me (pid {os.getpid()}, alive): 1 write" in page.words


def test_showing_it_is_no_write_and_takes_nothing(heat: SharedArray) -> None:
    def used() -> tuple[int, int]:
        return heat.writes, len(os.listdir("/proc/self/fd"))

    before = used()
    first = heat._repr_html_()
    assert heat._repr_html_() == first
    assert used() == before


def test_one_that_is_open_for_reading_shows_no_writers(heat: SharedArray) -> None:
    page = Page(shmscope.open(heat.name)._repr_html_())
    assert heat.name in page.words
    assert "writers" not in page.words


def test_a_writer_that_died_in_mid_write_is_told(heat: SharedArray) -> None:
    command = [sys.executable, "-c", PROGRAM, heat.name]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in write\n"
        process.send_signal(signal.SIGKILL)
    assert f"doomed (pid {process.pid}, died in mid-write)" in heat._repr_html_()


def test_a_withdrawn_array_still_shows_itself(name: str) -> None:
    with shmscope.create(name, 4) as array:
        array.unlink()
        assert name in Page(array._repr_html_()).words


def test_hostile_names_texts_and_values_are_text(client: Client, name: str) -> None:
    hostile = f"{name}{HOSTILE}"
    texts: dict[str, Any] = {"unit": HOSTILE, "about": HOSTILE, "label": HOSTILE}
    with shmscope.create(hostile, 2, "U40", labels=[HOSTILE] * 2, **texts) as array:
        array[0] = HOSTILE[:24]
        local = Page(array._repr_html_())
        remote = Page(until(lambda: client.arrays(f"{name}*"))[0]._repr_html_())
    for page in (local, remote):
        assert hostile in page.words
        assert HOSTILE[:20] in page.words
        assert "img" not in [tag for tag, _ in page.tags]


@given(st.text())
def test_any_text_is_text(given: str) -> None:
    page = Page(card(given, given, [(given, given)], text(given)))
    assert "\x00" not in page.words
    assert page.words.count("\ufffd") >= sum(not char.isprintable() for char in given)


@given(st.data())
def test_any_values_are_shown(data: st.DataObject) -> None:
    dtype = data.draw(dtypes())
    shape = tuple(data.draw(st.lists(st.integers(0, 20), max_size=3)))
    size_bytes = int(np.prod(shape)) * dtype.itemsize
    block = data.draw(st.binary(min_size=16, max_size=16))
    buffer = (block * (size_bytes // 16 + 1))[:size_bytes]
    values = np.ndarray(shape, dtype, buffer) if size_bytes else np.zeros(shape, dtype)
    chosen = values[(*peek(shape, dtype), ...)]
    assert chosen.size <= 240
    Page(preview(chosen, shape, "V"))


@pytest.mark.parametrize("word", ARRAYS)
def test_every_dtype_shows_itself(name: str, word: str) -> None:
    values = ARRAYS[word]
    with shmscope.create(name, values.shape, values.dtype) as array:
        array[...] = values
        assert name in Page(array._repr_html_()).words


def test_a_long_row_of_numbers_is_a_curve_with_gaps(name: str) -> None:
    with shmscope.create(name, 1000, "f8", unit="V") as array:
        array[...] = np.linspace(-1, 1, 1000)
        array[480:520] = np.nan
        page = Page(array._repr_html_())
    assert [tag for tag, _ in page.tags].count("polyline") == 2
    assert "-1 to " in str(page.attributes("svg")["aria-label"])
    assert " V" in page.words


def test_a_managers_list_shows_what_it_is_without_asking_the_manager(name: str) -> None:
    from multiprocessing import Manager  # noqa: PLC0415 - for this one alone

    with Manager() as manager:
        published = shmscope.publish(name, manager.list([1, 2]))
        published.unlink()
    assert name in Page(published._repr_html_()).words


def test_a_servers_array_shows_its_health_and_a_live_view(
    heat: SharedArray, remote: RemoteArray, address: str
) -> None:
    page = Page(remote._repr_html_())
    for word in (heat.name, "a plate", "float32", "4 × 6", "°C", "ok", "23.0", "1 in all"):
        assert word in page.words
    assert page.attributes("iframe")["src"] == f"{address}/arrays/{remote.id}?embed=1"
    assert page.attributes("a")["href"] == f"{address}/arrays/{remote.id}"
    assert "--embed" in page.words
    assert remote._link.address.token is None


def test_a_card_never_holds_the_token(address: str, remote: RemoteArray) -> None:
    with Client(f"{address}/?token=secret-token") as client:
        shown = RemoteArray(client._link, remote.row)._repr_html_()
        assert "secret" not in shown + repr(client) + repr(client._link.address)


def test_a_server_that_went_leaves_what_is_known(remote: RemoteArray) -> None:
    with Client("http://127.0.0.1:1") as nowhere:
        page = Page(RemoteArray(nowhere._link, remote.row)._repr_html_())
        assert remote.name in page.words
        assert "no shmscope server answers" in page.words
        assert remote.name in Page(AsyncRemoteArray(nowhere._link, remote.row)._repr_html_()).words
