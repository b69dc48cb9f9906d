"""One client's side of the protocol: messages in, requests and messages out, without a socket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.web.reading import decode_message

from shmscope.layout.names import ArrayId
from shmscope.sampling.topics import ArrayTopic, OverviewTopic, ValuesTopic
from shmscope.web.session import (
    DEFAULT_POINTS,
    MAX_ID,
    MAX_POINTS,
    MOST_IN_FLIGHT,
    MOST_SUBSCRIPTIONS,
    Request,
    Session,
    Subscribe,
    Unsubscribe,
)
from shmscope.web.wire import encode_body

BODY = encode_body({"values": 1})
HEAT = {"topic": "values", "array": "box/1b-2e4f/heat"}
HEAT_ID = ArrayId("box", "1b-2e4f", "heat")
PROBLEM = {"type", "title", "status", "detail"}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
fields = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["subscribe", "update", "unsubscribe", "ack"]) | json_values,
        "id": st.integers(0, 3) | json_values,
        "topic": st.sampled_from(["overview", "array", "values"]) | json_values,
        "array": st.sampled_from(["a/b/c", "a//c", "\ud800/b/c", "%ff/b/%80"]) | json_values,
        "select": st.sampled_from(["...", "0:3", "\udcff"]) | json_values,
        "rate_hz": st.floats() | json_values,
        "max_points": st.integers() | json_values,
        "seq": st.integers(0, 9) | json_values,
    },
)


def drained(session: Session, now_s: float = 0.0) -> Iterator[tuple[dict[str, Any], Any]]:
    """Yield all that can be sent now."""
    while (message := session.next_message(now_s)) is not None:
        yield decode_message(message)


def ask(session: Session, kind: str = "subscribe", **message: Any) -> list[Request]:
    """Send a message to the session."""
    return session.receive(json.dumps({"type": kind, **message}))


def heads(session: Session, now_s: float = 0.0) -> list[dict[str, Any]]:
    """Return the heads of all that can be sent now."""
    return [head for head, _ in drained(session, now_s)]


@pytest.fixture
def session() -> Session:
    """A session that has said hello."""
    fresh = Session({"server": "abc"})
    assert next(drained(fresh)) == ({"type": "hello", "protocol": 1}, {"server": "abc"})
    return fresh


@pytest.fixture
def watching(session: Session) -> Session:
    """A session that watches values as 1, at 60 Hz."""
    ask(session, id=1, rate_hz=60, **HEAT)
    return session


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


@given(st.text(st.characters()) | json_values.map(json.dumps) | fields.map(json.dumps))
def test_no_text_raises_and_what_asks_for_nothing_is_an_ack_or_an_error(text: str) -> None:
    session = Session({})
    heads(session)
    requests = session.receive(text)
    answers = list(drained(session))
    if requests or (text[:1] == "{" and json.loads(text).get("type") == "ack" and not answers):
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
    for number in range(MOST_SUBSCRIPTIONS):
        assert ask(session, id=number, topic="overview")
    _, problem = refused(session, '{"type": "subscribe", "id": 99, "topic": "overview"}')
    assert problem["limit"] == MOST_SUBSCRIPTIONS
    assert ask(session, id=0, **HEAT)
    assert ask(session, "unsubscribe", id=1) == [Unsubscribe(1)]
    assert ask(session, id=99, topic="overview")


def test_frames_are_numbered_and_tell_their_age(watching: Session) -> None:
    watching.offer_frame(1, BODY, 100.0)
    assert list(drained(watching, 100.25)) == [
        ({"type": "frame", "id": 1, "seq": 1, "lag_s": 0.25, "skipped": 0}, {"values": 1})
    ]


def test_a_clock_that_stands_back_makes_no_negative_age(watching: Session) -> None:
    watching.offer_frame(1, BODY, 100.0)
    assert heads(watching, 99.0)[0]["lag_s"] == 0.0


def test_two_frames_are_under_way_at_most_and_the_third_comes_with_an_ack(
    watching: Session,
) -> None:
    seqs = []
    for number in range(10):
        watching.offer_frame(1, BODY, 100.0 + number)
        seqs += [head["seq"] for head in heads(watching)]
    assert seqs == [1, 2]
    ask(watching, "ack", id=1, seq=1)
    assert [(head["seq"], head["skipped"]) for head in heads(watching)] == [(3, 7)]


def test_the_newest_frame_wins_and_what_it_replaced_is_counted_once(watching: Session) -> None:
    for number in range(5):
        watching.offer_frame(1, encode_body(number), 100.0 + number)
    ((head, body),) = drained(watching, 104.5)
    assert (head["skipped"], head["lag_s"], body) == (4, 0.5, 4)
    watching.offer_frame(1, encode_body(5), 105.0)
    ((head, body),) = drained(watching)
    assert (head["skipped"], body) == (0, 5)


def test_an_ack_stands_for_the_frames_before_it(watching: Session) -> None:
    for number in range(2):
        watching.offer_frame(1, BODY, 100.0 + number)
        heads(watching)
    ask(watching, "ack", id=1, seq=2)
    for number in range(5):
        watching.offer_frame(1, BODY, 110.0 + number)
        heads(watching)
    assert heads(watching) == []
    ask(watching, "ack", id=1, seq=4)
    watching.offer_frame(1, BODY, 120.0)
    assert [head["seq"] for head in heads(watching)] == [5]


@pytest.mark.parametrize("seq", [0, MAX_ID])
def test_an_ack_of_what_was_never_sent_buys_nothing_for_later(watching: Session, seq: int) -> None:
    ask(watching, "ack", id=1, seq=seq)
    ask(watching, "ack", id=55, seq=seq)
    for number in range(5):
        watching.offer_frame(1, BODY, 100.0 + number)
    for number in range(5):
        watching.offer_frame(1, BODY, 110.0 + number)
        heads(watching)
    watching.offer_frame(1, BODY, 120.0)
    assert heads(watching) == []


def test_two_credits_are_one_clients_whatever_it_watches(session: Session) -> None:
    for number in range(5):
        ask(session, id=number, **HEAT)
        session.offer_frame(number, BODY, 100.0)
    assert [head["id"] for head in heads(session)] == [0, 1]


def test_subscriptions_take_turns(session: Session) -> None:
    ask(session, id=1, rate_hz=60, **HEAT)
    ask(session, id=2, rate_hz=60, **HEAT)
    ask(session, id=3, topic="overview")
    sent: list[int] = []
    for number in range(30):
        for watched in (1, 2, 3):
            session.offer_frame(watched, BODY, 100.0 + number)
        for head in heads(session):
            sent.append(head["id"])
            ask(session, "ack", id=head["id"], seq=head["seq"])
    assert {sent.count(1), sent.count(2), sent.count(3)} <= {len(sent) // 3, len(sent) // 3 + 1}


def test_a_subscription_that_is_not_drawn_leaves_a_credit_to_the_others(session: Session) -> None:
    ask(session, id=1, rate_hz=60, **HEAT)
    session.offer_frame(1, BODY, 100.0)
    assert [head["id"] for head in heads(session)] == [1]  # and never acked
    ask(session, id=2, rate_hz=60, **HEAT)
    for number in range(5):
        session.offer_frame(1, BODY, 101.0 + number)
        session.offer_frame(2, BODY, 101.0 + number)
        (head,) = heads(session)
        assert head["id"] == 2
        ask(session, "ack", id=2, seq=head["seq"])


def test_a_schema_goes_before_the_frames_after_it_and_drops_those_before_it(
    watching: Session,
) -> None:
    watching.offer_word(1, "schema", encode_body("first"))
    watching.offer_frame(1, encode_body("old"), 100.0)
    watching.offer_word(1, "schema", encode_body("second"))
    watching.offer_frame(1, encode_body("new"), 101.0)
    assert [(head["type"], body) for head, body in drained(watching)] == [
        ("schema", "second"),
        ("frame", "new"),
    ]


def test_a_schema_needs_no_credit(watching: Session) -> None:
    for number in range(3):
        watching.offer_frame(1, BODY, 100.0 + number)
        heads(watching)
    watching.offer_word(1, "schema", BODY)
    assert heads(watching) == [{"type": "schema", "id": 1}]


def test_errors_and_schemas_of_a_client_that_never_reads_do_not_pile_up(watching: Session) -> None:
    for number in range(100):
        watching.offer_word(1, "schema", BODY)
        watching.offer_word(1, "error", encode_body(number))
    assert heads(watching) == [{"type": "error", "id": 1}]


def test_an_error_is_told_once_and_again_after_a_schema(watching: Session) -> None:
    told = []
    for kind, body in [("error", 1), ("error", 1), ("error", 2), ("schema", 3), ("error", 2)]:
        watching.offer_word(1, kind, encode_body(body))
        told += [body for _, body in drained(watching)]
    assert told == [1, 2, 3, 2]


def test_answers_that_nobody_reads_are_counted(session: Session) -> None:
    for _ in range(10):
        session.receive("?")
    assert session.backlog == 10
    heads(session)
    assert session.backlog == 0


def test_gone_is_the_last_word_of_a_subscription(watching: Session) -> None:
    watching.offer_frame(1, BODY, 100.0)
    watching.offer_word(1, "gone", encode_body({"detail": "why"}), last=True)
    watching.offer_frame(1, BODY, 101.0)
    watching.offer_word(1, "schema", BODY)
    assert list(drained(watching)) == [({"type": "gone", "id": 1}, {"detail": "why"})]
    refused(watching, '{"type": "update", "id": 1}')
    assert len(ask(watching, id=1, **HEAT)) == 1


def test_gone_gives_its_credits_back(session: Session) -> None:
    for number in (1, 2, 3):
        ask(session, id=number, **HEAT)
        session.offer_frame(number, BODY, 100.0)
    assert [head["id"] for head in heads(session)] == [1, 2]
    session.offer_word(1, "gone", BODY, last=True)
    assert [(head["type"], head["id"]) for head in heads(session)] == [("gone", 1), ("frame", 3)]


def test_nothing_comes_after_unsubscribe(watching: Session) -> None:
    watching.offer_frame(1, BODY, 100.0)
    assert ask(watching, "unsubscribe", id=1) == [Unsubscribe(1)]
    watching.offer_frame(1, BODY, 101.0)
    watching.offer_word(1, "schema", BODY)
    assert heads(watching) == []


def test_an_update_changes_what_it_names_and_keeps_the_rest(session: Session) -> None:
    ask(session, id=1, select="0:5", rate_hz=20, max_points=50, **HEAT)
    expected = Subscribe(1, ValuesTopic(HEAT_ID, "1:3", 50), 20.0)
    assert ask(session, "update", id=1, select="1:3") == [expected]
    expected = Subscribe(1, ValuesTopic(HEAT_ID, "1:3", 50), 5.0)
    assert ask(session, "update", id=1, rate_hz=5, topic="overview") == [expected]


def test_a_refused_update_leaves_everything_as_it_was(watching: Session) -> None:
    refused(watching, '{"type": "update", "id": 1, "rate_hz": 1000}')
    watching.offer_frame(1, BODY, 100.0)
    assert [head["type"] for head in heads(watching)] == ["frame"]
    (request,) = ask(watching, "update", id=1)
    assert isinstance(request, Subscribe)
    assert request.rate_hz == 60.0


def test_seq_and_credits_go_on_over_an_update(watching: Session) -> None:
    for number in range(2):
        watching.offer_frame(1, BODY, 100.0 + number)
        heads(watching)
    ask(watching, "update", id=1, select="0:2")
    watching.offer_word(1, "schema", BODY)
    watching.offer_frame(1, BODY, 110.0)
    assert [head["type"] for head in heads(watching)] == ["schema"]
    ask(watching, "ack", id=1, seq=2)
    assert [head["seq"] for head in heads(watching)] == [3]


def test_an_update_drops_the_frame_that_waited_for_the_old_selection(watching: Session) -> None:
    watching.offer_frame(1, BODY, 100.0)
    ask(watching, "update", id=1, select="0:2")
    assert heads(watching) == []


@pytest.mark.parametrize(("rate_hz", "view_hz"), [(5, 60), (10, 30), (1, 2), (0.1, 60), (7, 20)])
def test_a_slower_subscriber_gets_its_own_rate_of_a_faster_view(
    session: Session, rate_hz: float, view_hz: int
) -> None:
    ask(session, id=1, rate_hz=rate_hz, **HEAT)
    seconds = max(20, 5 / rate_hz)
    frames = 0
    for number in range(int(seconds * view_hz)):
        session.offer_frame(1, BODY, 1000 + number / view_hz)
        for head in heads(session):
            assert head["skipped"] == 0
            ask(session, "ack", id=1, seq=head["seq"])
            frames += 1
    assert frames == pytest.approx(rate_hz * seconds, rel=0.1, abs=1)


@given(st.lists(st.floats(-0.2, 0.2), min_size=20, max_size=60))
def test_a_subscriber_as_fast_as_its_view_misses_nothing_for_a_little_lateness(
    jitter: list[float],
) -> None:
    session = Session({})
    heads(session)
    ask(session, id=1, rate_hz=20, **HEAT)
    for number, early in enumerate(jitter):
        session.offer_frame(1, BODY, 1000 + (number + early) / 20)
        assert [head["seq"] for head in heads(session)] == [number + 1]
        ask(session, "ack", id=1, seq=number + 1)


class Credits(RuleBasedStateMachine):
    """Whatever a client and the sampler do, in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.session = Session({})
        self.now_s = 1.0
        self.owed: dict[int, set[int]] = {}
        self.seqs: dict[int, int] = {}
        heads(self.session)

    numbers = st.integers(0, 3)

    @rule(number=numbers)
    def subscribe(self, number: int) -> None:
        """Subscribe, or change what was subscribed to."""
        if ask(self.session, id=number, rate_hz=60, **HEAT) and number not in self.owed:
            self.owed[number], self.seqs[number] = set(), 0

    @rule(number=numbers)
    def unsubscribe(self, number: int) -> None:
        """Unsubscribe, which is an error for what is not there."""
        ask(self.session, "unsubscribe", id=number)
        self.owed.pop(number, None)

    @rule(number=numbers)
    def end(self, number: int) -> None:
        """Have the array go."""
        self.session.offer_word(number, "gone", BODY, last=True)
        self.owed.pop(number, None)

    @rule(number=numbers)
    def offer(self, number: int) -> None:
        """Have a frame for a subscription."""
        self.now_s += 1
        self.session.offer_frame(number, BODY, self.now_s)

    @rule(number=numbers, seq=st.integers(0, 20))
    def ack(self, number: int, seq: int) -> None:
        """Draw frames."""
        ask(self.session, "ack", id=number, seq=seq)
        if number in self.owed:
            self.owed[number] = {sent for sent in self.owed[number] if sent > seq}

    @rule()
    def send(self) -> None:
        """Send all that may be sent."""
        for head in heads(self.session, self.now_s):
            if head["type"] == "frame":
                assert head["seq"] == self.seqs[head["id"]] + 1
                self.seqs[head["id"]] = head["seq"]
                self.owed[head["id"]].add(head["seq"])

    @invariant()
    def never_more_than_two_are_under_way(self) -> None:
        """Check the promise of docs/stream.md."""
        assert sum(map(len, self.owed.values())) <= MOST_IN_FLIGHT


TestCredits = Credits.TestCase
