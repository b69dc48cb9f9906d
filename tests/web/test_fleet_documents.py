"""What docs/stream.md, docs/rest.md and the OpenAPI document say of a hub is what it answers."""

from __future__ import annotations

import re

from tests.test_docs import REST, STREAM, assert_described, documented
from tests.web.fleets import SaidFleet, array_row, host_row

from shmscope.fleet.host import Host
from shmscope.fleet.hosts import MOST_HOSTS
from shmscope.fleet.keys import Place
from shmscope.sampling.topics import FleetTopic
from shmscope.web import wishes
from shmscope.web.app import create_app
from shmscope.web.documents.fleet import FleetHost, FleetHosts
from shmscope.web.fleet_board import MOST_ROWS, board
from shmscope.web.fleet_forward import OF_HOST

FLEET = SaidFleet({"b": [array_row("b", "heat")]})
HOST = Host(Place("_", "b", "1"), 0.0)


def test_a_host_has_the_fields_that_are_documented() -> None:
    described = documented("**FleetHost**")
    assert described.pop("room").keys() == {"size_bytes", "used_bytes"}
    assert described.pop("cut").keys() == {"listed", "limit_bytes"}
    row = HOST.row(1.0)
    assert (row.pop("room"), row.pop("cut")) == (None, None)
    assert_described(described, row)
    assert set(host_row("b")) == set(HOST.row(1.0))


def test_a_host_is_as_the_openapi_document_says() -> None:
    cut = host_row("b", cut={"listed": 7, "limit_bytes": 9})
    for row in (HOST.row(1.0), host_row("b"), cut):
        assert FleetHost.model_validate(row).host == "b"
    listed = FleetHosts.model_validate({"host": "hub", "hosts": FLEET.hosts()})
    assert [host.host for host in listed.hosts] == ["b"]


def test_a_frame_of_the_fleet_has_the_fields_that_are_documented() -> None:
    frame = board(FLEET, "hub", FleetTopic())
    assert set(documented("### `fleet`")) == set(frame)


def test_the_limits_of_the_fleet_topic_are_those_documented() -> None:
    assert f"have at most {MOST_ROWS} arrays, all of these come" in STREAM
    assert f"`arrays` are the first {MOST_ROWS} of `found`" in STREAM
    assert f"(names, at most {wishes.MOST_OPENED};" in STREAM
    assert f"those of `arrays` (ids, at most {wishes.MOST_NAMED})" in STREAM
    assert MOST_HOSTS >= wishes.MOST_OPENED


def test_what_is_told_of_a_host_by_itself_is_documented() -> None:
    (listed,) = re.findall(r"where X is (.+?), is what", REST)
    assert set(re.findall(r"`([a-z]+)`", listed)) == OF_HOST


def test_a_hub_describes_what_it_has_more_and_a_server_without_a_fleet_nothing() -> None:
    hub, alone = (create_app("box", fleet=fleet).openapi() for fleet in (FLEET, None))
    assert hub["paths"].keys() - alone["paths"].keys() == {"/api/v1/fleet/hosts"}
    more = hub["components"]["schemas"].keys() - alone["components"]["schemas"].keys()
    assert more == {"FleetCut", "FleetHost", "FleetHosts", "FleetLevels", "FleetRoom"}
