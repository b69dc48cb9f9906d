"""One client's side of the protocol: messages in, requests out, without a socket."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.sessions import BODY, HEAT, HEAT_ID, ask, drained, heads

from shmscope.layout.names import ArrayId
from shmscope.sampling.topics import ArrayTopic, OverviewTopic, ValuesTopic
from shmscope.web.limits import LIMITS, Limits
from shmscope.web.session import (
    Session,
    Subscribe,
    Unsubscribe,
)
from shmscope.web.wire import encode_body
from shmscope.web.wishes import DEFAULT_POINTS, MAX_ID

PROBLEM = {"type", "title", "status", "detail"}
MAX_POINTS = LIMITS.stream_points


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


KINDS = ["subscribe", "update", "unsubscribe", "ack", "auth"]
fields = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(KINDS) | json_values,
        "id": st.integers(0, 3) | json_values,
        "topic": st.sampled_from(["overview", "array", "values"]) | json_values,
        "array": st.sampled_from(["a/b/c", "a//c", "\ud800/b/c", "%ff/b/%80"]) | json_values,
        "select": st.sampled_from(["...", "0:3", "\udcff"]) | json_values,
        "rate_hz": st.floats() | json_values,
        "max_points": st.integers() | json_values,
        "seq": st.integers(0, 9) | json_values,
    },
)


def refused(session: Session, text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Send a message that must be refused, and return the one error that answers it."""
    assert session.receive(text) == []
    (message,) = drained(session)
    assert message[0]["type"] == "error"
    assert set(message[1]) - {"value", "limit"} == PROBLEM
    return message


def test_a_session_greets_before_anything_was_asked() -> None:
    assert heads(Session({})) == [{"type": "hello", "protocol": 1}]


@pytest.mark.parametrize(
    ("wish", "request_"),
    [
        ({"topic": "overview"}, Subscribe(7, OverviewTopic(), 4.0)),
        ({"topic": "array", "array": "box/1b-2e4f/heat"}, Subscribe(7, ArrayTopic(HEAT_ID), 4.0)),
        (HEAT, Subscribe(7, ValuesTopic(HEAT_ID, "...", DEFAULT_POINTS), 10.0)),
        (
            {**HEAT, "select": "0:2", "rate_hz": 0.1, "max_points": 1},
            Subscribe(7, ValuesTopic(HEAT_ID, "0:2", 1), 0.1),
        ),
        (
            {**HEAT, "rate_hz": 60, "max_points": MAX_POINTS},
            Subscribe(7, ValuesTopic(HEAT_ID, "...", MAX_POINTS), 60.0),
        ),
    ],
)
def test_subscribe_asks_for_its_topic(
    session: Session, wish: dict[str, Any], request_: Subscribe
) -> None:
    assert ask(session, id=7, **wish) == [request_]
    assert heads(session) == []


def test_an_array_id_is_percent_decoded(session: Session) -> None:
    (request,) = ask(session, id=0, topic="array", array="a%20box/1b-2e4f/W%C3%A4rme%2F%3F")
    assert isinstance(request, Subscribe)
    assert request.topic == ArrayTopic(ArrayId("a box", "1b-2e4f", "Wärme/?"))


@pytest.mark.parametrize(
    ("text", "number", "names"),
    [
        ("", None, "JSON"),
        ("{", None, "JSON"),
        ("[" * 50_000, None, "JSON"),
        ("9" * 5000, None, "JSON"),
        ("[]", None, "object"),
        ("null", None, "object"),
        ('"subscribe"', None, "object"),
        ("{}", None, "type"),
        ('{"type": "dance", "id": 3}', 3, "type"),
        ('{"type": ["ack"], "id": 3}', 3, "type"),
        ('{"type": "\\ud800", "id": 3}', 3, "type"),
        ('{"type": "subscribe", "topic": "overview"}', None, "id"),
        ('{"type": "subscribe", "id": -1, "topic": "overview"}', -1, "id"),
        ('{"type": "subscribe", "id": true, "topic": "overview"}', None, "id"),
        ('{"type": "subscribe", "id": 1.0, "topic": "overview"}', None, "id"),
        (f'{{"type": "subscribe", "id": {MAX_ID + 1}, "topic": "overview"}}', None, "id"),
        ('{"type": "subscribe", "id": 3}', 3, "topic"),
        ('{"type": "subscribe", "id": 3, "topic": "\\udfff"}', 3, "topic"),
        ('{"type": "subscribe", "id": 3, "topic": "array"}', 3, "array"),
        ('{"type": "subscribe", "id": 3, "topic": "array", "array": 5}', 3, "array"),
        ('{"type": "subscribe", "id": 3, "topic": "array", "array": "heat"}', 3, "array id"),
        ('{"type": "subscribe", "id": 3, "topic": "array", "array": "a//heat"}', 3, "array id"),
        ('{"type": "subscribe", "id": 3, "topic": "array", "array": "a/b/c/d"}', 3, "array id"),
        ('{"type": "unsubscribe", "id": 3}', 3, "no subscription 3"),
        ('{"type": "update", "id": 3, "rate_hz": 1}', 3, "no subscription 3"),
        ('{"type": "ack", "seq": 1}', None, "id"),
        ('{"type": "ack", "id": 1}', 1, "seq"),
        ('{"type": "ack", "id": 1, "seq": "1"}', 1, "seq"),
    ],
)
def test_a_malformed_message_is_answered_by_an_error_that_names_its_fault(
    session: Session, text: str, number: int | None, names: str
) -> None:
    head, problem = refused(session, text)
    assert head == {"type": "error", "id": number}
    assert names in problem["detail"]
    assert problem["status"] in (400, 404)
    assert len(problem["detail"]) < 300


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("select", 5),
        ("select", None),
        ("rate_hz", 0.09),
        ("rate_hz", 60.1),
        ("rate_hz", True),
        ("rate_hz", "10"),
        ("rate_hz", None),
        ("rate_hz", float("nan")),
        ("rate_hz", float("inf")),
        ("rate_hz", 10**400),
        ("max_points", 0),
        ("max_points", MAX_POINTS + 1),
        ("max_points", 1.5),
        ("max_points", True),
        ("max_points", "9"),
    ],
)
def test_a_field_out_of_its_range_is_answered_with_value_and_field(
    session: Session, field: str, value: Any
) -> None:
    message = json.dumps({"type": "subscribe", "id": 3, **HEAT, field: value})
    _, problem = refused(session, message)
    assert field in problem["detail"]
    assert problem["value"] == str(value)[: len(problem["value"])]


@pytest.mark.parametrize(
    ("field", "value", "limit"),
    [("rate_hz", 99, 60.0), ("max_points", MAX_POINTS + 1, MAX_POINTS), ("id", -1, MAX_ID)],
)
def test_an_error_names_the_limit(session: Session, field: str, value: int, limit: float) -> None:
    message = json.dumps({"type": "subscribe", "id": 3, **HEAT, field: value})
    assert refused(session, message)[1]["limit"] == limit


def test_the_largest_id_is_understood(session: Session) -> None:
    assert len(ask(session, id=MAX_ID, topic="overview")) == 1


def test_a_token_is_taken_in_silence_where_none_is_asked_for(session: Session) -> None:
    assert session.receive('{"type": "auth", "token": "any"}') == []
    assert heads(session) == []


@given(st.text(st.characters()) | json_values.map(json.dumps) | fields.map(json.dumps))
def test_no_text_raises_and_what_asks_for_nothing_is_known_or_an_error(text: str) -> None:
    session = Session({})
    heads(session)
    requests = session.receive(text)
    answers = list(drained(session))
    if requests or (not answers and json.loads(text).get("type") in ("ack", "auth")):
        assert answers == []
    else:
        ((head, problem),) = answers
        assert head["type"] == "error"
        assert set(problem) - {"value", "limit"} == PROBLEM


@given(st.lists(fields.map(json.dumps), max_size=12))
def test_no_sequence_of_messages_raises(texts: list[str]) -> None:
    session = Session({})
    for number, text in enumerate(texts):
        for request in session.receive(text):
            session.offer_word(request.id, "schema", BODY)
            session.offer_frame(request.id, BODY, float(number))
        assert all(head["type"] != "gone" for head in heads(session))


def test_subscriptions_are_limited_and_an_old_id_may_still_be_used_again(session: Session) -> None:
    for number in range(LIMITS.subscriptions):
        assert ask(session, id=number, topic="overview")
    _, problem = refused(session, '{"type": "subscribe", "id": 99, "topic": "overview"}')
    assert (problem["value"], problem["limit"]) == (LIMITS.subscriptions + 1, LIMITS.subscriptions)
    assert ask(session, id=0, **HEAT)
    assert ask(session, "unsubscribe", id=1) == [Unsubscribe(1)]
    assert ask(session, id=99, topic="overview")


def test_limits_are_settings_and_the_default_of_a_subscription_is_never_beyond_them() -> None:
    session = Session({}, limits=Limits(subscriptions=1, stream_points=100))
    heads(session)
    assert ask(session, id=1, **HEAT) == [Subscribe(1, ValuesTopic(HEAT_ID, "...", 100), 10.0)]
    _, problem = refused(session, json.dumps({"type": "update", "id": 1, "max_points": 101}))
    assert (problem["value"], problem["limit"]) == ("101", 100)
    _, problem = refused(session, json.dumps({"type": "subscribe", "id": 2, **HEAT}))
    assert (problem["value"], problem["limit"]) == (2, 1)
    assert ask(session, "update", id=1, max_points=7)


def test_answers_that_nobody_reads_are_counted(session: Session) -> None:
    for _ in range(10):
        session.receive("?")
    assert session.backlog == 10
    heads(session)
    assert session.backlog == 0


def test_gone_is_the_last_word_of_a_subscription(subscribed: Session) -> None:
    subscribed.offer_frame(1, BODY, 100.0)
    subscribed.offer_word(1, "gone", encode_body({"detail": "why"}), last=True)
    subscribed.offer_frame(1, BODY, 101.0)
    subscribed.offer_word(1, "schema", BODY)
    assert list(drained(subscribed)) == [({"type": "gone", "id": 1}, {"detail": "why"})]
    refused(subscribed, '{"type": "update", "id": 1}')
    assert len(ask(subscribed, id=1, **HEAT)) == 1


def test_nothing_comes_after_unsubscribe(subscribed: Session) -> None:
    subscribed.offer_frame(1, BODY, 100.0)
    assert ask(subscribed, "unsubscribe", id=1) == [Unsubscribe(1)]
    subscribed.offer_frame(1, BODY, 101.0)
    subscribed.offer_word(1, "schema", BODY)
    assert heads(subscribed) == []


def test_an_update_changes_what_it_names_and_keeps_the_rest(session: Session) -> None:
    ask(session, id=1, select="0:5", rate_hz=20, max_points=50, **HEAT)
    expected = Subscribe(1, ValuesTopic(HEAT_ID, "1:3", 50), 20.0)
    assert ask(session, "update", id=1, select="1:3") == [expected]
    expected = Subscribe(1, ValuesTopic(HEAT_ID, "1:3", 50), 5.0)
    assert ask(session, "update", id=1, rate_hz=5, topic="overview") == [expected]


def test_what_no_wish_knows_is_let_pass_and_not_kept(subscribed: Session) -> None:
    before_bytes = kept_bytes(subscribed)
    for number in range(100):
        ask(subscribed, "update", id=1, **{f"unknown{number}": "x" * 1000})
    assert kept_bytes(subscribed) - before_bytes < 1000


def kept_bytes(session: Session) -> int:
    """Return how much a session holds, as far as that can be written down."""
    return len(pickle.dumps(session))


def test_a_refused_update_leaves_everything_as_it_was(subscribed: Session) -> None:
    refused(subscribed, '{"type": "update", "id": 1, "rate_hz": 1000}')
    subscribed.offer_frame(1, BODY, 100.0)
    assert [head["type"] for head in heads(subscribed)] == ["frame"]
    (request,) = ask(subscribed, "update", id=1)
    assert isinstance(request, Subscribe)
    assert request.rate_hz == 60.0
