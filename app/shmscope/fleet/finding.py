"""Searches through the arrays of all hosts: in the words of the page's filter, and by patterns."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from operator import attrgetter
from typing import Any, NamedTuple

from shmscope.fleet.host import Host
from shmscope.fleet.hosts import Hosts
from shmscope.fleet.listing import Entry
from shmscope.sampling.health.verdicts import LEVELS


class Wanted(NamedTuple):
    """What is searched for; all of it must be so.

    Attributes:
        hosts: Each is a part of the host's name, or a shell pattern of it.
        levels: The level is one of them, if there are any.
        words: Each is a part of the array's, segment's or host's name.
    """

    hosts: tuple[str, ...]
    levels: frozenset[str]
    words: tuple[str, ...]


def parse(text: str) -> Wanted:
    """Read a search: words, `host:NAME` and `level:LEVEL`; a level may stand alone."""
    hosts, levels, words = [], set(), []
    for word in text.casefold().split():
        kind, _, value = word.partition(":")
        if kind == "host" and value:
            hosts.append(value)
        elif kind == "level" and value:
            levels.add(value)
        elif word in LEVELS:
            levels.add(word)
        else:
            words.append(word)
    return Wanted(tuple(hosts), frozenset(levels), tuple(words))


def matching(hosts: Hosts, wanted: Wanted) -> Iterator[tuple[Host, list[Entry]]]:
    """Yield the hosts that have arrays that match, with those, by name."""
    for host in sorted(hosts, key=lambda one: one.name):
        name = host.name.casefold()
        if all(part in name or fnmatchcase(name, part) for part in wanted.hosts):
            found = [one for one in host.listing.entries if _fits(host, one, wanted)]
            if found:
                yield host, found


class Asked(NamedTuple):
    """Which rows of all, by host and name.

    Attributes:
        hosts: Shell pattern of hosts.
        match: Shell pattern of arrays' names.
        first: So many are passed over.
        most: At most so many are told.
    """

    hosts: str
    match: str
    first: int
    most: int


def page(hosts: Hosts, asked: Asked, now_s: float) -> tuple[list[dict[str, Any]], int]:
    """Return rows, and how many there are; those that are not told stay packed.

    Args:
        hosts: Of the fleet.
        asked: Which.
        now_s: The hub's clock.
    """
    rows, total = list[dict[str, Any]](), 0
    for host in sorted(hosts, key=attrgetter("name")):
        if not fnmatchcase(host.name, asked.hosts):
            continue
        found = [one for one in host.listing.entries if fnmatchcase(one.name, asked.match)]
        begin, left = max(asked.first - total, 0), asked.most - len(rows)
        total += len(found)
        if begin < len(found) and left:
            host.looked_s = now_s
            found.sort(key=attrgetter("name", "number"))
            rows += host.rows(now_s, found[begin : begin + left])
    return rows, total


def _fits(host: Host, entry: Entry, wanted: Wanted) -> bool:
    if not all(word in entry.words for word in wanted.words):
        return False
    return not wanted.levels or host.level_of(entry) in wanted.levels
