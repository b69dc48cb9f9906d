"""`shmscope ls --hub URL`: the arrays of all hosts of a hub, by host, as a table or as JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from shmscope.client.address import parse_address
from shmscope.client.link import TIMEOUT_S, Link
from shmscope.client.questions import json_of
from shmscope.errors import ConfigurationError, UnknownArrayError
from shmscope.terminal.listing import CLEAR, Wish
from shmscope.terminal.tables import format_bytes, format_columns, format_rate
from shmscope.terminal.texts import plain_json, shown, write

HEADINGS: Final = ("HOST", "NAME", "SIZE", "USERS", "WHAT", "ARRAY", "RATE", "HEALTH")
Row = Mapping[str, Any]

SORTS: Final[dict[str, Callable[[Row], Any]]] = {
    "name": lambda row: row["name"],
    "size": lambda row: -row["size_bytes"],
    "users": lambda row: -_users(row["users"]),
}
_WHY: Final = {
    "unreachable": "cannot be reached, for {since} now: its arrays are as last known",
    "ended": "was ended {since} ago: its arrays are as last known",
    "conflict": "is the name of two agents, for {since} now",
}


def run(wish: Wish, url: str, watch_s: float | None) -> None:
    """Print the list, once or again and again.

    Args:
        wish: What to list; a shell pattern of arrays' names.
        url: Of the hub, or the link with a token that it prints.
        watch_s: Seconds from one list to the next; None for one list.

    Raises:
        AddressError: `url` is no address of a server.
        ConfigurationError: processes of other hosts cannot be asked for.
        UnknownArrayError: nothing is as it was wished for.
        UnreachableError: no server answers there.
    """
    if wish.pid is not None:
        raise ConfigurationError("--pid is of this machine: it cannot be had with --hub")
    link = Link(parse_address(url), TIMEOUT_S)
    try:
        _print(link, wish)
        while watch_s is not None:
            time.sleep(watch_s)
            if sys.stdout.isatty():
                sys.stdout.write(CLEAR)
            _print(link, wish)
    finally:
        link.close()


def _print(link: Link, wish: Wish) -> None:
    rows, hosts = _rows(link, wish.pattern), _hosts(link)
    if not rows and wish.pattern != "*":
        raise UnknownArrayError(f"no array of any host matches {wish.pattern!r}")
    rows.sort(key=lambda row: (row["host"], SORTS[wish.sort](row), row["id"]))
    if wish.as_json:
        write(plain_json(json.dumps({"hosts": hosts, "arrays": rows}, indent=2)))
    else:
        write(format_table(rows, hosts))


def _rows(link: Link, pattern: str) -> list[Row]:
    rows: list[Row] = []
    while True:
        page = link.ask(json_of("/arrays", match=pattern, host="*", offset=len(rows)))
        rows += page["arrays"]
        if not page["arrays"] or len(rows) >= page["total"]:
            return rows


def _hosts(link: Link) -> list[Row]:
    """Return the other hosts; none where the server is no hub."""
    try:
        found: list[Row] = link.ask(json_of("/fleet/hosts"))["hosts"]
    except UnknownArrayError:  # as the client calls whatever is not found
        raise ConfigurationError(
            f"the server at {link.address.base} is no hub: one is started with 'shmscope hub'",
            value=link.address.base,
        ) from None
    return found


def format_table(rows: Sequence[Row], hosts: Sequence[Row]) -> str:
    """Return a table for a terminal, and a line on each host that is not well known."""
    return "\n".join([*format_columns([HEADINGS, *map(_cells, rows)]), *_remarks(hosts)])


def _remarks(hosts: Sequence[Row]) -> Iterator[str]:
    for host in hosts:
        if why := _WHY.get(host["state"]):
            yield f"{shown(host['host'])} {why.format(since=_duration(host['since_s']))}."
        if cut := host.get("cut"):
            yield (
                f"{shown(host['host'])} has more arrays than the {cut['listed']:,} that are "
                f"listed: a list may have {format_bytes(cut['limit_bytes'])}."
            )


def _cells(row: Row) -> tuple[str, ...]:
    shape = " x ".join(map(str, row["shape"])) or "scalar"
    return (
        shown(row["host"]),
        shown(row["name"]),
        format_bytes(row["size_bytes"]),
        "?" if row["users"] is None else str(_users(row["users"])),
        shown(f"{row['provenance']} {row['format']}".strip()),
        shown(f"{row['dtype']} {shape}"),
        _rate(row),
        row["health"]["level"],
    )


def _users(users: Mapping[str, int] | None) -> int:
    return sum((users or {}).values())


def _rate(row: Row) -> str:
    if row["writes_per_s"] is not None:
        return format_rate(row["writes_per_s"])
    return "-" if row["changes"] is None else f"≥ {format_rate(row['changes']['per_s'] or 0.0)}"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
