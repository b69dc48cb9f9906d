"""The example workers, each run as a user would run it, and looked at from outside."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.managers import ListProxy, Token
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.waiting import living_session, until

import shmscope.workers
from shmscope.layout.control import (
    Description,
    Header,
    Slots,
    decode_label,
    is_clean,
    parse_slots,
    total_writes,
)
from shmscope.publishing.files import block_paths, read_description

SHM = Path("/dev/shm")
LAYOUTS: dict[str, tuple[str, str, tuple[int, ...]]] = {
    "heat": ("shared_memory", "float32", (256, 256)),
    "camera": ("shared_memory", "uint8", (240, 320, 3)),
    "tape": ("shared_memory", "record", (256,)),
    "race": ("Array", "int64", (5,)),
    "tally": ("shared_memory", "int64", (5,)),
    "proxies": ("Manager", "int64", (5,)),
    "copy_trap": ("shared_memory", "int64", (8, 2)),
}
COUNTERS = ("race", "tally", "proxies")
numbers = itertools.count()


@dataclass
class Look:
    """A clean copy of an array, and its writers at that moment."""

    values: np.ndarray[Any, Any]
    slots: Slots


class Running:
    """A worker under test: its process, and its array as an observer finds it."""

    def __init__(self, worker: str, *command: str) -> None:
        self.worker = worker
        self.array = f"test{os.getpid()}.{next(numbers)}.{worker}"
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", *command, self.array],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def find(self) -> tuple[str, Header, Description] | None:
        for path in block_paths():
            found = read_description(path)
            if found is not None and found[1].name == self.array:
                return path, *found
        return None

    def slots(self) -> Slots:
        path, header, _ = until(self.find)
        return parse_slots(Path(path).read_bytes()[header.slots_offset :])

    def look(self) -> Look:
        """Copy the array at a moment when nobody writes."""
        _, header, description = until(self.find)

        def try_once() -> Look | None:
            before = self.slots()
            values = copy(header, description)
            return Look(values, before) if is_clean(before, self.slots()) else None

        return until(try_once)

    def writers(self) -> set[str]:
        slots = self.slots()
        return {decode_label(slot["label"]) for slot in slots if slot["end"] > slot["base"]}

    def end(self) -> None:
        """End what is left; resource trackers outlive SIGTERM and clean up."""
        for pid in living_session(self.process.pid):
            os.kill(pid, signal.SIGTERM)
        until(lambda: not living_session(self.process.pid))
        self.process.communicate()
        found = self.find()
        for path in (SHM / self.array, Path(found[0]) if found else SHM / self.array):
            path.unlink(missing_ok=True)


def copy(header: Header, description: Description) -> np.ndarray[Any, Any]:
    """Copy an array's values without mapping it, or through its Manager."""
    if description.address is not None:
        token = Token(description.typeid, description.address, description.token)
        authkey = bytes.fromhex(description.authkey or "")
        proxy: ListProxy[int] = ListProxy(token, "pickle", authkey=authkey)
        return np.array(proxy[:])
    with segment_path(header, description).open("rb", buffering=0) as file:
        return description.layout.view(file.read())


def segment_path(header: Header, description: Description) -> Path:
    """Return where the memory can be opened: memory without a name, among its publisher's files."""
    if description.segment is not None:
        return SHM / description.segment
    files = Path(f"/proc/{header.publisher.pid}/fd").iterdir()
    return next(path for path in files if _inode(path) == header.inode)


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except FileNotFoundError:  # it was closed meanwhile
        return None


@contextmanager
def running(worker: str, *command: str) -> Iterator[Running]:
    started = Running(worker, *(command or ("-m", f"shmscope.workers.{worker}")))
    try:
        yield started
    finally:
        started.end()


@pytest.fixture(scope="module", params=LAYOUTS)
def each(request: pytest.FixtureRequest) -> Iterator[Running]:
    with running(request.param) as worker:
        until(worker.find)
        yield worker


def test_first_line_says_how_to_start_the_worker_alone(each: Running) -> None:
    assert each.process.stdout is not None
    line = each.process.stdout.readline()
    command = f"python -m shmscope.workers.{each.worker}"
    assert line == f"{each.worker}: start me alone with  {command}  (Ctrl-C stops me)\n"


def test_worker_publishes_what_its_docstring_promises(each: Running) -> None:
    mechanism, dtype, shape = LAYOUTS[each.worker]
    description = until(each.find)[2]
    layout = description.layout
    assert (description.mechanism, layout.shape) == (mechanism, shape)
    assert dtype == ("record" if layout.dtype.names else layout.dtype.name)
    assert description.about
    assert description.labels is None or len(description.labels) == shape[-1]


def test_writes_are_counted(each: Running) -> None:
    before = total_writes(each.slots())
    until(lambda: total_writes(each.slots()) >= before + 8)


def test_heat_moves_in_every_band_and_stays_between_cold_and_hot() -> None:
    with running("heat") as heat:
        until(lambda: heat.writers() >= {"band 0", "band 1", "band 2", "band 3"})
        before = heat.look().values
        until(lambda: (heat.look().values != before).reshape(4, -1).any(axis=1).all())
        after = heat.look().values
        assert np.isfinite(after).all()
        assert after.min() >= 0
        assert after.max() <= 100
        assert after.max() - after.min() > 50


def test_camera_takes_a_new_picture_each_time() -> None:
    with running("camera") as camera:
        writes = total_writes(until(camera.look).slots)
        until(lambda: total_writes(camera.slots()) > writes)
        first = camera.look().values
        until(lambda: (camera.look().values != first).mean() > 0.5)
        assert first.std() > 20


def test_tape_fills_its_ring_and_goes_on_with_later_records() -> None:
    with running("tape") as tape:
        until(lambda: all(tape.look().values["size"]))
        newest = tape.look().values["time"].max()
        until(lambda: tape.look().values["time"].max() > newest)
        records = tape.look().values
        assert set(records["side"]) <= {b"B", b"S"}
        assert (records["price"] > 0).all()
        steps = np.diff(records["time"])
        assert (steps.astype(int) < 0).sum() <= 1  # one seam, where the ring begins again


@pytest.mark.parametrize("worker", COUNTERS)
def test_counting_without_the_lock_loses_updates_and_with_it_none(worker: str) -> None:
    with running(worker) as counters:
        until(lambda: counters.writers() >= {f"clerk {n}" for n in range(4)})
        until(lambda: lost(counters.look()) > 0)
        before = counters.look()
        until(lambda: counters.look().values[0] > before.values[0])
        expected, locked, _, locked_ns, bare_ns = counters.look().values
        assert expected == locked
        assert min(locked_ns, bare_ns) > 0


def lost(look: Look) -> int:
    expected, _, bare, _, _ = look.values
    assert bare <= expected
    return int(expected - bare)


def test_copy_trap_parents_array_never_changes_while_the_child_counts() -> None:
    with running("copy_trap") as trap:
        initial = np.arange(0, 80, 10)
        for count in (1, 2, 5):
            until(partial(child_reaches, trap, initial + count))
            assert (trap.look().values[:, 0] == initial).all()


def child_reaches(trap: Running, numbers: np.ndarray[Any, Any]) -> bool:
    return bool((trap.look().values[:, 1] >= numbers).all())


@pytest.mark.parametrize("worker", LAYOUTS)
def test_ctrl_c_ends_the_worker_quietly_and_leaves_nothing(worker: str) -> None:
    with running(worker) as started:
        until(lambda: total_writes(started.slots()) >= 8)
        segment = until(started.find)[2].segment
        os.killpg(started.process.pid, signal.SIGINT)  # as a terminal does: to the whole group
        _, complaints = started.process.communicate(timeout=20)
        assert (started.process.returncode, complaints) == (0, "")
        until(lambda: not living_session(started.process.pid))
        assert started.find() is None
        assert segment is None or not (SHM / segment).exists()


@pytest.mark.parametrize("worker", ["heat", "race", "tally", "copy_trap"])
def test_processes_of_a_killed_worker_end_and_its_memory_is_freed(worker: str) -> None:
    with running(worker) as started:
        until(lambda: total_writes(started.slots()) >= 8)
        segment = until(started.find)[2].segment
        started.process.kill()
        until(lambda: not living_session(started.process.pid))
        assert segment is None or not (SHM / segment).exists()


def test_worker_runs_from_its_file() -> None:
    path = Path(shmscope.workers.__path__[0]) / "copy_trap.py"
    with running("copy_trap", str(path)) as started:
        until(started.find)


def test_worker_runs_where_processes_are_spawned_and_not_forked() -> None:
    program = (
        "import multiprocessing, sys; multiprocessing.set_start_method('spawn');"
        "from shmscope.workers.race import main; main(sys.argv[1])"
    )
    with running("race", "-c", program) as race:
        until(lambda: race.writers() >= {f"clerk {n}" for n in range(4)})
