"""Requests with exactly the headers that a test says, as a browser or an attacker sends them."""

from __future__ import annotations

import http.client
import socket
from typing import NamedTuple

from tests.web.running import Running

UPGRADE = (
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="),
)


class Answer(NamedTuple):
    """Status, headers with names in lower case, and body."""

    status: int
    headers: dict[str, str]
    body: bytes


def own_host(served: Running) -> str:
    """Return what a browser sends as Host."""
    return served.address.partition("://")[2]


def asked(served: Running, method: str, path: str, *headers: tuple[str, str]) -> Answer:
    """Send a request with exactly these headers; return status, headers and body of the answer."""
    connection = http.client.HTTPConnection(own_host(served), timeout=20)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, found, answer.read())
    finally:
        connection.close()


def got(served: Running, path: str, *headers: tuple[str, str]) -> Answer:
    """Get a path as a browser does that knows the server's address."""
    return asked(served, "GET", path, ("Host", own_host(served)), *headers)


def spoken(served: Running, request: bytes) -> bytes:
    """Send bytes that need not be a request, and return all that comes back."""
    host, _, port = own_host(served).partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as sock:
        sock.sendall(request)
        answer = b""
        while piece := sock.recv(65536):
            answer += piece
        return answer
