"""Scripts and styles: addresses that change with the files, and what may be kept."""

from __future__ import annotations

import hashlib
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


@pytest.mark.parametrize("bundled", [False, True])
def test_modules_of_a_page_are_all_that_it_imports_each_once(
    monkeypatch: pytest.MonkeyPatch, *, bundled: bool
) -> None:
    monkeypatch.setattr("shmscope.web.assets._is_bundled", lambda *_: bundled)
    assets = Assets(STATIC)
    found = assets.modules(["js/array.js", "js/hex/dump.js"], f"v-{bundled:d}")
    place = "bundled/js" if bundled else "js"
    assert found[0] == f"/static/v-{bundled:d}/{place}/array.js"
    assert len(set(found)) == len(found)
    for address in found:
        text = (STATIC / address.removeprefix(f"/static/v-{bundled:d}/")).read_text()
        for name in re.findall(r'from "(\.[^"]+)"', text):
            target = os.path.normpath(os.path.join(os.path.dirname(address), name))
            assert target in found


def bundled_folder(folder: Path) -> Path:
    """Return a module that is bundled, as the build hook has it."""
    for place in ("js", "vendor", "bundled/js"):
        (folder / place).mkdir(parents=True)
    for place in ("js/page.js", "bundled/js/page.js"):
        (folder / place).write_text("export {};")
    (folder / "bundled/stamp").write_text(hashlib.sha256(b"js/page.js\0export {};").hexdigest())
    return folder / "js/page.js"


def test_modules_that_changed_since_they_were_bundled_are_served_as_they_are(
    tmp_path: Path,
) -> None:
    script = bundled_folder(tmp_path)
    assets = Assets(tmp_path)
    assert assets.modules(["js/page.js"], "v-1") == ["/static/v-1/bundled/js/page.js"]
    touched(script)
    assert assets.modules(["js/page.js"], assets.look())[0].endswith("/js/page.js")
    assert not assets.bundled


def test_a_module_that_no_bundle_has_is_served_as_it_is(tmp_path: Path) -> None:
    script = bundled_folder(tmp_path)
    (tmp_path / "bundled/js/page.js").unlink()
    assert script.exists()
    assert Assets(tmp_path).modules(["js/page.js"], "v-2") == ["/static/v-2/js/page.js"]


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


def test_the_page_of_a_problem_has_the_style_sheet_that_it_needs(served: Running) -> None:
    page = served.get("/nowhere", accept="text/html").text
    [address] = re.findall(r'href="(/static/v-[^"]+\.css)"', page)
    assert ".problem-status" in served.get(address).text


@pytest.mark.parametrize("names", ["base+nowhere", "base+../secret", "base+", "+base"])
def test_a_style_sheet_that_is_not_there_is_said_to_be(served: Running, names: str) -> None:
    with pytest.raises(HTTPError) as caught:
        urlopen(f"{served.address}/static/css/{names}.css")
    with caught.value as refusal:
        assert refusal.code == 404
