"""What can be subscribed to, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from shmscope.errors import ShmscopeError
from shmscope.layout.hand import LayoutRule
from shmscope.layout.lens import Lens
from shmscope.layout.names import ArrayId


@dataclass(frozen=True, slots=True)
class OverviewTopic:
    """All arrays, twice a second."""


@dataclass(frozen=True, slots=True)
class HostTopic:
    """The host's shared memory, who fills it, its locks, and what changed when; twice a second.

    Attributes:
        host: Another host than the sampler's own, which a hub knows of; None for that.
    """

    host: str | None = None


@dataclass(frozen=True, slots=True)
class FleetTopic:
    """All hosts of a hub, and some of their arrays; twice a second.

    Attributes:
        host: That host alone, without its arrays; None for all.
        hosts: Of a large fleet, the hosts whose arrays are told.
        find: Of a large fleet, what the arrays told must match; empty for all.
        arrays: Of a large fleet, arrays that are told before those of `hosts`.
    """

    host: str | None = None
    hosts: tuple[str, ...] = ()
    find: str = ""
    arrays: tuple[ArrayId, ...] = ()


@dataclass(frozen=True, slots=True)
class ArrayTopic:
    """One array's row, history and statistics, twice a second."""

    array: ArrayId


@dataclass(frozen=True, slots=True)
class ValuesTopic:
    """The values of a selection.

    Attributes:
        select: numpy's basic selection, as text.
        max_points: Larger selections are thinned to this many elements.
        layout: How to see the segment instead of as the array that it holds.
        lens: What is done to the selection.
    """

    array: ArrayId
    select: str
    max_points: int
    layout: LayoutRule | None = None
    lens: Lens = field(default_factory=Lens)


Topic: TypeAlias = OverviewTopic | HostTopic | FleetTopic | ArrayTopic | ValuesTopic


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something new about a topic, for everybody who subscribed to it.

    Attributes:
        kind: ``schema`` and ``frame`` carry a body, ``gone`` a sentence, ``error`` an error.
        body: Plain data and numpy arrays.
        made_s: When, on the sampler's clock.
    """

    topic: Topic
    kind: Literal["schema", "frame", "gone", "error"]
    made_s: float
    body: Any = None
    error: ShmscopeError | None = None
