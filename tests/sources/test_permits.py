"""Which names may be shown: patterns that deny win, and where some allow, one must."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shmscope.sources.permits import EVERYTHING, Permits

names = st.lists(st.text("abc*[", min_size=1, max_size=4), max_size=4)


@given(names)
def test_without_patterns_everything_is_shown(given_names: list[str]) -> None:
    assert EVERYTHING.everything
    assert EVERYTHING.shows(given_names)


@pytest.mark.parametrize(
    ("allow", "deny", "shown"),
    [
        ((), ("secret",), {"heat", "Secret", "secrets"}),
        ((), ("secret*", "s?cret"), {"heat", "Secret"}),
        ((), ("*",), set()),
        (("heat",), (), {"heat"}),
        (("[hs]*",), ("secrets",), {"heat", "secret"}),
        (("secret",), ("secret",), set()),
    ],
)
def test_patterns_are_those_of_a_shell_and_know_upper_case(
    allow: tuple[str, ...], deny: tuple[str, ...], shown: set[str]
) -> None:
    permits = Permits(allow, deny)
    known = ("heat", "secret", "Secret", "secrets")
    assert {name for name in known if permits.shows([name])} == shown
    assert not permits.everything


@given(names, names.map(tuple), names.map(tuple))
def test_what_is_denied_by_one_of_its_names_is_never_shown(
    given_names: list[str], allow: tuple[str, ...], deny: tuple[str, ...]
) -> None:
    permits = Permits(allow, deny)
    assert not (permits.denies(given_names) and permits.shows(given_names))
    assert permits.shows(given_names) or allow or permits.denies(given_names)


def test_one_of_several_names_is_enough_to_be_allowed_and_to_be_denied() -> None:
    assert Permits(allow=("heat",)).shows(["heat", "psm_1"])
    assert not Permits(deny=("heat",)).shows(["heat", "psm_1"])
