"""Sessions of the carrier's engine itself: what a stranger with the same engine could send.

Nothing here waits for a while to see that nothing comes: what is sent after it by the same way
comes instead, and by then it would have come.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, TypedDict

import zenoh
from tests.waiting import until

from shmscope.fleet.founding import AUTHORITY, CERTIFICATE, KEY
from shmscope.fleet.members import Member
from shmscope.fleet.zenoh_settings import AgentSettings, HubSettings, agent_settings, hub_settings

ALL: Final = "shmscope/v1/**"
TRIES: Final = 5
PATIENCE_MS: Final = 1_000  # of who is to be refused

Settings = dict[str, Any]


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


class Files(TypedDict, total=False):
    """Who one is, as settings name it."""

    certificate: Path
    key: Path
    authority: Path


def identity(folder: Path | None) -> Files:
    """Return the files of a folder that was made for one machine; without one, none."""
    if folder is None:
        return {}
    return {
        "certificate": folder / CERTIFICATE,
        "key": folder / KEY,
        "authority": folder / AUTHORITY,
    }


def config_of(settings: Settings) -> zenoh.Config:
    """Return settings as the engine has them."""
    return zenoh.Config.from_json5(json.dumps(settings))


def opened(settings: Settings) -> zenoh.Session:
    """Return a session with these settings."""
    return zenoh.open(config_of(settings))


def listening(settings: Callable[[str], Settings]) -> tuple[zenoh.Session, int]:
    """Return a session that listens on loopback, and its port.

    Args:
        settings: Returns them for an address.
    """
    for left in reversed(range(TRIES)):
        port = free_port()
        try:
            return opened(settings(f"127.0.0.1:{port}")), port
        except zenoh.ZError:  # somebody else was faster
            if not left:
                raise
    raise AssertionError


class Wire:
    """A hub's end, which hears everything that it is let hear.

    Args:
        folder: What was made for the hub, or None for plain loopback.
        members: Who may speak.
        change: Makes other settings of the hub's.
    """

    def __init__(
        self,
        folder: Path | None = None,
        members: Sequence[Member] = (),
        change: Callable[[Settings], None] = lambda _: None,
    ) -> None:
        self._stack = ExitStack()
        files = identity(folder)

        def settings(address: str) -> Settings:
            found = hub_settings(HubSettings((address,), members=members, **files))
            change(found)
            return found

        self.hub, self.port = listening(settings)
        self._stack.callback(self.hub.close)
        self.heard: list[tuple[str, bytes]] = []
        self.tokens: list[str] = []
        self.lost: list[str] = []
        self.hub.declare_subscriber(ALL, self._hear)
        self.hub.liveliness().declare_subscriber(ALL, self._see, history=True)

    def _hear(self, sample: zenoh.Sample) -> None:
        self.heard.append((str(sample.key_expr), bytes(sample.payload)))

    def _see(self, sample: zenoh.Sample) -> None:
        seen = self.tokens if sample.kind == zenoh.SampleKind.PUT else self.lost
        seen.append(str(sample.key_expr))

    def settings(self, host: str, folder: Path | None = None, port: int | None = None) -> Settings:
        """Return the settings of an agent that connects here, or there, and gives up early."""
        files = identity(folder)
        address = f"127.0.0.1:{port or self.port}"
        found = agent_settings(AgentSettings((address,), host, **files))
        found["connect"] |= {"timeout_ms": PATIENCE_MS, "exit_on_failure": True}
        return found

    def join(self, host: str, folder: Path | None = None) -> Visitor:
        """Return a session of a host, connected to the hub."""
        return self.admit(self.settings(host, folder), host)

    def admit(self, settings: Settings, host: str, site: str = "_") -> Visitor:
        """Return a session with any settings.

        Raises:
            zenoh.ZError: it is refused.
        """
        session = opened(settings)
        self._stack.callback(session.close)
        return Visitor(self, session, f"shmscope/v1/{site}/{host}/x")

    def ask(self, key: str) -> list[bytes]:
        """Return what is answered to a question of the hub's."""
        return answers(self.hub, key)

    def close(self) -> None:
        """End every session."""
        self._stack.close()


def answers(session: zenoh.Session, key: str) -> list[bytes]:
    """Return the payloads of the good answers to a question."""
    every = zenoh.ConsolidationMode.NONE
    replies = session.get(key, target=zenoh.QueryTarget.ALL, consolidation=every, timeout=2)
    return [bytes(reply.ok.payload) for reply in replies if reply.ok is not None]


class Visitor:
    """A session at the hub's that may do whatever the engine can.

    Attributes:
        session: Itself.
        own: The branch of the host that its certificate names.
    """

    def __init__(self, wire: Wire, session: zenoh.Session, own: str) -> None:
        self._wire, self.session, self.own = wire, session, own
        self._fences = 0
        self._held: list[Any] = []

    def say(self, key: str, body: bytes = b"1") -> None:
        """Publish, declared and undeclared."""
        self._held.append(publisher := self.session.declare_publisher(key))
        publisher.put(body)
        self.session.put(key, body)

    def show(self, key: str) -> None:
        """Show a token."""
        self._held.append(self.session.liveliness().declare_token(key))

    def answer(self, key: str, body: bytes, by: str | None = None) -> None:
        """Answer questions to a key, by that key or another."""

        def reply(query: zenoh.Query) -> None:
            if query.key_expr.intersects(by or key):
                query.reply(by or key, body)

        self._held.append(self.session.declare_queryable(key, reply))

    def overhear(self, key: str) -> list[str]:
        """Subscribe to data and tokens; return where the keys of what comes are put."""
        found: list[str] = []
        self._held += [
            self.session.declare_subscriber(key, lambda one: found.append(str(one.key_expr))),
            self.session.liveliness().declare_subscriber(
                key, lambda one: found.append(str(one.key_expr)), history=True
            ),
        ]
        return found

    def fence(self) -> None:
        """Return when all that was sent before is at the hub, and the hub's answers are here.

        The token comes after declarations, the message after data; the question goes the other way.
        """
        self._fences += 1
        token, data = f"{self.own}/alive{self._fences}", f"{self.own}/fence{self._fences}"
        question = f"{self.own}/question{self._fences}"
        self.answer(question, b"here")
        self.show(token)
        until(lambda: token in self._wire.tokens)
        until(lambda: self._heard(data))
        until(lambda: self._wire.ask(question) == [b"here"])

    def _heard(self, key: str) -> bool:
        """Say it again: behind a gateway it may not be known yet that the hub listens."""
        self.session.put(key, b"fence")
        return key in [heard for heard, _ in self._wire.heard]
