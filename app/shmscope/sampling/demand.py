"""Who wants to know what: counted subscriptions to topics, and the fastest rate asked for."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from shmscope.sampling.topics import Topic, ValuesTopic


@dataclass(frozen=True, slots=True)
class Ticket:
    """One subscription."""

    number: int
    topic: Topic
    rate_hz: float


class Demand:
    """Subscriptions of all clients; may be used from any thread.

    Attributes:
        changed: Set when a subscription came or went, for the sampler to wake.
        clients: How many clients are connected.
        asked: How often somebody has asked once.
        unattended: Whether the sampler takes it that nobody is there.
    """

    def __init__(self) -> None:
        self.changed = threading.Event()
        self.clients = self.asked = 0
        self.unattended = False
        self._lock = threading.Lock()
        self._tickets: dict[Topic, dict[int, Ticket]] = {}  # by topic: there may be many of each
        self._spells: dict[Topic, int] = {}
        self._numbers = 0

    def add(self, topic: Topic, rate_hz: float = 2.0) -> Ticket:
        """Ask for `topic`, values at up to `rate_hz`."""
        with self._lock:
            self._numbers += 1
            ticket = Ticket(self._numbers, topic, rate_hz)
            self._tickets.setdefault(topic, {})[ticket.number] = ticket
            self._spells.setdefault(topic, ticket.number)
        self.changed.set()
        return ticket

    def drop(self, ticket: Ticket) -> None:
        """Ask no more."""
        with self._lock:
            tickets = self._tickets.get(ticket.topic, {})
            tickets.pop(ticket.number, None)
            if not tickets:
                self._tickets.pop(ticket.topic, None)
                self._spells.pop(ticket.topic, None)
        self.changed.set()

    def ask(self) -> None:
        """Tell that somebody asks once, over REST: they may ask again."""
        self.asked += 1
        if self.unattended:
            self.changed.set()

    def topics(self) -> list[Topic]:
        """Return every topic that somebody asks for, once."""
        with self._lock:
            return list(self._tickets)

    def spell(self, topic: Topic) -> int | None:
        """Return a number for the time since which somebody has always asked for `topic`.

        Whoever asks after a moment when nobody did knows nothing of what was told before it.
        """
        return self._spells.get(topic)

    def values(self) -> dict[ValuesTopic, float]:
        """Return every values topic with the fastest rate that somebody asks for."""
        with self._lock:
            return {
                topic: max(ticket.rate_hz for ticket in tickets.values())
                for topic, tickets in self._tickets.items()
                if isinstance(topic, ValuesTopic)
            }
