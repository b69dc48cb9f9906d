"""What Zenoh is told: nothing beyond loopback without mutual TLS, nothing that is not allowed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zenoh
from hypothesis import given
from hypothesis import strategies as st
from tests.fleet.wire import identity

from shmscope.errors import ConfigurationError
from shmscope.fleet.founding import found_fleet
from shmscope.fleet.keys import problem_of_name
from shmscope.fleet.members import Member, format_member, parse_members, read_members
from shmscope.fleet.zenoh_settings import (
    AgentSettings,
    GatewaySettings,
    HubSettings,
    agent_settings,
    gateway_settings,
    hub_settings,
)

LOOPBACK = ["127.0.0.1:7447", "127.8.8.8:1", "localhost:7447", "[::1]:7447"]
BEYOND = ["0.0.0.0:7447", "[::]:7447", "10.0.0.1:7447", "hub.example:7447", "hub", "[fe80::1]:1"]
NONE = ["", ":7447", "hub:0", "hub:65536", "hub:http", "a b:1", "tcp/h:1", "h:1?x", "h:1#x", "::1"]

SHOWN = st.characters(exclude_categories=["C", "Z"], exclude_characters="/")
NAMES = st.text(SHOWN, min_size=1, max_size=20).filter(lambda name: problem_of_name(name) is None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("fleet")
    found_fleet(found, ["hub"], ["a"], 30)
    return found


@pytest.mark.parametrize("address", LOOPBACK)
def test_loopback_needs_no_certificate(address: str) -> None:
    assert hub_settings(HubSettings((address,)))["listen"]["endpoints"] == [f"tcp/{address}"]
    settings = agent_settings(AgentSettings((address,), "a"))
    assert settings["connect"]["endpoints"] == [f"tcp/{address}"]


@pytest.mark.parametrize("address", BEYOND)
def test_beyond_loopback_is_refused_without_certificates(address: str) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: hub_settings(HubSettings((address,))),
        lambda: agent_settings(AgentSettings((address,), "a")),
    ]
    for refused in attempts:
        with pytest.raises(ConfigurationError, match="shmscope fleet init") as caught:
            refused()
        assert caught.value.value == address


def test_one_address_beyond_loopback_is_enough_to_refuse_all() -> None:
    with pytest.raises(ConfigurationError, match=r"10\.0\.0\.1"):
        hub_settings(HubSettings(("127.0.0.1:7447", "10.0.0.1:7447")))


@pytest.mark.parametrize("address", BEYOND)
def test_with_certificates_nothing_but_tls_is_spoken(folder: Path, address: str) -> None:
    hub = hub_settings(HubSettings((address,), **identity(folder / "hub")))
    agent = agent_settings(AgentSettings((address,), "a", **identity(folder / "hosts/a")))
    endpoints = hub["listen"]["endpoints"] + agent["connect"]["endpoints"]
    assert all(endpoint.startswith("tls/") for endpoint in endpoints)
    for settings in (hub, agent):
        link = settings["transport"]["link"]
        assert link["protocols"] == ["tls"]
        assert link["tls"]["enable_mtls"]
        assert link["tls"]["verify_name_on_connect"]
        assert link["tls"]["close_link_on_expiration"]


@pytest.mark.parametrize("address", NONE)
def test_an_address_that_cannot_be_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match="HOST:PORT"):
        hub_settings(HubSettings((address,)))


@pytest.mark.parametrize("left_out", ["certificate", "key", "authority"])
def test_two_of_three_files_are_refused(folder: Path, left_out: str) -> None:
    whole, without = HubSettings(**identity(folder / "hub")), dict[str, Any]({left_out: None})
    with pytest.raises(ConfigurationError, match=f"--fleet-{left_out} is missing.*fleet init"):
        hub_settings(replace(whole, **without))


def test_a_file_that_is_not_there_is_refused(folder: Path) -> None:
    whole = HubSettings(**identity(folder / "hub"))
    with pytest.raises(ConfigurationError, match="nowhere: there is no such file"):
        hub_settings(replace(whole, key=folder / "nowhere"))


def test_an_agent_without_a_hub_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="--hub"):
        agent_settings(AgentSettings((), "a"))


def test_what_talks_to_strangers_is_off() -> None:
    hub, agent = hub_settings(HubSettings()), agent_settings(AgentSettings(("localhost",), "a"))
    for settings in (hub, agent):
        assert settings["scouting"]["multicast"] == {"enabled": False}
        assert settings["scouting"]["gossip"] == {"enabled": False}
        assert settings["transport"]["shared_memory"]["enabled"] is False
        assert settings["adminspace"]["enabled"] is False
    assert agent["mode"] == "client"
    assert agent["listen"]["endpoints"] == []


def test_the_permissions_name_every_member_and_nothing_else(folder: Path) -> None:
    members = Member("a"), Member("b", "hall"), Member("gate", "yard", "gateway")
    found = hub_settings(HubSettings(members=members, **identity(folder / "hub")))
    rules = found["access_control"]
    assert (rules["enabled"], rules["default_permission"]) == (True, "deny")
    assert [subject["cert_common_names"] for subject in rules["subjects"]] == [
        ["a"],
        ["b"],
        ["gate"],
    ]
    spoken = {
        key for rule in rules["rules"] if rule["flows"] == ["ingress"] for key in rule["key_exprs"]
    }
    assert spoken == {"shmscope/v1/_/a/**", "shmscope/v1/hall/b/**", "shmscope/v1/yard/**"}


def test_a_hub_is_no_member_of_itself_and_a_gateway_none_of_a_gateway(folder: Path) -> None:
    files = identity(folder / "hub")
    with pytest.raises(ConfigurationError, match="'top' cannot be a hub here"):
        hub_settings(HubSettings(members=[Member("top", "_", "hub")], **files))
    members = Member("hub", "hall", "hub"), Member("gate", "hall", "gateway")
    with pytest.raises(ConfigurationError, match="'gate' cannot be a gateway here"):
        gateway_settings(GatewaySettings(("hub",), ("0.0.0.0",), members=members, **files))


def test_a_gateway_needs_certificates_and_a_hub(folder: Path) -> None:
    with pytest.raises(ConfigurationError, match="mutual TLS, on loopback too"):
        gateway_settings(GatewaySettings(("localhost",), ("localhost",)))
    with pytest.raises(ConfigurationError, match="one must be the hub"):
        gateway_settings(GatewaySettings(("hub",), ("hub",), **identity(folder / "hub")))


def test_without_members_nobody_may_say_anything(folder: Path) -> None:
    rules = hub_settings(HubSettings(**identity(folder / "hub")))["access_control"]
    assert (rules["enabled"], rules["default_permission"], rules["policies"]) == (True, "deny", [])


@given(st.text(min_size=1, max_size=50), st.text(min_size=1, max_size=50))
def test_a_member_has_one_branch_whatever_it_is_called(name: str, site: str) -> None:
    _, version, *branch, all_of_it = Member(name, site).keys.split("/")
    assert (version, len(branch), all_of_it) == ("v1", 2, "**")
    assert not set("*$#?@ ") & set("".join(branch))


@pytest.mark.parametrize("part", ["scouting", "transport", "access_control"])
def test_zenoh_refuses_a_setting_that_it_does_not_know(part: str) -> None:
    """Check that a setting of ours would not be passed over in silence if it were misspelt."""
    settings = hub_settings(HubSettings())
    zenoh.Config.from_json5(json.dumps(settings))
    settings[part]["misspelt"] = True
    with pytest.raises(zenoh.ZError):
        zenoh.Config.from_json5(json.dumps(settings))


@given(
    st.lists(
        st.builds(
            Member,
            NAMES,
            NAMES,
            st.sampled_from(["host", "gateway", "hub"]),
        ),
        max_size=5,
        unique_by=lambda member: member.name,
    )
)
def test_members_survive_their_file(members: list[Member]) -> None:
    text = "".join(format_member(member) for member in members)
    assert parse_members(text.encode()) == tuple(members)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (b"\xff", "no TOML"),
        (b"[[member", "no TOML"),
        (b"x = 1", "members alone"),
        (b"member = 1", "members alone"),
        (b"member = [1]", "member 1: name: is missing"),
        (b"[[member]]\nsite = 's'", "member 1: name: is missing"),
        (b"[[member]]\nname = ''", "member 1: name"),
        (b"[[member]]\nname = 1", "member 1: name: 1 cannot be"),
        (b"[[member]]\nname = 'a'\nrole = 'king'", "member 1: role: 'king' cannot be"),
        (b"[[member]]\nname = 'a'\nrole = 1", "member 1: role: 1 cannot be"),
        (b"[[member]]\nname = 'a'\nhost = 'b'", "'host' is no key here"),
        (b"[[member]]\nname = 'a'\n[[member]]\nname = 'a'", "'a' is named twice"),
        (b"#" * ((1 << 20) + 1), "longer than 1,048,576 bytes"),
        (b"[[member]]\nname = 'a'\n" * 10_001, "10,001 members; 10,000 are allowed"),
    ],
)
def test_a_file_of_members_that_says_what_cannot_be(
    tmp_path: Path, text: bytes, wrong: str
) -> None:
    file = tmp_path / "members.toml"
    file.write_bytes(text)
    with pytest.raises(ConfigurationError, match=wrong) as caught:
        read_members(file)
    assert str(file) in caught.value.detail


def test_a_file_of_members_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        read_members(tmp_path / "members.toml")
