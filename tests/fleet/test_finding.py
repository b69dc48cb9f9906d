"""Rows of all hosts, found by patterns and told in pages."""

from __future__ import annotations

import pytest
from tests.fleet.saying import place, row, statistics

from shmscope.fleet.finding import Asked, page
from shmscope.fleet.hosts import Hosts
from shmscope.fleet.listing import Entry, decode_listing, encode_listing

NAMES = ("a", "c", "b", "a")


@pytest.fixture
def hosts() -> Hosts:
    """Three hosts of four arrays, of which two have one name."""
    hosts = Hosts("hub")
    for name in ("robot2", "box", "robot1"):
        hosts.token(place(name), 100.0, is_there=True)
        hosts.hear(place(name), statistics(), 100.0)
        rows = [(number, row(one, name, offset=number)) for number, one in enumerate(NAMES)]
        host = hosts.get(name)
        assert host is not None
        host.listing = decode_listing(encode_listing(1, rows), place(name), 100.0)
    return hosts


def told(hosts: Hosts, asked: Asked) -> list[tuple[str, str, int]]:
    rows, _ = page(hosts, asked, 101.0)
    return [(one["host"], one["name"], one["offset"]) for one in rows]


def test_rows_come_by_host_and_name(hosts: Hosts) -> None:
    of_one = [("a", 0), ("a", 3), ("b", 2), ("c", 1)]
    expected = [(host, *one) for host in ("box", "robot1", "robot2") for one in of_one]
    assert told(hosts, Asked("*", "*", 0, 100)) == expected
    for first in range(14):
        for most in range(14):
            part = expected[first : first + most]
            assert told(hosts, Asked("*", "*", first, most)) == part


def test_patterns_choose_hosts_and_names(hosts: Hosts) -> None:
    assert told(hosts, Asked("robot*", "[bc]", 1, 2)) == [("robot1", "c", 1), ("robot2", "b", 2)]
    assert page(hosts, Asked("robot*", "a", 0, 1), 101.0)[1] == 4
    assert page(hosts, Asked("nobody", "*", 0, 9), 101.0) == ([], 0)


def test_what_is_not_told_stays_packed_and_is_not_looked_at(hosts: Hosts) -> None:
    before = {host.name: host.looked_s for host in hosts}
    for host in hosts:
        host.listing.entries = tuple(_unreadable(host.name, one) for one in host.listing.entries)
    rows, total = page(hosts, Asked("*", "*", 5, 2), 101.0)
    assert ([one["name"] for one in rows], total) == (["a", "b"], 12)
    assert {host.name for host in hosts if host.looked_s != before[host.name]} == {"robot1"}


def _unreadable(host: str, entry: Entry) -> Entry:
    """Return an entry as it is, or, of those that are not told, one whose row cannot be read."""
    is_told = host == "robot1" and entry.number in (2, 3)
    return entry if is_told else entry._replace(packed=b"\xff")
