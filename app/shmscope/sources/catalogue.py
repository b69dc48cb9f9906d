"""All shared memory of the machine as people see it: one entry for what belongs together.

A segment's arrays are known because a program published them, or because its format is recognised;
of others the name may say what they are. Control blocks and the companions of a format (`_meta` and
the like) are no entries of their own.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from shmscope.errors import SourceError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.formats import Look, Recognition, opaque, recognise
from shmscope.layout.formats.look import Reader
from shmscope.layout.names import BLOCK_PREFIX
from shmscope.sources.assembly import FoundSegment
from shmscope.sources.blocks import BlockState
from shmscope.sources.inventory import Inventory
from shmscope.sources.processes import own_namespace
from shmscope.sources.segments import Segment

Provenance: TypeAlias = Literal["published", "recognised", "bytes"]


@dataclass(frozen=True, slots=True)
class KnownArray:
    """An array whose layout is known.

    Attributes:
        name: As its publisher or its format calls it; may be empty.
        writes: Counted writes so far, None where nobody counts.
    """

    name: str
    layout: ArrayLayout
    writes: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A segment, with all that is known of it.

    Attributes:
        provenance: Where the layout of its arrays comes from; ``bytes`` where nobody knows it.
        format: What it is, in a word or two; empty where nobody knows.
        why: A sentence for people: how that is known.
        companions: Names of the segments that belong to it.
    """

    segment: FoundSegment
    provenance: Provenance
    format: str
    why: str
    arrays: tuple[KnownArray, ...] = ()
    companions: tuple[str, ...] = ()


def take_catalogue(inventory: Inventory, blocks: Iterable[BlockState]) -> list[Entry]:
    """Say of every segment what it is.

    Args:
        inventory: All segments.
        blocks: The control blocks there are now.
    """
    published: dict[tuple[int, int], list[BlockState]] = {}
    for state in blocks:
        key = (state.header.device, state.header.inode)
        published.setdefault(key, []).append(state)
    looks = _looks(inventory)
    entries = [
        _published(segment, published[segment.identity])
        if segment.identity in published
        else _foreign(segment, looks[segment.identity])
        for segment in inventory.segments
        if not segment.label.startswith(BLOCK_PREFIX)
    ]
    companions = {name for entry in entries for name in entry.companions}
    return [entry for entry in entries if entry.segment.label not in companions]


def _published(segment: FoundSegment, states: list[BlockState]) -> Entry:
    arrays = tuple(
        KnownArray(state.description.name, state.description.layout, int(state.slots["end"].sum()))
        for state in states
    )
    mechanism = states[0].description.mechanism
    return Entry(segment, "published", mechanism, "Its program publishes it.", arrays)


def _foreign(segment: FoundSegment, look: Look) -> Entry:
    found = recognise(look)
    if found is not None:
        return _recognised(segment, found)
    named = opaque.explain(look)
    if named is None:
        return Entry(segment, "bytes", "", "Nothing tells what it holds.")
    why = f"By its name: {named.sentence}."
    return Entry(segment, "bytes", named.owner, why, companions=opaque.companions(look))


def _recognised(segment: FoundSegment, found: Recognition) -> Entry:
    arrays = tuple(KnownArray(array.name, array.layout) for array in found.arrays)
    return Entry(segment, "recognised", found.format, found.why, arrays, found.companions)


def _looks(inventory: Inventory) -> Mapping[tuple[int, int], Look]:
    """Return a look at every segment; those with names see each other."""
    namespace = own_namespace()
    named: dict[str, Look] = {}
    looks: dict[tuple[int, int], Look] = {}
    for segment in inventory.segments:
        look = Look(segment.label, segment.size_bytes, _reader(segment, namespace), named.get)
        looks[segment.identity] = look
        named.update(dict.fromkeys(segment.names, look))
    return looks


def _reader(segment: FoundSegment, namespace: int) -> Reader:
    """Return what reads a few bytes of a segment; what cannot be read is not there."""
    users = [use.process for use in segment.uses or ()]
    name = segment.names[0] if segment.names else None
    source = Segment(segment.device, segment.inode, name, lambda: users, namespace)

    def read(offset: int, count: int) -> bytes:
        if segment.kind == "sysv":
            return b""
        try:
            with source.opened() as opened:
                return os.pread(opened.fd, count, offset)
        except (SourceError, OSError):
            return b""

    return read
