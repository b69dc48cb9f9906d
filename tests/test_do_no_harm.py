"""The first law: the instrument does not disturb what it measures.

A program shares memory as programs do, in a segment of its own; it is watched in every way there
is; and afterwards all is as it was, whether the watcher went or was killed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.sampling.stepping import Stepped
from tests.sources.puppets import Puppet
from tests.sources.reading import SHM, block_of
from tests.waiting import until

from shmscope.layout.control import parse_slots
from shmscope.sampling.topics import ArrayTopic, OverviewTopic

ROOT = Path(__file__).parents[1]
WRITES = 20_000

SHARE = """
import numpy as np, shmscope
from multiprocessing.shared_memory import SharedMemory
memory = SharedMemory(name, create=True, size=1 << 20)
array = np.ndarray((512, 256), "f8", memory.buf)
array[:] = np.arange(512 * 256).reshape(512, 256)
shared = shmscope.publish(name, array)
with shared.writing() as whole:
    whole[0, 0] = -1
"""
WRITE_ON = f"""
for number in range({WRITES}):
    with shared.writing() as whole:
        whole[:4] = number
"""
END = "del array, whole, shared; memory.close(); memory.unlink()"

# Runs in the watching process, before anything else: notes what it asks of the system.
WATCH = """
import os, sys, time
sys.path.insert(0, root)
events = []
FORBIDDEN = ("os.", "mmap.", "fcntl.", "socket.", "subprocess.", "shutil.", "signal.", "ctypes.")
HARMLESS = ("os.listdir", "os.scandir", "os.add_dll_directory", "ctypes.addressof")
PROCMAP_QUERY = 0xC0686611  # asks the kernel for one line of /proc/PID/maps
def note(event, arguments):
    if event == "open":
        path, _, flags = arguments
        if str(path).startswith(("/dev/shm", "/proc")) and flags is not None:
            if flags & (os.O_ACCMODE | os.O_CREAT | os.O_TRUNC | os.O_APPEND):
                events.append(f"open {path} {flags:o}")
    elif event == "fcntl.ioctl" and arguments[1] == PROCMAP_QUERY:
        pass
    elif event.startswith(FORBIDDEN) and event not in HARMLESS:
        events.append(f"{event} {arguments}")
from tests.sampling.stepping import Stepped
from shmscope.sampling.topics import ArrayTopic, OverviewTopic
sys.addaudithook(note)
stepped = Stepped(name, time.monotonic())
stepped.step()
demand = stepped.sampler.demand
for topic, rate_hz in (
    (OverviewTopic(), 2.0),
    (ArrayTopic(stepped.id), 2.0),
    (stepped.values(), 30.0),
    (stepped.values("::-7, 3"), 30.0),
):
    demand.add(topic, rate_hz)
stepped.sampler.answers.values(stepped.id, "0")
stepped.sampler.answers.statistics(stepped.id)
"""


# A program that has never heard of shmscope, and what looks at it in every way there is.
SHARE_UNTOLD = """
import numpy as np
from multiprocessing.shared_memory import SharedMemory
memory = SharedMemory(name, create=True, size=1 << 20)
array = np.ndarray((512, 256), "f8", memory.buf)
array[:] = np.arange(512 * 256).reshape(512, 256)
"""
END_UNTOLD = "del array; memory.close(); memory.unlink()"
WATCH_UNTOLD = (
    WATCH.partition("stepped.step()")[0]
    + """
from shmscope.layout.hand import parse_rule
from shmscope.sampling.fitting import guesses_of
from shmscope.sampling.topics import HostTopic, ValuesTopic
stepped.survey()
rule = parse_rule({"dtype": "<f8", "shape": [-1, 256]}, pattern="*")
demand = stepped.sampler.demand
for topic, rate_hz in (
    (OverviewTopic(), 2.0),
    (HostTopic(), 2.0),
    (ArrayTopic(stepped.id), 2.0),
    (stepped.values("0:4096"), 30.0),
    (ValuesTopic(stepped.id, "::7", 1000, rule), 30.0),
):
    demand.add(topic, rate_hz)
assert guesses_of(stepped.trace)
stepped.sampler.answers.keep_layout(stepped.id, rule, "guessed", timeout_s=0)
stepped.sampler.answers.values(stepped.id, "0")
stepped.sampler.answers.statistics(stepped.id)
def look(seconds):
    for _ in range(int(seconds)):
        stepped.survey()
        stepped.run(1.0)
"""
)


def others() -> Iterator[str]:
    """Yield Python interpreters of another version than this one, by whatever finds them."""
    named = os.environ.get("SHMSCOPE_OTHER_PYTHON")
    if named:
        yield named
    for version in ("3.13", "3.12", "3.14", "3.11"):
        found = shutil.which(f"python{version}")
        if found and not sys.version.startswith(f"{version}."):
            yield from _resolved(found, f"python{version}")


def _resolved(found: str, command: str) -> Iterator[str]:
    """Yield the interpreter itself: a shim of pyenv must be told which version it stands for."""
    tell = [found, "-c", "import sys; print(sys.executable)"]
    environments = [dict(os.environ)]
    if pyenv := shutil.which("pyenv"):
        listed = subprocess.run(
            [pyenv, "whence", command], capture_output=True, text=True, check=False
        )
        environments += [{**os.environ, "PYENV_VERSION": v} for v in listed.stdout.split()]
    for environment in environments:
        told = subprocess.run(tell, capture_output=True, text=True, check=False, env=environment)
        if told.returncode == 0:
            yield told.stdout.strip()
            return


def numpy_for(python: str, folder: Path) -> str | None:
    """Return what to put on an interpreter's path so that it knows numpy, or None."""
    known = subprocess.run([python, "-c", "import numpy"], capture_output=True, check=False)
    if known.returncode == 0:
        return ""
    command = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    command += ["--prefer-binary", "--only-binary", ":all:", "--target", str(folder), "numpy"]
    try:
        made = subprocess.run(command, capture_output=True, check=False, timeout=40)
    except subprocess.TimeoutExpired:
        return None
    return str(folder) if made.returncode == 0 else None


@pytest.fixture(scope="module")
def other_python(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Return an interpreter of another version, and the path that it needs."""
    python = next(others(), None)
    if python is None:
        pytest.skip("no other Python found: name one in SHMSCOPE_OTHER_PYTHON")
    numpy = numpy_for(python, tmp_path_factory.mktemp("numpy"))
    if numpy is None:
        pytest.skip(f"{python} has no numpy, and pip cannot install it")
    return python, os.pathsep.join(filter(None, [str(ROOT / "app"), numpy]))


@contextmanager
def sharing(name: str, request: pytest.FixtureRequest) -> Iterator[Puppet]:
    """Start a process that runs the Python that a fixture is asked for, and knows `name`."""
    python, path = sys.executable, ""
    if request.param == "another Python":
        python, path = request.getfixturevalue("other_python")
    with Puppet(python, {"PYTHONPATH": path} if path else {}) as puppet:
        puppet.do(f"name = {name!r}")
        yield puppet


@pytest.fixture(params=["this Python", "another Python"])
def writer(name: str, request: pytest.FixtureRequest) -> Iterator[Puppet]:
    """Yield a process that shares memory, runs this or another Python, and pauses."""
    with sharing(name, request) as puppet:
        puppet.do(SHARE)
        yield puppet


@pytest.fixture
def watcher(name: str, writer: Puppet) -> Iterator[Puppet]:
    """Yield another process, which watches in every way there is."""
    assert writer.pid
    with Puppet() as puppet:
        puppet.do(f"name, root = {name!r}, {str(ROOT)!r}")
        puppet.do(WATCH)
        yield puppet


@pytest.fixture(params=["this Python", "another Python"])
def stranger(name: str, request: pytest.FixtureRequest) -> Iterator[Puppet]:
    """Yield a process that shares memory and has never heard of shmscope."""
    with sharing(name, request) as puppet:
        puppet.do(SHARE_UNTOLD)
        yield puppet


@pytest.fixture
def onlooker(name: str, stranger: Puppet) -> Iterator[Puppet]:
    """Yield another process, which looks at the stranger in every way there is."""
    assert stranger.pid
    with Puppet() as puppet:
        puppet.do(f"name, root = {name!r}, {str(ROOT)!r}")
        puppet.do(WATCH_UNTOLD)
        yield puppet


def picture(name: str, writer: Puppet) -> dict[str, Any]:
    """Return all that must be as it was: files, bytes, counters, and what the writer holds."""
    found = picture_untold(name, writer)
    found["writes"] = writer.do("shared.writes")
    return found


def picture_untold(name: str, writer: Puppet) -> dict[str, Any]:
    """Return the same of a program that counts nothing."""
    found: dict[str, Any] = {}
    for path in sorted(SHM.glob(f"*{name}*")):
        status = path.stat()
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        kept = [status.st_ino, status.st_mode, status.st_nlink, status.st_uid, status.st_size]
        found[path.name] = [*kept, status.st_blocks, status.st_mtime_ns, status.st_ctime_ns, digest]
    found["descriptors"] = len(os.listdir(f"/proc/{writer.pid}/fd"))
    found["trackers"] = children(writer.pid)
    found["sum"] = writer.do("float(array.sum())")
    return found


def children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def end_well(writer: Puppet) -> None:
    """Have the writer end as it meant to: it finds its segment, and its tracker nothing amiss."""
    writer.do(END)
    assert writer.leave() == 0


def test_paused_writer_is_as_it_was_after_being_watched(name: str, writer: Puppet) -> None:
    before = picture(name, writer)
    with Stepped(name, 1e6) as stepped:
        stepped.step()
        stepped.sampler.demand.add(OverviewTopic())
        stepped.sampler.demand.add(ArrayTopic(stepped.id))
        stepped.sampler.demand.add(stepped.values(), 30.0)
        news = stepped.run(5.0)
    assert len(news) > 150
    assert picture(name, writer) == before
    end_well(writer)
    assert not list(SHM.glob(f"*{name}*"))


def test_paused_writer_is_as_it_was_after_its_watcher_was_killed(
    name: str, writer: Puppet, watcher: Puppet
) -> None:
    before = picture(name, writer)
    watcher.do("stepped.run(5.0)")
    assert children(watcher.pid) == []  # nobody who would tidy up after it
    watcher.begin("while True: stepped.run(5.0)")
    watcher.kill()
    assert picture(name, writer) == before
    end_well(writer)
    assert not list(SHM.glob(f"*{name}*"))


def test_watched_writer_counts_every_write(name: str, writer: Puppet, watcher: Puppet) -> None:
    watcher.begin("stepped.run(10.0)")
    writer.do(WRITE_ON)
    watcher.answer()
    reader, state = block_of(name)
    with reader.opened(state.header) as read_slots:
        slots = parse_slots(read_slots().tobytes())
    assert slots["begin"].tolist() == slots["end"].tolist() == [WRITES + 1]
    assert writer.do("shared.writes") == WRITES + 1
    assert writer.do("(array[:4] == array[0, 0]).all() and float(array[0, 0])") == WRITES - 1
    end_well(writer)


def test_watcher_asks_the_system_for_nothing_but_to_read(writer: Puppet, watcher: Puppet) -> None:
    watcher.do("stepped.run(2.0)")
    writer.do("memory.unlink(); SharedMemory(name, create=True, size=1).close()")
    watcher.do("stepped.run(2.0); stepped.sampler.close()")
    events = watcher.do("events")
    assert events == [], json.dumps(events[:5], indent=1)
    watcher.do("open('/dev/shm/' + name, 'r+').close(); os.kill(os.getpid(), 0)")
    assert [event.split()[0] for event in watcher.do("events")] == ["open", "os.kill"]


def test_killed_writers_segment_goes_as_it_would_unwatched(
    name: str, writer: Puppet, watcher: Puppet
) -> None:
    watcher.do("stepped.run(1.0)")
    writer.kill()  # its own resource tracker removes the segment
    until(lambda: not (SHM / name).exists())
    watcher.do("stepped.run(1.0)")
    # Whoever publishes next, in another test just now, tidies its control block up.
    assert watcher.do("stepped.rules[0] if stepped.ids else 'gone'") == "gone"


def test_stranger_is_as_it_was_after_its_onlooker_was_killed(
    name: str, stranger: Puppet, onlooker: Puppet
) -> None:
    before = picture_untold(name, stranger)
    onlooker.do("look(4)")
    assert children(onlooker.pid) == []
    onlooker.begin("while True: look(1)")
    onlooker.kill()
    assert picture_untold(name, stranger) == before
    stranger.do(END_UNTOLD)
    assert stranger.leave() == 0
    assert not list(SHM.glob(f"*{name}*"))


def test_onlooker_asks_the_system_for_nothing_but_to_read(
    stranger: Puppet, onlooker: Puppet
) -> None:
    onlooker.do("look(3)")
    stranger.do("array[:] = 1; memory.unlink(); SharedMemory(name, create=True, size=1).close()")
    onlooker.do("look(3); stepped.sampler.close()")
    events = onlooker.do("events")
    assert events == [], json.dumps(events[:5], indent=1)
