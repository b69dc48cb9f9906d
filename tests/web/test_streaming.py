"""Answers that are made while they are sent: never held as a whole, and cut where memory goes."""

from __future__ import annotations

import csv
import io
import os
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx2
import numpy as np
import pytest
from tests.waiting import until
from tests.web.running import Running

import shmscope
from shmscope.publishing.array import SharedArray
from shmscope.web import selections

SHAPE = (64, 4096)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take for large what has a few parts."""
    monkeypatch.setattr(selections, "STREAMED_BYTES", 1 << 19)
    monkeypatch.setattr(selections, "PART_BYTES", 1 << 17)


@pytest.fixture
def large(served: Running, name: str) -> Iterator[tuple[SharedArray, str]]:
    """An array of 2 MiB and its path."""
    with shmscope.create(name, SHAPE, "<f8") as array:
        array[...] = np.random.default_rng(1).normal(size=SHAPE)
        yield array, served.path_of(name)


@pytest.mark.parametrize("select", ["...", "::-1, 1:", "0:64, ::2", "5:37, :"])
def test_a_streamed_file_is_the_selection(
    served: Running, large: tuple[SharedArray, str], select: str
) -> None:
    array, path = large
    expected = eval(f"array[{select}]", {"array": np.array(array.array)})  # noqa: S307 - a constant
    answer = served.http.get(f"{path}/values", params={"select": select, "format": "npy"})
    assert answer.headers["x-shmscope-verdict"] == "streamed"
    assert int(answer.headers["content-length"]) == len(answer.content)
    np.testing.assert_array_equal(np.load(io.BytesIO(answer.content)), expected, strict=True)
    answer = served.http.get(f"{path}/values", params={"select": select, "format": "raw"})
    assert answer.content == expected.tobytes()


def test_a_streamed_table_is_the_selection(served: Running, large: tuple[SharedArray, str]) -> None:
    array, path = large
    answer = served.http.get(f"{path}/values", params={"format": "csv", "order": "1,0"})
    assert answer.headers["x-shmscope-verdict"] == "streamed"
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["axis_1", "axis_0", "value"]
    assert len(rows) == 1 + array.array.size
    for at in (0, 1, 63, 64, 100_000, array.array.size - 1):
        column, row, value = rows[1 + at]
        assert (int(column), int(row)) == divmod(at, SHAPE[0])
        assert float(value) == array.array[int(row), int(column)]


def test_whether_anything_was_written_meanwhile_is_known_afterwards(
    served: Running, large: tuple[SharedArray, str]
) -> None:
    array, path = large
    query = {"format": "raw"}
    answer = served.http.get(f"{path}/values", params=query)
    assert "etag" not in answer.headers
    known = {"if-none-match": answer.headers["x-shmscope-began"]}
    assert served.http.get(f"{path}/values", params=query, headers=known).status_code == 304
    array[0, 0] = 1
    assert served.http.get(f"{path}/values", params=query, headers=known).status_code == 200
    with array.writing():
        head = served.http.head(f"{path}/values", params=query)
    assert "x-shmscope-began" not in head.headers


def test_the_head_of_a_streamed_answer_has_no_body(
    served: Running, large: tuple[SharedArray, str]
) -> None:
    answer = served.http.head(f"{large[1]}/values", params={"format": "raw"})
    assert answer.status_code == 200
    assert answer.headers["content-length"] == str(64 * 4096 * 8)


def test_a_file_is_cut_where_the_memory_ends(
    served: Running, large: tuple[SharedArray, str], caplog: pytest.LogCaptureFixture
) -> None:
    os.truncate(f"/dev/shm/{large[0].name}", 1 << 20)
    with pytest.raises(httpx2.RemoteProtocolError):
        served.http.get(f"{large[1]}/values", params={"format": "raw"})
    assert "cut short" in caplog.text
    assert served.get("/api/v1/host").status_code == 200


def test_a_client_that_does_not_read_holds_no_segment_open(served: Running, name: str) -> None:
    with shmscope.create(name, (256, 65536), "<u1") as array:
        array[...] = 1
        path, own = served.path_of(name), len(held(name))
        address = urlsplit(served.address)
        with socket.create_connection((address.hostname or "", address.port or 0)) as client:
            request = f"GET {path}/values?format=raw&max_points=99999999 HTTP/1.1\r\n"
            client.sendall(f"{request}host: {address.netloc}\r\n\r\n".encode())
            assert client.recv(15) == b"HTTP/1.1 200 OK"
            os.unlink(f"/dev/shm/{name}")
            until(lambda: len(held(name)) == own)


def held(name: str) -> list[str]:
    """Return the descriptors of this process, the server in it, that stand for a segment."""
    found = []
    for number in os.listdir("/proc/self/fd"):
        try:
            found.append(os.readlink(f"/proc/self/fd/{number}"))
        except FileNotFoundError:
            continue
    return [path for path in found if path in (f"/dev/shm/{name}", f"/dev/shm/{name} (deleted)")]
