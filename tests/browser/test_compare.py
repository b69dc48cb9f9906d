"""Differences: between two arrays, and between then and now."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from playwright.sync_api import Page, expect
from tests.browser.conftest import Puppet, Server, open_array
from tests.browser.puppet import HOSTILE, contents

OpenPage = Callable[..., Page]
CONTENTS = contents()


def keep(page: Page) -> None:
    page.get_by_test_id("keep").click()
    expect(page.get_by_test_id("deeds-note")).to_contain_text("Kept as it was at")


def compare_with(page: Page, testid: str, text: str | re.Pattern[str] = "") -> None:
    page.get_by_test_id("compare").click()
    page.get_by_test_id(testid).filter(has_text=text).first.click()


def test_difference_between_two_arrays_is_numpys(
    server: Server, puppet: Puppet, open_page: OpenPage
) -> None:
    page = open_array(open_page, server, puppet, "twin")
    compare_with(page, "compare-array", f"{puppet.prefix}field")
    expect(page.get_by_test_id("difference-of")).to_have_text(f"now minus {puppet.prefix}field")
    difference = CONTENTS["twin"] - CONTENTS["field"]
    assert np.count_nonzero(difference) == 2
    assert abs(difference).argmax() == np.ravel_multi_index((3, 4), difference.shape)
    where = page.get_by_test_id("difference-where")
    expect(where).to_have_text("2 of 3,072 differ; largest 3.5 mm at [3, 4]; first at [0, 1]")
    page.get_by_test_id("export").click()
    assert_array_equal(np.load(saved(page, "npy")), difference)


def test_difference_has_colours_about_zero_and_gives_the_own_back(
    server: Server, puppet: Puppet, open_page: OpenPage
) -> None:
    page = open_array(open_page, server, puppet, "twin", "?view=heat&map=magma&range=0,9")
    compare_with(page, "compare-array", f"{puppet.prefix}field")
    chosen = page.get_by_test_id("tool-map")
    expect(chosen).to_have_value("coolwarm")
    expect(page.get_by_test_id("hold-range")).to_have_attribute("aria-pressed", "false")
    page.get_by_test_id("hold-range").click()
    expect(page).to_have_url(re.compile(r"range=-3\.5(%2C|,)3\.5"))
    compare_with(page, "compare-nothing")
    expect(page.get_by_test_id("difference")).to_be_hidden()
    expect(chosen).to_have_value("magma")
    expect(page).to_have_url(re.compile(r"range=0(%2C|,)9"))


def test_difference_between_then_and_now_grows_as_the_array_is_written(
    server: Server, puppet: Puppet, open_page: OpenPage
) -> None:
    page = open_array(open_page, server, puppet, "field")
    keep(page)
    compare_with(page, "compare-copy")
    where = page.get_by_test_id("difference-where")
    expect(where).to_have_text("0 of 3,072 differ")
    puppet.tell(array="field", index=[40, 50], value=float(CONTENTS["field"][40, 50]) + 9.5)
    expect(where).to_have_text("1 of 3,072 differ; largest 9.5 mm at [40, 50]; first at [40, 50]")
    expect(page.get_by_test_id("difference-of")).to_have_text(
        re.compile(r"now minus the copy of \d\d:\d\d:\d\d")
    )
    page.get_by_test_id("difference-at").click()
    expect(page).to_have_url(re.compile(r"window="))
    (low, high), (left, right) = window_of(page)
    assert low <= 40 < high
    assert left <= 50 < right
    expect(where).to_contain_text("in this part differ; largest 9.5 mm at [40, 50]")


def saved(page: Page, item: str) -> Path:
    with page.expect_download() as download:
        page.get_by_test_id(f"export-{item}").click()
    return download.value.path()


def window_of(page: Page) -> list[list[float]]:
    text = unquote(page.url).partition("window=")[2].partition("&")[0]
    return [[float(place) for place in axis.split(":")] for axis in text.split(",")]


def test_paused_difference_is_one_frame_until_a_step(
    server: Server, puppet: Puppet, open_page: OpenPage
) -> None:
    page = open_array(open_page, server, puppet, "field")
    page.get_by_test_id("pause").click()
    keep(page)
    expect(page.get_by_test_id("deeds-note")).to_contain_text("later than the paused frame")
    compare_with(page, "compare-copy")
    where = page.get_by_test_id("difference-where")
    expect(where).to_have_text("0 of 3,072 differ")
    expect(page.get_by_test_id("difference-of")).to_have_text(
        re.compile(r"\d\d:\d\d:\d\d minus the copy of \d\d:\d\d:\d\d")
    )
    seq = page.locator("#values").get_attribute("data-seq")
    puppet.tell(array="field", index=[0, 0], value=7.0)
    expect(where).to_have_text("0 of 3,072 differ")
    assert page.locator("#values").get_attribute("data-seq") == seq
    page.get_by_test_id("export").click()
    assert not np.load(saved(page, "npy")).any()
    page.keyboard.press("Escape")
    page.get_by_test_id("step").click()
    expect(where).to_have_text("1 of 3,072 differ; largest 7 mm at [0, 0]; first at [0, 0]")


def test_comparison_is_opened_again_by_its_link(
    server: Server, puppet: Puppet, open_page: OpenPage
) -> None:
    page = open_array(open_page, server, puppet, "field", "?view=heat")
    keep(page)
    compare_with(page, "compare-copy")
    said = page.get_by_test_id("difference-of")
    expect(said).to_contain_text("the copy of")
    again = open_page(page.url)
    expect(again.get_by_test_id("difference-of")).to_have_text(said.inner_text())
    expect(again.get_by_test_id("tool-map")).to_have_value("coolwarm")
    assert again.url == page.url


def test_removed_copy_ends_its_comparison(
    server: Server, puppet: Puppet, open_page: OpenPage
) -> None:
    page = open_array(open_page, server, puppet, "field")
    keep(page)
    compare_with(page, "compare-copy")
    expect(page.get_by_test_id("difference")).to_be_visible()
    link = page.url
    page.get_by_test_id("compare").click()
    page.get_by_test_id("drop-copy").click()
    expect(page.get_by_test_id("copies")).to_have_text("None is kept yet.")
    expect(page.get_by_test_id("difference")).to_be_hidden()
    later = open_page(link)
    expect(later.get_by_test_id("deeds-error")).to_contain_text("of this array any more")
    expect(later.locator("#values[data-seq]")).to_be_visible()


def test_array_that_goes_ends_its_comparison_with_a_word(
    server: Server, puppet: Puppet, open_page: OpenPage
) -> None:
    page = open_array(open_page, server, puppet, "field")
    compare_with(page, "compare-array", f"{puppet.prefix}twin")
    expect(page.get_by_test_id("difference")).to_be_visible()
    puppet.tell(drop="twin")
    expect(page.get_by_test_id("deeds-error")).to_contain_text(puppet.prefix + "twin")
    expect(page.get_by_test_id("difference")).to_be_hidden()
    expect(page).not_to_have_url(re.compile("against"))


def test_what_cannot_be_compared_says_why(
    server: Server, puppet: Puppet, open_page: OpenPage
) -> None:
    page = open_array(open_page, server, puppet, "trades")
    keep(page)
    compare_with(page, "compare-copy")
    expect(page.get_by_test_id("deeds-error")).to_contain_text("cannot be compared")
    expect(page.get_by_test_id("difference")).to_be_hidden()


def test_array_that_is_too_large_is_not_kept_and_the_limit_is_said(
    server: Server, puppet: Puppet, open_page: OpenPage
) -> None:
    page = open_array(open_page, server, puppet, "huge")
    page.get_by_test_id("keep").click()
    expect(page.get_by_test_id("deeds-error")).to_have_text(
        re.compile(r"314,572,800 bytes.*268,435,456")
    )


def test_arrays_of_the_same_shape_are_offered_by_names_that_are_text(
    server: Server, puppet: Puppet, open_page: OpenPage
) -> None:
    page = open_array(open_page, server, puppet, "field")
    page.get_by_test_id("compare").click()
    offered = page.get_by_test_id("compare-array")
    for name in ("twin", "halves", HOSTILE):
        expect(offered.filter(has_text=puppet.prefix + name)).to_have_count(1)
    for name in ("field", "cube"):
        expect(offered.filter(has_text=puppet.prefix + name)).to_have_count(0)
    assert page.locator("img").count() == 0
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("compare")).to_be_focused()
    expect(page.get_by_test_id("compare-body")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_open_menus_fit_a_phone(
    server: Server, puppet: Puppet, open_page: OpenPage, scheme: str
) -> None:
    url = server.page_of(puppet.prefix + "field")
    page = open_page(url, width=360, height=740, scheme=scheme)
    expect(page.locator("#values[data-seq]")).to_be_visible()
    page.get_by_test_id("show-controls").click()
    keep(page)
    for name in ("compare", "export"):
        page.get_by_test_id(name).click()
        box = page.get_by_test_id(f"{name}-body").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
