"""By which names a server may be asked for, on loopback and beyond."""

from __future__ import annotations

import pytest

from shmscope.web.hosts import Hosts, own_names, plain_address

ADDRESS = "192.0.2.7"


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> Hosts:
    """The names of a machine that is called Box.Example."""
    monkeypatch.setattr("socket.gethostname", lambda: "Box.Example")
    return Hosts.of("http", ("shm.example", "192.0.2.99", "https://proxy.example"))


def test_a_machine_has_its_name_in_full_in_short_and_on_the_local_link(hosts: Hosts) -> None:
    assert hosts.names == own_names() == {"box.example", "box", "box.local"}


@pytest.mark.parametrize(
    "host", [ADDRESS, f"{ADDRESS}:8765", "box", "BOX.example:1", "box.local", "localhost:8765"]
)
def test_from_elsewhere_a_server_is_its_address_and_its_machines_names(
    hosts: Hosts, host: str
) -> None:
    assert hosts.refusal(host, None, ADDRESS) is None
    assert hosts.refusal(host, f"http://{host}", ADDRESS) is None


@pytest.mark.parametrize(
    "host", ["evil.test", "192.0.2.8", "0.0.0.0", "box.evil.test", "boxx", "[2001:db8::1]"]
)
def test_from_elsewhere_no_other_name_is_the_servers(hosts: Hosts, host: str) -> None:
    assert "Host" in (hosts.refusal(host, None, ADDRESS) or "")


@pytest.mark.parametrize("reached", ["127.0.0.1", "::1", "::ffff:127.0.0.1", None])
@pytest.mark.parametrize("host", ["box", "box.local", "127.0.0.1.evil.test", ADDRESS])
def test_on_loopback_even_its_machines_name_is_not_the_servers(
    hosts: Hosts, host: str, reached: str | None
) -> None:
    assert hosts.refusal(host, None, reached)


@pytest.mark.parametrize("reached", ["127.0.0.1", ADDRESS])
@pytest.mark.parametrize("host", ["shm.example", "SHM.example:9", "192.0.2.99:1"])
def test_the_names_that_a_user_gave_are_the_servers_at_any_port(
    hosts: Hosts, host: str, reached: str
) -> None:
    assert hosts.refusal(host, f"http://{host}", reached) is None
    assert "Origin" in (hosts.refusal(host, f"https://{host}", reached) or "")


def test_a_proxys_origin_is_the_one_that_the_user_gave(hosts: Hosts) -> None:
    assert hosts.refusal("proxy.example", "https://proxy.example", "127.0.0.1") is None
    assert "Origin" in (hosts.refusal("proxy.example", "http://proxy.example", None) or "")
    assert "Host" in (hosts.refusal("proxy.example:81", None, None) or "")


def test_with_a_certificate_the_origin_is_encrypted() -> None:
    hosts = Hosts.of("https", ())
    assert hosts.refusal("localhost:1", "https://localhost:1") is None
    assert "Origin" in (hosts.refusal("localhost:1", "http://localhost:1") or "")


def test_an_address_is_the_same_however_it_is_written(hosts: Hosts) -> None:
    long = "2001:0db8:0:0:0:0:0:1"
    assert plain_address(long) == "2001:db8::1"
    assert plain_address(f"::ffff:{ADDRESS}") == ADDRESS
    assert hosts.refusal("[2001:DB8::1]:8765", None, long) is None
    assert hosts.refusal(ADDRESS, None, f"::ffff:{ADDRESS}") is None
