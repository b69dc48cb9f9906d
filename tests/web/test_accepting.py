"""Which form of values a client gets: by its query, else by its Accept header."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.running import Running
from tests.web.test_problems import assert_problem

from shmscope.errors import AcceptError
from shmscope.web.accepting import MEDIA_TYPES, format_of


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("application/json", "json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "json"),
        ("application/*", "json"),
        ("text/*", "csv"),
        ("TEXT/CSV; charset=utf-8", "csv"),
        ("image/png, application/json;q=0.5", "png"),
        ("application/json;q=0.2, application/x-npy;q=0.9", "npy"),
        ("*/*;q=0.1, application/octet-stream", "raw"),
        ("application/json;q=0, */*", "npy"),
        (", ,", "json"),
    ],
)
def test_the_form_is_the_one_that_is_liked_best(accept: str, form: str) -> None:
    assert format_of(None, accept) == form


@pytest.mark.parametrize("accept", ["text/html", "image/jpeg", "*/*;q=0", "application/json;q=x"])
def test_who_takes_none_of_them_is_refused(accept: str) -> None:
    with pytest.raises(AcceptError) as caught:
        format_of(None, accept)
    assert caught.value.value == accept
    assert "application/x-npy" in str(caught.value.limit)
    assert format_of("csv", accept) == "csv"


@given(st.text(max_size=2000))
def test_whatever_is_accepted_is_a_form_or_a_refusal(accept: str) -> None:
    with suppress(AcceptError):
        assert format_of(None, accept) in MEDIA_TYPES


def test_values_vary_by_accept(served: Running, paths: dict[str, str]) -> None:
    path = f"{paths['plain']}/values"
    for kind in MEDIA_TYPES.values():
        answer = served.get(path, accept=kind)
        assert answer.headers["content-type"] == kind
        assert answer.headers["vary"] == "accept"
        assert answer.headers["accept-ranges"] == "none"
    problem = assert_problem(served.get(path, accept="text/html"), 406)
    assert problem["field"] == "accept"


@pytest.mark.parametrize("what", ["", "/statistics", "/layout", "/copies"])
def test_what_comes_as_json_alone_is_refused_to_who_takes_none(
    served: Running, paths: dict[str, str], what: str
) -> None:
    assert_problem(served.get(paths["plain"] + what, accept="text/csv"), 406)
    assert served.get(paths["plain"] + what, accept="text/csv, */*;q=0.1").status_code == 200
