"""The encoding of the stream and of REST: CBOR with typed arrays, and JSON without NaN."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cbor2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from tests.web.reading import TAGS, decode, decode_message

from shmscope.web.wire import encode_body, encode_json, encode_message

VECTORS = Path(__file__).parents[1] / "vectors"
NAMES = sorted(path.stem for path in VECTORS.glob("stream-*.cbor"))
SENT = {tag: dtype for tag, dtype in TAGS.items() if dtype != "<f2"}

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def from_json(value: Any) -> Any:
    """Return what a vector's JSON stands for: arrays and integers that JSON cannot hold."""
    if isinstance(value, list):
        return [from_json(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$array" in value:
        dtype = np.dtype(value["$array"])
        numbers = [int(n) if dtype.kind in "iu" else float(n) for n in value["items"]]
        return np.array(numbers, dtype)
    if "$integer" in value:
        return int(value["$integer"])
    return {key: from_json(item) for key, item in value.items()}


def same(found: Any, expected: Any) -> bool:
    """Whether two trees with arrays in them are equal, NaN to NaN and dtype to dtype."""
    if isinstance(expected, np.ndarray):
        return (str(found.dtype), found.tobytes()) == (str(expected.dtype), expected.tobytes())
    if isinstance(expected, dict):
        return list(found) == list(expected) and same([*found.values()], [*expected.values()])
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    return repr(found) == repr(expected)


@pytest.mark.parametrize(("tag", "dtype"), SENT.items())
@given(data=st.data())
def test_every_dtype_travels_under_its_tag_of_rfc_8746(
    tag: int, dtype: str, data: st.DataObject
) -> None:
    array = data.draw(npst.arrays(dtype, npst.array_shapes(max_dims=1, min_side=0)))
    sent = cbor2.loads(encode_body(array))
    assert sent == cbor2.CBORTag(tag, array.tobytes())
    assert same(decode(encode_body(array)), array)


def test_an_array_with_gaps_travels_without_them() -> None:
    array = np.arange(10, dtype="<i4")[::-3]
    assert decode(encode_body(array)).tolist() == [9, 6, 3, 0]


@pytest.mark.parametrize("dtype", [">f4", "?", "<c16", "<f2", "<M8[s]", "<U3", "g", "V4"])
def test_what_has_no_tag_is_refused(dtype: str) -> None:
    with pytest.raises(TypeError, match="ndarray has no encoding"):
        encode_body({"values": np.zeros(2, dtype)})


@pytest.mark.parametrize("value", [np.int64(3), np.bool_(True), object()])
def test_what_is_not_plain_data_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="has no encoding"):
        encode_body([value])


@given(plain)
def test_plain_data_survives(value: Any) -> None:
    assert same(decode(encode_body(value)), value)


@given(st.dictionaries(st.text(), plain, max_size=4), plain)
def test_head_and_body_make_one_item_with_nothing_after_it(head: dict[str, Any], body: Any) -> None:
    message = b"".join(encode_message(head, encode_body(body)))
    assert same(decode(message), [head, body])
    assert message == cbor2.dumps([head, body])


def test_a_message_without_a_body_has_null_there() -> None:
    assert decode_message(b"".join(encode_message({"type": "gone"}))) == ({"type": "gone"}, None)


def test_there_are_golden_bytes() -> None:
    assert len(NAMES) == 9


@pytest.mark.parametrize("name", NAMES)
def test_golden_bytes_are_written_and_read_as_their_json_says(name: str) -> None:
    golden = (VECTORS / f"{name}.cbor").read_bytes()
    expected = from_json(json.loads((VECTORS / f"{name}.json").read_text()))
    assert b"".join(encode_message(expected[0], encode_body(expected[1]))) == golden
    assert same(decode(golden), expected)


@pytest.mark.parametrize("name", NAMES)
def test_every_truncation_of_golden_bytes_is_an_error(name: str) -> None:
    golden = (VECTORS / f"{name}.cbor").read_bytes()
    for length in range(len(golden)):
        with pytest.raises(cbor2.CBORDecodeError):
            decode(golden[:length])


@given(plain)
def test_json_holds_no_word_that_json_does_not_know(value: Any) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(word)

    json.loads(encode_json(value), parse_constant=refuse)


def test_nan_and_infinities_are_words_in_json() -> None:
    values = [float("nan"), float("inf"), -float("inf"), 0.5]
    words = ["NaN", "Infinity", "-Infinity", 0.5]
    for dtype in ("<f4", "<f8", "<f2", "g"):
        assert json.loads(encode_json({"v": np.array(values, dtype)})) == {"v": words}
    assert json.loads(encode_json(tuple(values))) == words


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.array([0, 2**64 - 1], "<u8"), [0, 2**64 - 1]),
        (np.array([-(2**63), 2**63 - 1], ">i8"), [-(2**63), 2**63 - 1]),
        (np.array([True, False]), [True, False]),
        (np.array([[1, 2], [3, 4]], "|i1"), [[1, 2], [3, 4]]),
        (np.array(1.5, "g"), 1.5),
        (np.zeros((0, 3)), []),
    ],
)
def test_arrays_are_nested_lists_in_json(array: np.ndarray[Any, Any], expected: Any) -> None:
    assert json.loads(encode_json(array)) == expected


def test_a_lone_surrogate_is_escaped() -> None:
    body = {"a": ["\udc80 °C", ("\ud800",), {"\udcff": None}, np.arange(3, dtype="u1")]}
    found = cbor2.loads(encode_body(body))["a"]
    assert found[:3] == ["\\udc80 °C", ["\\ud800"], {"\\udcff": None}]
    assert found[3].value == b"\0\1\2"


def test_a_lone_surrogate_is_escaped_in_json() -> None:
    assert encode_json(["\udc80 °C"]) == b'["\\udc80 \xc2\xb0C"]'
