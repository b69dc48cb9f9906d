"""A gateway between a site's hosts and the hub: what passes, and what it can and cannot claim."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.fleet.wire import (
    TRIES,
    Settings,
    Visitor,
    Wire,
    answers,
    free_port,
    identity,
    listening,
    opened,
)
from tests.waiting import until

from shmscope.fleet.founding import add_gateway, add_hosts, found_fleet
from shmscope.fleet.members import read_members
from shmscope.fleet.zenoh_settings import GatewaySettings, gateway_settings

OF_C = "shmscope/v1/_/c/x"


class Site(NamedTuple):
    """A hub, a gateway of the site `hall`, and hosts behind it and beside it."""

    fleet: Path
    wire: Wire
    gateway: Visitor
    port: int

    def join(self, host: str) -> Visitor:
        """Connect a host of the site to the gateway."""
        settings = self.wire.settings(host, self.fleet / "hosts" / host, self.port)
        return self.wire.admit(settings, host, "hall")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    fleet = tmp_path / "fleet"
    found_fleet(fleet, ["hub", "127.0.0.1"], ["c"], 30)
    add_gateway(fleet, ["gate", "127.0.0.1"], "hall", 30)
    add_hosts(fleet, ["a", "b"], "hall", 30)
    with closing(Wire(fleet / "hub", read_members(fleet / "hub/members.toml"))) as wire:
        session, port = listening(lambda address: above(fleet, wire.port, address))
        with session:
            until(session.info.routers_zid)
            yield Site(fleet, wire, Visitor(wire, session, "shmscope/v1/hall/gate/x"), port)


def above(fleet: Path, hub: int, address: str) -> Settings:
    """Return the settings of the gateway."""
    folder = fleet / "gateways/gate"
    members = read_members(folder / "members.toml")
    files = identity(folder)
    given = GatewaySettings((f"127.0.0.1:{hub}",), (address,), members=members, **files)
    return gateway_settings(given)


def test_what_a_sites_hosts_say_and_answer_passes(site: Site) -> None:
    a, b, c = site.join("a"), site.join("b"), site.wire.join("c", site.fleet / "hosts/c")
    for host in (a, b, c):
        host.fence()
        host.answer(f"{host.own}/q/list", host.own.encode())
        host.say(f"{host.own}/stats")
        host.fence()
    for host in (a, b, c):
        assert site.wire.ask(f"{host.own}/q/list") == [host.own.encode()]
        assert (f"{host.own}/stats", b"1") in site.wire.heard


def test_the_hosts_behind_it_are_gone_when_it_is_and_come_back_with_it(site: Site) -> None:
    a = site.join("a")
    a.fence()
    token = f"{a.own}/alive1"
    site.gateway.session.close()  # type: ignore[no-untyped-call] # the engine's own stubs
    until(lambda: token in site.wire.lost)
    site.wire.tokens.clear()
    with opened(above(site.fleet, site.wire.port, f"127.0.0.1:{site.port}")):
        until(lambda: token in site.wire.tokens)
        a.fence()


def test_a_host_behind_it_speaks_for_itself_alone(site: Site) -> None:
    a = site.join("a")
    strange = "shmscope/v1/hall/b/x", OF_C, "shmscope/v1/hall/gate/x"
    for branch in strange:
        a.say(f"{branch}/stats")
        a.show(f"{branch}/alive")
        a.answer(f"{branch}/q/list", b"of a")
    a.fence()
    assert all(key.startswith(a.own) for key, _ in site.wire.heard)
    assert all(token.startswith(a.own) for token in site.wire.tokens)
    assert [site.wire.ask(f"{branch}/q/list") for branch in strange] == [[], [], []]


def test_nobody_overhears_the_other_side(site: Site) -> None:
    """Check both ways: a host behind the gateway, the gateway itself, and a host beside it."""
    a, b, c = site.join("a"), site.join("b"), site.wire.join("c", site.fleet / "hosts/c")
    heard = {host: host.overhear("**") for host in (a, c, site.gateway)}
    for host in (a, c):
        host.fence()
    for host in (b, c):
        host.answer(f"{host.own}/q/list", b"rows")
        host.say(f"{host.own}/stats")
        host.show(f"{host.own}/alive")
        host.fence()
    for host in (a, c):
        host.fence()
    assert [key for key in heard[a] if b.own in key or c.own in key] == []
    assert [key for key in heard[c] if b.own in key] == []
    assert [key for key in heard[site.gateway] if c.own in key] == []
    assert answers(a.session, f"{b.own}/q/list") == []
    assert answers(c.session, f"{b.own}/q/list") == []
    assert answers(site.gateway.session, f"{c.own}/q/list") == []


def test_a_gateway_speaks_for_its_site_alone(site: Site) -> None:
    gateway = site.gateway
    gateway.say(f"{OF_C}/stats")
    gateway.show(f"{OF_C}/alive")
    gateway.answer(f"{OF_C}/q/list", b"of the gateway")
    gateway.fence()
    assert all(key.startswith("shmscope/v1/hall/") for key, _ in site.wire.heard)
    assert all(token.startswith("shmscope/v1/hall/") for token in site.wire.tokens)
    assert site.wire.ask(f"{OF_C}/q/list") == []


def test_a_host_of_the_site_cannot_pass_it_by(site: Site) -> None:
    past = site.wire.admit(site.wire.settings("a", site.fleet / "hosts/a"), "a", "hall")
    past.say(f"{past.own}/stats")
    past.show(f"{past.own}/alive")
    site.gateway.fence()
    site.wire.join("c", site.fleet / "hosts/c").fence()
    assert f"{past.own}/alive" not in site.wire.tokens
    assert f"{past.own}/stats" not in [key for key, _ in site.wire.heard]


def started(fleet: Path, hub: int) -> tuple[subprocess.Popen[str], int]:
    """Return the command, which listens, and its port."""
    files = [f"--{name}={path}" for name, path in identity(fleet / "gateways/gate").items()]
    files.append(f"--members={fleet / 'gateways/gate/members.toml'}")
    for _ in range(TRIES):
        port = free_port()
        places = f"--hub=127.0.0.1:{hub}", f"--listen=127.0.0.1:{port}"
        process = subprocess.Popen(
            [sys.executable, "-m", "shmscope", "gateway", *places, *files],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        if process.stdout.readline():
            return process, port
        process.communicate(timeout=30)  # somebody else was faster
    raise AssertionError


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_carries_until_a_signal_ends_it(site: Site, number: signal.Signals) -> None:
    process, port = started(site.fleet, site.wire.port)
    with process:
        a = site._replace(port=port).join("a")
        a.fence()
        process.send_signal(number)
        assert process.communicate(timeout=30) == ("", "")
    assert process.returncode == 0
    until(lambda: f"{a.own}/alive1" in site.wire.lost)
