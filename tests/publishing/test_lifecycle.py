from __future__ import annotations

import errno
import gc
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from tests.publishing import programs
from tests.publishing.programs import SHAPE, SHM, blocks_of, run, running, total_of

import shmscope
from shmscope.errors import (
    PublishError,
)
from shmscope.publishing.sweep import sweep

StartMethod = Literal["fork", "spawn", "forkserver"]
START_METHODS = ["fork", "spawn", "forkserver"]

UNSHARE = shutil.which("unshare") or ""

CREATE_AND_WAIT = """
import sys, shmscope
array = shmscope.create(sys.argv[1], 16)
array[:] = 7
print("ready", flush=True)
sys.stdin.read()
"""
PUBLISH_BYTES = """
import sys, shmscope, numpy as np
array = shmscope.publish(sys.argv[1], np.memmap("/dev/shm/" + sys.argv[1], "u1"))
array[0] = 1"""

MAIN_THAT_DOES_NOT_WAIT = """
import multiprocessing, sys
from multiprocessing.util import Finalize
import shmscope

def write_late(array, link):
    link.recv()
    with array.writing():
        pass
    print(array.writes, flush=True)

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[2])
    array = shmscope.create(sys.argv[1], 16)
    ours, theirs = context.Pipe()
    context.Process(target=write_late, args=(array, theirs)).start()
    Finalize(None, ours.send, args=("go",), exitpriority=1)
"""

FULL = """
import os, sys, shmscope
from multiprocessing.shared_memory import SharedMemory
import numpy as np

def refused(action):
    try:
        action()
    except shmscope.errors.PublishError as error:
        return str(error)
    raise SystemExit("not refused")

def fill():
    with open("/dev/shm/filler", "wb", buffering=0) as filler:
        try:
            while True:
                filler.write(bytes(4096))
        except OSError:
            pass

def claim_all():  # the first slots are on a page that is there already
    for _ in range(256):
        handles.append(shmscope.open("small", mode="r+"))
        handles[-1].writing()

handles = []
array = shmscope.create("small", 16)
memory = SharedMemory("plain", create=True, size=4096)
view = np.ndarray(16, "f8", memory.buf)
print(refused(lambda: shmscope.create("large", 1 << 20)))
fill()
print(refused(claim_all))
print(refused(lambda: shmscope.create("one-more", 16)))
print(refused(lambda: shmscope.publish("view", view)))
os.unlink("/dev/shm/filler")
array[0] = 1
print(sorted(os.listdir("/dev/shm")))
array.unlink()
memory.unlink()
del view
"""


def crashed(program: str, name: str) -> list[Path]:
    """Run a program until it is ready and kill it; return its blocks.

    Its resource tracker has ended by then. Any program on the machine may have swept the blocks.
    """
    with running(program, name) as process:
        blocks = blocks_of(name)
        process.kill()
        process.communicate()
    assert len(blocks) == 1
    return blocks


def test_create_in_a_with_leaves_nothing_behind(name: str) -> None:
    with shmscope.create(name, SHAPE) as array:
        array[:] = 1
        assert (SHM / name).stat().st_mode & 0o777 == 0o600
        assert [block.stat().st_mode & 0o777 for block in blocks_of(name)] == [0o600]
    assert not (SHM / name).exists()
    assert not blocks_of(name)


def test_fifty_arrays_leave_no_descriptor_and_no_mapping(name: str) -> None:
    def count() -> tuple[int, int]:
        gc.collect()
        maps = Path("/proc/self/maps").read_text("utf-8", "surrogateescape")
        return len(os.listdir("/proc/self/fd")), maps.count(name)

    def cycle() -> None:
        with shmscope.create(name, SHAPE) as array, shmscope.open(name, mode="r+") as other:
            array[0] = other[1] = 1

    cycle()  # starts the resource tracker, which keeps a descriptor
    before = count()
    for _ in range(50):
        cycle()
    assert count() == before


@pytest.mark.parametrize("how", ["return", "sys.exit", "exception"])
@pytest.mark.parametrize("method", START_METHODS)
def test_the_last_participant_to_end_removes_the_block(
    method: StartMethod, how: str, name: str
) -> None:
    context: Any = multiprocessing.get_context(method)
    ours, theirs = context.Pipe()
    child = context.Process(target=programs.create_and_end, args=(name, how, theirs))
    child.start()
    assert len(ours.recv()) == 1
    child.join()
    assert child.exitcode == {"return": 0, "sys.exit": 3, "exception": 1}[how]
    assert not blocks_of(name)


@pytest.mark.parametrize("ending", ["", "sys.exit(3)", "1 / 0"])
def test_a_program_that_ends_removes_its_block(
    ending: str, name: str, view: np.ndarray[Any, Any]
) -> None:
    run(f"{PUBLISH_BYTES}; {ending}", name, check=False)
    assert view.view("u1")[0] == 1
    assert not blocks_of(name)


def test_a_block_stays_while_another_process_writes(name: str, view: np.ndarray[Any, Any]) -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    published = shmscope.publish(name, view)
    child = context.Process(target=programs.write_when_told, args=(name, published, theirs))
    child.start()
    assert ours.recv() == "ready"
    path = published._block.path
    published.close()
    published_here_no_more = run_farewell(path)
    assert not published_here_no_more
    ours.send("write")
    assert ours.recv() == "written"
    assert total_of(name) == 2
    ours.send(None)
    child.join()
    assert blocks_of(name), "the publisher lives"
    assert run_farewell(path)


def run_farewell(path: str) -> bool:
    """Do what this process does at its end; return whether the block is gone."""
    from shmscope.publishing.array import _joined  # noqa: PLC0415 - looks inside on purpose

    _joined[path].retire()
    return not os.path.exists(path)


@pytest.mark.parametrize("method", START_METHODS)
def test_a_main_program_that_does_not_wait_keeps_the_block_for_its_children(
    method: StartMethod, name: str, tmp_path: Path
) -> None:
    script = tmp_path / "main.py"
    script.write_text(MAIN_THAT_DOES_NOT_WAIT)
    done = subprocess.run(
        [sys.executable, script, name, method],
        capture_output=True,
        text=True,
        check=True,
        timeout=50,
    )
    assert done.stdout == "1\n"
    assert not blocks_of(name)
    assert not (SHM / name).exists()


def test_a_crashed_creators_segment_goes_and_its_block_is_swept(name: str) -> None:
    crashed(CREATE_AND_WAIT, name)
    assert not (SHM / name).exists(), "its resource tracker outlives it"
    with shmscope.create(f"{name}x", SHAPE):
        assert not blocks_of(name)


@pytest.mark.parametrize("prefix", ["a", "höhe", "a:b"])
def test_a_program_that_forgets_to_unlink_leaves_no_segment(prefix: str, name: str) -> None:
    unique = f"{prefix} {name}"
    done = run("import sys, shmscope; a = shmscope.create(sys.argv[1], 3); a[0] = 1", unique)
    assert "Traceback" not in done.stderr
    assert not (SHM / unique).exists()
    assert not blocks_of(unique)


def test_publishing_sweeps_what_the_crashed_left(name: str, view: np.ndarray[Any, Any]) -> None:
    crashed(CREATE_AND_WAIT, f"{name}x")
    shmscope.publish(name, view).unlink()
    assert not blocks_of(f"{name}x")


def test_a_block_is_not_swept_while_its_segment_is_there(
    name: str, view: np.ndarray[Any, Any]
) -> None:
    [block] = crashed(f"{PUBLISH_BYTES}; print('ready', flush=True); sys.stdin.read()", name)
    assert str(block) not in sweep()
    assert total_of(name) == 1
    assert view.view("u1")[0] == 1


def test_another_layout_may_follow_when_the_publisher_is_dead(
    name: str, view: np.ndarray[Any, Any]
) -> None:
    [old] = crashed(f"{PUBLISH_BYTES}; print('ready', flush=True); sys.stdin.read()", name)
    with old.open("rb") as held:
        other = shmscope.publish(name, view)
        assert blocks_of(name) == [old]
        assert os.fstat(held.fileno()).st_size > 0, "who has it mapped keeps it"
        assert os.fstat(held.fileno()).st_ino != old.stat().st_ino
    assert total_of(name) == 0
    other.unlink()


def test_the_farewell_of_one_does_not_remove_the_block_that_came_after(
    name: str, view: np.ndarray[Any, Any]
) -> None:
    first = shmscope.publish(name, view)
    assert first._block is not None
    path, file = first._block.path, first._block.file
    first.unlink()
    second = shmscope.publish(name, view)
    file.retire()
    file.unlink()
    first.unlink()
    assert os.path.exists(path)
    second.unlink()
    assert not os.path.exists(path)


def test_more_than_dev_shm_holds_is_an_error_with_the_numbers(name: str) -> None:
    status = os.statvfs(SHM)
    with pytest.raises(PublishError, match="raise --shm-size") as caught:
        shmscope.create(name, (status.f_blocks + 1) * status.f_frsize, "u1")
    assert isinstance(caught.value.limit, int)
    assert not (SHM / name).exists()


def test_a_sparse_array_may_be_larger_than_its_memory(name: str) -> None:
    with shmscope.create(name, 1 << 34, "u1", reserve=False) as array:
        array[-1] = 1
        assert (SHM / name).stat().st_blocks < 64


def can_mount() -> bool:
    command = [UNSHARE, "--mount", "mount", "-t", "tmpfs", "tmpfs", "/dev/shm"]
    if not UNSHARE:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not can_mount(), reason="mounting a small tmpfs needs root")
def test_a_full_dev_shm_is_an_error_and_no_bus_error() -> None:
    mount = 'mount -t tmpfs -o size=128k tmpfs /dev/shm && exec "$0" -W error -c "$1"'
    done = subprocess.run(
        [UNSHARE, "--mount", "sh", "-c", mount, sys.executable, FULL],
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert (done.returncode, done.stderr) == (0, "")
    large, slot, small, view, left = done.stdout.splitlines()
    assert "needs 8388608 bytes and /dev/shm has" in large
    assert "no memory left in /dev/shm for a writer slot" in slot
    assert "/dev/shm has 0 left" in small
    assert "no room for a control block" in view
    assert len(json.loads(left.replace("'", '"'))) == 3, "two segments, one block"


def test_a_freed_array_is_withdrawn(name: str) -> None:
    values = multiprocessing.get_context("fork").Array("d", 8)
    shmscope.publish(name, values)
    assert len(blocks_of(name)) == 1
    del values
    gc.collect()
    assert not blocks_of(name)


def test_errors_of_the_system_are_not_disguised(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(os, "posix_fallocate", fail)
    with pytest.raises(OSError, match="broken"):
        shmscope.create(name, SHAPE)
    assert not (SHM / name).exists()
