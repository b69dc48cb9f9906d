"""An agent answers three questions that read, and takes in nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import zenoh
from tests.fleet.engine import AgentEnd, HubEnd, agent, hub
from tests.fleet.wire import answers

from shmscope.fleet import messages
from shmscope.fleet.keys import ROOT


@pytest.fixture
def center() -> Iterator[HubEnd]:
    with hub() as found:
        yield found


@pytest.fixture
def robot(center: HubEnd) -> Iterator[AgentEnd]:
    with agent(center, "robot") as found:
        yield found


def session(center: HubEnd) -> zenoh.Session:
    """Return the hub's own session, which may ask whatever it likes."""
    found = center.fleet._carrier._session  # type: ignore[attr-defined] # whichever carrier
    assert isinstance(found, zenoh.Session)
    return found


def branch(robot: AgentEnd) -> str:
    return robot.place.key("alive").removesuffix("/alive")


@pytest.mark.parametrize("part", ["stats", "alive", "q", "q/keep", "q/forget", "q/list/all", "put"])
def test_what_is_none_of_the_three_questions_is_answered_by_nobody(
    center: HubEnd, robot: AgentEnd, part: str
) -> None:
    own = branch(robot)
    assert answers(session(center), f"{own}/{part}") == []
    asked = center.fleet._carrier.query(f"{own}/q/list", messages.encode({"looked": False}), 10.0)
    assert asked.result(20)


def test_an_agent_tells_nothing_of_its_own_process(center: HubEnd, robot: AgentEnd) -> None:
    zid = str(session(center).zid())
    keys = [str(one.ok.key_expr) for one in session(center).get("@/**", timeout=2) if one.ok]
    assert [key for key in keys if zid not in key] == []
    assert center.state(robot.place.host) == "reachable"


def test_what_is_published_to_an_agent_finds_no_ear(center: HubEnd, robot: AgentEnd) -> None:
    sender, own = session(center), branch(robot)
    publisher = sender.declare_publisher(f"{own}/q/list")
    sender.put(f"{own}/q/snapshot", b"write")
    assert "false" in str(publisher.matching_status).lower()
    asked = center.fleet._carrier.query(f"{own}/q/list", messages.encode({"looked": False}), 10.0)
    assert asked.result(20)


def test_a_key_of_all_hosts_is_below_one_root(robot: AgentEnd) -> None:
    assert branch(robot) == f"{ROOT}/_/robot/{robot.place.agent}"
