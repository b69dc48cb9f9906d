"""What a hub tells of its hosts: a small fleet whole, of a large one what somebody opened."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest
from tests.web.fleets import SaidFleet, array_row

from shmscope.layout.names import ArrayId
from shmscope.sampling.topics import FleetTopic, Topic
from shmscope.web.fleet_board import MOST_ROWS, FleetBoard, board, sought

LARGE_HOSTS, EACH = 1000, 50


def fleet_of(hosts: int, each: int) -> SaidFleet:
    names = [f"h{number:04}" for number in range(hosts)]
    return SaidFleet(
        {host: [array_row(host, f"a{number}") for number in range(each)] for host in names}
    )


@pytest.fixture(scope="module")
def large() -> SaidFleet:
    return fleet_of(LARGE_HOSTS, EACH)


def names(body: dict[str, Any]) -> set[str]:
    return {row["host"] for row in body["arrays"]}


def test_a_small_fleet_is_told_whole_whatever_is_opened() -> None:
    for topic in (FleetTopic(), FleetTopic(hosts=("h0001",)), FleetTopic(find="nothing")):
        told = board(fleet_of(10, 50), "hub", topic)
        assert (len(told["hosts"]), len(told["arrays"]), told["found"]) == (10, 500, 500)
        assert told["whole"] is True


def test_of_a_large_fleet_all_hosts_come_and_no_array(large: SaidFleet) -> None:
    told = board(large, "hub", FleetTopic())
    assert (len(told["hosts"]), told["arrays"], told["whole"]) == (LARGE_HOSTS, [], False)


def test_of_a_large_fleet_the_arrays_of_opened_hosts_come(large: SaidFleet) -> None:
    told = board(large, "hub", FleetTopic(hosts=("h0007", "h0009", "no such")))
    assert (names(told), told["found"]) == ({"h0007", "h0009"}, 2 * EACH)


def test_of_a_large_fleet_named_arrays_come_first_and_once(large: SaidFleet) -> None:
    ids = tuple(map(ArrayId.parse, ("h0900/1-1/a49", "h0007/1-1/a3", "hub/1-1/a", "h0001/1-1/no")))
    told = board(large, "hub", FleetTopic(hosts=("h0007",), arrays=ids))
    assert [row["id"] for row in told["arrays"]][:2] == ["h0900/1-1/a49", "h0007/1-1/a3"]
    assert (len(told["arrays"]), told["found"]) == (EACH + 1, EACH + 1)
    alone = board(large, "hub", FleetTopic(arrays=ids))
    assert (len(alone["arrays"]), alone["found"], alone["whole"]) == (2, 2, False)


def test_no_more_rows_come_than_a_page_draws_and_those_first_that_were_opened_first(
    large: SaidFleet,
) -> None:
    opened = tuple(host["host"] for host in reversed(large.hosts()))
    told = board(large, "hub", FleetTopic(hosts=opened))
    assert (len(told["arrays"]), told["found"]) == (MOST_ROWS, LARGE_HOSTS * EACH)
    assert names(told) == set(opened[: MOST_ROWS // EACH])


def test_a_search_goes_through_all_hosts_and_says_how_many_there_are(large: SaidFleet) -> None:
    told = board(large, "hub", FleetTopic(find="a7", hosts=("h0001",)))
    assert (len(told["arrays"]), told["found"]) == (MOST_ROWS, LARGE_HOSTS)


def test_one_host_comes_without_its_arrays(large: SaidFleet) -> None:
    told = board(large, "hub", FleetTopic(host="h0003"))
    assert ([host["host"] for host in told["hosts"]], told["arrays"]) == (["h0003"], [])
    assert board(large, "hub", FleetTopic(host="h9"))["hosts"] == []


def test_an_agent_with_the_hubs_own_name_is_told_of_and_its_arrays_are_not() -> None:
    fleet = SaidFleet({"hub": [array_row("hub", "a")], "b": [array_row("b", "b")]})
    told = board(fleet, "hub", FleetTopic())
    assert ([host["host"] for host in told["hosts"]], names(told)) == (["hub", "b"], {"b"})


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        ("Cam host:R1", "cam host:r1"),
        ("health:critical name:x", "level:critical x"),
        ("health:orphan is:writing dtype:f4", ""),
        ("constructor:x", ""),
    ],
)
def test_a_filter_of_the_page_becomes_a_search_that_finds_no_less(text: str, searched: str) -> None:
    assert sought(text) == searched


def test_newcomers_are_told_at_once_and_all_others_with_the_tick() -> None:
    now_s, told = 100.0, list[tuple[Topic, Any]]()
    fleet = fleet_of(1, 1)
    desk = FleetBoard(
        fleet, "hub", lambda topic, _k, _b, made_s: told.append((topic, made_s)), lambda: now_s
    )
    assert desk.step() is None
    desk.demand.add(FleetTopic())
    due_s = desk.step()
    assert told == [(FleetTopic(), now_s)]
    now_s += 0.1
    desk.demand.add(FleetTopic(host="h0000"))
    assert desk.step() == due_s
    assert told[1:] == [(FleetTopic(host="h0000"), now_s)]
    assert due_s is not None
    now_s = due_s
    desk.step()
    assert len(told) == 4


def test_what_is_told_is_encoded_for_the_stream() -> None:
    bodies: list[bytes] = []
    desk = FleetBoard(fleet_of(1, 1), "hub", lambda _topic, _kind, body, _: bodies.append(body))
    desk.demand.add(FleetTopic())
    desk.step()
    assert cbor2.loads(bodies[0])["hosts"][0]["host"] == "h0000"
