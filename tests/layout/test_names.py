from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.layout.strategies import JSON

from shmscope.errors import ArrayNameError
from shmscope.layout.names import (
    BLOCK_PREFIX,
    MAX_NAME_BYTES,
    ArrayId,
    block_name,
    block_prefix,
    check_name,
)

# What os.listdir may return: bytes that are not UTF-8 come as lone surrogates.
FILE_NAMES = st.binary(min_size=1, max_size=40).map(os.fsdecode)


def is_allowed(name: str) -> bool:
    """Say the rules again, in other words."""
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        return False
    shown = all(char.isprintable() for char in name) and name.strip() != ""
    return shown and size <= 200 and "/" not in name and not name.startswith((".", "shmscope-"))


@given(st.text(max_size=210) | st.text("ab./ é\n\ud800", max_size=6))
def test_a_name_is_refused_exactly_when_a_rule_says_so(name: str) -> None:
    if is_allowed(name):
        assert check_name(name) == name
    else:
        with pytest.raises(ArrayNameError):
            check_name(name)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("", "empty"),
        ("a\tb", "cannot be printed"),
        ("a\u202eb", "cannot be printed"),
        ("é" * 101, f"202 bytes long, {MAX_NAME_BYTES} are allowed"),
        ("a/b", "slash"),
        ("..", "begins with a dot"),
        ("  ", "blank"),
        ("shmscope-a", "belong to control blocks"),
        (7, "must be text, not int"),
        (None, "must be text, not NoneType"),
    ],
)
def test_a_refusal_names_the_rule(name: object, complaint: str) -> None:
    with pytest.raises(ArrayNameError, match=complaint):
        check_name(name)


@given(JSON.filter(lambda data: not isinstance(data, str)))
def test_what_is_no_text_is_no_name(data: object) -> None:
    with pytest.raises(ArrayNameError):
        check_name(data)


@given(st.text().filter(is_allowed), st.text("0123456789abcdef-"))
def test_a_block_is_found_by_its_arrays_prefix(name: str, identity: str) -> None:
    block = block_name(name, identity)
    assert block.startswith(block_prefix(name))
    assert block.startswith(BLOCK_PREFIX)
    assert block.isascii()
    assert "/" not in block
    assert len(block) <= 255
    assert block != block_name(name, identity + "0")
    assert block != block_name(name + "x", identity)


@given(FILE_NAMES, FILE_NAMES, FILE_NAMES)
def test_an_id_survives_being_written(host: str, segment: str, name: str) -> None:
    made = ArrayId(host, segment, name)
    assert ArrayId.parse(str(made)) == made
    assert str(made).isascii()
    assert str(made).count("/") == 2


@pytest.mark.parametrize("text", ["", "a", "a/b", "a/b/", "//", "a/b/c/d", "/b/c"])
def test_an_id_has_three_parts(text: str) -> None:
    with pytest.raises(ArrayNameError, match="host/segment/name is expected"):
        ArrayId.parse(text)


@given(st.text())
def test_hostile_text_is_an_id_or_an_error(text: str) -> None:
    try:
        found = ArrayId.parse(text)
    except ArrayNameError:
        return
    assert all(found)
