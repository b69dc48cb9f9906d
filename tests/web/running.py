"""A real server in a thread of this process, and real arrays for it to find."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx2
from blockbuster import blockbuster_ctx
from fastapi import FastAPI
from tests.waiting import until

from shmscope.sampling.sampler import Sampler
from shmscope.web.access import LOOPBACK, Access
from shmscope.web.app import create_app
from shmscope.web.fleet_face import Fleet
from shmscope.web.hub import Hub
from shmscope.web.limits import LIMITS, Limits
from shmscope.web.server import Server, address_of, listen, make_server

HOST = "a box"


@dataclass(frozen=True, slots=True)
class Running:
    """A server that serves.

    Attributes:
        address: ``http://127.0.0.1:port``.
        http: A client of it.
    """

    app: FastAPI
    server: Server
    address: str
    http: httpx2.Client

    @property
    def sampler(self) -> Sampler:
        """The sampler behind it."""
        sampler: Sampler = self.app.state.sampler
        return sampler

    @property
    def hub(self) -> Hub:
        """The hub behind it."""
        hub: Hub = self.app.state.hub
        return hub

    @property
    def stream(self) -> str:
        """The stream's address."""
        return self.address.replace("http", "ws", 1) + "/api/v1/stream"

    def get(self, path: str, **headers: str) -> httpx2.Response:
        """Answer of a GET request."""
        return self.http.get(path, headers=headers)

    def id_of(self, name: str) -> str:
        """Id of the one array called `name`, once it is seen."""

        def seen() -> list[str]:
            rows: list[dict[str, Any]] = self.get("/api/v1/arrays").json()["arrays"]
            return [row["id"] for row in rows if row["name"] == name]

        return until(seen)[0]

    def path_of(self, name: str) -> str:
        """REST path of the one array called `name`, once it is seen."""
        return f"/api/v1/arrays/{self.id_of(name)}"


def unknown_id(name: str) -> str:
    """Return the id that an array of another segment would have."""
    return f"{quote(HOST)}/0-0/{quote(name, safe='')}"


@contextmanager
def running(
    access: Access = LOOPBACK,
    host: str = "127.0.0.1",
    trusted: str | None = None,
    limits: Limits = LIMITS,
    fleet: Fleet | None = None,
) -> Iterator[Running]:
    """Serve, and fail whatever blocks the event loop meanwhile.

    Args:
        access: Who may connect; the client knows its token.
        host: What to listen on.
        trusted: File of the certificates that the client trusts.
        limits: What clients and requests may ask for.
        fleet: The other hosts of a hub.
    """
    ready = threading.Event()
    app = create_app(HOST, access=access, limits=limits, fleet=fleet)
    server = make_server(app, ready.set, access)
    with blockbuster_ctx() as watchdog, listen(host, 0, access) as listener:
        acquire = watchdog.functions["threading.Lock.acquire"]
        acquire.can_block_in("coverage/collector.py", "lock_data")  # a lock of the measuring itself
        stat = watchdog.functions["os.stat"]
        stat.can_block_in("sources/segments.py", "open_identified")  # of a name in /dev/shm
        address = address_of(listener, access).rstrip("/")
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert ready.wait(20)
            with _client(address, access, trusted) as http:
                yield Running(app, server, address, http)
        finally:
            server.should_exit = True
            thread.join(20)
            assert not thread.is_alive()


def _client(address: str, access: Access, trusted: str | None) -> httpx2.Client:
    headers = {} if access.token is None else {"Authorization": f"Bearer {access.token}"}
    trust = True if trusted is None else ssl.create_default_context(cafile=trusted)
    return httpx2.Client(
        base_url=address, timeout=20, trust_env=False, headers=headers, verify=trust
    )
