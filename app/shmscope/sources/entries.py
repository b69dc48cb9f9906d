"""What is known of a segment: an entry of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from shmscope.layout.array import ArrayLayout
from shmscope.layout.formats import Look, Recognition, opaque, recognise
from shmscope.sources.assembly import FoundSegment
from shmscope.sources.blocks import BlockState

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
        companions: Names of the segments of the same folder that belong to it.
        recognition: All that its recogniser found out, None where there is none.
        system: Whether it is memory of a program that shares no arrays with it.
        payload_offset: Bytes of header before the data, as far as its name tells.
        creator_pid: Who made it, where its name or format says so; the pid may have been reused.
    """

    segment: FoundSegment
    provenance: Provenance
    format: str
    why: str
    arrays: tuple[KnownArray, ...] = ()
    companions: tuple[str, ...] = ()
    recognition: Recognition | None = None
    system: bool = False
    payload_offset: int = 0
    creator_pid: int | None = None


def published(segment: FoundSegment, states: Sequence[BlockState]) -> Entry:
    """Return the entry of a segment that its program publishes, by its control blocks."""
    arrays = tuple(
        KnownArray(state.description.name, state.description.layout, int(state.slots["end"].sum()))
        for state in states
    )
    mechanism = states[0].description.mechanism
    return Entry(segment, "published", mechanism, "Its program publishes it.", arrays)


def foreign(segment: FoundSegment, look: Look) -> Entry:
    """Return the entry of a segment that nobody publishes, by a look into it."""
    found = recognise(look)
    return _unrecognised(segment, look) if found is None else _recognised(segment, found)


def _recognised(segment: FoundSegment, found: Recognition) -> Entry:
    arrays = tuple(KnownArray(array.name, array.layout) for array in found.arrays)
    return Entry(
        segment,
        "recognised",
        found.format,
        found.why,
        arrays,
        companions=found.companions,
        recognition=found,
        creator_pid=found.creator_pid,
    )


def _unrecognised(segment: FoundSegment, look: Look) -> Entry:
    named = opaque.explain(look)
    if named is None:
        why = "Nothing tells what it holds." if segment.size_bytes else "It is empty."
        return Entry(segment, "bytes", "", why, system=not segment.size_bytes)
    return Entry(
        segment,
        "bytes",
        named.owner,
        f"By its name: {named.sentence}.",
        companions=opaque.companions(look),
        system=named.system or not segment.size_bytes,
        payload_offset=named.payload_offset,
        creator_pid=named.creator_pid,
    )
