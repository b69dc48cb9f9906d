"""Between one sampler and many clients: encodes each delivery once, hands it to all who asked."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import shmscope
from shmscope.sampling.demand import Demand, Ticket
from shmscope.sampling.topics import Delivery, Topic
from shmscope.web import session as protocol
from shmscope.web.problems import problem_of
from shmscope.web.session import Request, Session, Subscribe
from shmscope.web.wire import encode_body
from shmscope.web.wishes import MAX_POINTS, RATES_HZ

MOST_ANSWERS = 64

log = logging.getLogger(__name__)


class Client:
    """A session, its subscriptions at the sampler, and the bells of its sender and receiver.

    Attributes:
        news: Rings when there is something to send.
        room: Rings when the client has read its answers and may ask on.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.news = asyncio.Event()
        self.news.set()
        self.room = asyncio.Event()
        self.tickets: dict[int, Ticket] = {}


@dataclass(slots=True)
class _Audience:
    """Who watches a topic, and what a newcomer is shown at once."""

    watchers: dict[tuple[Client, int], None] = field(default_factory=dict)
    schema: bytes | None = None
    frame: tuple[bytes, float] | None = None
    trouble: bytes | None = None


class Hub:
    """All clients of the stream. Lives on the event loop, but for `deliver`.

    Args:
        host: Name of this machine.
        clock: The sampler's clock.
    """

    def __init__(self, host: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._host = host
        self._clock = clock
        self._server = os.urandom(8).hex()
        self._audiences: dict[Topic, _Audience] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._demand: Demand

    def bind(self, demand: Demand) -> None:
        """Begin, on the running loop, to pass on what is asked for to `demand`."""
        self._loop = asyncio.get_running_loop()
        self._demand = demand

    def join(self) -> Client:
        """Let a new client in."""
        client = Client(Session(self._greeting()))
        self._demand.clients += 1
        return client

    def leave(self, client: Client) -> None:
        """Forget a client and all that it asked for."""
        for number in list(client.tickets):
            self._drop(client, number)
        self._demand.clients -= 1

    def receive(self, client: Client, text: str) -> None:
        """Take in a client's message."""
        for request in client.session.receive(text):
            self._serve(client, request)
        if client.session.backlog >= MOST_ANSWERS:
            client.room.clear()
        client.news.set()

    def next_message(self, client: Client) -> bytes | None:
        """Return what to send to a client now."""
        if client.session.backlog < MOST_ANSWERS:
            client.room.set()
        return client.session.next_message(self._clock())

    def deliver(self, delivery: Delivery) -> None:
        """Encode what the sampler found and pass it to the loop; called from its thread."""
        if self._loop is None:
            return
        content = delivery.body if delivery.error is None else problem_of(delivery.error)
        body = encode_body(content)
        try:
            self._loop.call_soon_threadsafe(self._dispatch, delivery, body)
        except RuntimeError:  # the loop is closed: the server is going down
            self._loop = None

    def _greeting(self) -> dict[str, Any]:
        return {
            "server": self._server,
            "host": self._host,
            "version": shmscope.__version__,
            "limits": {
                "message_bytes": protocol.MAX_MESSAGE_BYTES,
                "subscriptions": protocol.MOST_SUBSCRIPTIONS,
                "max_points": MAX_POINTS,
                "rate_hz": RATES_HZ[1],
            },
        }

    def _serve(self, client: Client, request: Request) -> None:
        """Let a client in before it leaves, so that a topic that it keeps is not forgotten."""
        before = client.tickets.get(request.id)
        if isinstance(request, Subscribe):
            self._admit(client, request)
            if before is not None and before.topic == request.topic:
                self._demand.drop(before)
            elif before is not None:
                self._dismiss(client, request.id, before)
        else:
            self._drop(client, request.id)

    def _admit(self, client: Client, request: Subscribe) -> None:
        client.tickets[request.id] = self._demand.add(request.topic, request.rate_hz)
        audience = self._audiences.setdefault(request.topic, _Audience())
        audience.watchers[client, request.id] = None
        if audience.schema is not None:
            client.session.offer_word(request.id, "schema", audience.schema)
        if audience.frame is not None:
            client.session.offer_frame(request.id, *audience.frame)
        if audience.trouble is not None:
            client.session.offer_word(request.id, "error", audience.trouble)

    def _drop(self, client: Client, number: int) -> None:
        ticket = client.tickets.pop(number, None)
        if ticket is not None:
            self._dismiss(client, number, ticket)

    def _dismiss(self, client: Client, number: int, ticket: Ticket) -> None:
        self._demand.drop(ticket)
        audience = self._audiences.get(ticket.topic)
        if audience is not None:
            audience.watchers.pop((client, number), None)
            if not audience.watchers:
                del self._audiences[ticket.topic]

    def _dispatch(self, delivery: Delivery, body: bytes) -> None:
        audience = self._audiences.get(delivery.topic)
        if audience is None:
            return
        if delivery.kind == "frame":
            audience.frame, audience.trouble = (body, delivery.made_s), None
            for client, number in audience.watchers:
                client.session.offer_frame(number, body, delivery.made_s)
                client.news.set()
        else:
            self._dispatch_word(audience, delivery, body)

    def _dispatch_word(self, audience: _Audience, delivery: Delivery, body: bytes) -> None:
        if delivery.kind == "schema":
            audience.schema, audience.frame, audience.trouble = body, None, None
        else:
            audience.trouble = body
        last = delivery.kind == "gone"
        for client, number in list(audience.watchers):
            client.session.offer_word(number, delivery.kind, body, last=last)
            if last:
                self._drop(client, number)
            client.news.set()
