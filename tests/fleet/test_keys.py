"""Keys: quoted, so that any name is one part of a key, and read back as they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shmscope.errors import ConfigurationError
from shmscope.fleet.keys import PARTS, ROOT, Place, check_name, every, new_agent, parse_key
from shmscope.fleet.keys import problem_of_name as problem

NAMES = st.text(min_size=1, max_size=60).filter(lambda name: problem(name) is None)
SPECIAL = set("*$#?@ ")


@given(NAMES, NAMES, st.sampled_from(PARTS))
def test_a_key_is_read_as_it_was_written(site: str, host: str, part: str) -> None:
    place = Place(site, host, new_agent())
    key = place.key(part)  # type: ignore[arg-type]  # sampled from all of them
    assert parse_key(key) == (place, part)
    assert not SPECIAL & set(key)
    assert key.count("/") == every(part).count("/")  # type: ignore[arg-type]  # as above


@given(st.text(max_size=200))
def test_any_key_is_read_without_an_error(key: str) -> None:
    for text in (key, f"{ROOT}/{key}", f"{ROOT}/_/{key}/1/stats"):
        found = parse_key(text)
        assert found is None or problem(found[0].host) is None


@pytest.mark.parametrize("name", ["", " ", "a/b", "..", "a\nb", "\x1b[2J", "a" * 201, "é" * 101])
def test_a_name_that_cannot_be_is_refused_with_what_it_is(name: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_name(name, "--name")
    assert "--name" in caught.value.detail
    assert parse_key(f"{ROOT}/_/{name}/1/stats") is None


@pytest.mark.parametrize("name", ["%61", "a%2d", "%C3%A9"])
def test_a_name_in_another_spelling_is_nobodys(name: str) -> None:
    known = parse_key(f"{ROOT}/_/{name}/1/stats")
    assert (known is not None) == (name == "%C3%A9")


def test_two_starts_of_an_agent_are_told_apart() -> None:
    assert new_agent() != new_agent()
