"""Who connects to a hub without being let in, or is let in and wants more than is his.

Each attack is made with the carrier's own engine, and next to it stands what shows that it would be
noticed: the same by who may, or on a hub without the rule.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zenoh
from tests.fleet.wire import ALL, Settings, Visitor, Wire, answers
from tests.waiting import until

from shmscope.fleet.certificates import Pair, Purpose, make_certificate
from shmscope.fleet.founding import AUTHORITY, CERTIFICATE, KEY, found_fleet
from shmscope.fleet.members import Member
from shmscope.fleet.permissions import MOST_PUT_BYTES, MOST_REPLY_BYTES

HUB = ("hub", "127.0.0.1")
MEMBERS = Member("a"), Member("b")
OF_B = "shmscope/v1/_/b/x"


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a fleet; `guest` has a certificate and is no member."""
    folder = tmp_path_factory.mktemp("fleet")
    found_fleet(folder, HUB, ("a", "b", "guest"), 30)
    return folder


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of another fleet, whose hosts are called the same."""
    folder = tmp_path_factory.mktemp("strangers")
    found_fleet(folder, HUB, ("a", "b"), 30)
    return folder


@pytest.fixture
def wire(fleet: Path) -> Iterator[Wire]:
    with closing(Wire(fleet / "hub", MEMBERS)) as wire:
        yield wire


@pytest.fixture
def open_wire(fleet: Path) -> Iterator[Wire]:
    """A hub under TLS that permits everything: what shows that an attack is one."""

    def permit(settings: Settings) -> None:
        settings["access_control"] = {"enabled": False}
        settings["low_pass_filter"] = []

    with closing(Wire(fleet / "hub", MEMBERS, permit)) as wire:
        yield wire


@pytest.fixture
def plain() -> Iterator[Wire]:
    """A hub on loopback, without certificates."""
    with closing(Wire()) as wire:
        yield wire


def refused(wire: Wire, settings: Settings) -> bool:
    """Whether who comes with these settings is turned away, and the hub has no session more."""
    before = wire.hub.info.transports()
    try:
        wire.admit(settings, "a")
    except zenoh.ZError:
        return wire.hub.info.transports() == before
    return False


def make_pair(fleet: Path, folder: Path, name: str, purpose: Purpose, ends: timedelta) -> Path:
    """Make the files of a machine whose certificate was signed yesterday."""
    authority = Pair((fleet / AUTHORITY).read_bytes(), (fleet / "authority.key").read_bytes())
    now = datetime.now(UTC) - timedelta(days=1) + ends
    pair = make_certificate(authority, name, purpose, 1, ["127.0.0.1"], now)
    (folder / CERTIFICATE).write_bytes(pair.certificate)
    (folder / KEY).write_bytes(pair.key)
    (folder / AUTHORITY).write_bytes(authority.certificate)
    return folder


def test_a_host_speaks_and_answers_for_itself(wire: Wire, fleet: Path) -> None:
    a = wire.join("a", fleet / "hosts/a")
    a.answer(f"{a.own}/q/list", b"rows")
    a.say(f"{a.own}/stats", b"0.5 s")
    a.fence()
    assert wire.heard.count((f"{a.own}/stats", b"0.5 s")) == 2
    assert wire.ask(f"{a.own}/q/list") == [b"rows"]


def foreign_authority(settings: Settings, strangers: Path) -> None:
    mine = strangers / "hosts/a"
    settings["transport"]["link"]["tls"] |= {
        "root_ca_certificate": str(mine / AUTHORITY),
        "connect_certificate": str(mine / CERTIFICATE),
        "connect_private_key": str(mine / KEY),
    }


def foreign_certificate(settings: Settings, strangers: Path) -> None:
    foreign_authority(settings, strangers)
    ours = settings["transport"]["link"]["tls"]["listen_certificate"]
    settings["transport"]["link"]["tls"]["root_ca_certificate"] = str(Path(ours).parent / AUTHORITY)


def no_certificate(settings: Settings, _: Path) -> None:
    tls = settings["transport"]["link"]["tls"]
    settings["transport"]["link"]["tls"] = {
        "root_ca_certificate": tls["root_ca_certificate"],
        "enable_mtls": False,
    }


def plain_tcp(settings: Settings, _: Path) -> None:
    settings["connect"]["endpoints"] = [
        endpoint.replace("tls/", "tcp/") for endpoint in settings["connect"]["endpoints"]
    ]
    settings["transport"]["link"]["protocols"] = ["tcp"]


def wrong_name(settings: Settings, _: Path) -> None:
    """Connect by a name that the hub's certificate does not hold: as if its address were taken."""
    settings["connect"]["endpoints"] = [
        endpoint.replace("127.0.0.1", "localhost") for endpoint in settings["connect"]["endpoints"]
    ]


@pytest.mark.parametrize(
    "change", [foreign_authority, foreign_certificate, no_certificate, plain_tcp, wrong_name]
)
def test_who_does_not_belong_is_turned_away(
    wire: Wire, fleet: Path, strangers: Path, change: Callable[[Settings, Path], None]
) -> None:
    settings = wire.settings("a", fleet / "hosts/a")
    change(settings, strangers)
    assert refused(wire, settings)
    wire.join("a", fleet / "hosts/a").fence()


def test_a_hosts_certificate_is_not_taken_for_a_hubs(fleet: Path, tmp_path: Path) -> None:
    folder = make_pair(fleet, tmp_path, "b", Purpose.HOST, timedelta(hours=1))
    with closing(Wire(folder, MEMBERS)) as posing:
        assert refused(posing, posing.settings("a", fleet / "hosts/a"))


def test_a_certificate_that_has_expired_is_refused(wire: Wire, fleet: Path, tmp_path: Path) -> None:
    folder = make_pair(fleet, tmp_path, "a", Purpose.HOST, timedelta(hours=-1))
    assert refused(wire, wire.settings("a", folder))


@pytest.mark.slow
def test_a_session_ends_with_its_certificate(wire: Wire, fleet: Path, tmp_path: Path) -> None:
    folder = make_pair(fleet, tmp_path, "a", Purpose.HOST, timedelta(seconds=4))
    settings = wire.settings("a", folder)
    a = wire.admit(settings, "a")
    b = wire.join("b", fleet / "hosts/b")
    a.fence()
    b.fence()
    until(lambda: len(wire.hub.info.transports()) == 1)
    assert refused(wire, settings)
    b.fence()


def test_statistics_of_another_host_are_not_taken(wire: Wire, fleet: Path) -> None:
    assert not spoofed(wire, fleet)


def test_without_permissions_statistics_of_another_host_would_be(
    open_wire: Wire, fleet: Path
) -> None:
    assert spoofed(open_wire, fleet)


def spoofed(wire: Wire, fleet: Path) -> bool:
    """Whether host a can publish as host b."""
    a = wire.join("a", fleet / "hosts/a")
    for key in (f"{OF_B}/stats", "shmscope/v1/_/b/y/stats", "shmscope/v1/hall/a/x/stats"):
        a.say(key)
    a.fence()
    return any(not key.startswith(a.own) for key, _ in wire.heard)


def test_the_token_of_another_host_is_not_taken(wire: Wire, fleet: Path) -> None:
    assert not impersonated(wire, fleet)


def test_without_permissions_the_token_of_another_host_would_be(
    open_wire: Wire, fleet: Path
) -> None:
    assert impersonated(open_wire, fleet)


def impersonated(wire: Wire, fleet: Path) -> bool:
    """Whether host a can be there as host b."""
    a = wire.join("a", fleet / "hosts/a")
    a.show(f"{OF_B}/alive")
    a.fence()
    return f"{OF_B}/alive" in wire.tokens


def test_questions_to_another_host_are_not_answered_by_this_one(wire: Wire, fleet: Path) -> None:
    assert intercepted(wire, fleet) == [b"of b"]


def test_without_permissions_they_would_be(open_wire: Wire, fleet: Path) -> None:
    assert b"of a" in intercepted(open_wire, fleet)


def intercepted(wire: Wire, fleet: Path) -> list[bytes]:
    """Return the answers to a question to host b, which host a would like to answer."""
    a, b = wire.join("a", fleet / "hosts/a"), wire.join("b", fleet / "hosts/b")
    a.answer(f"{OF_B}/q/list", b"of a")
    a.answer(ALL, b"of a", by=f"{OF_B}/q/list")
    b.answer(f"{OF_B}/q/list", b"of b")
    a.fence()
    b.fence()
    return wire.ask(f"{OF_B}/q/list")


def test_a_host_overhears_and_asks_nobody(wire: Wire, fleet: Path) -> None:
    assert spied(wire, fleet) == ([], [])


def test_without_permissions_a_host_would_hear_all(open_wire: Wire, fleet: Path) -> None:
    heard, answered = spied(open_wire, fleet)
    assert {f"{OF_B}/stats", f"{OF_B}/alive"} <= set(heard)
    assert answered == [b"rows"]


def spied(wire: Wire, fleet: Path) -> tuple[list[str], list[bytes]]:
    """Return the keys of host b that a heard, and what b answered to a."""
    a, b = wire.join("a", fleet / "hosts/a"), wire.join("b", fleet / "hosts/b")
    return overheard(a, b)


def overheard(a: Visitor, b: Visitor) -> tuple[list[str], list[bytes]]:
    heard = [a.overhear(key) for key in ("**", ALL, f"{OF_B}/**", "shmscope/v1/*/*/*/stats")]
    a.fence()
    b.answer(f"{OF_B}/q/list", b"rows")
    b.show(f"{OF_B}/alive")
    b.say(f"{OF_B}/stats")
    b.fence()
    a.fence()
    seen = [str(one.ok.key_expr) for one in a.session.liveliness().get(ALL, timeout=2) if one.ok]
    keys = {*seen, *(key for keys in heard for key in keys)}
    answered = answers(a.session, f"{OF_B}/q/list")
    return sorted(key for key in keys if key.startswith(OF_B)), answered


@pytest.mark.parametrize("mode", ["peer", "router"])
def test_a_host_that_calls_itself_a_router_overhears_and_speaks_no_more(
    wire: Wire, fleet: Path, mode: str
) -> None:
    settings = wire.settings("a", fleet / "hosts/a") | {"mode": mode}
    a, b = wire.admit(settings, "a"), wire.join("b", fleet / "hosts/b")
    assert overheard(a, b) == ([], [])
    a.say(f"{OF_B}/spoofed")
    a.show(f"{OF_B}/spoofed")
    a.answer(f"{OF_B}/q/list", b"of a")
    a.fence()
    assert f"{OF_B}/spoofed" not in [*wire.tokens, *(key for key, _ in wire.heard)]
    assert wire.ask(f"{OF_B}/q/list") == [b"rows"]


def test_a_certificate_alone_makes_no_member(wire: Wire, fleet: Path) -> None:
    guest, b = wire.join("guest", fleet / "hosts/guest"), wire.join("b", fleet / "hosts/b")
    heard = guest.overhear("**")
    guest.say(f"{guest.own}/stats")
    guest.show(f"{guest.own}/alive")
    guest.say(f"{OF_B}/spoofed")
    # A fence would not be heard: the hub answers a question in the order that things came in.
    assert answers(guest.session, f"{OF_B}/**") == []
    b.say(f"{OF_B}/stats")
    b.fence()
    assert answers(guest.session, f"{OF_B}/**") == []
    assert {key for key, _ in wire.heard} == {f"{OF_B}/stats", f"{OF_B}/fence1"}
    assert wire.tokens == [f"{OF_B}/alive1"]
    assert f"{OF_B}/stats" not in heard


def test_on_loopback_without_certificates_nobody_overhears(plain: Wire) -> None:
    assert overheard(plain.join("a"), plain.join("b")) == ([], [])


@pytest.mark.parametrize("size", [MOST_PUT_BYTES + 1, 1 << 20, 4 << 20])
def test_statistics_that_are_too_long_are_dropped_and_the_session_stays(
    wire: Wire, fleet: Path, size: int
) -> None:
    a = wire.join("a", fleet / "hosts/a")
    a.say(f"{a.own}/stats", bytes(MOST_PUT_BYTES - 1000))
    a.say(f"{a.own}/stats", bytes(size))
    a.fence()
    lengths = {len(body) for key, body in wire.heard if key.endswith("stats")}
    assert lengths == {MOST_PUT_BYTES - 1000}


def test_an_answer_that_is_too_long_is_none_and_the_session_stays(wire: Wire, fleet: Path) -> None:
    a = wire.join("a", fleet / "hosts/a")
    a.answer(f"{a.own}/q/list", bytes(MOST_REPLY_BYTES + 1))
    a.answer(f"{a.own}/q/chunk", bytes(MOST_REPLY_BYTES - 1000))
    a.fence()
    assert wire.ask(f"{a.own}/q/list") == []
    assert [len(body) for body in wire.ask(f"{a.own}/q/chunk")] == [MOST_REPLY_BYTES - 1000]


GARBAGE = {
    "nothing": b"",
    "a request of HTTP": b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n",
    "zeros": bytes(1 << 16),
    "a frame that is longer than it says": b"\xff\xff" + bytes(range(256)) * 300,
    "half a client hello": bytes.fromhex("1603010200010001fc0303") + bytes(40),
}


@pytest.mark.parametrize("under_tls", [True, False])
@pytest.mark.parametrize("sent", GARBAGE.values(), ids=GARBAGE)
def test_bytes_of_strangers_end_nothing(fleet: Path, sent: bytes, *, under_tls: bool) -> None:
    hub, host = (fleet / "hub", fleet / "hosts/a") if under_tls else (None, None)
    with closing(Wire(hub, MEMBERS)) as wire:
        a = wire.join("a", host)
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", wire.port)) as stranger:
                stranger.sendall(sent)
        a.fence()
        wire.join("b", fleet / "hosts/b" if under_tls else None).fence()
