from __future__ import annotations

import json
import shlex
import tomllib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.layout.hand_strategies import PRINTABLE, TABLES, VALUES, rules, shapes
from tests.layout.strategies import JSON, dtypes, outcome

from shmscope.errors import LayoutError
from shmscope.layout.array import MAX_BYTES, ArrayLayout
from shmscope.layout.hand import (
    KEYS,
    LayoutRule,
    exact_pattern,
    format_option,
    format_toml,
    parse_option,
    parse_rule,
)
from shmscope.layout.hand.lists import MAX_LIST_CHARS
from shmscope.layout.hand.parsing import MAX_OPTION_CHARS
from shmscope.layout.hand.rule import MAX_LABELS, MAX_TEXT_CHARS

FLOATS = np.dtype("<f4")


def parse_toml(text: str) -> LayoutRule:
    (table,) = tomllib.loads(text)["array"]
    return parse_rule(table)


@given(rules())
def test_an_option_that_was_written_is_read_as_the_same_rule(rule: LayoutRule) -> None:
    assert parse_option(format_option(rule)) == rule


@given(rules())
def test_an_option_survives_a_shell(rule: LayoutRule) -> None:
    (word,) = shlex.split(shlex.quote(format_option(rule)))
    assert parse_option(word) == rule


@given(rules())
def test_a_table_that_was_written_is_read_as_the_same_rule(rule: LayoutRule) -> None:
    assert parse_toml(format_toml(rule)) == rule


def test_a_rule_is_written_as_people_write_it() -> None:
    text = "name=psm_1a2b dtype=<f4 shape=4,1024,1024 offset=64 order=F as=frame unit=V"
    rule = parse_option(text)
    assert rule == LayoutRule(
        "psm_1a2b", FLOATS, (4, 1024, 1024), 64, order="F", title="frame", unit="V"
    )
    assert format_option(rule) == text
    assert format_toml(rule).splitlines() == [
        "[[array]]",
        'name = "psm_1a2b"',
        'dtype = "<f4"',
        "shape = [4, 1024, 1024]",
        "offset = 64",
        'order = "F"',
        'as = "frame"',
        'unit = "V"',
    ]


def test_what_needs_quotes_in_an_option_gets_double_ones() -> None:
    rule = LayoutRule("memfd:a b", FLOATS, labels=("x", "y z"), about='it\'s "it" \\')
    written = format_option(rule)
    assert written == r'name="memfd:a b" dtype=<f4 labels="x,y z" about="it' + r''''s \"it\" \\"'''


@pytest.mark.parametrize(
    ("shape", "read"),
    [
        ("4,1024,1024", (4, 1024, 1024)),
        ("(4, 1024)", (4, 1024)),
        ("(4,)", (4,)),
        ("[4, -1]", (4, -1)),
        ("4x1024", (4, 1024)),
        ("4 × 1024", (4, 1024)),
        ("-1", (-1,)),
        ("()", ()),
        ("[]", ()),
        ([4, -1], (4, -1)),
        ([], ()),
        (16, (16,)),
    ],
)
def test_shapes_are_read_as_people_write_them(shape: object, read: tuple[int, ...]) -> None:
    assert parse_rule({"name": "a", "dtype": "<f4", "shape": shape}).shape == read


@pytest.mark.parametrize("offset", ["64", "0x40", " 0X40", pytest.param(64, id="integer")])
def test_offsets_may_be_hexadecimal(offset: object) -> None:
    assert parse_rule({"name": "a", "dtype": "<f4", "offset": offset}).offset == 64


@pytest.mark.parametrize(
    ("labels", "read"),
    [
        ("x, y", ("x", "y")),
        ('["a,b", "c"]', ("a,b", "c")),
        ("['a', 'b']", ("a", "b")),
        (["x", ""], ("x", "")),
        ("[]", ()),
    ],
)
def test_labels_are_a_list_or_text_with_commas(labels: object, read: tuple[str, ...]) -> None:
    assert parse_rule({"name": "a", "dtype": "<f4", "labels": labels}).labels == read


def test_a_list_as_text_is_bounded() -> None:
    labels = json.dumps(["x" * MAX_LIST_CHARS])
    with pytest.raises(
        LayoutError, match="is no list: 65540 characters; 65536 are allowed"
    ) as caught:
        parse_rule({"name": "a", "dtype": "<f4", "labels": labels})
    assert caught.value.field == "labels"


def test_what_is_null_is_left_out() -> None:
    data = dict.fromkeys(KEYS) | {"name": "a", "dtype": "<f4"}
    assert parse_rule(data) == LayoutRule("a", FLOATS)


def test_a_layout_for_a_known_segment_has_no_name() -> None:
    assert parse_rule({"dtype": "<f4"}, pattern="psm_1") == LayoutRule("psm_1", FLOATS)
    with pytest.raises(LayoutError, match="'name' is no key here") as caught:
        parse_rule({"dtype": "<f4", "name": "psm_2"}, pattern="psm_1")
    assert caught.value.field == "name"


@given(PRINTABLE, PRINTABLE)
def test_an_exact_pattern_matches_one_name_only(name: str, other: str) -> None:
    assume(name)
    rule = LayoutRule(exact_pattern(name), FLOATS)
    assert rule.matches(name)
    assert rule.matches(other) == (name == other)


@given(PRINTABLE, PRINTABLE)
def test_every_pattern_can_be_matched(pattern: str, name: str) -> None:
    assume(pattern)
    assert LayoutRule(f"*{pattern}*", FLOATS).matches(name) in (True, False)


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("psm_*", "psm_1a2b", True),
        ("psm_*", "PSM_1a2b", False),
        ("*/frame", "milk/frame", True),
        ("memfd:?", "memfd:x", True),
        ("psm_[ab]", "psm_c", False),
    ],
)
def test_a_pattern_matches_as_in_a_shell(pattern: str, name: str, fits: bool) -> None:
    assert LayoutRule(pattern, FLOATS).matches(name) is fits


def with_length(rule: LayoutRule, length: int) -> LayoutRule:
    """Return the rule with another length in place of -1."""
    return replace(rule, shape=tuple(length if n == -1 else n for n in rule.shape))


def fits(rule: LayoutRule, length: int, segment_bytes: int) -> bool:
    """Whether a segment has room for `length` along the axis that is left open."""
    try:
        with_length(rule, length).resolve(segment_bytes).check_fits(segment_bytes)
    except LayoutError:
        return False
    return True


@given(rules(), st.integers(0, 20_000))
def test_a_length_of_minus_one_is_as_many_as_fit(rule: LayoutRule, segment_bytes: int) -> None:
    assume(-1 in rule.shape)
    axis = rule.shape.index(-1)
    layout = outcome(rule.resolve, segment_bytes)
    if isinstance(layout, LayoutError):
        assert layout.field in ("offset", "shape")
        assert layout.limit == segment_bytes
        assert not fits(rule, 1, segment_bytes)
        return
    count = layout.shape[axis]
    assert with_length(rule, count).resolve(segment_bytes) == layout
    assert fits(rule, count, segment_bytes)
    assert not fits(rule, count + 1, segment_bytes)


@given(rules(), st.integers(0, 100))
def test_a_fixed_shape_is_not_held_against_the_segment(
    rule: LayoutRule, segment_bytes: int
) -> None:
    assume(-1 not in rule.shape)
    layout = rule.resolve(segment_bytes)
    assert (layout.dtype, layout.shape, layout.offset) == (rule.dtype, rule.shape, rule.offset)


@given(dtypes(), shapes(), st.sampled_from("CF"))
def test_orders_are_numpys(dtype: np.dtype[Any], shape: tuple[int, ...], order: Any) -> None:
    layout = outcome(LayoutRule("a", dtype, shape, order=order).resolve, 99_999)
    assume(isinstance(layout, ArrayLayout))
    assert isinstance(layout, ArrayLayout)
    assume(0 < layout.size_bytes < 1_000_000)
    assert layout.strides == np.empty(layout.shape, dtype, order).strides


@pytest.mark.parametrize(
    ("offset", "strides", "lengths", "resolved"),
    [
        (0, (8,), (-1,), (13,)),
        (4, (8,), (-1,), (12,)),
        (98, (-8,), (-1,), ()),
        (96, (-8,), (-1,), (13,)),
        (0, (40, 4), (-1, 3), (3, 3)),
        (60, (-20, 4), (-1, 5), (4, 5)),
        (0, (0, 4), (3, -1), (3, 25)),
    ],
)
def test_strides_and_minus_one_go_together(
    offset: int, strides: tuple[int, ...], lengths: tuple[int, ...], resolved: tuple[int, ...]
) -> None:
    rule = LayoutRule("a", FLOATS, lengths, offset, strides)
    if resolved:
        assert rule.resolve(100) == ArrayLayout(FLOATS, resolved, strides, offset)
    else:
        with pytest.raises(LayoutError, match="needs 102 bytes"):
            rule.resolve(100)


@pytest.mark.parametrize(
    ("option", "segment_bytes", "field", "complaint"),
    [
        ("shape=4,1024,-1 offset=64", 4096, "shape", "4 x 1024 x 1 elements .* need 16,448 bytes"),
        ("offset=64", 64, "offset", "offset: 64 is beyond the last byte of the segment.* has 64"),
        ("offset=5000", 4096, "offset", "5,000 is beyond the last byte .* has 4,096"),
        ("", 0, "offset", "has 0"),
        ("", 3, "shape", "one element of 4 bytes at offset 0 needs 4 bytes; the segment has 3"),
    ],
)
def test_where_not_one_fits_the_field_and_the_limit_are_named(
    option: str, segment_bytes: int, field: str, complaint: str
) -> None:
    with pytest.raises(LayoutError, match=complaint) as caught:
        parse_option(f"name=a dtype=<f4 {option}").resolve(segment_bytes)
    assert (caught.value.field, caught.value.limit) == (field, segment_bytes)


@pytest.mark.parametrize(
    ("option", "field", "complaint"),
    [
        ("dtype=<f4", "name", "is missing"),
        ("name=a", "dtype", "is missing"),
        ("name= dtype=<f4", "name", "fits no segment"),
        ("name=a dtype=<f9", "dtype", "is no dtype"),
        ("name=a dtype=", "dtype", "is no dtype"),
        ("name=a dtype=O", "dtype", "holds Python objects"),
        ("name=a dtype=<f4 shape=4,y", "shape", "'y' is no integer"),
        ("name=a dtype=<f4 shape=", "shape", "'' is no integer"),
        ("name=a dtype=<f4 shape=4,,4", "shape", "'' is no integer"),
        ("name=a dtype=<f4 shape=(4,4", "shape", "is no integer"),
        ("name=a dtype=<f4 shape=-2", "shape", "only -1 has a meaning"),
        ("name=a dtype=<f4 shape=-1,-1", "shape", "only one length"),
        ("name=a dtype=<f4 shape=-1,0", "shape", "any number fits"),
        (f"name=a dtype=<f4 shape={'9' * 30}", "shape", r"beyond 2\*\*62"),
        (f"name=a dtype=<f4 shape={'9' * 5000}", "shape", "is no integer"),
        ("name=a dtype=<f4 shape=9999999999,9999999999", "shape", r"more than 2\*\*62"),
        ("name=a dtype=<f8 shape=2,2305843009213693952", "shape", r"more than 2\*\*62 bytes"),
        (f"name=a dtype=<f4 shape={'1,' * 33}", "shape", "33 axes; 32 are allowed"),
        ("name=a dtype=<f4 offset=x", "offset", "must be an integer, 64 or 0x40"),
        ("name=a dtype=<f4 offset=-4", "offset", "before its segment"),
        (f"name=a dtype=<f4 offset=0x{'f' * 9000}", "offset", "too long to be shown"),
        ("name=a dtype=<f4 strides=4,4", "strides", "2 strides for 1 axes"),
        ("name=a dtype=<f4 strides=0", "strides", "along a stride of 0 any number fits"),
        ("name=a dtype=<f4 shape=3 strides=-4", "offset", "before its segment"),
        ("name=a dtype=<f4 order=K", "order", "C or F is expected, not 'K'"),
        ("name=a dtype=<f4 order=F strides=4", "order", "give one of them"),
        ("name=a dtype=<f4 as=", "as", "without characters"),
        ('name=a dtype=<f4 as=" "', "as", "without characters"),
        ("name=a dtype=<f4 unit='a\nb'", "unit", "cannot be printed"),
        ("name=a dtype=<f4 labels=[1]", "labels", "must be text, not 1"),
        ("name=a dtype=<f4 labels=[x", "labels", "is no list"),
        (f"name=a dtype=<f4 labels={',' * MAX_LABELS}", "labels", "65,537; 65,536 are allowed"),
        (
            f"name=a dtype=<f4 about={'x' * (MAX_TEXT_CHARS + 1)}",
            "about",
            "65,537 characters; 65,536 are",
        ),
        ("name=a dtype=<f4 dtype=<f8", "dtype", "given twice"),
        ("name=a dtype=<f4 dtpe=<f8", "dtpe", "did you mean 'dtype'"),
        ("name=a dtype=<f4 As=x", "As", "did you mean 'as'"),
        ("name=a dtype=time:<f8, price:<f4", None, "'price:<f4' is not key=value"),
        ("name=a dtype='<f4", None, "No closing quotation"),
        ("x" * (MAX_OPTION_CHARS + 1), None, "131,073 characters; 131,072 are allowed"),
    ],
)
def test_an_option_that_cannot_be_names_its_key(
    option: str, field: str | None, complaint: str
) -> None:
    with pytest.raises(LayoutError, match=complaint) as caught:
        parse_option(option)
    assert caught.value.field == field


def test_an_unknown_key_is_answered_with_all_that_are_known() -> None:
    with pytest.raises(LayoutError) as caught:
        parse_rule({"name": "a", "dtype": "<f4", "zzz": 1})
    assert caught.value.detail == f"'zzz' is no key here. Known are {', '.join(KEYS)}"


@pytest.mark.parametrize("data", [None, [], "name=a", 7, [16**5000]])
def test_what_is_no_table_is_a_layout_error(data: object) -> None:
    with pytest.raises(LayoutError, match="must be a table of keys and values"):
        parse_rule(data)


def check_outcome(found: LayoutRule | LayoutError) -> None:
    """Check that an error speaks, and that a rule can be written down."""
    if isinstance(found, LayoutError):
        assert 0 < len(found.detail) < 1000
    else:
        assert parse_option(format_option(found)) == found
        assert parse_toml(format_toml(found)) == found


@given(TABLES, st.sampled_from(["<f4", "time:<f8", [["a", "u1"]]]))
def test_hostile_tables_are_a_layout_error_or_a_rule(data: dict[str, Any], dtype: Any) -> None:
    check_outcome(outcome(parse_rule, data))
    check_outcome(outcome(parse_rule, {"name": "a", "dtype": dtype, **data}))


@given(JSON | VALUES)
def test_hostile_data_is_a_layout_error(data: object) -> None:
    assert isinstance(outcome(parse_rule, data), LayoutError)


@given(st.sampled_from(sorted(KEYS)), VALUES)
def test_one_hostile_value_is_a_layout_error_of_its_key_or_a_rule(key: str, value: object) -> None:
    data = {"name": "a", "dtype": "<f4", "offset": MAX_BYTES, key: value}
    found = outcome(parse_rule, data)
    if isinstance(found, LayoutError):
        assert found.field == key
    check_outcome(found)


@pytest.mark.parametrize("key", KEYS)
def test_an_integer_that_python_does_not_write_down_is_a_layout_error(key: str) -> None:
    for value in (16**5000, [16**5000], [["a", "<f4", [16**5000]]], [[16**5000]]):
        found = outcome(parse_rule, {"name": "a", "dtype": "<f4", key: value})
        assert isinstance(found, LayoutError)
        assert found.field == key


HOSTILE = st.text(max_size=40) | st.text("=<f4 ,x()[]{}:'\"\\-0123456789\n", max_size=40)


@given(st.lists(st.tuples(st.sampled_from(sorted(KEYS)), HOSTILE), max_size=4), HOSTILE)
def test_hostile_options_are_a_layout_error_or_a_rule(
    pairs: list[tuple[str, str]], text: str
) -> None:
    for option in (text, f"name=a dtype=<f4 {text}", " ".join("=".join(pair) for pair in pairs)):
        check_outcome(outcome(parse_option, option))
