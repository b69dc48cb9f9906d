"""The clients of the stream, and who of them watches what."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from shmscope.fleet.local import Kind
from shmscope.sampling.demand import Ticket
from shmscope.web.line import LineProtocol
from shmscope.web.session import Session


class Client:
    """A session, its subscriptions at the sampler, and the bells of its sender and receiver.

    Attributes:
        line: Writes without its sender, where there is one.
        news: Rings when there is something to send.
        room: Rings when the client has read its answers and may ask on.
        alarm: Goes off when its quota lets the next frame pass.
    """

    def __init__(self, session: Session, line: LineProtocol | None = None) -> None:
        self.session = session
        self.line = line
        self.news = asyncio.Event()
        self.news.set()
        self.room = asyncio.Event()
        self.room.set()
        self.tickets: dict[int, Ticket] = {}
        self.alarm: asyncio.TimerHandle | None = None


@dataclass(slots=True)
class Audience:
    """Who watches a topic, and what a newcomer is shown at once."""

    watchers: dict[tuple[Client, int], None] = field(default_factory=dict)
    schema: bytes | None = None
    frame: tuple[bytes, float] | None = None
    trouble: bytes | None = None

    def admit(self, client: Client, number: int) -> None:
        """Let a subscription of a client's in, and show it what there is."""
        self.watchers[client, number] = None
        if self.schema is not None:
            client.session.offer_word(number, "schema", self.schema)
        if self.frame is not None:
            client.session.offer_frame(number, *self.frame)
        if self.trouble is not None:
            client.session.offer_word(number, "error", self.trouble)

    def keep(self, kind: Kind, body: bytes, made_s: float) -> None:
        """Keep what newcomers are shown."""
        if kind == "frame":
            self.frame, self.trouble = (body, made_s), None
        elif kind == "schema":
            self.schema, self.frame, self.trouble = body, None, None
        else:
            self.trouble = body
