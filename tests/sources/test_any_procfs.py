"""Processes as some other procfs shows them: what vanishes, lies or is forbidden is no error."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from shmscope.layout.control import Process
from shmscope.sources import inventory as inventory_module
from shmscope.sources import looks
from shmscope.sources.inventory import Inventory, Use, take_inventory
from shmscope.sources.process_facts import read_facts
from shmscope.sources.processes import own_namespace

STAT = "7 (a) b) S" + " 0" * 18 + " 4242" + " 0" * 30


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """Return a procfs with one process that maps a segment of a root and holds it open."""
    (tmp_path / "shm").mkdir()
    (tmp_path / "shm" / "x").write_bytes(bytes(4096))
    status = (tmp_path / "shm" / "x").stat()
    device = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}"
    process = tmp_path / "proc" / "7"
    (process / "fd").mkdir(parents=True)
    (process / "ns").mkdir()
    (process / "ns" / "pid").write_text("")
    (process / "task" / "7").mkdir(parents=True)
    (process / "stat").write_text(STAT)
    (process / "status").write_text("Name:\ta) b\nUid:\t12345\t0\t0\t0\n")
    (process / "cmdline").write_bytes(b"")
    line = f"7f00-8f00 rw-s 00000000 {device} {status.st_ino} {tmp_path}/shm/x\n"
    (process / "maps").write_text(f"garbage\n{line}7f00-\n")
    (process / "fd" / "3").symlink_to(tmp_path / "shm" / "x")
    (process / "fd" / "4").symlink_to(tmp_path / "shm" / "gone")
    (tmp_path / "proc" / "self").symlink_to("7")
    (tmp_path / "proc" / "cpuinfo").write_text("")
    return tmp_path / "proc"


def taken(proc: Path, previous: Inventory | None = None) -> Inventory:
    return take_inventory(previous, [str(proc.parent / "shm")], str(proc))


def test_any_procfs_can_be_read(proc: Path) -> None:
    inventory = taken(proc)
    [segment] = inventory.segments
    process = Process(7, 4242, own_namespace())
    assert segment.uses == (Use(process, "rw", (3,)),)
    facts = inventory.processes[process]
    assert (facts.command, facts.user_id, facts.user) == ("[a) b]", 12345, "12345")


@pytest.mark.parametrize("gone", ["stat", "maps", "status", "cmdline", "ns/pid"])
def test_process_that_goes_in_the_middle_is_no_error(proc: Path, gone: str) -> None:
    (proc / "7" / gone).unlink()
    [segment] = taken(proc).segments
    assert segment.names == ("x",)


@pytest.mark.parametrize("gone", ["fd", "task", "ns"])
def test_folder_of_a_process_that_goes_is_no_error(proc: Path, gone: str) -> None:
    shutil.rmtree(proc / "7" / gone)
    [segment] = taken(proc).segments
    assert segment.names == ("x",)


@pytest.mark.parametrize("line", ["", "7", "7 (a", "7 (a) S 0", "7 (a) S" + " x" * 40])
def test_process_without_a_start_time_is_not_trusted(proc: Path, line: str) -> None:
    (proc / "7" / "stat").write_text(line)
    [segment] = taken(proc).segments
    assert segment.uses == ()


def test_process_that_is_another_one_at_the_end_is_not_trusted(
    proc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exchange(process: Process, folder: int) -> object:
        (proc / "7" / "stat").write_text(STAT.replace("4242", "4243"))
        return read_facts(process, folder)

    monkeypatch.setattr(looks, "read_facts", exchange)
    [segment] = taken(proc).segments
    assert segment.uses == ()


@pytest.mark.parametrize("forbidden", ["maps", "fd"])
def test_process_that_may_not_be_looked_at_is_counted(
    proc: Path, forbidden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_open = os.open

    def refuse(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if path == forbidden:
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return really_open(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refuse)
    inventory = taken(proc)
    assert inventory.hidden_processes == 1
    [segment] = inventory.segments
    assert segment.uses is None


def test_refusal_is_believed_of_that_very_process_for_some_time(
    proc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(looks, "gather", forbid)
        first = taken(proc)
    second = taken(proc, first)
    assert (first.hidden_processes, second.hidden_processes) == (1, 1)
    monkeypatch.setattr(inventory_module, "MAX_REFUSAL_AGE_S", 0)
    assert taken(proc, second).hidden_processes == 0
    monkeypatch.undo()
    shutil.copytree(proc / "7", proc / "8", symlinks=True)
    shutil.rmtree(proc / "7")
    (proc / "8").rename(proc / "7")  # another one of the same number
    assert taken(proc, second).hidden_processes == 0


def forbid(*_: object) -> None:
    raise PermissionError(errno.EACCES, "Permission denied")


def test_thread_of_the_kernel_is_not_hidden(proc: Path) -> None:
    (proc / "7" / "maps").write_text("")
    shutil.rmtree(proc / "7" / "fd")
    inventory = taken(proc)
    assert inventory.hidden_processes == 0
    assert [segment.uses for segment in inventory.segments] == [()]


def test_process_of_another_procfs_is_looked_at_each_time(proc: Path) -> None:
    first = taken(proc)
    (proc / "7" / "maps").write_text("7f00-8f00 rw-p 00000000 00:00 0 \n")
    [segment] = taken(proc, first).segments
    assert segment.uses == (Use(Process(7, 4242, own_namespace()), None, (3,)),)


def test_system_without_sysv_or_mounts_is_searched(proc: Path) -> None:
    assert not (proc / "sysvipc").exists()
    (proc / "sysvipc").mkdir()
    (proc / "sysvipc" / "shm").write_bytes(b"key shmid\n1 2\n")
    assert [segment.kind for segment in taken(proc).segments] == ["file"]
