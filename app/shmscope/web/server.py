"""The real server: a listening socket with limits on slow clients, and uvicorn behind it."""

from __future__ import annotations

import errno
import resource
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from shmscope.errors import AddressError
from shmscope.sources.configuration import Configuration
from shmscope.web.access import LOOPBACK, Access
from shmscope.web.allowance import QUOTA, Quota
from shmscope.web.app import create_app
from shmscope.web.fleet_face import Fleet
from shmscope.web.limits import LIMITS, Limits
from shmscope.web.line import LineProtocol

DEFAULT_PORT = 8765
BACKLOG = 512
EVICT_AFTER_MS = 10_000
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - what a user may ask for, with a token


def listen(host: str, port: int, access: Access = LOOPBACK) -> socket.socket:
    """Return a socket that listens; beyond loopback only where there is a token.

    A client that does not read for ten seconds is dropped.

    Args:
        host: An address or name of this machine; ``0.0.0.0`` is all of IPv4.
        port: 0 takes any free one.
        access: Who may connect; `Access.guarding` gives it the token that it needs.

    Raises:
        AddressError: beyond loopback without a token, or taken: then with a port that is free.
    """
    if access.token is None and access.needs_token(host):
        raise AddressError(
            f"without a token shmscope listens on loopback only, not on {host}: it would show this "
            "machine's memory to the network. From elsewhere, use a token, or a tunnel: "
            "ssh -L 8765:127.0.0.1:8765 THIS_HOST",
            value=host,
            limit="127.0.0.1",
        )
    if not 0 <= port <= 65535:
        raise AddressError(f"port {port} is not between 0 and 65535", value=port, limit=65535)
    try:
        return _bound(host, port)
    except OSError as error:
        raise _address_error(host, port, access, error) from None


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, EVICT_AFTER_MS)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _address_error(host: str, port: int, access: Access, error: OSError) -> AddressError:
    if error.errno != errno.EADDRINUSE:
        return AddressError(f"cannot listen on {host}:{port}: {error.strerror}", value=port)
    with listen(host, 0, access) as free:
        other = free.getsockname()[1]
    return AddressError(
        f"port {port} is taken by another program; {other} is free: --port {other}",
        value=port,
        limit=other,
    )


def address_of(listener: socket.socket, access: Access = LOOPBACK) -> str:
    """Return the address to open in a browser; of all addresses together, the machine's name."""
    host, port = listener.getsockname()[:2]
    if host in EVERYWHERE:
        host = socket.gethostname()
    named = f"[{host}]" if ":" in host else host
    return f"{access.scheme}://{named}:{port}/"


class Server(uvicorn.Server):
    """uvicorn that calls back when it is ready.

    Args:
        ready: Called once clients are served.
    """

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to serve, then call back."""
        await super().startup(sockets)
        if self.started:
            self._ready()


def make_server(
    app: FastAPI, ready: Callable[[], None] = lambda: None, access: Access = LOOPBACK
) -> Server:
    """Return a server with the settings that were measured; its `run` takes what `listen` returns.

    Args:
        app: From `create_app`.
        ready: Called once clients are served.
        access: Holds the certificate, where there is one.

    Raises:
        ConfigurationError: the certificate cannot be used.
    """
    encryption = access.load_certificate()
    config = uvicorn.Config(
        app,
        loop="uvloop",
        lifespan="on",  # without a sampler there is nothing to serve
        http="httptools",
        ws=LineProtocol,
        ws_max_size=app.state.limits.message_bytes,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=2,
        server_header=False,
        proxy_headers=False,  # whoever sends them would choose the address that is held back
        ssl_context_factory=None if encryption is None else lambda *_: encryption,
        access_log=False,
        log_config=None,  # its lines go the way of all others
    )
    return Server(config, ready)


def serve(
    listener: socket.socket,
    ready: Callable[[], None] = lambda: None,
    configuration: Configuration | None = None,
    quota: Quota = QUOTA,
    limits: Limits = LIMITS,
    *,
    access: Access = LOOPBACK,
    fleet: Fleet | None = None,
) -> None:
    """Serve on `listener` until a signal ends it.

    Args:
        listener: From `listen`.
        ready: Called once clients are served.
        configuration: Layouts that the user gave.
        quota: What each client may be sent a second.
        limits: What clients and requests may ask for.
        access: Who may connect, and what they may see.
        fleet: The hosts of a hub.

    Raises:
        ConfigurationError: the certificate cannot be used.
    """
    _allow_descriptors()
    app = create_app(None, configuration, quota, limits, access=access, fleet=fleet)
    make_server(app, ready, access).run(sockets=[listener])


def _allow_descriptors() -> None:
    """Let the process have as many descriptors as it may: each client takes one."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
