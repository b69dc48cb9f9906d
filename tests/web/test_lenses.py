"""What a wish says of how a selection is seen: parsed, or refused by the field that is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.sessions import HEAT, HEAT_ID, ask, drained

from shmscope.errors import MessageError
from shmscope.layout.lens import Lens
from shmscope.layout.names import ArrayId
from shmscope.sampling.topics import ValuesTopic
from shmscope.web.lenses import MAX_PLACE, parse_lens, parse_order
from shmscope.web.session import Session, Subscribe
from shmscope.web.wishes import DEFAULT_POINTS

FIELDS = ["field", "part", "order", "window", "most", "reduce", "against"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("array"), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("wish", "lens"),
    [
        ({}, Lens()),
        (dict.fromkeys(FIELDS), Lens()),
        ({"field": "at.x", "part": "phase"}, Lens(field="at.x", part="phase")),
        ({"order": [1, 0], "most": [512, 600]}, Lens(order=(1, 0), most=(512, 600))),
        ({"order": [], "window": [], "most": []}, Lens(order=(), window=(), most=())),
        ({"window": [[0, 5], [2, MAX_PLACE]]}, Lens(window=((0, 5), (2, MAX_PLACE)))),
        ({"reduce": "envelope"}, Lens(reduce="envelope")),
        ({"against": {"copy": 3}}, Lens(against=3)),
        ({"against": {"array": "box/1-2/a%20b"}}, Lens(against=ArrayId("box", "1-2", "a b"))),
    ],
)
def test_a_lens_is_read_field_by_field(wish: dict[str, Any], lens: Lens) -> None:
    assert parse_lens(wish) == lens


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("field", 5),
        ("field", ""),
        ("field", "x" * 1001),
        ("part", "absolute"),
        ("part", ["real"]),
        ("order", [0, 0]),
        ("order", [1]),
        ("order", [True, False]),
        ("order", "1,0"),
        ("order", list(range(33))),
        ("window", [[0, 0]]),
        ("window", [[2, 1]]),
        ("window", [[-1, 1]]),
        ("window", [[0, 1.5]]),
        ("window", [[0, 1, 2]]),
        ("window", [[0, MAX_PLACE + 1]]),
        ("window", 5),
        ("most", [0]),
        ("most", [2.0]),
        ("most", [True]),
        ("most", 5),
        ("reduce", "median"),
        ("reduce", 1),
        ("against", "box/1-2/a"),
        ("against", {"copy": -1}),
        ("against", {"copy": True}),
        ("against", {"copy": 1, "array": "box/1-2/a"}),
        ("against", {"array": "heat"}),
        ("against", {}),
    ],
)
def test_a_field_that_cannot_be_is_refused_by_its_name(field: str, value: Any) -> None:
    with pytest.raises(MessageError, match=f"^{field}") as caught:
        parse_lens({field: value})
    assert caught.value.field == field
    assert caught.value.value is not None
    assert len(caught.value.detail) < 300


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_hostile_fields_are_a_lens_or_an_error(wish: dict[str, Any]) -> None:
    try:
        lens = parse_lens(wish)
    except MessageError as error:
        refused = error.field
    else:
        refused = next(iter(wish), None)
        assert hash(lens) == hash(parse_lens(wish))
    assert refused is None or refused in wish


@pytest.mark.parametrize(("text", "order"), [("1,0", (1, 0)), (" 0 , 2,1", (0, 2, 1))])
def test_an_order_is_read_from_a_query(text: str, order: tuple[int, ...]) -> None:
    assert parse_order(text) == order


@pytest.mark.parametrize("text", ["", "1", "0,0", "a", "0;1", "-1,0", "٠,1", "0," * 40])
def test_a_query_that_is_no_order_is_refused(text: str) -> None:
    with pytest.raises(MessageError, match="order"):
        parse_order(text)


def test_a_subscription_carries_its_lens_and_an_update_lets_go_of_it(session: Session) -> None:
    ask(session, id=1, window=[[0, 4]], reduce="mean", **HEAT)
    [request] = ask(session, "update", id=1, window=None)
    topic = ValuesTopic(HEAT_ID, "...", DEFAULT_POINTS, None, Lens(reduce="mean"))
    assert request == Subscribe(1, topic, 10.0)


def test_a_subscription_with_a_bad_lens_is_a_problem_that_names_it(session: Session) -> None:
    assert ask(session, id=1, window=[[3, 1]], **HEAT) == []
    [(head, problem)] = drained(session)
    assert head == {"type": "error", "id": 1}
    assert (problem["status"], problem["field"], problem["limit"]) == (400, "window", 1)
