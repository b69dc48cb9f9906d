"""One client of the stream, without any socket: messages in, requests and messages out.

Credits keep the client in the present: at most two frames are under way to it, and the next is
chosen, the newest there is, only when one of them was drawn. See docs/stream.md.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from shmscope.errors import MessageError, ShmscopeError
from shmscope.sampling.topics import Topic, ValuesTopic
from shmscope.web.allowance import QUOTA, Purse, Quota
from shmscope.web.limits import LIMITS, Limits
from shmscope.web.problems import problem_of
from shmscope.web.wire import Message, encode_body, encode_message
from shmscope.web.wishes import FIELDS, MAX_ID, integer, parse_rate, parse_topic

MOST_IN_FLIGHT = 2
STATUS_HZ = 2.0


@dataclass(frozen=True, slots=True)
class Subscribe:
    """The client wants to know about a topic, and no more about what had this id before."""

    id: int
    topic: Topic
    rate_hz: float


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """The client wants to know no more."""

    id: int


Request: TypeAlias = Subscribe | Unsubscribe


def _newest() -> deque[Any]:
    """Return a place where the newest waits: what waited before it is dropped."""
    return deque(maxlen=1)


@dataclass(slots=True)
class _Subscription:
    """What waits to be sent: the newest word (schema or error), then the newest frame."""

    wish: dict[str, Any]
    rate_hz: float
    word: deque[Message] = field(default_factory=_newest)
    told: bytes = b""  # the error last offered: the sampler tries again, and finds the same
    frame: deque[tuple[bytes, float]] = field(default_factory=_newest)
    due_s: float = 0.0
    seq: int = 0
    skipped: int = 0
    in_flight: set[int] = field(default_factory=set)

    def take_frame(self, number: int, now_s: float) -> Message:
        """Return the frame that waits, on its way from now on."""
        body, made_s = self.frame.pop()
        self.seq += 1
        self.in_flight.add(self.seq)
        skipped, self.skipped = self.skipped, 0
        lag_s = max(now_s - made_s, 0.0)
        head = {"type": "frame", "id": number, "seq": self.seq, "lag_s": lag_s, "skipped": skipped}
        return encode_message(head, body)


def _as_it_is(topic: Topic) -> Topic:
    return topic


class Session:
    """The protocol's state for one client.

    Args:
        greeting: Body of the first message.
        quota: What the client may be sent a second.
        limits: What it may ask for.
        plain: Returns the topic that stands for one, or raises what is wrong with it.

    Attributes:
        held_until_s: Until when the quota holds back the frame that was asked for last.
    """

    def __init__(
        self,
        greeting: dict[str, Any],
        quota: Quota = QUOTA,
        limits: Limits = LIMITS,
        plain: Callable[[Topic], Topic] = _as_it_is,
    ) -> None:
        hello = encode_message({"type": "hello", "protocol": 1}, encode_body(greeting))
        self._words = deque([hello])
        self._subscriptions: dict[int, _Subscription] = {}
        self._purse = Purse(quota)
        self._limits = limits
        self._plain = plain
        self.held_until_s: float | None = None

    @property
    def backlog(self) -> int:
        """How many answers wait to be sent: a client that asks and never reads makes them grow."""
        return len(self._words)

    def receive(self, text: str) -> list[Request]:
        """Take in a client's message and return what it asks for.

        A message that cannot be understood is answered with an error; the connection stays.
        """
        message: Any = None
        try:
            message = _parse_message(text)
            return self._handle(message)
        except ShmscopeError as error:
            known = message.get("id") if isinstance(message, Mapping) else None
            number = known if type(known) is int and abs(known) <= MAX_ID else None
            self._words.append(_error_message(number, error))
            return []

    def offer_word(self, number: int, kind: str, body: bytes, *, last: bool = False) -> None:
        """Have a schema or an error sent before the next frame; the last word ends it all."""
        subscription = self._subscriptions.get(number)
        if subscription is None:
            return
        if kind == "error" and body == subscription.told:
            return
        subscription.told = body if kind == "error" else b""
        word = encode_message({"type": kind, "id": number}, body)
        subscription.word.append(word)
        subscription.frame.clear()
        if last:
            self._words.append(word)
            del self._subscriptions[number]

    def offer_frame(self, number: int, body: bytes, made_s: float) -> None:
        """Have a frame sent when there is room; it takes the place of one that waits."""
        subscription = self._subscriptions.get(number)
        if subscription is None or made_s < subscription.due_s:
            return
        period_s = 1 / subscription.rate_hz
        early_s = period_s / 4  # a frame may come a little before its time
        subscription.due_s = max(subscription.due_s + period_s, made_s + period_s - 2 * early_s)
        subscription.skipped += len(subscription.frame)
        subscription.frame.append((body, made_s))

    def next_message(self, now_s: float) -> Message | None:
        """Return what to send now, or None.

        Then nothing is new, or the client must draw first, or its quota holds back what there is.
        """
        self.held_until_s = None
        if self._words:
            return self._words.popleft()
        for subscription in self._subscriptions.values():
            if subscription.word:
                return subscription.word.pop()
        return self._next_frame(now_s)

    def _next_frame(self, now_s: float) -> Message | None:
        number = self._choose()
        if number is None:
            return None
        if now_s < self._purse.due_s:
            self.held_until_s = self._purse.due_s
            return None
        subscription = self._subscriptions.pop(number)
        self._subscriptions[number] = subscription  # the next turn is another's
        head, body = message = subscription.take_frame(number, now_s)
        self._purse.pay(len(head) + len(body), now_s)
        return message

    def _choose(self) -> int | None:
        """Return whose turn it is, if a frame waits and there is a credit left for it."""
        chosen, fewest, in_flight = None, MOST_IN_FLIGHT, 0
        for number, subscription in self._subscriptions.items():
            own = len(subscription.in_flight)
            in_flight += own
            if subscription.frame and own < fewest:
                chosen, fewest = number, own
        return chosen if in_flight < MOST_IN_FLIGHT else None

    def _handle(self, message: Mapping[str, Any]) -> list[Request]:
        kind = message.get("type")
        if kind == "subscribe":
            return self._subscribe(integer(message, "id"), dict(message))
        if kind == "ack":
            self._ack(integer(message, "id"), integer(message, "seq"))
            return []
        if kind == "auth":  # where a token is asked for, the door has taken it before
            return []
        if kind not in ("update", "unsubscribe"):
            raise MessageError(
                f"type must be subscribe, update, unsubscribe or ack, not {kind!r:.60}",
                value=str(kind)[:60],
            )
        number = integer(message, "id")
        subscription = self._subscriptions.get(number)
        if subscription is None:
            raise MessageError(f"there is no subscription {number}", value=number)
        if kind == "unsubscribe":
            del self._subscriptions[number]
            return [Unsubscribe(number)]
        wish = {**subscription.wish, **message, "topic": subscription.wish["topic"]}
        return self._subscribe(number, wish)

    def _subscribe(self, number: int, wish: dict[str, Any]) -> list[Request]:
        count, most = len(self._subscriptions) + 1, self._limits.subscriptions
        if number not in self._subscriptions and count > most:
            raise MessageError(
                f"there would be {count} subscriptions; a client may have {most}",
                value=count,
                limit=most,
            )
        topic = self._plain(parse_topic(wish, self._limits))
        rate_hz = parse_rate(wish) if isinstance(topic, ValuesTopic) else 2 * STATUS_HZ
        known = {field: wish[field] for field in FIELDS if field in wish}
        subscription = _Subscription(known, rate_hz)
        if number in self._subscriptions:  # what is under way to the client still is
            before = self._subscriptions[number]
            subscription.seq, subscription.in_flight = before.seq, before.in_flight
        self._subscriptions[number] = subscription
        return [Subscribe(number, topic, rate_hz)]

    def _ack(self, number: int, seq: int) -> None:
        subscription = self._subscriptions.get(number)
        if subscription is not None:
            subscription.in_flight = {sent for sent in subscription.in_flight if sent > seq}


def _parse_message(text: str) -> Mapping[str, Any]:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MessageError(f"the message is not JSON: {error}", value=text[:80]) from None
    if not isinstance(message, Mapping):
        raise MessageError(f"a message must be an object, not {text[:60]!r}", value=text[:60])
    return message


def _error_message(number: int | None, error: ShmscopeError) -> Message:
    return encode_message({"type": "error", "id": number}, encode_body(problem_of(error)))
