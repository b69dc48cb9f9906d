"""What a rule answers, and what stands of it over time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Generic, Literal, NamedTuple, TypeAlias, TypeVar

Level: TypeAlias = Literal["ok", "warning", "critical"]
Sureness: TypeAlias = Literal["certain", "likely", "possible", "unknown"]
Fact: TypeAlias = str | int | float | None
Facts = TypeVar("Facts")

LEVELS: tuple[Level, ...] = ("ok", "warning", "critical")
NO_FACTS: Mapping[str, Fact] = MappingProxyType({})


class Finding(NamedTuple):
    """What a rule answers.

    Attributes:
        level: How bad it is.
        sentence: What it is, for people.
        remedy: The command that mends it, to copy.
        sure: How sure that is: ``certain`` where it follows from what the kernel or a writer says,
            ``likely`` and ``possible`` where it is inferred, ``unknown`` where processes that may
            not be looked at could change the answer.
        facts: What it rests on, by name; units are suffixes of the names.
    """

    level: Level
    sentence: str
    remedy: str | None = None
    sure: Sureness = "certain"
    facts: Mapping[str, Fact] = NO_FACTS


@dataclass(frozen=True, slots=True)
class Rule(Generic[Facts]):
    """A named rule.

    Attributes:
        name: As it stands in verdicts.
        meaning: One line for the documentation.
        judge: The rule itself: answers facts with a finding, or with None.
        rise_s: For so long it must speak before it is heard.
        hold_s: For so long it is heard after it last spoke.
    """

    name: str
    meaning: str
    judge: Callable[[Facts], Finding | None]
    rise_s: float = 0.0
    hold_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """A finding that stands.

    Attributes:
        since_s: Seconds that it has stood at this level.
    """

    rule: str
    level: Level
    sentence: str
    since_s: float
    remedy: str | None = None
    sure: Sureness = "certain"
    facts: Mapping[str, Fact] = field(default_factory=dict)


def worst(verdicts: Iterable[Verdict]) -> Level:
    """Return the highest level among `verdicts`; ``ok`` where there are none."""
    found = {verdict.level for verdict in verdicts}
    return next((level for level in reversed(LEVELS) if level in found), "ok")
