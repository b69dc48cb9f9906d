"""Certificates that no fleet would take are refused at the start, and it is said why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.terminal.running import complaint

from shmscope.errors import ConfigurationError
from shmscope.fleet.certificates import Pair, Purpose, make_authority, make_certificate
from shmscope.fleet.endpoints import Identity
from shmscope.fleet.founding import AUTHORITY, CERTIFICATE, KEY, MEMBERS, add_gateway, found_fleet
from shmscope.terminal.credentials import check_identity

Spoil = Callable[[Path], object]


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    folder = tmp_path / "fleet"
    found_fleet(folder, ["hub", "127.0.0.1"], ["a"], 30)
    add_gateway(folder, ["gate", "127.0.0.1"], "hall", 30)
    return folder


def identity(folder: Path) -> Identity:
    return Identity(folder / CERTIFICATE, folder / KEY, folder / AUTHORITY)


def test_what_was_made_for_a_machine_is_taken(fleet: Path) -> None:
    check_identity(identity(fleet / "hosts/a"), connects=True)
    check_identity(identity(fleet / "hub"), serves=True)
    check_identity(identity(fleet / "gateways/gate"), connects=True, serves=True)
    check_identity(Identity(), connects=True)


def test_what_was_made_for_another_purpose_is_refused(fleet: Path) -> None:
    with pytest.raises(ConfigurationError, match="purpose"):
        check_identity(identity(fleet / "hub"), connects=True)
    with pytest.raises(ConfigurationError, match="purpose"):
        check_identity(identity(fleet / "hosts/a"), serves=True)


def expired(folder: Path) -> None:
    """Make the certificate anew as of 40 days ago."""
    fleet = folder.parents[1]
    authority = Pair((fleet / AUTHORITY).read_bytes(), (fleet / "authority.key").read_bytes())
    then = datetime.now(UTC) - timedelta(days=40)
    pair = make_certificate(authority, "a", Purpose.HOST, 30, now=then)
    (folder / CERTIFICATE).write_bytes(pair.certificate)
    (folder / KEY).write_bytes(pair.key)


def of_another_authority(folder: Path) -> None:
    """Put the certificate of another authority beside the machine's own."""
    (folder / AUTHORITY).write_bytes(make_authority("another").certificate)


def junk(name: str) -> Spoil:
    """Return what makes a file one of no certificate."""
    return lambda folder: (folder / name).write_bytes(b"junk")


def with_the_hubs_key(folder: Path) -> None:
    """Give the machine another's key."""
    (folder / KEY).write_bytes((folder.parents[1] / "hub" / KEY).read_bytes())


SPOILT: dict[str, tuple[Spoil, str]] = {
    "expired": (expired, "certificate has expired"),
    "another authority": (of_another_authority, "--authority"),
    "no certificate": (junk(CERTIFICATE), "no PEM"),
    "no key": (junk(KEY), "no PEM"),
    "no authority": (junk(AUTHORITY), "no PEM"),
    "another's key": (with_the_hubs_key, "they do not belong together"),
}


@pytest.mark.parametrize(("spoil", "why"), SPOILT.values(), ids=SPOILT)
def test_an_agent_says_what_is_amiss_with_its_certificate(
    fleet: Path, spoil: Spoil, why: str
) -> None:
    folder = fleet / "hosts/a"
    spoil(folder)
    files = [f"--{name}={folder / name}.pem" for name in ("certificate", "key", "authority")]
    assert why in complaint(2, "agent", "--hub=127.0.0.1:7447", "--name=a", *files)


def test_a_hub_says_it_too(fleet: Path) -> None:
    folder = fleet / "hub"
    of_another_authority(folder)
    files = [f"--fleet-{name}={folder / name}.pem" for name in ("certificate", "key", "authority")]
    files.append(f"--fleet-members={folder / MEMBERS}")
    said = complaint(2, "hub", "--port=0", "--no-browser", *files)
    assert f"--fleet-certificate {folder / CERTIFICATE} is refused" in said


def test_a_gateway_says_it_too(fleet: Path) -> None:
    folder = fleet / "gateways/gate"
    of_another_authority(folder)
    names = "certificate", "key", "authority"
    files = [*(f"--{name}={folder / name}.pem" for name in names), f"--members={folder / MEMBERS}"]
    said = complaint(2, "gateway", "--hub=127.0.0.1:7447", "--listen=127.0.0.1:7448", *files)
    assert f"--certificate {folder / CERTIFICATE} is refused" in said
