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
    """

    def __init__(self) -> None:
        self.changed = threading.Event()
        self.clients = 0
        self._lock = threading.Lock()
        self._tickets: dict[int, Ticket] = {}
        self._spells: dict[Topic, int] = {}
        self._numbers = 0

    def add(self, topic: Topic, rate_hz: float = 2.0) -> Ticket:
        """Ask for `topic`, values at up to `rate_hz`."""
        with self._lock:
            self._numbers += 1
            ticket = Ticket(self._numbers, topic, rate_hz)
            self._tickets[ticket.number] = ticket
            self._spells.setdefault(topic, ticket.number)
        self.changed.set()
        return ticket

    def drop(self, ticket: Ticket) -> None:
        """Ask no more."""
        with self._lock:
            self._tickets.pop(ticket.number, None)
            if all(left.topic != ticket.topic for left in self._tickets.values()):
                self._spells.pop(ticket.topic, None)
        self.changed.set()

    def topics(self) -> list[Topic]:
        """Return every topic that somebody asks for, once."""
        with self._lock:
            return list(dict.fromkeys(ticket.topic for ticket in self._tickets.values()))

    def spell(self, topic: Topic) -> int | None:
        """Return a number for the time since which somebody has always asked for `topic`.

        Whoever asks after a moment when nobody did knows nothing of what was told before it.
        """
        return self._spells.get(topic)

    def values(self) -> dict[ValuesTopic, float]:
        """Return every values topic with the fastest rate that somebody asks for."""
        rates: dict[ValuesTopic, float] = {}
        with self._lock:
            for ticket in self._tickets.values():
                if isinstance(ticket.topic, ValuesTopic):
                    rates[ticket.topic] = max(rates.get(ticket.topic, 0.0), ticket.rate_hz)
        return rates
