"""Quota: what one client may be sent a second, over all of its subscriptions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.running import Running
from tests.web.sessions import BODY, HEAT, ask, drained, heads
from tests.web.watching import values, watching

from shmscope.publishing.array import SharedArray
from shmscope.web.allowance import BURST_S, QUOTA, Allowance, Quota
from shmscope.web.session import Session

amounts = st.lists(st.tuples(st.floats(0, 2), st.floats(0, 50)), min_size=1, max_size=50)


@given(st.floats(1, 1000), amounts)
def test_no_more_is_spent_in_any_time_than_that_time_allows_and_a_burst(
    per_s: float, wishes: list[tuple[float, float]]
) -> None:
    allowance, now_s = Allowance(per_s), 100.0
    spent: list[tuple[float, float]] = []
    for later_s, units in wishes:
        now_s += later_s
        if allowance.due_s <= now_s:
            allowance.spend(units, now_s)
            spent.append((now_s, units))
    for first, (began_s, _) in enumerate(spent):
        before_last = sum(units for _, units in spent[first:-1])
        allowed = (spent[-1][0] - began_s + BURST_S) * per_s
        assert before_last <= allowed * (1 + 1e-9) + 1e-6


def test_an_allowance_that_nobody_used_for_long_is_a_burst_and_no_more() -> None:
    allowance = Allowance(100)
    allowance.spend(1, 0.0)
    allowance.spend(BURST_S * 100, 1000.0)
    assert allowance.due_s == pytest.approx(1000.0)


def test_the_quota_and_the_names_of_all_limits_are_those_documented(served: Running) -> None:
    stream = (Path(__file__).parents[2] / "docs" / "stream.md").read_text()
    (paragraph,) = re.findall(
        r"^\*\*What one client may cost\.\*\* (.*?)\n\n", stream, re.MULTILINE | re.DOTALL
    )
    with watching(served) as page:
        limits = page.hello["limits"]
    assert set(limits) <= set(re.findall(r"`([a-z_]+)`", paragraph))
    assert f"`frames_per_s` ({QUOTA.frames_per_s:.0f})" in paragraph
    assert f"`bytes_per_s` ({QUOTA.bytes_per_s:.0f})" in paragraph


def held(quota: Quota, hz: int, seconds: int) -> tuple[Session, list[dict[str, object]]]:
    """Return a session that draws at once what two views bring, and the heads it was sent."""
    session = Session({}, quota)
    heads(session)
    for number in (1, 2):
        ask(session, id=number, rate_hz=60, **HEAT)
    sent = []
    for tick in range(hz * seconds):
        for number in (1, 2):
            session.offer_frame(number, BODY, 100 + tick / hz)
            for head in heads(session, 100 + tick / hz):
                sent.append(head)
                ask(session, "ack", id=head["id"], seq=head["seq"])
    return session, sent


def test_a_ceiling_of_frames_is_for_all_subscriptions_together() -> None:
    _, sent = held(Quota(frames_per_s=20), 60, 10)
    assert len(sent) == pytest.approx(20 * (10 + BURST_S), abs=2)
    assert {head["id"] for head in sent} == {1, 2}


def test_a_ceiling_of_bytes_counts_heads_and_bodies() -> None:
    session = Session({})
    heads(session)
    ask(session, id=1, **HEAT)
    session.offer_frame(1, BODY, 100.0)
    size_bytes = sum(map(len, session.next_message(100.0) or ()))
    _, sent = held(Quota(bytes_per_s=10 * size_bytes), 60, 10)
    assert len(sent) == pytest.approx(10 * (10 + BURST_S), rel=0.05)


def test_what_a_ceiling_holds_back_is_counted_as_skipped_and_the_newest_comes_after_it() -> None:
    session = Session({}, Quota(frames_per_s=1))
    heads(session)
    ask(session, id=1, rate_hz=60, **HEAT)
    for tick in range(30):
        session.offer_frame(1, BODY, 100 + tick)
        assert len(heads(session, 100.0)) == (tick == 0)
    assert session.held_until_s == pytest.approx(101.0 - BURST_S)
    ((head, _),) = drained(session, 101.0)
    assert (head["seq"], head["skipped"], session.held_until_s) == (2, 28, None)


def test_words_need_no_allowance() -> None:
    session = Session({}, Quota(frames_per_s=1e-9, bytes_per_s=1e-9))
    assert heads(session) == [{"type": "hello", "protocol": 1}]
    ask(session, id=1, **HEAT)
    session.offer_frame(1, BODY, 100.0)
    assert [head["type"] for head in heads(session, 100.0)] == ["frame"]
    session.offer_word(1, "schema", BODY)
    session.offer_frame(1, BODY, 101.0)
    assert [head["type"] for head in heads(session, 101.0)] == ["schema"]


def test_a_frame_that_was_held_back_comes_by_itself_when_it_may(
    served: Running, heat: tuple[SharedArray, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served.hub, "_quota", Quota(frames_per_s=2))
    with watching(served) as page:
        assert page.hello["limits"]["frames_per_s"] == 2
        for number in (1, 2):  # each has one frame now, and the next in ten seconds
            page.subscribe(number, **values(heat[1], select=f"{number}", rate_hz=0.1))
        found = [page.next_of("frame")[0] for _ in range(2)]
    assert [(head["seq"], head["id"]) for head in found] == [(1, 1), (1, 2)]
    assert found[1]["lag_s"] > 0.1
