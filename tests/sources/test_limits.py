"""Limits of one's own: by array name, checked, and documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shmscope.errors import ConfigurationError, LayoutError
from shmscope.sources.configuration import parse_configuration
from shmscope.sources.limits import DEFAULT, KEYS, Limits, limits_of, parse_limits

DOCUMENT = Path(__file__).parents[2] / "docs/health.md"


def test_limits_count_for_arrays_of_their_names() -> None:
    rules = [parse_limits({"name": "camera*", "saturated_share": 0.5})]
    assert limits_of("camera 1", rules) == Limits(saturated_share=0.5)
    assert limits_of("heat", rules) is DEFAULT


def test_later_rules_count_more_and_leave_the_rest() -> None:
    rules = [
        parse_limits({"name": "*", "torn_share": 0.5, "stalled_s": 9}),
        parse_limits({"name": "heat", "torn_share": 0.1}),
    ]
    assert limits_of("heat", rules) == Limits(torn_share=0.1, stalled_s=9)


@pytest.mark.parametrize(
    ("table", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": 5}, "name"),
        ({"name": "x", "torn": 1}, "torn"),
        ({"name": "x", "torn_share": "much"}, "torn_share"),
        ({"name": "x", "torn_share": True}, "torn_share"),
        ({"name": "x", "torn_share": -1}, "torn_share"),
        ({"name": "x", "torn_share": float("nan")}, "torn_share"),
        ({"name": "x", "torn_share": float("inf")}, "torn_share"),
        ([], "limits"),
    ],
)
def test_limits_that_cannot_be_name_the_field(table: object, field: str) -> None:
    with pytest.raises(LayoutError) as caught:
        parse_limits(table)
    assert caught.value.field == field


@given(st.dictionaries(st.sampled_from([*KEYS, "name", "x"]), st.none() | st.floats() | st.text()))
def test_hostile_tables_are_refused_or_are_limits(table: dict[str, object]) -> None:
    try:
        rule = parse_limits(table)
    except LayoutError:
        return
    assert isinstance(limits_of("x", [rule]), Limits)


def test_file_has_limits_beside_layouts() -> None:
    content = parse_configuration(b'[[limits]]\nname = "heat"\norphan_s = 5\n')
    assert limits_of("heat", content.limits).orphan_s == 5


def test_error_in_a_file_tells_the_number_of_the_table() -> None:
    text = b'[[limits]]\nname = "a"\n[[limits]]\nname = "b"\ntorn_shar = 1\n'
    with pytest.raises(ConfigurationError, match=r"^limits 2: .*torn_share"):
        parse_configuration(text)


def test_document_lists_every_limit_with_its_default() -> None:
    written = dict(
        re.findall(r"^\| `([a-z_]+)` \| ([\d.]+) \|", DOCUMENT.read_text(), re.MULTILINE)
    )
    assert written == {key: f"{getattr(DEFAULT, key):g}" for key in KEYS}


def test_example_of_the_document_can_be_read() -> None:
    [example] = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert limits_of("camera 1", parse_configuration(example.encode()).limits) != DEFAULT
