"""What is seen, taken along: files that hold what numpy has, a link, a program."""

from __future__ import annotations

import base64
import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from playwright.sync_api import Page, expect
from tests.browser.conftest import Puppet, Server, open_array, running_puppet
from tests.browser.puppet import HOSTILE, contents

OpenPage = Callable[..., Page]
CONTENTS = contents()


@pytest.fixture(scope="module")
def puppet() -> Iterator[Puppet]:
    with running_puppet() as running:
        yield running


def open_menu(
    open_page: OpenPage, server: Server, puppet: Puppet, name: str, query: str = ""
) -> Page:
    page = open_array(open_page, server, puppet, name, query)
    page.get_by_test_id("export").click()
    return page


def saved(page: Page, item: str) -> Path:
    with page.expect_download() as download:
        page.get_by_test_id(f"export-{item}").click()
    return download.value.path()


@pytest.mark.parametrize(
    ("name", "query", "expected"),
    [
        ("field", "", CONTENTS["field"]),
        ("field", "?select=2:40:3, ::-2&order=1,0", CONTENTS["field"][2:40:3, ::-2].T),
        ("field", "?window=10:20.5,4.5:25", CONTENTS["field"][10:21, 4:25]),
        ("field", "?select=::-1&window=0:10,0:64", CONTENTS["field"][::-1][0:10]),
        ("cube", "?select=:, 7, 10:20&order=1,0", CONTENTS["cube"][:, 7, 10:20].T),
        ("trades", "", CONTENTS["trades"]),
        ("trades", "?field=price", CONTENTS["trades"]["price"]),
        ("waves", "?part=imaginary", CONTENTS["waves"].imag),
        ("large", "", CONTENTS["large"]),
    ],
)
def test_npy_file_is_numpys_own_slice(
    server: Server,
    puppet: Puppet,
    open_page: OpenPage,
    name: str,
    query: str,
    expected: np.ndarray[Any, Any],
) -> None:
    page = open_menu(open_page, server, puppet, name, query)
    found = np.load(saved(page, "npy"))
    assert found.dtype == expected.dtype
    assert_array_equal(found, expected)


def test_csv_file_has_a_row_an_element_with_its_index(
    server: Server, puppet: Puppet, open_page: OpenPage
) -> None:
    page = open_menu(open_page, server, puppet, "field", "?select=5:9, ::16")
    rows = list(csv.reader(saved(page, "csv").read_text().splitlines()))
    assert rows[0] == ["axis_0", "axis_1", "value"]
    field = CONTENTS["field"]
    assert [[int(row[0]), int(row[1]), float(row[2])] for row in rows[1:]] == [
        [i, j, field[i, j]] for i in range(5, 9) for j in range(0, 64, 16)
    ]


def test_files_are_called_after_the_array_and_the_time(
    server: Server, puppet: Puppet, open_page: OpenPage
) -> None:
    page = open_menu(open_page, server, puppet, HOSTILE)
    with page.expect_download() as download:
        page.get_by_test_id("export-npy").click()
    stamp = r"\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d"
    pattern = rf"{puppet.prefix}_img_src_x_onerror_alert_2-{stamp}\.npy"
    assert re.fullmatch(pattern, download.value.suggested_filename)


# Opens a PNG in the page: its size, and how many of its pixels have each colour.
COUNT_COLOURS = """async data => {
  const image = new Image();
  image.src = `data:image/png;base64,${data}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const words = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
  const counts = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return {width: image.width, height: image.height, counts};
}"""


def word_of(red: int, green: int, blue: int) -> str:
    return str(255 << 24 | blue << 16 | green << 8 | red)


def test_png_file_holds_the_picture_below_its_title(
    server: Server, puppet: Puppet, open_page: OpenPage
) -> None:
    page = open_menu(open_page, server, puppet, "halves", "?view=heat&range=0,1")
    canvas = page.get_by_test_id("values-canvas").first.bounding_box()
    assert canvas is not None
    content = base64.b64encode(saved(page, "png").read_bytes()).decode()
    found = page.evaluate(COUNT_COLOURS, content)
    assert found["width"] > canvas["width"]
    assert found["height"] > canvas["height"]
    half = canvas["width"] * canvas["height"] / 2
    counts: dict[str, int] = found["counts"]
    # The two ends of viridis, which the page's own test of colours checks.
    for colour in ((68, 1, 84), (253, 231, 37)):
        assert 0.85 * half < counts[word_of(*colour)] < 1.2 * half
    ink = [count for word, count in counts.items() if count < half / 2]
    assert sum(ink) > 500  # letters


def test_view_without_a_picture_offers_none(
    server: Server, puppet: Puppet, open_page: OpenPage
) -> None:
    page = open_menu(open_page, server, puppet, "trades")
    expect(page.get_by_test_id("export-png")).to_be_disabled()
    expect(page.get_by_test_id("export-npy")).to_be_enabled()


def test_selection_that_is_too_large_for_a_table_is_refused_with_the_limit(
    server: Server, puppet: Puppet, open_page: OpenPage
) -> None:
    page = open_menu(open_page, server, puppet, "huge", "?select=0:5000000")
    page.get_by_test_id("export-csv").click()
    outcome = page.get_by_test_id("export-outcome")
    expect(outcome).to_contain_text("5,000,000 elements are more than the 4,194,304 of one CSV")


def test_copied_program_reads_what_is_seen(
    server: Server, puppet: Puppet, open_page: OpenPage
) -> None:
    page = open_menu(open_page, server, puppet, "cube", "?select=2, 3:9, ::5&order=1,0")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_test_id("export-python").click()
    expect(page.get_by_test_id("export-outcome")).to_have_text("Copied.")
    namespace: dict[str, Any] = {}
    exec(page.evaluate("navigator.clipboard.readText()"), namespace)  # noqa: S102 - it is the claim
    assert_array_equal(namespace["values"], CONTENTS["cube"][2, 3:9, ::5].T)


def test_where_no_page_may_copy_the_text_stands_to_be_copied(
    server: Server, puppet: Puppet, open_page: OpenPage
) -> None:
    page = open_menu(open_page, server, puppet, "field", "?select=0:9")
    page.evaluate(
        """() => {
          navigator.clipboard.writeText = () => Promise.reject(Error("no"));
          document.execCommand = () => false;
        }"""
    )
    page.get_by_test_id("export-link").click()
    expect(page.get_by_test_id("export-link-text")).to_have_text(page.url)


def controls_of(page: Page) -> dict[str, object]:
    """Return what every control of the panel says."""
    found: dict[str, object] = page.evaluate(
        """() => Object.fromEntries(
          [...document.querySelectorAll("#values :is(input, select, button)[data-testid]")].map(
            control => [control.dataset.testid, [
              control.type === "radio" ? control.checked : control.value,
              control.getAttribute("aria-pressed")]]))"""
    )
    return found


def test_link_opens_the_same_view_again(
    server: Server, puppet: Puppet, open_page: OpenPage
) -> None:
    query = (
        "?view=heat&select=:, 7, :&order=1,0&window=5:45,1:5&rate=20&range=0,9000"
        "&map=magma&scale=symlog&reduce=max"
    )
    page = open_menu(open_page, server, puppet, "cube", query)
    page.get_by_test_id("pause").click()
    page.get_by_test_id("export").click()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_test_id("export-link").click()
    expect(page.get_by_test_id("export-outcome")).to_have_text("Copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    again = open_menu(open_page, server, puppet, "cube", "?" + link.partition("?")[2])
    assert again.url == page.url == link
    assert controls_of(again) == controls_of(page)
    expect(again.get_by_test_id("pause")).to_have_attribute("aria-pressed", "true")
    assert again.get_by_test_id("tool-map").input_value() == "magma"


def test_menu_works_by_keys_alone(server: Server, puppet: Puppet, open_page: OpenPage) -> None:
    page = open_menu(open_page, server, puppet, "field")
    body = page.get_by_test_id("export-body")
    expect(body).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(body).to_be_hidden()
    expect(page.get_by_test_id("export")).to_be_focused()
    page.keyboard.press("Enter")
    expect(body).to_be_visible()
    for _ in range(2):
        page.keyboard.press("Tab")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".npy")
    page.get_by_test_id("selection-input").click()
    expect(body).to_be_hidden()
