"""Flow control: what is sent to one client, when, and what is passed over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.web.sessions import BODY, HEAT, ask, drained, heads

from shmscope.web.session import MOST_IN_FLIGHT, Session
from shmscope.web.wire import encode_body
from shmscope.web.wishes import MAX_ID


def test_frames_are_numbered_and_tell_their_age(subscribed: Session) -> None:
    subscribed.offer_frame(1, BODY, 100.0)
    assert list(drained(subscribed, 100.25)) == [
        ({"type": "frame", "id": 1, "seq": 1, "lag_s": 0.25, "skipped": 0}, {"values": 1})
    ]


def test_a_clock_that_stands_back_makes_no_negative_age(subscribed: Session) -> None:
    subscribed.offer_frame(1, BODY, 100.0)
    assert heads(subscribed, 99.0)[0]["lag_s"] == 0.0


def test_two_frames_are_under_way_and_the_third_comes_with_an_ack(
    subscribed: Session,
) -> None:
    seqs = []
    for number in range(10):
        subscribed.offer_frame(1, BODY, 100.0 + number)
        seqs += [head["seq"] for head in heads(subscribed)]
    assert seqs == [1, 2]
    ask(subscribed, "ack", id=1, seq=1)
    assert [(head["seq"], head["skipped"]) for head in heads(subscribed)] == [(3, 7)]


def test_the_newest_frame_wins_and_what_it_replaced_is_counted_once(subscribed: Session) -> None:
    for number in range(5):
        subscribed.offer_frame(1, encode_body(number), 100.0 + number)
    ((head, body),) = drained(subscribed, 104.5)
    assert (head["skipped"], head["lag_s"], body) == (4, 0.5, 4)
    subscribed.offer_frame(1, encode_body(5), 105.0)
    ((head, body),) = drained(subscribed)
    assert (head["skipped"], body) == (0, 5)


def test_an_ack_stands_for_the_frames_before_it(subscribed: Session) -> None:
    for number in range(2):
        subscribed.offer_frame(1, BODY, 100.0 + number)
        heads(subscribed)
    ask(subscribed, "ack", id=1, seq=2)
    for number in range(5):
        subscribed.offer_frame(1, BODY, 110.0 + number)
        heads(subscribed)
    assert heads(subscribed) == []
    ask(subscribed, "ack", id=1, seq=4)
    subscribed.offer_frame(1, BODY, 120.0)
    assert [head["seq"] for head in heads(subscribed)] == [5]


@pytest.mark.parametrize("seq", [0, MAX_ID])
def test_an_ack_of_what_was_never_sent_buys_nothing_for_later(
    subscribed: Session, seq: int
) -> None:
    ask(subscribed, "ack", id=1, seq=seq)
    ask(subscribed, "ack", id=55, seq=seq)
    for number in range(5):
        subscribed.offer_frame(1, BODY, 100.0 + number)
    for number in range(5):
        subscribed.offer_frame(1, BODY, 110.0 + number)
        heads(subscribed)
    subscribed.offer_frame(1, BODY, 120.0)
    assert heads(subscribed) == []


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
    subscribed: Session,
) -> None:
    subscribed.offer_word(1, "schema", encode_body("first"))
    subscribed.offer_frame(1, encode_body("old"), 100.0)
    subscribed.offer_word(1, "schema", encode_body("second"))
    subscribed.offer_frame(1, encode_body("new"), 101.0)
    assert [(head["type"], body) for head, body in drained(subscribed)] == [
        ("schema", "second"),
        ("frame", "new"),
    ]


def test_a_schema_needs_no_credit(subscribed: Session) -> None:
    for number in range(3):
        subscribed.offer_frame(1, BODY, 100.0 + number)
        heads(subscribed)
    subscribed.offer_word(1, "schema", BODY)
    assert heads(subscribed) == [{"type": "schema", "id": 1}]


def test_errors_and_schemas_of_a_client_that_never_reads_do_not_pile_up(
    subscribed: Session,
) -> None:
    for number in range(100):
        subscribed.offer_word(1, "schema", BODY)
        subscribed.offer_word(1, "error", encode_body(number))
    assert heads(subscribed) == [{"type": "error", "id": 1}]


def test_an_error_is_told_once_and_again_after_a_schema(subscribed: Session) -> None:
    told = []
    for kind, body in [("error", 1), ("error", 1), ("error", 2), ("schema", 3), ("error", 2)]:
        subscribed.offer_word(1, kind, encode_body(body))
        told += [body for _, body in drained(subscribed)]
    assert told == [1, 2, 3, 2]


def test_gone_gives_its_credits_back(session: Session) -> None:
    for number in (1, 2, 3):
        ask(session, id=number, **HEAT)
        session.offer_frame(number, BODY, 100.0)
    assert [head["id"] for head in heads(session)] == [1, 2]
    session.offer_word(1, "gone", BODY, last=True)
    assert [(head["type"], head["id"]) for head in heads(session)] == [("gone", 1), ("frame", 3)]


def test_seq_and_credits_go_on_over_an_update(subscribed: Session) -> None:
    for number in range(2):
        subscribed.offer_frame(1, BODY, 100.0 + number)
        heads(subscribed)
    ask(subscribed, "update", id=1, select="0:2")
    subscribed.offer_word(1, "schema", BODY)
    subscribed.offer_frame(1, BODY, 110.0)
    assert [head["type"] for head in heads(subscribed)] == ["schema"]
    ask(subscribed, "ack", id=1, seq=2)
    assert [head["seq"] for head in heads(subscribed)] == [3]


def test_an_update_drops_the_frame_that_waited_for_the_old_selection(subscribed: Session) -> None:
    subscribed.offer_frame(1, BODY, 100.0)
    ask(subscribed, "update", id=1, select="0:2")
    assert heads(subscribed) == []


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
