"""Scripts and styles: addresses that change with the files, and what may be kept."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from tests.web.running import Running

from shmscope.web.assets import FOR_EVER, Assets
from shmscope.web.pages import STATIC


def touched(path: Path) -> None:
    path.write_text(path.read_text() + " ")


def moved(path: Path) -> None:
    path.rename(path.with_name("other.js"))


def redated(path: Path) -> None:
    os.utime(path, ns=(1, 1))


@pytest.mark.parametrize("change", [touched, moved, redated])
def test_version_is_another_one_when_any_file_is(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    (tmp_path / "js").mkdir()
    script = tmp_path / "js/page.js"
    script.write_text("export {};")
    assets = Assets(tmp_path)
    before = assets.version
    assert assets.look() == before
    change(script)
    assert assets.look() != before


def test_modules_of_a_page_are_all_that_it_imports_each_once() -> None:
    assets = Assets(STATIC)
    found = assets.modules(["js/array.js", "js/hex/dump.js"], "v-0")
    assert found[0] == "/static/v-0/js/array.js"
    assert len(set(found)) == len(found)
    for address in found:
        text = (STATIC / address.removeprefix("/static/v-0/")).read_text()
        for name in re.findall(r'from "(\.[^"]+)"', text):
            target = os.path.normpath(os.path.join(os.path.dirname(address), name))
            assert target in found


@pytest.mark.parametrize("page", ["", "host", "together", "arrays/box/1-2/a"])
def test_every_file_that_a_page_names_is_there_and_may_be_kept(served: Running, page: str) -> None:
    with urlopen(f"{served.address}/{page}") as answer:
        text = answer.read().decode()
    addresses = re.findall(r'(?:src|href)="(/static/v-[^"]+)"', text)
    assert len(addresses) > 10
    for address in addresses:
        with urlopen(served.address + address) as answer:
            assert answer.headers["cache-control"] == FOR_EVER


@pytest.mark.parametrize("version", ["", "v-0000000000000000/"])
def test_a_file_under_another_version_is_asked_for_anew(served: Running, version: str) -> None:
    with urlopen(f"{served.address}/static/{version}css/base.css") as answer:
        assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["../errors.py", "%2e%2e/errors.py", "/etc/passwd", "nowhere.js"])
def test_a_version_opens_no_way_out(served: Running, path: str) -> None:
    with urlopen(served.address) as answer:
        version = re.search(r"/static/(v-[0-9a-f]+)/", answer.read().decode())
    assert version is not None
    with pytest.raises(HTTPError) as caught:
        urlopen(f"{served.address}/static/{version[1]}/{path}")
    with caught.value as refusal:
        assert refusal.code == 404


@pytest.mark.parametrize("version", ["today", "v-0000000000000000"])
def test_style_sheets_of_a_page_come_as_one_in_their_order(served: Running, version: str) -> None:
    with urlopen(served.address) as answer:
        today = re.search(r"/static/(v-[0-9a-f]+)/", answer.read().decode())
    assert today is not None
    version = today[1] if version == "today" else version
    with urlopen(f"{served.address}/static/{version}/css/keys+base.css") as answer:
        kept = answer.headers["cache-control"] == FOR_EVER
        assert answer.headers["content-type"].startswith("text/css")
        text = answer.read()
    assert kept == (version == today[1])
    assert text == b"\n".join(
        (STATIC / f"css/{name}.css").read_bytes() for name in ("keys", "base")
    )


@pytest.mark.parametrize("names", ["base+nowhere", "base+../secret", "base+", "+base"])
def test_a_style_sheet_that_is_not_there_is_said_to_be(served: Running, names: str) -> None:
    with pytest.raises(HTTPError) as caught:
        urlopen(f"{served.address}/static/css/{names}.css")
    with caught.value as refusal:
        assert refusal.code == 404
