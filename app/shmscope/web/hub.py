"""Between one sampler and many clients: encodes each delivery once, hands it to all who asked."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable
from typing import Any

import shmscope
from shmscope.errors import BusyError
from shmscope.fleet.local import Kind
from shmscope.sampling.demand import Demand, Ticket
from shmscope.sampling.topics import Delivery, Topic
from shmscope.sources.ceilings import DEFAULT, Ceiling
from shmscope.web.allowance import QUOTA, Quota
from shmscope.web.audience import Audience, Client
from shmscope.web.fleet_places import Places
from shmscope.web.limits import LIMITS, Limits, format_limits
from shmscope.web.line import LineProtocol
from shmscope.web.problems import problem_of
from shmscope.web.session import Request, Session, Subscribe
from shmscope.web.wire import Message, encode_body

MOST_ANSWERS = 64

log = logging.getLogger(__name__)


class Hub:
    """All clients of the stream. Lives on the event loop, but for `deliver`.

    Args:
        host: Name of this machine.
        clock: The sampler's clock.
        quota: What each client may be sent a second.
        limits: How many clients there may be, and what each may ask for.
        ceiling: What the sampler keeps for them.
    """

    def __init__(
        self,
        host: str,
        clock: Callable[[], float] = time.monotonic,
        quota: Quota = QUOTA,
        limits: Limits = LIMITS,
        ceiling: Ceiling = DEFAULT,
    ) -> None:
        self._host = host
        self._clock = clock
        self._quota, self._limits, self._ceiling = quota, limits, ceiling
        self._server = os.urandom(8).hex()
        self._audiences: dict[Topic, Audience] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._demand: Demand
        self._places: Places

    def bind(self, demand: Demand, places: Places | None = None) -> None:
        """Begin, on the running loop, to pass on what is asked for.

        Args:
            demand: Takes what is asked of this host, and how many clients there are.
            places: Where other hosts are asked; none without a fleet.
        """
        self._loop = asyncio.get_running_loop()
        self._demand = demand
        self._places = places or Places(self._host, demand)

    def join(self, line: LineProtocol | None = None) -> Client:
        """Let a new client in.

        Raises:
            BusyError: there are too many.
        """
        count, most = self._demand.clients + 1, self._limits.clients
        if count > most:
            raise BusyError(
                f"there would be {count:,} clients; there may be {most:,}", value=count, limit=most
            )
        plain = self._places.plain
        client = Client(Session(self._greeting(), self._quota, self._limits, plain), line)
        self._demand.clients += 1
        return client

    def leave(self, client: Client) -> None:
        """Forget a client and all that it asked for."""
        for number in list(client.tickets):
            self._drop(client, number)
        if client.alarm is not None:
            client.alarm.cancel()
        self._demand.clients -= 1

    def receive(self, client: Client, text: str) -> None:
        """Take in a client's message."""
        for request in client.session.receive(text):
            self._serve(client, request)
        if client.session.backlog >= MOST_ANSWERS:
            client.room.clear()
        self._nudge(client)

    def hear(self, client: Client, text: str) -> bool:
        """Take in a client's message if it may speak now, and return whether it may."""
        if client.room.is_set():
            self.receive(client, text)
            return True
        return False

    def pour(self, client: Client) -> None:
        """Write to a client's line what there is to send, as far as there is room."""
        line = client.line
        while line is not None and line.has_room:
            message = self.next_message(client)
            if message is None:
                return
            line.write(message)

    def next_message(self, client: Client) -> Message | None:
        """Return what to send to a client now."""
        if not client.room.is_set() and client.session.backlog < MOST_ANSWERS:
            client.room.set()
        now_s = self._clock()
        message = client.session.next_message(now_s)
        held_until_s = client.session.held_until_s
        if held_until_s is not None and client.alarm is None and self._loop is not None:
            client.alarm = self._loop.call_later(held_until_s - now_s, self._let_pass, client)
        return message

    def deliver(self, delivery: Delivery) -> None:
        """Encode what the sampler found and pass it to the loop; called from its thread."""
        if self._loop is None:
            return
        content = delivery.body if delivery.error is None else problem_of(delivery.error)
        body = encode_body(content)
        self.deliver_encoded(delivery.topic, delivery.kind, body, delivery.made_s)

    def deliver_encoded(self, topic: Topic, kind: Kind, body: bytes, made_s: float) -> None:
        """Pass what is encoded already to the loop; called from any thread."""
        if self._loop is None:
            return
        try:
            self._loop.call_soon_threadsafe(self._dispatch, topic, kind, body, made_s)
        except RuntimeError:  # the loop is closed: the server is going down
            self._loop = None

    def _let_pass(self, client: Client) -> None:
        client.alarm = None
        self._nudge(client)

    def _nudge(self, client: Client) -> None:
        """Send to a client at once, or wake its sender.

        What fails here fails again there, where it ends this connection and no other.
        """
        if client.line is None:
            client.news.set()
            return
        try:
            self.pour(client)
        except Exception:  # noqa: BLE001 - the sender raises it
            client.news.set()

    def _greeting(self) -> dict[str, Any]:
        return {
            "server": self._server,
            "host": self._host,
            "version": shmscope.__version__,
            "limits": format_limits(self._limits, self._quota, self._ceiling),
        }

    def _serve(self, client: Client, request: Request) -> None:
        """Let a client in before it leaves, so that a topic that it keeps is not forgotten."""
        before = client.tickets.get(request.id)
        if isinstance(request, Subscribe):
            self._admit(client, request)
            if before is not None and before.topic == request.topic:
                self._places.demand_of(before.topic).drop(before)
            elif before is not None:
                self._dismiss(client, request.id, before)
        else:
            self._drop(client, request.id)

    def _admit(self, client: Client, request: Subscribe) -> None:
        demand = self._places.demand_of(request.topic)
        client.tickets[request.id] = demand.add(request.topic, request.rate_hz)
        self._audiences.setdefault(request.topic, Audience()).admit(client, request.id)

    def _drop(self, client: Client, number: int) -> None:
        ticket = client.tickets.pop(number, None)
        if ticket is not None:
            self._dismiss(client, number, ticket)

    def _dismiss(self, client: Client, number: int, ticket: Ticket) -> None:
        self._places.demand_of(ticket.topic).drop(ticket)
        audience = self._audiences.get(ticket.topic)
        if audience is not None:
            audience.watchers.pop((client, number), None)
            if not audience.watchers:
                del self._audiences[ticket.topic]

    def _dispatch(self, topic: Topic, kind: Kind, body: bytes, made_s: float) -> None:
        audience = self._audiences.get(topic)
        if audience is None:
            return
        audience.keep(kind, body, made_s)
        if kind == "frame":
            for client, number in audience.watchers:
                client.session.offer_frame(number, body, made_s)
                self._nudge(client)
        else:
            self._dispatch_word(audience, kind, body)

    def _dispatch_word(self, audience: Audience, kind: Kind, body: bytes) -> None:
        last = kind == "gone"
        for client, number in list(audience.watchers):
            client.session.offer_word(number, kind, body, last=last)
            if last:
                self._drop(client, number)
            self._nudge(client)
