"""Pages that a browser makes ready before a click: which, for whom, and at no cost to arrays."""

from __future__ import annotations

import html
import json
import re

import numpy as np
import pytest
from tests.web.asking import got
from tests.web.running import Running, running

import shmscope
from shmscope.publishing.array import SharedArray
from shmscope.web.access import Access

TOKEN = "t0ken-of-the-tests-0123456789"
AHEAD = (
    ("Sec-Purpose", "prefetch;prerender"),
    ("Sec-Fetch-Site", "none"),
    ("Sec-Fetch-Mode", "navigate"),
    ("Sec-Fetch-Dest", "document"),
    ("Accept", "text/html"),
)


def test_the_overview_names_rules_by_which_array_pages_alone_are_made_ready(
    served: Running,
) -> None:
    address = got(served, "/").headers["speculation-rules"].strip('"')
    answer = got(served, address, ("Sec-Fetch-Dest", "speculationrules"))
    assert answer.headers["content-type"] == "application/speculationrules+json"
    rules = json.loads(answer.body)
    assert rules.keys() == {"prerender"}
    assert [rule["where"] for rule in rules["prerender"]] == [{"href_matches": "/arrays/*"}]
    assert {rule["eagerness"] for rule in rules["prerender"]} == {"moderate"}


@pytest.mark.parametrize("path", ["/host", "/together", "/docs", "/arrays/a/b/c", "/nowhere"])
def test_no_other_page_has_any_made_ready(served: Running, path: str) -> None:
    assert "speculation-rules" not in got(served, path, ("Accept", "text/html")).headers


def test_a_page_made_ready_watches_nothing(served: Running, heat: tuple[SharedArray, str]) -> None:
    answer = got(served, f"/arrays/{heat[1]}", *AHEAD)
    assert answer.status == 200
    assert served.sampler.demand.topics() == []
    assert served.sampler.demand.clients == 0


def test_a_page_made_ready_without_the_token_tells_nothing_and_with_the_cookie_all() -> None:
    with running(Access(token=TOKEN)) as locked:
        link = got(locked, f"/?token={TOKEN}", ("Accept", "text/html"), ("Sec-Fetch-Site", "none"))
        cookie = ("Cookie", link.headers["set-cookie"].partition(";")[0])
        rules = got(locked, "/", cookie).headers["speculation-rules"].strip('"')
        for path in (rules, "/arrays/a/b/c"):
            assert got(locked, path, *AHEAD).status == 401
            assert got(locked, path, cookie, *AHEAD).status == 200


RECORDS = np.dtype([("time", "<f8"), ('a "b" <c>', "<f4", (2,))])


@pytest.mark.parametrize(
    ("shape", "dtype"), [((4, 6), np.dtype("f4")), ((3,), RECORDS), ((), np.dtype("u1"))]
)
def test_a_page_knows_the_layout_that_its_row_will_say(
    served: Running, name: str, shape: tuple[int, ...], dtype: np.dtype[np.void]
) -> None:
    with shmscope.create(name, shape, dtype):
        array = served.id_of(name)
        text = got(served, f"/arrays/{array}").body.decode()
        row = served.get(f"/api/v1/arrays/{array}").json()
    found = re.search(r'data-layout="([^"]*)"', text)
    assert found is not None
    said = json.loads(html.unescape(found[1]))
    assert {"dtype_spec", "shape", "strides", "offset"} <= said.keys()
    assert said == {field: row[field] for field in said}


def test_a_page_of_an_array_that_is_not_there_knows_none(served: Running) -> None:
    assert b"data-layout" not in got(served, "/arrays/a/b/c").body
