"""A server that starts and stops leaves nothing behind, however often, whatever it does then."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import httpx2
import pytest
from tests.test_cli import TIMEOUT_S, Serving
from tests.waiting import living_session, until
from tests.web.reading import decode_message
from websockets.sync.client import connect

import shmscope
from shmscope.web.app import create_app

SHM = Path("/dev/shm")
TIMES = 50


def held() -> tuple[int, int, list[str]]:
    """Return how many descriptors, threads and children this process has: the last as pids."""
    gc.collect()
    children = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()
    return len(os.listdir("/proc/self/fd")), threading.active_count(), children


async def start_and_stop() -> None:
    app = create_app("box")
    async with app.router.lifespan_context(app):
        await asyncio.to_thread(until, lambda: app.state.sampler.roster.found)


def test_fifty_starts_and_stops_in_one_process_leak_nothing(name: str) -> None:
    with shmscope.create(name, 8):
        asyncio.run(start_and_stop())  # what is loaded once, and stays
        before, names = held(), {path.name for path in SHM.glob(f"*{name}*")}
        for _ in range(TIMES):
            asyncio.run(start_and_stop())
        assert held() == before
        assert {path.name for path in SHM.glob(f"*{name}*")} == names


@contextmanager
def in_a_session(*arguments: str) -> Iterator[Serving]:
    """Start a server that leads a session of its own, and see that nothing of it is left."""
    with closing(Serving(*arguments, signals=("setsid", "env"))) as server:
        yield server
    assert until(lambda: not living_session(server.process.pid))


def test_a_few_real_servers_leave_no_process_and_no_file(tmp_path: Path) -> None:
    for _ in range(3):
        with in_a_session("--root", str(tmp_path)) as server:
            assert httpx2.get(server.address, trust_env=False).status_code == 200
            assert server.end(signal.SIGTERM)[0] == 0
    assert list(tmp_path.iterdir()) == []


def read_bytes(pid: int) -> int:
    """Return how many bytes a process has read since it started."""
    fields = dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text().splitlines())
    return int(fields["rchar"])


@pytest.fixture
def endless(name: str) -> str:
    """Return the option that makes an array of a file that takes long to scan, and no memory."""
    with (SHM / name).open("wb") as file:
        file.truncate(64 << 30)
    return f"name={name} dtype=<f8 shape={1 << 32} strides=16"


def test_sigterm_ends_streams_and_a_long_request_within_seconds(name: str, endless: str) -> None:
    with in_a_session("--array", endless, "--cpu-budget", "10%") as server, ExitStack() as stack:
        rows = httpx2.get(f"{server.address}api/v1/arrays", trust_env=False).json()["arrays"]
        [ident] = [row["id"] for row in rows if row["segment_name"] == name]
        stream = f"{server.address.replace('http', 'ws', 1)}api/v1/stream"
        for _ in range(3):
            page = stack.enter_context(connect(stream, proxy=None))
            page.send('{"type": "subscribe", "id": 1, "topic": "overview"}')
            while decode_message(bytes(page.recv(TIMEOUT_S)))[0]["type"] != "frame":  # type: ignore[arg-type]
                pass
        url = f"{server.address}api/v1/arrays/{ident}/statistics"
        fetch = f"import urllib.request as r; r.urlopen({url!r})"
        asking = subprocess.Popen([sys.executable, "-c", fetch], stderr=subprocess.DEVNULL)
        stack.callback(asking.wait, TIMEOUT_S)
        pid = server.process.pid
        begun = read_bytes(pid)
        assert until(lambda: read_bytes(pid) > begun + (1 << 30))
        code, _, complaint = server.end(signal.SIGTERM)
    assert code == 0
    assert "Traceback" not in complaint
    assert asking.returncode == 1
