"""What a hub knows of one host: messages in, states out. Pure: clocks are arguments.

The clocks of two hosts are never compared: agents send ages, and a state lasts since a moment on
the hub's own clock. A host that is not heard of is unreachable. That it is dead nobody can know.

| state         | when                                                                        |
|---------------|-----------------------------------------------------------------------------|
| `reachable`   | its agent's token is there, and it was heard of within `SILENCE_S`          |
| `unreachable` | its token went, or nothing was heard for longer                             |
| `ended`       | its agent said that it ends; the host is forgotten after `hosts.ENDED_S`    |
| `conflict`    | two agents of one name are there and speak, or it has the hub's own name    |

A hub that did not run for a while knows no more than before: a host that was reachable stays so
until there was time to hear of it again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from shmscope.fleet import messages
from shmscope.fleet.keys import Place
from shmscope.fleet.listing import Entry, Listing
from shmscope.fleet.passing import overlay, unpack
from shmscope.sampling.health.verdicts import LEVELS

State: TypeAlias = Literal["reachable", "unreachable", "ended", "conflict"]

SILENCE_S: Final = 4.0  # more than the carrier takes to notice a cut
RETURN_S: Final = 6.0  # after a hub was held up agents are back: they try every 5 s at the latest
OVERLAP_S: Final = 1.5  # two agents that are both heard within it speak at the same time
LIST_EVERY_S: Final = 2.0  # a host's list is asked for at most so often
_DELAYS: Final = 120  # the least of so many messages' delays is taken for none


@dataclass(slots=True)
class Agent:
    """One start of a host's agent, as the hub sees it.

    Attributes:
        place: Its keys.
        is_there: Whether its token is.
        heard_s: When it was last heard of.
        tick: Number of its last message.
        said: Its last message.
        lag_s: How much later than the quickest of late its last message came.
    """

    place: Place
    is_there: bool = False
    heard_s: float = 0.0
    tick: int = -1
    said: Mapping[str, Any] = field(default_factory=dict)
    lag_s: float = 0.0
    ended: bool = False
    delays: deque[float] = field(default_factory=lambda: deque(maxlen=_DELAYS))

    def hear(self, message: Mapping[str, Any], now_s: float) -> None:
        """Take in a message; one that was overtaken is let pass."""
        self.ended = self.ended or message.get("ended") is True
        tick = messages.count(message, "tick")
        if tick <= self.tick:
            return
        self.tick, self.said, self.heard_s = tick, message, now_s
        delay = now_s - messages.number(message, "clock_s")
        self.delays.append(delay)
        self.lag_s = delay - min(self.delays)


class Host:
    """One host.

    Attributes:
        name: What it calls itself.
        site: Where it is: that of an agent elsewhere is another host's.
        is_taken: Whether the hub itself is called so.
        agent: The agent that speaks for it.
        listing: Its arrays as they were last listed.
        asked_s: When its list was last asked for.
        looked_s: When somebody last looked at its rows; set by any thread.
    """

    def __init__(self, place: Place, now_s: float, *, taken: bool = False) -> None:
        self.name, self.site = place.host, place.site
        self.agents: dict[str, Agent] = {}
        self.agent = Agent(place)
        self.listing = Listing("", -1, now_s)
        self.asked_s = self.looked_s = float("-inf")
        self.since_s, self.is_taken = now_s, taken
        self._state: State = "unreachable"
        self._passed: tuple[Mapping[str, Any], dict[int, dict[str, Any]]] = ({}, {})

    @property
    def place(self) -> Place | None:
        """Whom to ask; None where nobody would answer."""
        return self.agent.place if self._state == "reachable" else None

    @property
    def state(self) -> State:
        """Its state, since `since_s`."""
        return self._state

    def settle(self, now_s: float, ran_s: float = float("-inf")) -> None:
        """Choose who speaks for it, and its state.

        Args:
            now_s: The hub's clock.
            ran_s: When the hub began to run again after it was held up.
        """
        there = [agent for agent in self.agents.values() if agent.is_there and not agent.ended]
        if not (self.agent.is_there and not self.agent.ended) and there:
            self.agent = max(there, key=lambda one: one.heard_s)
        self._note(self._judged(there, now_s, is_early=now_s - ran_s <= RETURN_S), now_s)

    def _judged(self, there: list[Agent], now_s: float, *, is_early: bool) -> State:
        heard = [one for one in there if now_s - one.heard_s <= OVERLAP_S and one.tick >= 0]
        if (self.is_taken and there) or len(heard) > 1:
            return "conflict"
        if self.agent.ended:
            return "ended"
        if is_early and self._state == "reachable":
            return "reachable"
        is_heard = now_s - self.agent.heard_s <= SILENCE_S
        return "reachable" if self.agent.is_there and is_heard else "unreachable"

    def _note(self, state: State, now_s: float) -> None:
        """Change the state: a host is out of reach from its last sign of life on."""
        if state != self._state:
            self._state = state
            self.since_s = self.agent.heard_s if state == "unreachable" else now_s

    def wants_list(self, now_s: float, *, looked: bool) -> bool:
        """Whether its list is to be asked for.

        Args:
            now_s: The hub's clock.
            looked: Whether somebody looks at its rows.
        """
        if self.place is None or self.agent.tick < 0 or now_s - self.asked_s < LIST_EVERY_S:
            return False
        newest = (self.agent.place.agent, messages.count(self.agent.said, "revision"))
        stale = now_s - self.listing.made_s > 2 * LIST_EVERY_S
        return (self.listing.agent, self.listing.revision) != newest or (looked and stale)

    def row(self, now_s: float) -> dict[str, Any]:
        """Return what is told of it."""
        said = self.agent.said
        level, room = messages.text(said, "level", 20), said.get("room")
        levels = said.get("levels")
        return {
            "host": self.name,
            "site": self.site,
            "state": self._state,
            "since_s": max(now_s - self.since_s, 0.0),
            "heard_s": None if self.agent.tick < 0 else max(now_s - self.agent.heard_s, 0.0),
            "arrays": messages.count(said, "arrays"),
            "cut": self._cut(),
            "writes_per_s": messages.number(said, "writes_per_s"),
            "level": level if level in LEVELS else "ok",
            "levels": _counts(levels, LEVELS),
            "room": _counts(room, ("size_bytes", "used_bytes")) if room else None,
            "version": messages.text(said, "version", 40),
            "lag": self.agent.lag_s,
        }

    def _cut(self) -> dict[str, int] | None:
        """Return how many arrays are listed and what a list may take, where there are more."""
        limit_bytes = self.listing.limit_bytes
        if limit_bytes is None:
            return None
        return {"listed": len(self.listing.entries), "limit_bytes": limit_bytes}

    def rows(self, now_s: float, entries: Iterable[Entry] | None = None) -> list[dict[str, Any]]:
        """Return the rows of its arrays as they were last known.

        Args:
            now_s: The hub's clock.
            entries: Of these alone.
        """
        passed = self._passing()
        state, age_s = self._state, max(now_s - self.agent.heard_s, 0.0)
        told = {"state": state, "known_age_s": age_s}
        listed = self.listing.entries if entries is None else entries
        return [{**_overlaid(one, passed), **told} for one in listed]

    def level_of(self, entry: Entry) -> str:
        """Return the level of an array as it was last known."""
        found = self._passing().get(entry.number)
        return entry.level if found is None else LEVELS[min(found["level"], len(LEVELS) - 1)]

    def _passing(self) -> dict[int, dict[str, Any]]:
        """Return what passes, by number; it is unpacked where somebody looks."""
        if self.listing.agent != self.agent.place.agent:
            return {}  # another agent counts anew
        said = self.agent.said
        if self._passed[0] is not said:
            kept = self._listed_of(self._passed[1]) if messages.count(said, "parts") > 1 else {}
            self._passed = (said, {**kept, **unpack(messages.data(said, "passing"))})
        return self._passed[1]

    def _listed_of(self, passed: dict[int, dict[str, Any]]) -> dict[int, dict[str, Any]]:
        """Return what passed of the arrays that there still are."""
        listed = (one.number for one in self.listing.entries)
        return {number: passed[number] for number in listed if number in passed}


def _overlaid(entry: Entry, passed: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    found = passed.get(entry.number)
    return entry.row if found is None else overlay(entry.row, found)


def _counts(given: Any, names: Iterable[str]) -> dict[str, int]:
    found = given if isinstance(given, dict) else {}
    return {name: messages.count(found, name) for name in names}
