"""What a hub knows of its hosts, on a clock of the test's."""

from __future__ import annotations

import math
from typing import Any

import cbor2
import pytest
from tests.fleet.saying import place, row, statistics

from shmscope.errors import MessageError
from shmscope.fleet import hosts as module
from shmscope.fleet import messages
from shmscope.fleet.host import LIST_EVERY_S, RETURN_S, SILENCE_S, Host
from shmscope.fleet.hosts import ENDED_S, Hosts
from shmscope.fleet.listing import decode_listing, encode_listing
from shmscope.fleet.members import Member, sites_of
from shmscope.fleet.passing import pack


def known(hosts: Hosts, name: str = "robot") -> Host:
    found = hosts.get(name)
    assert found is not None
    return found


@pytest.fixture
def hosts() -> Hosts:
    """Hosts of which one was heard at 100 s."""
    found = Hosts("hub")
    found.token(place(), 100.0, is_there=True)
    found.hear(place(), statistics(), 100.0)
    return found


def test_a_host_that_is_heard_is_reachable(hosts: Hosts) -> None:
    told = known(hosts).row(100.5)
    assert (told["state"], told["arrays"], told["heard_s"]) == ("reachable", 1, 0.5)
    assert told["room"] == {"size_bytes": 100, "used_bytes": 10}
    assert known(hosts).place == place()


def test_a_token_that_went_means_unreachable_since_the_last_sign_of_life(hosts: Hosts) -> None:
    hosts.token(place(), 103.0, is_there=False)
    told = known(hosts).row(110.0)
    assert (told["state"], told["since_s"], told["arrays"]) == ("unreachable", 10.0, 1)
    assert known(hosts).place is None


def test_silence_means_unreachable_although_the_token_stays(hosts: Hosts) -> None:
    hosts.settle(100.0 + SILENCE_S)
    assert known(hosts).state == "reachable"
    hosts.settle(100.1 + SILENCE_S)
    assert known(hosts).state == "unreachable"
    hosts.hear(place(), statistics(2), 120.0)
    assert known(hosts).state == "reachable"


def test_a_hub_that_was_held_up_gives_hosts_time_to_come_back(hosts: Hosts) -> None:
    hosts.held_up(130.0)
    hosts.token(place(), 130.0, is_there=False)
    hosts.settle(130.0 + RETURN_S)
    assert known(hosts).row(136.0)["state"] == "reachable"
    hosts.settle(130.1 + RETURN_S)
    told = known(hosts).row(137.0)
    assert (told["state"], told["since_s"]) == ("unreachable", 37.0)


def test_a_hub_that_was_held_up_calls_nobody_reachable_who_was_not(hosts: Hosts) -> None:
    hosts.token(place(), 101.0, is_there=False)
    hosts.held_up(130.0)
    hosts.settle(130.0)
    assert known(hosts).state == "unreachable"


def test_an_agent_under_another_id_takes_the_place_of_one_that_went(hosts: Hosts) -> None:
    hosts.token(place(), 101.0, is_there=False)
    hosts.token(place(agent="a2"), 102.0, is_there=True)
    hosts.hear(place(agent="a2"), statistics(1, arrays=5), 102.0)
    assert known(hosts).place == place(agent="a2")
    assert known(hosts).row(102.0)["arrays"] == 5
    assert [host.name for host in hosts] == ["robot"]


def test_two_agents_of_one_name_that_both_speak_are_a_conflict(hosts: Hosts) -> None:
    hosts.token(place(agent="a2"), 100.2, is_there=True)
    hosts.hear(place(agent="a2"), statistics(), 100.3)
    assert known(hosts).state == "conflict"
    assert known(hosts).place is None
    hosts.token(place(agent="a2"), 100.4, is_there=False)
    hosts.hear(place(), statistics(2), 100.5)
    assert known(hosts).state == "reachable"


def test_a_host_that_calls_itself_like_the_hub_is_a_conflict(hosts: Hosts) -> None:
    hosts.token(place("hub"), 100.0, is_there=True)
    hosts.hear(place("hub"), statistics(), 100.0)
    assert known(hosts, "hub").state == "conflict"


def test_the_hubs_own_name_is_free_again_when_its_agent_went(hosts: Hosts) -> None:
    hosts.token(place("hub"), 100.0, is_there=True)
    hosts.hear(place("hub"), statistics(), 100.0)
    hosts.settle(100.1)
    assert known(hosts, "hub").state == "conflict"
    hosts.token(place("hub"), 100.2, is_there=False)
    hosts.settle(100.3)
    assert [host.name for host in hosts] == ["robot"]


def test_an_agent_of_another_site_is_no_agent_of_a_host(hosts: Hosts) -> None:
    fake = place(agent="b1", site="hall")
    hosts.token(fake, 100.1, is_there=True)
    hosts.hear(fake, statistics(5, arrays=9), 100.2)
    hosts.hear(place(), statistics(2), 100.3)
    assert (known(hosts).state, known(hosts).place) == ("reachable", place())
    assert hosts.site_of("robot") == "_"
    hosts.token(place(), 100.4, is_there=False)
    hosts.hear(fake, statistics(6, arrays=9), 100.5)
    hosts.settle(100.6)
    told = known(hosts).row(101.0)
    assert (told["state"], told["site"], told["arrays"]) == ("unreachable", "_", 1)
    hosts.token(fake, 100.7, is_there=False)
    hosts.token(place(agent="a2"), 100.8, is_there=True)
    hosts.hear(place(agent="a2"), statistics(), 100.9)
    assert known(hosts).place == place(agent="a2")


def test_a_host_that_members_name_is_of_their_site_whoever_comes_first() -> None:
    members = [Member("robot", "hall"), Member("gate", "attic", "gateway")]
    hosts = Hosts("hub", sites_of(members))
    hosts.token(place(site="attic"), 100.0, is_there=True)
    hosts.hear(place(site="attic"), statistics(), 100.0)
    assert list(hosts) == []
    assert hosts.site_of("robot") == "hall"
    hosts.token(place(site="hall"), 100.0, is_there=True)
    hosts.hear(place(site="hall"), statistics(), 100.0)
    assert known(hosts).row(100.0)["site"] == "hall"
    hosts.token(place("other", site="attic"), 100.0, is_there=True)
    assert hosts.site_of("other") == "attic"
    assert hosts.site_of("nobody") is None


def test_goodbye_means_ended_and_is_forgotten_after_a_while(hosts: Hosts) -> None:
    hosts.hear(place(), messages.encode({"tick": 1, "ended": True}), 101.0)
    hosts.token(place(), 101.1, is_there=False)
    assert known(hosts).state == "ended"
    assert known(hosts).row(111.0)["arrays"] == 1
    hosts.settle(101.0 + ENDED_S)
    assert hosts.get("robot") is not None
    hosts.settle(101.2 + ENDED_S)
    assert hosts.get("robot") is None


def test_goodbye_may_come_after_the_token_went(hosts: Hosts) -> None:
    hosts.token(place(), 101.0, is_there=False)
    hosts.hear(place(), messages.encode({"tick": 1, "ended": True}), 101.1)
    assert known(hosts).state == "ended"


def test_clocks_apart_by_years_do_not_matter_and_delay_is_told(hosts: Hosts) -> None:
    for tick, delay_s in ((2, 0.0), (3, 0.0), (4, 1.5)):
        hosts.hear(place(), statistics(tick, clock_s=1e9 + tick), 200.0 + tick + delay_s)
    assert known(hosts).row(206.0)["lag"] == 1.5
    assert known(hosts).row(206.0)["heard_s"] == 0.5


def test_a_message_that_was_overtaken_is_let_pass(hosts: Hosts) -> None:
    hosts.hear(place(), statistics(3, arrays=3), 101.0)
    hosts.hear(place(), statistics(2, arrays=2), 101.1)
    assert known(hosts).row(101.0)["arrays"] == 3


@pytest.mark.parametrize("body", [b"", b"\xff", b"\x81\x01", b"x" * (1 << 17)])
def test_a_message_that_is_none_is_refused_and_changes_nothing(hosts: Hosts, body: bytes) -> None:
    before = known(hosts).row(100.0)
    with pytest.raises(MessageError):
        hosts.hear(place(), body, 100.0)
    assert known(hosts).row(100.0) == before


def test_a_message_with_much_beside_what_passes_is_refused(hosts: Hosts) -> None:
    before = known(hosts).row(100.0)
    passing = pack([(number, row()) for number in range(1000)])
    with pytest.raises(MessageError):
        hosts.hear(place(), statistics(2, more=[{}] * 4096, passing=passing), 100.0)
    assert known(hosts).row(100.0) == before
    hosts.hear(place(), statistics(2, arrays=3, passing=passing), 100.0)
    assert known(hosts).row(100.0)["arrays"] == 3


def test_fields_that_lie_are_shown_as_plain_values() -> None:
    hosts = Hosts("hub")
    hosts.token(place(), 0.0, is_there=True)
    lies: dict[str, Any] = {
        "arrays": -5,
        "writes_per_s": math.inf,
        "level": "<b>",
        "levels": [1],
        "room": {"size_bytes": "x"},
        "version": ["y"],
        "passing": b"123",
    }
    hosts.hear(place(), statistics(1, **lies), 0.0)
    told = known(hosts).row(0.0)
    assert (told["arrays"], told["writes_per_s"], told["level"], told["version"]) == (
        0,
        0,
        "ok",
        "",
    )
    assert told["levels"] == {"ok": 0, "warning": 0, "critical": 0}
    assert told["room"] == {"size_bytes": 0, "used_bytes": 0}
    assert known(hosts).rows(0.0) == []


def test_hosts_are_bounded_and_who_is_out_of_reach_makes_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_HOSTS", 3)
    hosts = Hosts("hub")
    for number in range(5):
        hosts.token(place(f"host{number}"), float(number), is_there=True)
        hosts.hear(place(f"host{number}"), statistics(), float(number))
    assert [host.name for host in hosts] == ["host0", "host1", "host2"]
    hosts.token(place("host1"), 6.0, is_there=False)
    hosts.token(place("host9"), 7.0, is_there=True)
    assert [host.name for host in hosts] == ["host0", "host2", "host9"]


def test_agents_of_one_name_are_bounded(hosts: Hosts) -> None:
    for number in range(50):
        hosts.token(place(agent=f"b{number}"), 100.0, is_there=True)
    assert len(known(hosts).agents) == module.MOST_AGENTS


def listed(hosts: Hosts, *rows: tuple[int, dict[str, object]]) -> Host:
    host = known(hosts)
    host.listing = decode_listing(encode_listing(1, rows), place(), 100.0)
    return host


def test_a_row_is_as_listed_with_what_has_passed_since(hosts: Hosts) -> None:
    host = listed(hosts, (0, row(unit="°C")))
    passed = row(writes=9, writes_per_s=4.0, health={"level": "warning", "verdicts": []})
    hosts.hear(place(), statistics(2, passing=pack([(0, passed)])), 101.0)
    [told] = host.rows(101.5)
    assert (told["writes"], told["writes_per_s"], told["unit"]) == (9, 4.0, "°C")
    assert told["health"]["level"] == "warning"
    assert (told["state"], told["known_age_s"]) == ("reachable", 0.5)
    assert told["sparkline"].tolist() == [1.0] * 60


def test_rows_of_a_host_out_of_reach_stay_as_they_were_with_their_age(hosts: Hosts) -> None:
    host = listed(hosts, (0, row()))
    hosts.token(place(), 103.0, is_there=False)
    [told] = host.rows(160.0)
    assert (told["state"], told["known_age_s"], told["writes"]) == ("unreachable", 60.0, 7)


def test_of_an_array_that_went_nothing_is_kept(hosts: Hosts) -> None:
    first = range(100)
    host = listed(hosts, *((number, row(f"array{number}")) for number in first))
    for tick, numbers in enumerate((first[:50], first[50:]), 2):
        passing = pack([(number, row(writes=tick)) for number in numbers])
        hosts.hear(place(), statistics(tick, parts=2, passing=passing), 101.0)
        host.rows(101.0)
    assert [one["writes"] for one in host.rows(101.0)] == [2] * 50 + [3] * 50
    listed(hosts, (99, row("array99")), (100, row("array100")))
    passing = pack([(100, row(writes=9))])
    hosts.hear(place(), statistics(4, parts=2, passing=passing), 101.0)
    assert [one["writes"] for one in host.rows(101.0)] == [3, 9]
    assert set(host._passing()) == {99, 100}


def test_another_agents_numbers_are_not_taken_for_the_last_ones(hosts: Hosts) -> None:
    host = listed(hosts, (0, row(writes=7)))
    hosts.token(place(), 101.0, is_there=False)
    hosts.token(place(agent="a2"), 102.0, is_there=True)
    other = pack([(0, row("other", writes=99))])
    hosts.hear(place(agent="a2"), statistics(1, passing=other), 102.0)
    assert [one["writes"] for one in host.rows(102.0)] == [7]


def test_a_list_is_asked_for_when_it_changed_and_seldom(hosts: Hosts) -> None:
    host = known(hosts)
    assert host.wants_list(100.0, looked=False)
    host.asked_s = 100.0
    assert not host.wants_list(100.1, looked=False)
    assert host.wants_list(100.0 + LIST_EVERY_S, looked=False)
    listed(hosts, (0, row()))
    assert not host.wants_list(103.0, looked=False)
    assert not host.wants_list(103.0, looked=True)
    assert host.wants_list(104.5, looked=True)
    hosts.hear(place(), statistics(2, revision=2), 103.0)
    assert host.wants_list(103.0, looked=False)
    hosts.token(place(), 103.0, is_there=False)
    assert not host.wants_list(103.0, looked=True)


@pytest.mark.parametrize(
    "lie",
    [
        {"host": "other"},
        {"id": "other/1b-2e4f/heat"},
        {"id": "robot/heat"},
        {"id": 5},
        {"segment": "2-2"},
        {"shape": "4,6"},
        {"health": {"level": "fine", "verdicts": []}},
        {"health": {"level": "ok", "verdicts": [{}]}},
        {"writers": [1]},
        {"torn": None},
        {"about": b"bytes"},
        {"labels": [{"a": b"bytes"}]},
        {"writers": [{"label": cbor2.undefined}]},
    ],
)
def test_a_row_that_lies_is_passed_over_and_the_others_stay(
    hosts: Hosts, lie: dict[str, object]
) -> None:
    host = listed(hosts, (0, row() | lie), (1, row("good")))
    assert [one["name"] for one in host.rows(100.0)] == ["good"]
