"""The first law: who is watched does not notice.

A writer runs under this Python and under another one, whose resource tracker behaves differently:
3.12 and older unlink a segment when whoever attached by SharedMemory(name) ends.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import cbor2
import pytest
from tests.sources.puppets import Puppet
from tests.waiting import until
from websockets.sync.client import ClientConnection, connect

ROOT = Path(__file__).parents[1]
SHM = Path("/dev/shm")
FRAMES = 90
OTHERS = ("3.13", "3.12")
WRITER = """
import multiprocessing, os, shmscope
from multiprocessing import resource_tracker, shared_memory
import numpy as np
own = shared_memory.SharedMemory(NAME + '-own', create=True, size=4096)
view = np.ndarray((16, 32), 'f8', own.buf)
array = multiprocessing.Array('q', 100)
published = [
    shmscope.create(NAME + '-made', (64, 64), 'f4'),
    shmscope.publish(NAME + '-frame', view),
    shmscope.publish(NAME + '-counts', array),
]
for number, shared in enumerate(published):
    for _ in range(7 + number):
        with shared.writing() as values:
            values[...] = number + 1
"""
ENDING = """
del view, values
published.clear()
own.close()
own.unlink()
"""
STATE = """
{
    'tracker': resource_tracker._resource_tracker._pid,
    'descriptors': sorted(os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd')
                          if os.path.exists(f'/proc/self/fd/{n}')),
    'mappings': sorted(line.split()[-1] for line in open('/proc/self/maps') if '/dev/shm' in line),
    'threads': len(os.listdir('/proc/self/task')),
    'values': [bytes(np.ascontiguousarray(shared.array)).hex() for shared in published],
    'writes': [shared.writes for shared in published],
}
"""


def found_python() -> str | None:
    """Return a Python of 3.12 or 3.13 other than this one, if the machine has any."""
    if "SHMSCOPE_OTHER_PYTHON" in os.environ:
        return os.environ["SHMSCOPE_OTHER_PYTHON"]
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    for version in OTHERS:
        path = shutil.which(f"python{version}")
        if version != here and path and runs(path):
            return path
    return pyenv_python()


def runs(path: str) -> bool:
    return subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0


def pyenv_python() -> str | None:
    """Return one that pyenv keeps, which need not be on PATH."""
    pyenv = shutil.which("pyenv")
    versions = [] if pyenv is None else lines_of(pyenv, "versions", "--bare")
    for version in versions:
        if pyenv is not None and version.rpartition(".")[0] in OTHERS:
            return f"{lines_of(pyenv, 'prefix', version)[0]}/bin/python"
    return None


def lines_of(*command: str) -> list[str]:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


@pytest.fixture(scope="module", params=["this", "another"])
def python(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return an interpreter that has numpy."""
    if request.param == "this":
        return sys.executable
    found = found_python()
    if found is None:
        pytest.skip("no Python 3.12 or 3.13 here; SHMSCOPE_OTHER_PYTHON may name one")
    place = tmp_path_factory.mktemp("other")
    subprocess.run([found, "-m", "venv", place], check=True)
    pip = [str(place / "bin" / "pip"), "install", "-q", "--prefer-binary", "numpy"]
    subprocess.run(pip, check=True, stderr=subprocess.DEVNULL)
    return str(place / "bin" / "python")


@pytest.fixture
def writer(python: str, name: str) -> Iterator[Puppet]:
    with Puppet(python, {"PYTHONPATH": str(ROOT / "app")}) as puppet:
        puppet.do(f"NAME = {name!r}")
        puppet.do(WRITER)
        yield puppet


@pytest.fixture
def server() -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "shmscope", "serve", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline().split()[1]
        process.kill()


def kernel_state(name: str) -> dict[str, Any]:
    """Return all that the kernel tells of the files of a writer, but for when they were read."""
    files = [path for path in SHM.iterdir() if name in path.name]
    return {path.name: facts(path) for path in sorted(files)}


def facts(path: Path) -> tuple[object, ...]:
    status = path.stat()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    identity = (status.st_dev, status.st_ino, status.st_mode, status.st_uid, status.st_nlink)
    return (*identity, status.st_size, status.st_blocks, status.st_mtime_ns, digest)


def watch(address: str, name: str) -> None:
    """Look at everything that a writer shares, as the page does, for so many frames."""
    ids = until(lambda: ids_of(address, name))
    with connect(address.replace("http", "ws") + "api/v1/stream", max_size=None) as stream:
        stream.send(json.dumps({"type": "subscribe", "id": 0, "topic": "overview"}))
        for number, array in enumerate(ids):
            for topic in ("array", "values"):
                wish = {"type": "subscribe", "topic": topic, "array": array, "rate_hz": 30}
                stream.send(json.dumps({**wish, "id": 1 + number + 10 * (topic == "values")}))
        for _ in range(FRAMES):
            draw(stream)


def draw(stream: ClientConnection) -> None:
    """Take a frame in and say so."""
    while (head := cbor2.loads(stream.recv(decode=False))[0])["type"] != "frame":
        assert head["type"] != "error", head
    stream.send(json.dumps({"type": "ack", "id": head["id"], "seq": head["seq"]}))


def ids_of(address: str, name: str) -> list[str] | None:
    with urlopen(f"{address}api/v1/arrays") as answer:
        arrays = json.load(answer)["arrays"]
    found = [array["id"] for array in arrays if name in array["name"]]
    return found if len(found) == 3 else None


def test_watched_writer_is_as_it_was_after_the_server_is_killed(
    writer: Puppet, server: tuple[subprocess.Popen[str], str], name: str
) -> None:
    process, address = server
    before = (kernel_state(name), writer.do(STATE))
    watch(address, name)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert (kernel_state(name), writer.do(STATE)) == before
    assert before[1]["writes"] == [7, 8, 9]


def test_watched_writer_ends_as_if_nobody_had_looked(
    writer: Puppet, server: tuple[subprocess.Popen[str], str], name: str
) -> None:
    _, address = server
    watch(address, name)
    writer.do(f"for shared in published[:1]: shared.unlink()\n{ENDING}")
    assert writer.leave() == 0
    assert kernel_state(name) == {}


def test_mistyped_name_creates_nothing(
    server: tuple[subprocess.Popen[str], str], name: str
) -> None:
    _, address = server
    with connect(address.replace("http", "ws") + "api/v1/stream") as stream:
        stream.recv()
        wish = {"type": "subscribe", "id": 1, "topic": "values", "array": f"x/0-0/{name}"}
        stream.send(json.dumps(wish))
        assert cbor2.loads(stream.recv(decode=False))[1]["status"] == 404
    assert kernel_state(name) == {}
