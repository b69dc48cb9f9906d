"""The arrays that a segment holds: as its user says, as its format says, or as bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np

from shmscope.errors import LayoutError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.formats.recognition import RecognisedArray
from shmscope.layout.formats.signs import Signs
from shmscope.layout.hand import LayoutRule
from shmscope.sources.assembly import FoundSegment
from shmscope.sources.catalogue import Entry
from shmscope.sources.subjects import Mechanism, Subject

Neighbour: TypeAlias = Callable[[FoundSegment, str], FoundSegment | None]

_ARENA = "pym-"  # multiprocessing.heap: Array, Value and RawArray lie in there
BY_USER = "Its layout was given by hand."
BY_GUESS = "Its layout is a guess that somebody took over."


@dataclass(frozen=True, slots=True)
class Holding:
    """One array of a segment that no program published.

    Attributes:
        segment: Where it lies.
        signs: How writes can be counted and copies verified, or None.
        neighbours: The segments that `signs` names, by name.
    """

    subject: Subject
    layout: ArrayLayout
    segment: FoundSegment
    signs: Signs | None = None
    neighbours: Mapping[str, FoundSegment] = field(default_factory=dict)

    @property
    def key(self) -> tuple[object, ...]:
        """What stays the same as long as it is the same array, seen the same way."""
        places = tuple(one.identity for one in self.neighbours.values())
        return self.segment.identity, self.subject, self.layout, self.signs, places


def holdings(entry: Entry, rules: Iterable[LayoutRule], neighbour: Neighbour) -> list[Holding]:
    """Return the arrays of a segment; what its user says counts more than what was recognised.

    Args:
        entry: The segment; of one that a program publishes, only what rules add.
        rules: Layouts by hand; one that its segment can make nothing of is passed over.
        neighbour: Finds a segment of the same folder by its name.
    """
    asked = [rule for rule in rules if rule.matches(entry.segment.label)]
    by_hand, problems = _by_hand(entry, asked)
    if by_hand or entry.provenance == "published":
        return _told_apart(by_hand)
    if entry.recognition is None or not entry.recognition.arrays:
        return [_as_bytes(entry, problems)]
    arrays = entry.recognition.arrays
    return _told_apart([_recognised(entry, array, neighbour) for array in arrays])


def _by_hand(entry: Entry, rules: Iterable[LayoutRule]) -> tuple[list[Holding], list[str]]:
    """Return the arrays that rules make of a segment, and what is wrong with the other rules."""
    found, problems = [], []
    for rule in rules:
        try:
            found.append(by_rule(entry, rule, "configured"))
        except LayoutError as error:
            problems.append(f"The layout given for it cannot be: {error.detail}.")
    return found, problems


def by_rule(
    entry: Entry, rule: LayoutRule, provenance: Literal["configured", "guessed"]
) -> Holding:
    """Return the array that a rule makes of a segment.

    Raises:
        LayoutError: it can make none, as where the segment is too short for one element.
    """
    layout = rule.resolve(entry.segment.size_bytes)
    subject = Subject(
        name=rule.title or entry.segment.label,
        mechanism=_mechanism(entry.segment),
        provenance=provenance,
        segment=_file_name(entry.segment),
        format=entry.format,
        why=BY_USER if provenance == "configured" else BY_GUESS,
        unit=rule.unit,
        labels=rule.labels,
        about=rule.about,
        companions=entry.companions,
    )
    return Holding(subject, layout, entry.segment)


def _recognised(entry: Entry, array: RecognisedArray, neighbour: Neighbour) -> Holding:
    recognition = entry.recognition
    signs = recognition.signs if recognition is not None else None
    names = {one.segment for one in signs.fields if one.segment} if signs is not None else set()
    neighbours = {name: found for name in names if (found := neighbour(entry.segment, name))}
    subject = Subject(
        name=array.name or entry.segment.label,
        mechanism=_mechanism(entry.segment),
        provenance="recognised",
        segment=_file_name(entry.segment),
        format=entry.format,
        why=_sentence(entry.why),
        unit=array.unit,
        labels=array.labels,
        companions=entry.companions,
    )
    whole = signs is not None and len(neighbours) == len(names)
    return Holding(subject, array.layout, entry.segment, signs if whole else None, neighbours)


def _as_bytes(entry: Entry, problems: Iterable[str]) -> Holding:
    subject = Subject(
        name=entry.segment.label,
        mechanism=_mechanism(entry.segment),
        provenance="bytes",
        segment=_file_name(entry.segment),
        format=entry.format,
        why=" ".join([_sentence(entry.why), *problems]),
        system=entry.system,
        companions=entry.companions,
    )
    layout = ArrayLayout.contiguous(np.dtype("u1"), (entry.segment.size_bytes,))
    return Holding(subject, layout, entry.segment)


def _mechanism(segment: FoundSegment) -> Mechanism:
    if segment.kind == "sysv":
        return "System V"
    if segment.kind == "memfd":
        return "memfd"
    return "Array" if segment.label.rpartition("/")[2].startswith(_ARENA) else "shared_memory"


def _file_name(segment: FoundSegment) -> str | None:
    """Return what the segment is or was called, None for memory that never had a lasting name."""
    return segment.label if _mechanism(segment) == "shared_memory" else None


def _sentence(why: str) -> str:
    """Return a recogniser's clause as a sentence."""
    return why[:1].upper() + why[1:].rstrip(".") + "." if why else ""


def _told_apart(found: list[Holding]) -> list[Holding]:
    """Give arrays of one segment and one name names of their own: with a number."""
    names = Counter(held.subject.name for held in found)
    return [
        held if names[held.subject.name] == 1 else _numbered(held, number)
        for number, held in enumerate(found, 1)
    ]


def _numbered(held: Holding, number: int) -> Holding:
    name = f"{held.subject.name}#{number}"
    return replace(held, subject=replace(held.subject, name=name))
