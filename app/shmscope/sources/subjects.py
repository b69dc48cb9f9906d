"""What an array is, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from shmscope.layout.control import Description

Provenance: TypeAlias = Literal["published", "recognised", "configured", "guessed", "bytes"]
Mechanism: TypeAlias = Literal["shared_memory", "Array", "Manager", "memfd", "System V"]

PUBLISHED = "Its program publishes it."


@dataclass(frozen=True, slots=True)
class Subject:
    """What is said of an array, beside its layout.

    Attributes:
        name: What it is called.
        mechanism: How its memory is shared.
        provenance: Where its layout comes from.
        segment: File name in /dev/shm, or None where there is none.
        format: What it is, in a word or two; empty where nobody knows or its program publishes it.
        why: A sentence for people: how the layout is known.
        unit: Unit of the values, for people.
        labels: Names of the elements along the last axis.
        about: A sentence about the array.
        system: Whether it is memory of a program that shares no arrays with it.
        companions: Names of the segments that belong to it.
    """

    name: str
    mechanism: Mechanism
    provenance: Provenance
    segment: str | None
    format: str = ""
    why: str = PUBLISHED
    unit: str | None = None
    labels: tuple[str, ...] | None = None
    about: str | None = None
    system: bool = False
    companions: tuple[str, ...] = ()


def published(description: Description) -> Subject:
    """Return what a program says of its array."""
    return Subject(
        name=description.name,
        mechanism=description.mechanism,
        provenance="published",
        segment=description.segment,
        unit=description.unit,
        labels=description.labels,
        about=description.about,
    )
