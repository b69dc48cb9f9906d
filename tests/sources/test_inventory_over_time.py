"""Looking again and again: changes are seen, what vanishes is no error, nothing is disturbed."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sources.discovering import Maker, find, newer, use
from tests.sources.reading import SHM, descriptors
from tests.waiting import until

from shmscope.sources import evidence, footprints, looks
from shmscope.sources.files import MAX_STATUS_AGE_S, Listing, list_files
from shmscope.sources.folders import FOLDER_FLAGS, names_in, opened
from shmscope.sources.footprints import read_footprint
from shmscope.sources.inventory import Inventory, Use, take_inventory
from shmscope.sources.scope import read_scope


@pytest.fixture
def user() -> Iterator[Maker]:
    """Yield a process that can make every kind of segment."""
    with Maker() as process:
        yield process


def test_refresh_sees_what_appears_and_what_goes(name: str, user: Maker) -> None:
    inventory = take_inventory()

    def now(*expected: tuple[str, str | None]) -> bool:
        nonlocal inventory
        inventory = take_inventory(inventory)
        uses = {
            (segment.kind, one.mapped)
            for segment in find(inventory, name)
            for one in segment.uses or [None]
            if one is not None
        }
        return uses == set(expected)

    user.do(f"address = map_only('/dev/shm/{name}')")
    until(lambda: now(("file", "rw")))
    user.do("libc.mprotect(ctypes.c_void_p(address), 4096, 1)")
    until(lambda: now(("file", "r")), timeout_s=45.0)  # leaves no trace: seen at a full look
    (SHM / name).unlink()
    assert now(("unlinked", "r"))
    user.do("libc.munmap(address, 4096)")
    until(lambda: now() and not find(inventory, name))
    user.do(f"held.append(open('/dev/shm/{name}', 'w'))")
    until(lambda: now(("file", None)))
    user.kill()
    assert now()
    assert user.pid not in {process.pid for process in inventory.processes}


def test_process_that_has_not_run_is_not_looked_at_again(name: str, user: Maker) -> None:
    user.do(f"map_only('/dev/shm/{name}')")
    user.stop()
    first = take_inventory()
    second = take_inventory(first)
    assert second.memory.looks[user.pid] is first.memory.looks[user.pid]
    assert find(second, name) == find(first, name)


def test_process_that_ran_but_left_no_trace_is_believed_to_use_what_it_used(
    name: str, user: Maker
) -> None:
    user.do(f"map_only('/dev/shm/{name}')")
    first = until(lambda: steady(user))
    second = take_inventory(first)
    before, after = (one.memory.looks[user.pid] for one in (first, second))
    assert after.ran_ns != before.ran_ns
    assert after.looked_s == before.looked_s
    assert find(second, name) == find(first, name)


def steady(user: Maker) -> Inventory | None:
    """Return an inventory after which `user` has run, if that left no trace: the first times do."""
    before = take_inventory()
    user.do("1")
    now = read_footprint(f"/proc/{user.pid}/")
    return before if now == before.memory.looks[user.pid].footprint else None


@pytest.mark.parametrize(
    "doing",
    [
        "map_only('/dev/shm/{name}-2')",
        "held.append(os.open('/dev/shm/{name}', os.O_RDONLY))",
        "libc.munmap(address, 4096)",
        "os.close(held.pop())",
    ],
    ids=["maps", "opens", "unmaps", "closes"],
)
def test_process_that_leaves_a_trace_is_looked_at_at_once(
    name: str, user: Maker, doing: str
) -> None:
    user.do(f"address = map_only('/dev/shm/{name}')")
    user.do(f"held.append(os.open('/dev/shm/{name}', os.O_RDONLY))")
    first = until(lambda: steady(user))
    user.do(doing.format(name=name))
    second = newer(first, user.pid)
    assert second is not None
    assert [one.uses for one in find(second, name)] != [one.uses for one in find(first, name)]


def test_exchanged_mapping_is_seen_when_it_is_touched(name: str, user: Maker) -> None:
    user.do(f"import os; address = map_only('/dev/shm/{name}-1', 4096)")
    first = until(lambda: steady(user))
    user.do(f"libc.munmap(address, 4096); address = map_only('/dev/shm/{name}-2', 4096)")
    user.do("ctypes.memset(address, 1, 1)")
    inventory = take_inventory(first)
    assert not find(inventory, f"{name}-1")[0].uses
    assert find(inventory, f"{name}-2")[0].uses == (Use(user.identity, "rw", ()),)


def test_kernel_that_counts_no_descriptors_is_asked_each_time(
    name: str, user: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(footprints, "_descriptors", lambda *_: 0)
    user.do(f"map_only('/dev/shm/{name}')")
    first = until(lambda: steady(user))
    assert newer(first, user.pid)


@pytest.mark.parametrize("limit", ["MAX_AGE_S", "MAX_FOOTPRINT_AGE_S"])
def test_old_look_is_not_believed(
    name: str, user: Maker, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    user.do(f"map_only('/dev/shm/{name}')")
    if limit == "MAX_AGE_S":  # of one that has not run, the footprint is not asked before
        user.stop()
        monkeypatch.setattr(looks, "MAX_FOOTPRINT_AGE_S", 0)
    first = take_inventory()
    if limit == "MAX_FOOTPRINT_AGE_S":
        user.do("1")
    monkeypatch.setattr(looks, limit, 0)
    assert newer(first, user.pid)


def test_size_that_was_twice_the_same_is_asked_again_after_some_seconds(tmp_path: Path) -> None:
    file, roots = tmp_path / "x", read_scope([str(tmp_path)], "/proc").roots
    file.write_bytes(bytes(10))
    twice = list_files(roots, list_files(roots, Listing({}, {}), 0), 1)
    file.write_bytes(bytes(20))
    assert list_files(roots, twice, 1 + MAX_STATUS_AGE_S / 4) == twice
    [seen] = list_files(roots, twice, 1 + MAX_STATUS_AGE_S).files.values()
    assert seen.measures.size_bytes == 20


def test_other_file_of_the_same_name_is_asked_at_once(tmp_path: Path) -> None:
    file, roots = tmp_path / "x", read_scope([str(tmp_path)], "/proc").roots
    file.write_bytes(bytes(10))
    twice = list_files(roots, list_files(roots, Listing({}, {}), 0), 0)
    (tmp_path / "y").write_bytes(bytes(20))
    (tmp_path / "y").rename(file)
    [seen] = list_files(roots, twice, 0).files.values()
    assert seen.measures.size_bytes == 20


def test_empty_file_is_asked_each_time(name: str) -> None:
    (SHM / name).touch()
    inventory = take_inventory(take_inventory(take_inventory()))
    (SHM / name).write_bytes(bytes(20))
    assert find(take_inventory(inventory), name)[0].size_bytes == 20


def test_users_of_a_settled_segment_without_a_name_are_those_of_now(name: str, user: Maker) -> None:
    user.do(f"held.append(open('/dev/shm/{name}', 'w+')); os.unlink('/dev/shm/{name}')")
    settled = take_inventory(take_inventory(take_inventory()))
    user.do("held.append(os.dup(held[0].fileno()))")
    [segment] = find(take_inventory(settled), name)
    assert segment.uses == (use(user, None, name),)
    assert len(segment.uses[0].descriptors) == 2


def test_folder_of_a_process_that_ended_lists_nothing(user: Maker) -> None:
    with opened(f"/proc/{user.pid}/fd", FOLDER_FLAGS) as folder:
        assert names_in(folder)
        user.kill()
        assert names_in(folder) == []


def test_segment_that_stays_the_same_is_the_same_object(name: str, user: Maker) -> None:
    user.do(f"map_only('/dev/shm/{name}'); fd = os.memfd_create({name!r})")
    user.do(f"map_only('/dev/shm/{name}-gone'); os.unlink('/dev/shm/{name}-gone')")
    first = find(take_inventory(inventory := take_inventory()), name)
    second = find(take_inventory(inventory), name)
    assert len(first) == 3
    assert [id(one) for one in first] == [id(one) for one in second]


def test_look_with_other_roots_is_not_believed(tmp_path: Path, name: str, user: Maker) -> None:
    user.do(f"map_only('{tmp_path}/{name}')")
    user.stop()
    first = take_inventory()
    assert not find(first, name)
    [segment] = find(take_inventory(first, [str(tmp_path)]), name)
    assert segment.uses == (Use(user.identity, "rw", ()),)


def test_private_mapping_is_seen_when_all_lines_are_read_again(
    name: str, user: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.do(f"map_only('/dev/shm/{name}-other')")
    first = take_inventory()
    user.do(f"map_only('/dev/shm/{name}', 4096, 1, 2)")
    monkeypatch.setattr(evidence, "MAX_LINES_AGE_S", 0)
    until(lambda: find(take_inventory(first), f"{name}")[0].uses == (Use(user.identity, "r", ()),))


def test_older_kernel_gives_the_same_answer(
    name: str, user: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.do(f"map_only('/dev/shm/{name}'); fd = os.memfd_create({name!r})")
    user.do("os.ftruncate(fd, 4096); held.append(mmap.mmap(fd, 4096))")
    monkeypatch.setattr(looks, "MAX_FOOTPRINT_AGE_S", 0)
    first = take_inventory()
    user.do("1")
    asked = find(until(lambda: newer(first, user.pid)), name)
    monkeypatch.setattr(evidence, "query_shared", lambda _: None)
    user.do("1")
    assert find(until(lambda: newer(first, user.pid)), name) == asked


def test_segments_and_processes_may_go_while_they_are_looked_at(name: str, user: Maker) -> None:
    over = threading.Event()

    def stir() -> None:
        number = 0
        while not over.is_set():
            path, number = SHM / f"{name}-{number % 7}", number + 1
            path.mkdir()
            with (path / "file").open("w") as file:
                subprocess.run([sys.executable, "-c", ""], check=True, stdout=file)
            (path / "file").unlink()
            path.rmdir()

    user.do(f"map_only('/dev/shm/{name}-stays')")
    stirring = threading.Thread(target=stir)
    stirring.start()
    try:
        inventory = None
        for _ in range(30):
            inventory = take_inventory(inventory)
            [segment] = find(inventory, f"{name}-stays")
            assert segment.uses == (Use(user.identity, "rw", ()),)
    finally:
        over.set()
        stirring.join()


def test_looking_changes_nothing_and_holds_nothing(name: str, user: Maker) -> None:
    user.do(f"memory = SharedMemory({name!r}, create=True, size=5000); memory.buf[0] = 1")
    user.do(f"map_only('/dev/shm/{name}-gone'); os.unlink('/dev/shm/{name}-gone')")
    lines = "[line for line in open('/proc/self/maps') if '/dev/shm' in line]"
    state = f"[{lines}, own_descriptors(''), open(f'/proc/self/statm').read().split()[0]]"
    take_inventory()
    before = (descriptors(), listing(name), user.do(state), Path("/proc/self/maps").read_text())
    inventory = None
    for _ in range(20):
        inventory = take_inventory(inventory)
    after = (descriptors(), listing(name), user.do(state))
    assert after == before[:3]
    assert name not in Path("/proc/self/maps").read_text()


def listing(name: str) -> list[tuple[object, ...]]:
    found = [(path.name, path.stat()) for path in SHM.iterdir() if name in path.name]
    return [
        (
            part,
            s.st_ino,
            s.st_mode,
            s.st_nlink,
            s.st_size,
            s.st_blocks,
            s.st_mtime_ns,
            s.st_ctime_ns,
        )
        for part, s in sorted(found)
    ]


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOMEM])
def test_running_short_does_not_pass_as_nothing_there(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def fail(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", fail)
    with pytest.raises(OSError, match=os.strerror(number)):
        take_inventory()
