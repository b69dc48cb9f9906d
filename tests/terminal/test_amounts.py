"""Amounts and words as they are typed: read as meant, or refused with value and limit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shmscope.errors import ConfigurationError
from shmscope.terminal.amounts import Parse, count, flag, seconds, size, some_text, word


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (count(0, 65535), " 8765 ", 8765),
        (count(0, 65535), "0", 0),
        (seconds(0.1, 60), "2.5", 2.5),
        (seconds(0.1, 60), "30s", 30.0),
        (size(1024, 1 << 30), "64KiB", 65536),
        (size(1024, 1 << 30), "1.5 MB", 1_500_000),
        (size(1024, 1 << 30), "2048", 2048),
        (flag, "Yes", True),
        (flag, "0", False),
        (word("text", "json"), " JSON ", "json"),
        (some_text, "::1", "::1"),
    ],
)
def test_what_is_meant_is_read(parse: Parse, text: str, value: object) -> None:
    assert parse(text) == value


@pytest.mark.parametrize(
    ("parse", "text", "limit"),
    [
        (count(1, 99), "0", "1 to 99"),
        (count(1, 99), "100", "1 to 99"),
        (count(1, 99), "1.5", "1 to 99"),
        (count(1, 99), "٣", "1 to 99"),
        (count(1, 99), "9" * 5000, "1 to 99"),
        (seconds(0.1, 60), "0", "0.1 to 60"),
        (seconds(0.1, 60), "nan", "0.1 to 60"),
        (seconds(0.1, 60), "1 min", "0.1 to 60"),
        (size(1024, 1 << 30), "1023", "1KiB to 1GiB"),
        (size(1024, 1 << 30), "2GiB", "1KiB to 1GiB"),
        (size(1024, 1 << 30), "64XB", "1KiB to 1GiB"),
        (flag, "maybe", "yes or no"),
        (word("text", "json"), "xml", "text, json"),
        (some_text, " ", "text"),
        (some_text, "a\0b", "text"),
    ],
)
def test_what_cannot_be_is_refused_with_value_and_limit(
    parse: Parse, text: str, limit: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse(text)
    assert repr(text[:40]) in caught.value.detail
    assert limit in caught.value.detail
    assert caught.value.value == text[:40]
    assert str(caught.value.limit) in caught.value.detail


@given(
    st.sampled_from([count(1, 99), seconds(0.1, 60), size(1024, 1 << 30), flag, word("a", "b")]),
    st.text(max_size=60) | st.from_regex(r"[0-9]{1,20}(\.[0-9]+)? ?([KMG]i?B|s)?"),
)
def test_any_text_is_a_sound_value_or_refused_in_few_words(parse: Any, text: str) -> None:
    try:
        value, refusal = parse(text), ""
    except ConfigurationError as error:
        value, refusal = 1, error.detail
    assert value in (True, False, "a", "b") or 0.1 <= value <= 1 << 30
    assert len(refusal) < 400
