"""The carrier: Eclipse Zenoh, in this process. Nothing else of shmscope knows it.

Callbacks come from Zenoh's own threads, and one that waits holds up the whole session. So what
comes in goes to a ring that drops the oldest, which a thread of ours drains, and a callback does no
more than note an answer.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from shmscope.errors import AddressError, PlatformError
from shmscope.fleet.carrier import (
    RefusedError,
    SilenceError,
    TakeMessages,
    TakeQuestion,
    TakeToken,
)

if TYPE_CHECKING:
    import zenoh

MOST_MESSAGES: Final = 1 << 14  # that wait to be taken: some seconds of a thousand hosts
MOST_QUESTIONS: Final = 256
MOST_AT_ONCE: Final = 1 << 10  # are taken together, so that whoever takes them is woken once

log = logging.getLogger(__name__)


def open_carrier(settings: Mapping[str, Any]) -> ZenohCarrier:
    """Open a session; that of a client waits until it is connected.

    Args:
        settings: Zenoh's configuration.

    Raises:
        PlatformError: the extra is not installed.
        AddressError: Zenoh cannot do what the settings say, such as listen on an address.
    """
    engine = _engine()
    try:
        session = engine.open(engine.Config.from_json5(json.dumps(settings)))
    except engine.ZError as error:
        raise AddressError(f"the fleet's carrier cannot start: {_first_line(error)}") from None
    return ZenohCarrier(engine, session)


def check_engine() -> None:
    """Check that the extra is installed.

    Raises:
        PlatformError: it is not.
    """
    _engine()


def _engine() -> ModuleType:
    try:
        import zenoh  # noqa: PLC0415 - one machine alone does without
    except ImportError:
        raise PlatformError(
            "a fleet of hosts takes an extra that is not installed: pip install 'shmscope[fleet]'"
        ) from None
    return zenoh


def _first_line(error: Exception) -> str:
    """Return what is wrong, without the places in Zenoh's source."""
    return str(error).partition(" at /")[0][:300]


class ZenohCarrier:
    """A session; see `shmscope.fleet.carrier.Carrier`."""

    def __init__(self, engine: ModuleType, session: zenoh.Session) -> None:
        self._engine, self._session = engine, session
        self._publishers: dict[str, zenoh.Publisher] = {}
        self._receivers: list[tuple[Any, threading.Thread]] = []
        self._tokens: list[Any] = []
        self._lock = threading.Lock()
        self._closed = False

    def publish(self, key: str, body: bytes) -> None:
        """See `Carrier`."""
        publisher = self._publishers.get(key)
        if publisher is None:
            drop = self._engine.CongestionControl.DROP
            publisher = self._session.declare_publisher(key, congestion_control=drop)
            self._publishers[key] = publisher
        publisher.put(body)

    def subscribe(self, pattern: str, take: TakeMessages) -> None:
        """See `Carrier`."""
        ring = self._engine.handlers.RingChannel(MOST_MESSAGES)
        subscriber = self._session.declare_subscriber(pattern, ring)

        def taking(samples: list[Any]) -> None:
            take([(str(one.key_expr), one.payload.to_bytes()) for one in samples])

        self._drain(subscriber, taking)

    def announce(self, key: str) -> None:
        """See `Carrier`."""
        self._tokens.append(self._session.liveliness().declare_token(key))

    def roster(self, pattern: str, take: TakeToken) -> None:
        """See `Carrier`. With a channel, more than 256 tokens at once would wait for ever."""
        put = self._engine.SampleKind.PUT

        def changed(sample: Any) -> None:
            take(str(sample.key_expr), sample.kind == put)

        handler = self._engine.handlers.Callback(changed, indirect=False)
        liveliness = self._session.liveliness()
        self._tokens.append(liveliness.declare_subscriber(pattern, handler, history=True))

    def query(
        self, key: str, body: bytes, timeout_s: float, *, bulky: bool = False
    ) -> Future[bytes]:
        """See `Carrier`."""
        answer: Future[bytes] = Future()
        priority = self._engine.Priority
        try:
            self._session.get(
                key,
                self._engine.handlers.Callback(
                    lambda reply: _note(answer, reply),
                    lambda: _settle(answer, SilenceError(f"nobody answered: {key[:200]}")),
                    indirect=False,
                ),
                payload=body,
                timeout=timeout_s,
                priority=priority.BACKGROUND if bulky else priority.DATA,
                congestion_control=self._engine.CongestionControl.BLOCK,
            )
        except self._engine.ZError as error:  # it is closed, or was just now cut
            _settle(answer, SilenceError(_first_line(error)))
        return answer

    def serve(self, key: str, take: TakeQuestion) -> None:
        """See `Carrier`."""
        ring = self._engine.handlers.RingChannel(MOST_QUESTIONS)
        queryable = self._session.declare_queryable(key, ring)

        def taking(queries: list[Any]) -> None:
            for query in queries:
                take(_Question(query, self._engine.ZError))

        self._drain(queryable, taking)

    def close(self) -> None:
        """See `Carrier`: threads that receive are joined, for one that does at exit aborts."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        for token in self._tokens:
            self._end(token.undeclare)
        for entity, _ in self._receivers:
            self._end(entity.undeclare)
        for _, thread in self._receivers:
            thread.join()
        for publisher in list(self._publishers.values()):
            self._end(publisher.undeclare)
        self._end(self._session.close)

    def _end(self, ending: Callable[[], object]) -> None:
        with suppress(self._engine.ZError):
            ending()

    def _drain(self, entity: Any, take: Callable[[list[Any]], None]) -> None:
        """Have a thread take what an entity receives, all that is there together."""

        def run() -> None:
            handler = entity.handler
            while True:
                try:
                    found = [handler.recv()]
                    while len(found) < MOST_AT_ONCE and (more := handler.try_recv()) is not None:
                        found.append(more)
                except self._engine.ZError:  # the channel is closed
                    return
                _taken(take, found)

        thread = threading.Thread(target=run, name="fleet-receiver", daemon=True)
        thread.start()
        self._receivers.append((entity, thread))


def _taken(take: Callable[[list[Any]], None], found: list[Any]) -> None:
    try:
        take(found)
    except Exception:  # unknown failures are logged; what comes next is another's
        log.exception("what a host sent could not be taken in")


def _note(answer: Future[bytes], reply: Any) -> None:
    if reply.ok is not None:
        with suppress(InvalidStateError):
            answer.set_result(reply.ok.payload.to_bytes())
    elif reply.err is not None:
        body = reply.err.payload.to_bytes()
        late = body in (b"Timeout", b'"Timeout"')
        _settle(answer, SilenceError("in time") if late else RefusedError(body))


def _settle(answer: Future[bytes], error: Exception) -> None:
    with suppress(InvalidStateError):
        answer.set_exception(error)


class _Question:
    """See `shmscope.fleet.carrier.Question`."""

    def __init__(self, query: Any, failure: type[Exception]) -> None:
        self._query, self._failure = query, failure
        self.key = str(query.key_expr)
        payload = query.payload
        self.body: bytes = b"" if payload is None else payload.to_bytes()

    def answer(self, body: bytes) -> None:
        """See `Question`."""
        self._end(lambda: self._query.reply(self.key, body))

    def refuse(self, body: bytes) -> None:
        """See `Question`."""
        self._end(lambda: self._query.reply_err(body))

    def _end(self, say: Callable[[], object]) -> None:
        """Say it if somebody still listens; a question that is not dropped is never over."""
        with suppress(self._failure):
            say()
        with suppress(self._failure):
            self._query.drop()
