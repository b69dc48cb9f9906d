"""Managers whose answers are far larger, deeper or longer than they look, or hold what commands."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fuzz.sentences import check_error
from tests.sources.liars import KEY, Liar, answering

from shmscope.errors import SourceError
from shmscope.sources.managers import ManagerObject, _unpickle

START = b"\x80\x04\x8c\x07#RETURN"
END = b"\x86."
EVIL = "\x1b[2J\n\u202e"


@pytest.fixture
def address(tmp_path: Path) -> str:
    return str(tmp_path / "sock")


def ask(address: str) -> ManagerObject:
    return ManagerObject(address, KEY, "7f00", os.getuid())


def nested(levels: int) -> bytes:
    """Return the pickle of a list so deep that Python itself cannot show it."""
    return START + b"]" * levels + b"a" * (levels - 1) + END


def doubled(levels: int, leaf: object) -> object:
    """Return a list that holds another one twice, and so on."""
    for _ in range(levels):
        leaf = [leaf, leaf]
    return leaf


@pytest.mark.parametrize("leaf", ["text", None, (), [1]])
def test_an_answer_that_doubles_with_every_level_is_shown_as_text(
    address: str, leaf: object
) -> None:
    answer = answering(doubled(60, leaf))
    assert len(answer) < 1000
    with Liar(address, answer):
        found = ask(address).read()
    assert found.shape == (2,)
    assert found.dtype.itemsize <= 800


def test_an_answer_too_deep_for_python_is_shown_as_text(address: str) -> None:
    with Liar(address, nested(50_000)):
        assert ask(address).read().tolist() == ["[" * 199 + "…"]


def test_an_answer_of_too_many_numbers_is_refused_with_value_and_limit(address: str) -> None:
    with Liar(address, answering(doubled(31, 1))), pytest.raises(SourceError) as caught:
        ask(address).read()
    assert (caught.value.value, caught.value.limit) == (1 << 31, 1 << 25)
    assert "2,147,483,648 numbers; 33,554,432 are shown" in caught.value.detail


HOSTILE: dict[str, bytes] = {
    "a kind that commands": pickle.dumps((EVIL, 1)),
    "a kind of a megabyte": pickle.dumps((EVIL * 200_000, 1)),
    "a kind that never ends": pickle.dumps((doubled(60, 1), 1)),
    "a reason that commands": pickle.dumps(("#TRACEBACK", EVIL * 1000)),
    "a reason that never ends": pickle.dumps(("#TRACEBACK", doubled(60, 1))),
    "a name that commands": b"c__main__\n\x1b[2J\n.",
    "a name of a megabyte": b"c" + b"\xc2\x9b" * 500_000 + b"\nx\n.",
    "an integer that cannot be written": pickle.dumps((1 << 100_000, None)),
}


@pytest.mark.parametrize("greeting", [False, True])
@pytest.mark.parametrize("how", HOSTILE)
def test_what_a_manager_answers_is_told_in_a_short_sentence(
    address: str, how: str, greeting: bool
) -> None:
    hostile = HOSTILE[how]
    liar = Liar(address, hostile, greeting=hostile) if greeting else Liar(address, hostile)
    with liar, pytest.raises(SourceError) as caught:
        ask(address).read()
    check_error(caught.value)


PLAIN: Any = st.recursive(
    st.none() | st.integers() | st.text() | st.floats() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(PLAIN)
def test_plain_values_come_through(value: object) -> None:
    kind, found = _unpickle(pickle.dumps(("#RETURN", value)))
    assert kind == "#RETURN"
    assert repr(found) == repr(value)
