"""Ceilings as they are typed: shares of a core, bytes and frames per second."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shmscope.errors import ConfigurationError
from shmscope.sources.ceilings import (
    LEAST_BYTES_PER_S,
    LEAST_CPU_SHARE,
    LEAST_FRAMES_PER_S,
    MOST_BYTES_PER_S,
    MOST_CPU_SHARE,
    MOST_FRAMES_PER_S,
    parse_bytes_per_s,
    parse_cpu_share,
    parse_frames_per_s,
)


@pytest.mark.parametrize(
    ("text", "share"), [("25%", 0.25), (" 1 %", 0.01), ("100%", 1.0), ("12.5%", 0.125)]
)
def test_share_of_a_core_is_read(text: str, share: float) -> None:
    assert parse_cpu_share(text) == share


@pytest.mark.parametrize(
    ("text", "per_s"),
    [
        ("500MiB/s", 500 << 20),
        ("500 MiB/s", 500 << 20),
        ("1GiB", 1 << 30),
        ("1.5GB/s", 1_500_000_000),
        ("1048576B/s", 1 << 20),
        ("2000kB/s", 2_000_000),
    ],
)
def test_bytes_per_second_are_read(text: str, per_s: float) -> None:
    assert parse_bytes_per_s(text) == per_s


@pytest.mark.parametrize("text", ["", "25", "0%", "0.5%", "101%", "-5%", "nan%", "x%", "25%%"])
def test_what_is_no_share_is_named_with_the_limit(text: str) -> None:
    with pytest.raises(ConfigurationError, match="from 1% to 100%") as caught:
        parse_cpu_share(text)
    assert repr(text) in caught.value.detail


@pytest.mark.parametrize(
    "text", ["", "500", "0MiB/s", "1kB/s", "2000GiB/s", "5XB/s", "-1GiB/s", "1mib/s", "inf", "1/s"]
)
def test_what_is_no_rate_is_named_with_the_limit(text: str) -> None:
    with pytest.raises(ConfigurationError, match="from 1MiB/s to 1024GiB/s") as caught:
        parse_bytes_per_s(text)
    assert repr(text) in caught.value.detail


@pytest.mark.parametrize(("text", "per_s"), [("60", 60), (" 7.5 /s", 7.5), ("100000/s", 100_000)])
def test_frames_per_second_are_read(text: str, per_s: float) -> None:
    assert parse_frames_per_s(text) == per_s


@pytest.mark.parametrize("text", ["", "0", "0.99", "100001", "-5", "nan", "1e3", "60Hz", "5/min"])
def test_what_is_no_number_of_frames_is_named_with_the_limit(text: str) -> None:
    with pytest.raises(ConfigurationError, match="from 1 to 100000") as caught:
        parse_frames_per_s(text)
    assert repr(text) in caught.value.detail


@pytest.mark.parametrize(
    ("parse", "least", "most"),
    [
        (parse_cpu_share, LEAST_CPU_SHARE, MOST_CPU_SHARE),
        (parse_bytes_per_s, LEAST_BYTES_PER_S, MOST_BYTES_PER_S),
        (parse_frames_per_s, LEAST_FRAMES_PER_S, MOST_FRAMES_PER_S),
    ],
)
@given(text=st.text(max_size=60) | st.from_regex(r"[0-9]{1,20}(\.[0-9]+)? ?(%|([KMG]i?B)?(/s)?)"))
def test_any_text_is_a_sound_amount_or_refused_in_few_words(
    parse: Callable[[str], float], least: float, most: float, text: str
) -> None:
    try:
        amount, refusal = parse(text), ""
    except ConfigurationError as error:
        amount, refusal = least, error.detail
    assert least <= amount <= most
    assert len(refusal) < 400
