"""A subscription without a socket: every message that may come, and values of every dtype."""

from __future__ import annotations

import contextlib
import json
import re
from typing import Any

import cbor2
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.layout.strategies import dtypes

from shmscope.client.columns import plain, records
from shmscope.client.facts import the_one
from shmscope.client.frames import PROTOCOL, Feed
from shmscope.client.problems import error_of
from shmscope.client.questions import selection_of
from shmscope.client.wishes import Patience
from shmscope.errors import (
    AcceptError,
    AccessError,
    BusyError,
    LayoutError,
    LimitError,
    MessageError,
    QueryError,
    SelectionError,
    ShmscopeError,
    SourceError,
    SourceForbiddenError,
    SourceGoneError,
    UnknownArrayError,
)
from shmscope.layout.selection import cut, parse_selection
from shmscope.sampling.columns import as_column, as_columns
from shmscope.web.problems import problem
from shmscope.web.wire import encode_body, encode_message

WISH = {"array": "box/1-2/heat", "select": "...", "rate_hz": 10.0}
SCHEMA = {"dtype": "<f4", "reduced": None}
FRAME = {
    "taken_unix_s": 1.5,
    "verdict": "clean",
    "attempts": 1,
    "coverage": 1.0,
    "difference": None,
    "shape": [2],
    "values": np.array([1, 2], "<f4"),
}
HEAD = {"type": "frame", "id": 1, "seq": 3, "lag_s": 0.01, "skipped": 2}


# Spans in multiples of a unit are carried in the unit itself, which may be beyond 64 bits.
SPANS = re.compile(r"m8\[\d")


def message(head: dict[str, Any], body: object = None) -> bytes:
    return b"".join(encode_message(head, encode_body(body)))


def begun() -> Feed:
    """A subscription that has been told its schema."""
    feed = Feed(WISH)
    assert feed.take(message({"type": "hello", "protocol": PROTOCOL}, {})) is None
    assert feed.take(message({"type": "schema", "id": 1}, SCHEMA)) is None
    return feed


def test_a_subscription_opens_with_its_token_and_its_wish() -> None:
    auth, subscribe = map(json.loads, Feed(WISH, "secret").opening())
    assert auth == {"type": "auth", "token": "secret"}
    assert subscribe == {"type": "subscribe", "id": 1, "topic": "values", **WISH}
    assert list(map(json.loads, Feed(WISH).opening())) == [subscribe]


def test_a_frame_is_taken_and_acknowledged() -> None:
    feed = begun()
    frame = feed.take(message(HEAD, FRAME))
    assert frame is not None
    assert frame.values.tolist() == [1, 2]
    assert (frame.seq, frame.skipped, frame.lag_s, frame.taken_unix_s) == (3, 2, 0.01, 1.5)
    assert json.loads(feed.ack(frame)) == {"type": "ack", "id": 1, "seq": 3}
    assert frame.after(frame).skipped == 5


def test_an_array_that_is_not_known_yet_is_waited_for() -> None:
    feed = begun()
    assert feed.take(message({"type": "error", "id": 1}, problem(404, "no array"))) is None
    assert isinstance(feed.unknown, UnknownArrayError)
    feed.take(message({"type": "schema", "id": 1}, SCHEMA))
    assert feed.unknown is None


def test_a_token_that_nobody_asked_for_is_let_pass() -> None:
    refused = problem(400, "type must be subscribe, update, unsubscribe or ack, not 'auth'")
    assert begun().take(message({"type": "error", "id": None}, refused)) is None


def test_an_array_that_went_is_an_error() -> None:
    with pytest.raises(SourceGoneError, match="It is gone"):
        begun().take(message({"type": "gone", "id": 1}, {"detail": "It is gone."}))


def test_another_protocol_is_refused() -> None:
    with pytest.raises(MessageError, match="speaks protocol 2") as caught:
        Feed(WISH).take(message({"type": "hello", "protocol": 2}, {}))
    assert (caught.value.value, caught.value.limit) == (2, PROTOCOL)


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (HEAD, {}),
        (HEAD, None),
        (HEAD, FRAME | {"shape": [3]}),
        ({"type": "frame"}, FRAME),
        ({"type": "hello"}, {}),
        ({"type": "error", "id": 1}, {"detail": "no status"}),
        ({"type": "gone", "id": 1}, None),
    ],
)
def test_a_message_that_lacks_something_is_an_error_of_its_own(
    head: dict[str, Any], body: object
) -> None:
    with pytest.raises(MessageError, match="lacks"):
        begun().take(message(head, body))


@pytest.mark.parametrize(
    "data",
    [b"", b"\x82", b"\xff", "text", cbor2.dumps(1), cbor2.dumps([{}, 1]), b"\xd9\x03\xe7\x00"],
)
def test_what_is_no_message_is_an_error(data: bytes | str) -> None:
    with pytest.raises(MessageError):
        begun().take(data)


@given(st.binary(max_size=64))
def test_any_bytes_are_a_message_or_an_error(data: bytes) -> None:
    with contextlib.suppress(ShmscopeError):
        begun().take(data)


@given(st.data())
def test_what_the_stream_carries_is_carried_alike_when_it_has_come_back(
    data: st.DataObject,
) -> None:
    dtype = data.draw(dtypes())
    assume(not SPANS.search(str(dtype)))
    size_bytes = data.draw(st.integers(0, 3)) * dtype.itemsize
    values = np.frombuffer(data.draw(st.binary(min_size=size_bytes, max_size=size_bytes)), dtype)
    back = (
        plain(as_column(values), dtype, values.shape)
        if dtype.names is None
        else records(as_columns(values), dtype, values.shape)
    )
    assert (back.dtype, back.shape) == (values.dtype, values.shape)
    for one, other in zip(carried(back), carried(values), strict=True):
        np.testing.assert_array_equal(one, other)


def carried(values: np.ndarray[Any, Any]) -> list[Any]:
    return [as_column(values)] if values.dtype.names is None else list(as_columns(values))


@given(st.lists(st.one_of(st.integers(-4, 3), st.slices(4), st.just(...)), max_size=3))
def test_brackets_as_text_mean_what_they_mean_to_numpy(entries: list[Any]) -> None:
    array = np.arange(4 * 4 * 4).reshape(4, 4, 4)
    key = tuple(entries)
    text, _ = selection_of(key)
    try:
        expected = array[key]
    except IndexError:
        with pytest.raises(SelectionError):
            parse_selection(text, array.shape)
        return
    np.testing.assert_array_equal(cut(array, parse_selection(text, array.shape)), expected)


@pytest.mark.parametrize(
    ("status", "field", "kind"),
    [
        (400, None, MessageError),
        (400, "dtype", LayoutError),
        (401, None, AccessError),
        (403, None, AccessError),
        (404, None, UnknownArrayError),
        (410, None, SourceGoneError),
        (413, None, LimitError),
        (406, None, AcceptError),
        (422, None, QueryError),
        (429, None, LimitError),
        (500, None, ShmscopeError),
        (503, None, BusyError),
    ],
)
def test_a_problem_is_the_error_that_it_was(
    status: int, field: str | None, kind: type[ShmscopeError]
) -> None:
    error = error_of(problem(status, "wrong", value=7, limit=5, field=field), status)
    assert type(error) is kind
    assert (error.detail, error.value, error.limit, error.field) == ("wrong", 7, 5, field)


@pytest.mark.parametrize(
    ("status", "kind"), [(403, SourceForbiddenError), (422, SelectionError), (503, SourceError)]
)
def test_of_an_array_it_is_the_arrays(status: int, kind: type[ShmscopeError]) -> None:
    assert type(error_of(problem(status, "wrong"), status, about_array=True)) is kind


@pytest.mark.parametrize("document", [None, [], "x", {}, {"detail": 3}])
def test_an_answer_without_a_problem_is_told_by_its_status(document: object) -> None:
    assert error_of(document, 502).value == 502


def test_a_server_that_was_never_there_is_not_waited_for() -> None:
    assert Patience(60.0).pause_s(0.0) is None


def test_a_server_that_went_is_looked_for_ever_more_slowly_until_the_time_is_up() -> None:
    patience = Patience(10.0)
    patience.found()
    now_s, pauses = 0.0, []
    while (pause_s := patience.pause_s(now_s)) is not None:
        pauses.append(pause_s)
        now_s += pause_s
    assert now_s == pytest.approx(10.0)
    assert pauses[:3] == sorted(pauses[:3])
    assert max(pauses) <= 2.0
    patience.found()
    assert patience.pause_s(now_s) == pauses[0]


def test_a_refused_name_lists_no_more_than_ten() -> None:
    rows: list[dict[str, Any]] = [
        {"id": f"box/1-{n}/a{n}", "name": f"a{n}", "segment": f"1-{n}", "paths": [],
         "segment_name": None, "system": False}
        for n in range(12)
    ]  # fmt: skip
    with pytest.raises(UnknownArrayError, match="and 2 more"):
        the_one(rows, "b")
    with pytest.raises(UnknownArrayError, match="stands for 12 arrays"):
        the_one(rows, "a*")
