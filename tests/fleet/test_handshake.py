"""What keeps an agent from a hub that listens is said, once, with what mends it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from tests.fleet.programs import agent
from tests.fleet.test_security_matrix import HUB, MEMBERS, make_pair
from tests.fleet.wire import Wire, free_port, identity
from tests.waiting import until

from shmscope.fleet.certificates import Purpose
from shmscope.fleet.endpoints import Identity
from shmscope.fleet.founding import found_fleet
from shmscope.terminal import handshake
from shmscope.terminal.handshake import Fault, explain, fault_of

NOBODY = Identity()


@pytest.fixture(scope="module")
def fleets(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folders of two fleets, whose machines are called the same."""
    folders = tmp_path_factory.mktemp("fleet"), tmp_path_factory.mktemp("strangers")
    for folder in folders:
        found_fleet(folder, HUB, ("a",), 30)
    return folders


@pytest.fixture(scope="module")
def secure(fleets: tuple[Path, Path]) -> Iterator[str]:
    """Address of a hub under TLS."""
    with closing(Wire(fleets[0] / "hub", MEMBERS)) as wire:
        yield f"127.0.0.1:{wire.port}"


@pytest.fixture(scope="module")
def plain() -> Iterator[str]:
    """Address of a hub on loopback, without certificates."""
    with closing(Wire()) as wire:
        yield f"127.0.0.1:{wire.port}"


def files(folder: Path) -> Identity:
    return Identity(**identity(folder))


def text(fault: Fault | None) -> str:
    assert fault is not None
    assert fault.is_sure
    return fault.text


def test_of_a_hub_that_is_well_or_not_there_nothing_is_said(
    fleets: tuple[Path, Path], secure: str
) -> None:
    own = files(fleets[0] / "hosts/a")
    assert fault_of(secure, own) is None
    for who in (own, NOBODY):
        assert fault_of(f"127.0.0.1:{free_port()}", who) is None


def test_files_of_another_fleet_are_told_from_each_other(
    fleets: tuple[Path, Path], secure: str
) -> None:
    own, other = (files(folder / "hosts/a") for folder in fleets)
    said = text(fault_of(secure, other))
    assert said.startswith(f"the certificate of the hub at {secure} is refused: ")
    assert "`shmscope fleet add`" in said
    mixed = Identity(other.certificate, other.key, own.authority)
    said = text(fault_of(secure, mixed))
    assert said.startswith(f"the hub at {secure} refuses this agent's certificate: ")
    assert "`shmscope fleet add`" in said


def test_a_certificate_that_has_expired_is_said_to_have(
    fleets: tuple[Path, Path], secure: str, tmp_path: Path
) -> None:
    folder = make_pair(fleets[0], tmp_path, "a", Purpose.HOST, timedelta(hours=-1))
    assert "certificate: certificate expired" in text(fault_of(secure, files(folder)))
    folder = make_pair(fleets[0], tmp_path, "hub", Purpose.HUB, timedelta(hours=-1))
    with closing(Wire(folder, MEMBERS)) as late:
        said = text(fault_of(f"127.0.0.1:{late.port}", files(fleets[0] / "hosts/a")))
    assert "has expired; it is the hub that needs a new one" in said


def test_a_name_that_the_hubs_certificate_does_not_hold_is_said(
    fleets: tuple[Path, Path], secure: str
) -> None:
    address = secure.replace("127.0.0.1", "localhost")
    said = text(fault_of(address, files(fleets[0] / "hosts/a")))
    assert "is not valid for 'localhost'; --hub must be one of" in said


def test_a_hub_under_tls_is_told_from_one_without_either_way(
    fleets: tuple[Path, Path], secure: str, plain: str
) -> None:
    said = text(fault_of(secure, NOBODY))
    assert said.startswith(f"the hub at {secure} speaks TLS, and this agent does not: give it")
    fault = fault_of(plain, files(fleets[0] / "hosts/a"))
    assert fault is not None
    assert not fault.is_sure
    assert fault.text.startswith(f"what listens at {plain} does not speak TLS")


def test_what_may_be_a_slow_hub_is_said_when_it_is_met_again_and_all_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(handshake, "AGAIN_S", 0.0)
    ended, said = threading.Event(), list[str]()
    counts = []
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        address = f"127.0.0.1:{deaf.getsockname()[1]}"
        speaking = threading.Thread(target=explain, args=((address,), NOBODY, ended, said.append))
        speaking.start()
        for _ in range(4):
            connection, _ = deaf.accept()  # what was met before it is said by now
            counts.append(len(said))
            connection.close()
        ended.set()
    speaking.join()
    assert counts == [0, 0, 1, 1]
    [line] = said
    assert line.startswith(f"something listens at {address} and does not answer as a hub")


def test_files_that_went_while_the_hub_is_waited_for_are_said_to_have(
    fleets: tuple[Path, Path], secure: str, tmp_path: Path
) -> None:
    own = files(fleets[0] / "hosts/a")
    gone = Identity(tmp_path / "none.pem", own.key, own.authority)
    assert "none.pem" in text(fault_of(secure, gone))


def test_an_agent_of_another_fleet_says_so_once_and_goes_on(
    fleets: tuple[Path, Path], name: str
) -> None:
    other = fleets[1] / "hosts/a"
    with closing(Wire(fleets[0] / "hub", MEMBERS)) as wire:
        options = [f"--{option}={path}" for option, path in identity(other).items()]
        with agent(f"127.0.0.1:{wire.port}", name, *options) as waiting:
            until(lambda: len(waiting.complained) == 2)
            first, second = waiting.complained
            assert first.startswith("shmscope: waiting for the hub")
            assert second.startswith("shmscope: the certificate of the hub at ")
            assert waiting.process.poll() is None
            assert waiting.end() == 0
        assert waiting.complained == [first, second]
