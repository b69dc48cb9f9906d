"""A search through the arrays of all hosts, in the words that the page's filter knows."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

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


def _fits(host: Host, entry: Entry, wanted: Wanted) -> bool:
    if not all(word in entry.words for word in wanted.words):
        return False
    return not wanted.levels or host.level_of(entry) in wanted.levels
