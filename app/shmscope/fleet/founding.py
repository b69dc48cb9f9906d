"""The folder of a fleet: an authority, and for the hub and each host a folder to copy there.

```
FOLDER/authority.pem, authority.key      signs; the key leaves this folder never
       README.txt                        what is to be copied where
       hub/certificate.pem, key.pem, authority.pem, members.toml
       hosts/NAME/certificate.pem, key.pem, authority.pem
       gateways/NAME/    as the hub's, if a site has one
```

Nothing is ever overwritten. Keys are their owner's alone, and so are all folders of a fleet.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from shmscope.errors import ConfigurationError
from shmscope.fleet.certificates import (
    Pair,
    Purpose,
    check_machine,
    make_authority,
    make_certificate,
    names_in,
)
from shmscope.fleet.members import Member, format_member, read_members

CERTIFICATE: Final = "certificate.pem"
KEY: Final = "key.pem"
AUTHORITY: Final = "authority.pem"
MEMBERS: Final = "members.toml"
README: Final = "README.txt"
_SIGNING_KEY: Final = "authority.key"


@dataclass(frozen=True, slots=True)
class Made:
    """What was made for one machine.

    Attributes:
        name: The machine's.
        folder: To be copied there.
        ends: When its certificate expires, in UTC.
    """

    name: str
    folder: Path
    ends: datetime


def found_fleet(folder: Path, hub: Sequence[str], hosts: Sequence[str], days: int) -> list[Made]:
    """Make the folder of a new fleet.

    Args:
        folder: Where; it is made, and must be empty if it is there.
        hub: The hub's name, and further names and addresses by which hosts may connect to it.
        hosts: The names of hosts.
        days: How long their certificates are valid.

    Returns:
        What was made, the hub's first.

    Raises:
        ConfigurationError: a name or address cannot be, or the folder holds something already.
    """
    for name in (hub[0], *hosts):
        _check_once(name, (hub[0], *hosts))
    authority = make_authority(f"shmscope fleet of {hub[0]}")
    pairs = {name: make_certificate(authority, name, Purpose.HOST, days) for name in hosts}
    own = make_certificate(authority, hub[0], Purpose.HUB, days, hub[1:])
    _check_empty(folder)
    members = "".join(format_member(Member(name)) for name in hosts).encode()
    _write(folder, {AUTHORITY: authority.certificate, _SIGNING_KEY: authority.key})
    made = [_machine(folder / "hub", hub[0], own, authority, {MEMBERS: members})]
    _own(folder / "hosts")
    made += [_machine(folder / "hosts" / name, name, pairs[name], authority) for name in hosts]
    return made


def add_hosts(folder: Path, hosts: Sequence[str], site: str, days: int) -> list[Made]:
    """Make folders for more hosts, and name them to the hub, or to the gateway of their site.

    Raises:
        ConfigurationError: a name cannot be or is taken, or the folder is not one of a fleet.
    """
    authority = _authority(folder)
    _check_free(folder, hosts, "hosts")
    pairs = {name: make_certificate(authority, name, Purpose.HOST, days) for name in hosts}
    roster = above(folder, site) / MEMBERS
    made = [_machine(folder / "hosts" / name, name, pairs[name], authority) for name in hosts]
    _name_to(roster, [Member(name, site) for name in hosts])
    return made


def add_gateway(folder: Path, names: Sequence[str], site: str, days: int) -> Made:
    """Make the folder of a site's gateway, and name it to the hub.

    Args:
        folder: The fleet's.
        names: The gateway's name, and further names and addresses by which hosts connect to it.
        site: The site that it speaks for.
        days: How long its certificate is valid.

    Raises:
        ConfigurationError: a name cannot be or is taken, the site has a gateway, or the folder is
            not one of a fleet.
    """
    authority = _authority(folder)
    _check_free(folder, names[:1], "gateways")
    if above(folder, site) != folder / "hub":
        raise ConfigurationError(f"site {site!r} has a gateway", value=site)
    pair = make_certificate(authority, names[0], Purpose.GATEWAY, days, names[1:])
    top = format_member(Member(names_of(folder / "hub")[0], site, "hub")).encode()
    place = folder / "gateways" / names[0]
    made = _machine(place, names[0], pair, authority, {MEMBERS: top})
    _name_to(folder / "hub" / MEMBERS, [Member(names[0], site, "gateway")])
    return made


def keep(folder: Path, text: str) -> None:
    """Keep in the folder of a fleet what is to be done with it.

    Raises:
        ConfigurationError: it cannot be written.
    """
    _write(folder, {README: f"{text}\n".encode()})


def above(folder: Path, site: str) -> Path:
    """Return the folder of what a site's hosts connect to: its gateway's, or the hub's.

    Raises:
        ConfigurationError: the folder is not one of a fleet.
    """
    for member in read_members(folder / "hub" / MEMBERS):
        if (member.site, member.role) == (site, "gateway"):
            return folder / "gateways" / member.name
    return folder / "hub"


def names_of(folder: Path) -> list[str]:
    """Return the names and addresses of a machine by the folder made for it, its own name first.

    Raises:
        ConfigurationError: the folder is not one of a fleet.
    """
    return names_in(_read(folder / CERTIFICATE))


def _check_empty(folder: Path) -> None:
    with _in_words(folder):
        if folder.exists() and any(folder.iterdir()):
            raise ConfigurationError(
                f"{folder} is not empty, and nothing is overwritten: "
                "`shmscope fleet add` adds a host",
                value=str(folder),
            )


def _check_once(name: str, names: Sequence[str]) -> None:
    check_machine(name)
    if names.count(name) > 1:
        raise ConfigurationError(f"{name!r} is the name of two machines", value=name)


def _check_free(folder: Path, names: Sequence[str], kind: str) -> None:
    rosters = folder / "hub" / MEMBERS, *folder.glob(f"gateways/*/{MEMBERS}")
    taken = [member.name for roster in rosters for member in read_members(roster)]
    taken = list({*taken, names_of(folder / "hub")[0]})
    for name in names:
        _check_once(name, (*taken, *names))
        if (folder / kind / name).exists():
            raise ConfigurationError(
                f"{folder / kind / name} is there, and nothing is overwritten", value=name
            )


def _name_to(roster: Path, members: Sequence[Member]) -> None:
    with _in_words(roster), roster.open("a", encoding="utf-8") as file:
        file.write("".join(map(format_member, members)))


def _authority(folder: Path) -> Pair:
    return Pair(_read(folder / AUTHORITY), _read(folder / _SIGNING_KEY))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"{path}: {error.strerror}; `shmscope fleet init` makes it", value=str(path)
        ) from None


def _machine(
    folder: Path,
    name: str,
    pair: Pair,
    authority: Pair,
    more: Mapping[str, bytes] | None = None,
) -> Made:
    files = {CERTIFICATE: pair.certificate, KEY: pair.key, AUTHORITY: authority.certificate}
    _own(folder.parent)
    _write(folder, {**files, **(more or {})})
    return Made(name, folder, pair.ends)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    _own(folder)
    with _in_words(folder):
        for name, content in files.items():
            with open(folder / name, "xb", opener=_owners) as file:
                file.write(content)


def _own(folder: Path) -> None:
    """Have a folder, which may be there, to oneself."""
    with _in_words(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)


@contextmanager
def _in_words(place: Path) -> Iterator[None]:
    """Have what the system refuses told in a sentence."""
    try:
        yield
    except OSError as error:
        found = error.filename or place
        raise ConfigurationError(f"{found}: {error.strerror}", value=str(found)) from None


def _owners(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
