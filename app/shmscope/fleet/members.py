"""Who belongs to a fleet: the file that a hub, or a site's gateway, reads when it starts.

```toml
[[member]]
name = "robot1"

[[member]]
name = "gate"
site = "hall"
role = "gateway"
```
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args
from urllib.parse import quote

from shmscope.errors import ConfigurationError
from shmscope.fleet.keys import NO_SITE, ROOT, check_name

MOST_MEMBERS: Final = 10_000
_MOST_BYTES: Final = 1 << 20
_KEYS: Final = "name", "site", "role"

Role: TypeAlias = Literal["host", "gateway", "hub"]


@dataclass(frozen=True, slots=True)
class Member:
    """Who may speak, and for what.

    Attributes:
        name: The common name in its certificate.
        site: The site that it belongs to; of a hub, the site that it is told of.
        role: A host speaks for itself, a gateway for every host of its site. A hub is named to a
            gateway alone, and asks.
    """

    name: str
    site: str = NO_SITE
    role: Role = "host"

    @property
    def keys(self) -> str:
        """The key expression of all that it may speak for; of a hub, of what it is told."""
        site, name = quote(self.site, safe=""), quote(self.name, safe="")
        return f"{ROOT}/{site}/{name}/**" if self.role == "host" else f"{ROOT}/{site}/**"


def read_members(path: Path) -> tuple[Member, ...]:
    """Return the members that a file names.

    Raises:
        ConfigurationError: it cannot be read, or says what cannot be.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}", value=str(path)) from None
    try:
        return parse_members(text)
    except ConfigurationError as error:
        raise ConfigurationError(
            f"{path}: {error.detail}", value=error.value, limit=error.limit, field=error.field
        ) from None


def parse_members(text: bytes) -> tuple[Member, ...]:
    """Return the members that the text of such a file names.

    Raises:
        ConfigurationError: it is too long, no TOML, or says what cannot be.
    """
    if len(text) > _MOST_BYTES:
        raise ConfigurationError(f"is longer than {_MOST_BYTES:,} bytes", limit=_MOST_BYTES)
    try:
        data = tomllib.loads(text.decode())
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"no TOML: {error}") from None
    tables = data.pop("member", [])
    if data or not isinstance(tables, list):
        raise ConfigurationError("holds members alone, and each begins with [[member]]")
    if len(tables) > MOST_MEMBERS:
        raise ConfigurationError(
            f"{len(tables):,} members; {MOST_MEMBERS:,} are allowed",
            value=len(tables),
            limit=MOST_MEMBERS,
        )
    members = tuple(_member(number, table) for number, table in enumerate(tables, 1))
    _check_once(members)
    return members


def format_member(member: Member) -> str:
    """Return the table that names a member, to be added to a file of them."""
    return "\n".join(("[[member]]", *_lines(member), "", ""))


def sites_of(members: Iterable[Member]) -> dict[str, str]:
    """Return the sites of those members that are hosts, by name."""
    return {member.name: member.site for member in members if member.role == "host"}


def _lines(member: Member) -> Iterator[str]:
    # A text of JSON is one of TOML, but for what it escapes as two surrogates.
    yield f"name = {json.dumps(member.name, ensure_ascii=False)}"
    if member.site != NO_SITE:
        yield f"site = {json.dumps(member.site, ensure_ascii=False)}"
    if member.role != "host":
        yield f"role = {json.dumps(member.role)}"


def _member(number: int, table: object) -> Member:
    place = f"member {number}"
    if not isinstance(table, Mapping) or "name" not in table:
        raise ConfigurationError(f"{place}: name: is missing", field="name")
    for key, value in table.items():
        if key not in _KEYS:
            raise ConfigurationError(f"{place}: {key[:40]!r} is no key here", value=key[:40])
        if not isinstance(value, str) or (key == "role" and value not in get_args(Role)):
            raise ConfigurationError(f"{place}: {key}: {value!r:.40} cannot be", field=key)
        check_name(value, f"{place}: {key}")
    return Member(**table)


def _check_once(members: tuple[Member, ...]) -> None:
    seen: set[str] = set()
    for member in members:
        if member.name in seen:
            raise ConfigurationError(f"{member.name!r} is named twice", value=member.name)
        seen.add(member.name)
