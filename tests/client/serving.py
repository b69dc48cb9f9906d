"""A real server in a thread of this process, at a port that a later one can have again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.web.running import HOST

from shmscope.web.access import LOOPBACK, Access
from shmscope.web.app import create_app
from shmscope.web.server import address_of, listen, make_server


@contextmanager
def serving(port: int = 0, access: Access = LOOPBACK) -> Iterator[str]:
    """Serve, and yield the address without a slash at its end."""
    ready = threading.Event()
    server = make_server(create_app(HOST, access=access), ready.set)
    with listen("127.0.0.1", port) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert ready.wait(20)
            yield address_of(listener).rstrip("/")
        finally:
            server.should_exit = True
            thread.join(20)
            assert not thread.is_alive()


def port_of(address: str) -> int:
    """Return the port of an address."""
    return int(address.rpartition(":")[2])
