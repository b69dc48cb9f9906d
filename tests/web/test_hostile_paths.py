"""Paths that a browser or client would tidy up first, sent as they are; and names as they are."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.waiting import until
from tests.web.running import Running

SHM = Path("/dev/shm")
TRICKS = {
    "up": "/api/v1/arrays/../../../../etc/passwd",
    "up within an id": "/api/v1/arrays/a/b/../../../../etc/passwd",
    "up in words": "/api/v1/arrays/..%2f..%2f..%2fetc%2fpasswd",
    "dots in words": "/api/v1/arrays/%2e%2e/%2e%2e/%2e%2e",
    "twice in words": "/api/v1/arrays/a/b/%252e%252e%252f",
    "nothing": "/api/v1/arrays/a/b/%00",
    "nothing before values": "/api/v1/arrays/a/b/c%00/values",
    "nothing for a host": "/api/v1/arrays/%00/b/c/health",
    "half a character": "/api/v1/arrays/a/b/%c3",
    "surrogate": "/api/v1/arrays/a/b/%ed%a0%80",
    "surrogates": "/api/v1/arrays/%ed%b3%bf/%ed%a0%80%ed%b0%80/c/values",
    "overlong": "/api/v1/arrays/a/b/%c0%ae%c0%ae%c0%af",
    "beyond Unicode": "/api/v1/arrays/a/b/%f4%90%80%80",
    "no number": "/api/v1/arrays/a/b/%zz%",
    "escapes": "/api/v1/arrays/a/b/%1b%5b2J%0d%0aX-Evil:%201",
    "backslashes": "/api/v1/arrays/a/b/..\\..\\etc",
    "semicolon": "/api/v1/arrays/a;/b;x=1/c",
    "long": "/api/v1/arrays/a/b/" + "%61" * 15_000,
    "deep": "/api/v1/arrays" + "/a" * 15_000,
    "static, up": "/static/../../../../etc/passwd",
    "static, up in words": "/static/..%2f..%2f..%2f..%2fetc%2fpasswd",
    "static, dots in words": "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "static, version and up": "/static/v-0123456789abcdef/..%2f..%2f..%2fetc%2fpasswd",
    "static, sheets and up": "/static/css/..+base.css",
    "static, absolute": "/static//etc/passwd",
    "static, nothing": "/static/css/base.css%00.png",
    "static, half a character": "/static/%ff%fe",
    "static, folder": "/static/css",
    "static, long": "/static/" + "a" * 5_000,
}


def ask(served: Running, path: str) -> tuple[int, dict[str, str], bytes]:
    """Send a GET request as it is, and return status, headers and body."""
    address = urlsplit(served.address)
    with socket.create_connection((address.hostname or "", address.port or 0), 20) as line:
        line.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n\r\n".encode()
        )
        raw = b"".join(iter(lambda: line.recv(1 << 16), b""))
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in lines)
    return int(first.split()[1]), {name.lower(): value for name, _, value in pairs}, body


@pytest.mark.parametrize("how", TRICKS)
def test_a_trick_of_a_path_is_a_problem_and_nothing_else(served: Running, how: str) -> None:
    status, headers, body = ask(served, TRICKS[how])
    assert 400 <= status < 500
    assert headers["content-type"] == "application/problem+json"
    assert "x-evil" not in headers
    problem = json.loads(body)
    assert problem["status"] == status
    assert len(body) < 2000
    assert b"root:" not in body


HOSTILE = [
    b"\x1b[2J\x1b[H", b"a\nshmscope_arrays 7\n", b"\xff\xfe", b"\xed\xa0\x80", b'"}\\x 1\n# HELP',
    "\x9b2J\u202e".encode(), b"<script>alert(1)</script>".replace(b"/", b"|"), b"%2e%2e%00", b"..",
    b"?a=b#c", b"a;b", b" ",
]  # fmt: skip


@pytest.fixture
def hostile(name: str) -> Iterator[list[str]]:
    """Names of segments that hit back where they are not shown as text."""
    paths = [SHM / os.fsdecode(name.encode() + b"-" + tail) for tail in HOSTILE]
    for path in paths:
        path.write_bytes(b"abcdefgh")
    yield [path.name for path in paths]
    for path in paths:
        path.unlink()


def test_an_array_of_any_name_is_found_by_its_id(
    served: Running, name: str, hostile: list[str]
) -> None:
    def seen() -> list[str]:
        rows = served.get("/api/v1/arrays").json()["arrays"]
        found = [row["id"] for row in rows if row["id"].rpartition("/")[2].startswith(name)]
        return found if len(found) == len(hostile) else []

    for ident in until(seen):
        status, _, body = ask(served, f"/api/v1/arrays/{ident}")
        assert (status, json.loads(body)["id"]) == (200, ident)
        status, _, body = ask(served, f"/api/v1/arrays/{ident}/values?format=raw")
        assert (status, body) == (200, b"abcdefgh")
        status, headers, body = ask(served, f"/arrays/{ident}")
        assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert b"<script>alert" not in body


SAMPLE = re.compile(
    r"(# .*|[a-z_]+(\{([a-z_]+=\"([^\"\\]|\\[\\n\"])*\",?)*\})? [-+0-9.eE]+(NaN|Inf)?|)"
)


def test_no_name_makes_a_metric_of_its_own(served: Running, name: str, hostile: list[str]) -> None:
    until(lambda: served.get("/metrics").text.count(f'array="{name}') >= len(hostile))
    lines = served.get("/metrics").text.split("\n")
    assert all(line.isprintable() for line in lines)
    assert not [line for line in lines if not SAMPLE.fullmatch(line)]
    assert not [line for line in lines if line.startswith("shmscope_arrays 7")]
