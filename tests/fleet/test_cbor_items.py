"""What is looked through before it is read: as much as it is, and of no other kind than ours."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import cbor2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fleet.saying import place, row

from shmscope.errors import MessageError
from shmscope.fleet import messages
from shmscope.fleet.cbor_items import MOST_DEPTH, check_body, check_items
from shmscope.fleet.listing import MOST_ROW_BYTES, decode_listing
from shmscope.web.wire import encode_body

DTYPES = ("|u1", "<u2", "<u4", "<u8", "|i1", "<i2", "<i4", "<i8", "<f4", "<f8")
ARRAYS = st.builds(
    lambda dtype, size: np.ones(size, dtype), st.sampled_from(DTYPES), st.integers(0, 9)
)
BODIES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 64), (1 << 64) - 1)
    | st.floats()
    | st.text(max_size=300)
    | ARRAYS,
    lambda inner: st.lists(inner, max_size=30) | st.dictionaries(st.text(), inner, max_size=30),
)


def nested(depth: int) -> list[Any]:
    """Return lists in each other."""
    found: list[Any] = []
    for _ in range(depth - 1):
        found = [found]
    return found


@given(BODIES)
def test_every_body_of_the_stream_is_one_and_no_part_of_it_is(body: Any) -> None:
    encoded = encode_body(body)
    check_body(encoded)
    for cut in range(0, len(encoded), max(len(encoded) // 50, 1)):
        with pytest.raises(MessageError):
            check_body(encoded[:cut])
    with pytest.raises(MessageError, match="comes after"):
        check_body(encoded + b"\xf6")


@given(st.binary(max_size=100))
def test_what_is_taken_for_a_body_is_one_for_a_reader_too(body: bytes) -> None:
    try:
        check_body(body)
    except MessageError:
        return
    cbor2.loads(body, max_depth=MOST_DEPTH + 2, allow_indefinite=False)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x1c",
        b"\x9f\xff",
        b"\xf7",
        b"\xf8\x20",
        b"\x61\xff",
        b"\x5b" + b"\xff" * 8,
        b"\x7b" + b"\xff" * 8,
        b"\x9b" + b"\xff" * 8,
        b"\xa1\x01\x02",
        b"\xa1\x80\x02",
        b"\xc1\x00",
        b"\xd8\x56\x41\x00",
        b"\xd8\x40\x61\x61",
        b"\xd8\x1c\x40",
        cbor2.dumps(nested(MOST_DEPTH + 1)),
    ],
    ids=lambda body: body[:12].hex(),
)
def test_what_would_end_a_pages_stream_is_refused(body: bytes) -> None:
    with pytest.raises(MessageError):
        check_body(body)


def test_items_are_counted_and_not_bytes() -> None:
    inner = [{"a": 1, "b": [b"x" * 1000, "y" * 1000]}, 5]
    check_items(cbor2.dumps(inner), 8)
    with pytest.raises(MessageError, match="more than 7 items"):
        check_items(cbor2.dumps(inner), 7)
    check_items(cbor2.dumps(nested(MOST_DEPTH)), MOST_DEPTH)


def empty_maps(count: int) -> bytes:
    """Return a list of empty maps: a byte each."""
    return b"\x9a" + count.to_bytes(4) + b"\xa0" * count


@pytest.fixture
def peak_bytes() -> Iterator[Callable[[], int]]:
    """Tell how much memory was taken at most since the test began."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


def test_a_list_of_empty_maps_is_refused_and_not_made(peak_bytes: Callable[[], int]) -> None:
    with pytest.raises(MessageError, match="items"):
        decode_listing(b"\xa1\x64rows" + empty_maps(1 << 20), place(), 0.0)
    assert peak_bytes() < 3 << 20


def test_rows_of_empty_maps_are_passed_over_and_not_made(peak_bytes: Callable[[], int]) -> None:
    packed = b"\xa1\x61a" + empty_maps(MOST_ROW_BYTES - 20)
    body = messages.encode({"rows": [[number, packed] for number in range(15)]})
    assert not decode_listing(body, place(), 0.0).entries
    assert peak_bytes() < 3 << 20


def test_a_row_of_many_items_is_passed_over_and_the_others_stay() -> None:
    rows = row(facts=[{}] * 5000), row("good")
    packed = [[at, messages.encode({**one, "sparkline": b""})] for at, one in enumerate(rows)]
    listing = decode_listing(messages.encode({"rows": packed}), place(), 0.0)
    assert [entry.row["name"] for entry in listing.entries] == ["good"]
