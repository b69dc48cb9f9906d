"""Finding a server, and letting go of it."""

from __future__ import annotations

import os
import socket
import threading

import pytest
from tests.client.serving import port_of, serving
from tests.waiting import until

import shmscope
from shmscope.client import Client
from shmscope.errors import AddressError, ShmscopeError, UnreachableError


def test_no_server_is_said_with_the_command_that_starts_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        port = taken.getsockname()[1]
        with pytest.raises(UnreachableError, match=f"shmscope serve --port {port}") as caught:
            shmscope.connect(f"http://127.0.0.1:{port}")
    assert caught.value.value == f"http://127.0.0.1:{port}"
    assert isinstance(caught.value, ConnectionError)


def test_a_silent_server_is_not_waited_for_longer_than_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(UnreachableError, match="did not answer in time"):
            shmscope.connect(url, timeout_s=0.1)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>",
        b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
        b"220 smtp.example ready\r\n",
    ],
)
def test_another_programs_server_is_told_from_shmscope(answer: bytes) -> None:
    def serve() -> None:
        connection, _ = other.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as other:
        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(ShmscopeError):
            shmscope.connect(f"http://127.0.0.1:{other.getsockname()[1]}")
        thread.join()


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8765", "ftp://a/", "http://", "http://a:b", "http://a/x", "http://u@a"]
)
def test_what_is_no_address_of_a_server_is_refused(url: str) -> None:
    with pytest.raises(AddressError) as caught:
        Client(url)
    assert caught.value.limit == "http://127.0.0.1:8765"


def test_connections_are_kept_and_one_that_the_server_closed_is_no_error() -> None:
    with serving() as address, shmscope.connect(address) as client:
        (first,) = client._link._idle
        client.host()
        assert list(client._link._idle) == [first]
    with serving(port_of(address)):
        assert client.host()["name"]
        client._link._idle.append(first)  # the server of before closed it
        assert client.host()["name"]
        client.close()


def test_fifty_clients_leave_no_descriptor_and_no_thread(address: str) -> None:
    def used() -> tuple[int, int]:
        return len(os.listdir("/proc/self/fd")), threading.active_count()

    with shmscope.connect(address) as client:
        client.host()
    before = used()
    for _ in range(50):
        with shmscope.connect(address) as client:
            client.host()
    until(lambda: used()[0] <= before[0])
