"""Every segment is found, with whoever uses it, as the kernel knows it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.sources.discovering import Maker, find, found, use
from tests.sources.puppets import Puppet
from tests.sources.reading import SHM
from tests.waiting import until

from shmscope.sources.inventory import Use, take_inventory
from shmscope.sources.processes import own_namespace

as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root may become another user")
NOBODY = 65534


@pytest.fixture
def user() -> Iterator[Maker]:
    """Yield a process that can make every kind of segment."""
    with Maker() as process:
        yield process


def test_shared_memory_is_found_with_who_maps_it(name: str, user: Maker) -> None:
    user.do(f"memory = SharedMemory({name!r}, create=True, size=5000); memory.buf[0] = 1")
    segment, status = found(name), (SHM / name).stat()
    assert segment.identity == (status.st_dev, status.st_ino)
    assert (segment.kind, segment.label) == ("file", name)
    assert (segment.names, segment.paths) == ((name,), (f"/dev/shm/{name}",))
    assert (segment.size_bytes, segment.resident_bytes) == (5000, 4096)
    assert (segment.owner, segment.mode) == (os.getuid(), 0o600)
    assert segment.uses == (use(user, "rw", name),)
    assert segment.uses[0].descriptors


def test_segment_that_nobody_uses_is_found(name: str) -> None:
    (SHM / name).write_bytes(bytes(10))
    inventory = take_inventory()
    [segment] = find(inventory, name)
    assert segment.uses == (None if inventory.hidden_processes else ())


def test_every_user_of_a_segment_is_found(name: str, user: Maker) -> None:
    user.do(f"memory = SharedMemory({name!r}, create=True, size=5000)")
    with Maker() as reader:
        reader.do(f"map_only('/dev/shm/{name}', protection=1)")
        uses = found(name).uses
        assert uses is not None
        expected = {use(user, "rw", name), use(reader, "r", name)}
        assert {one for one in uses if one.process.pid != tracker_of(user)} == expected


def tracker_of(puppet: Puppet) -> int | None:
    pid: int | None = puppet.do(
        "__import__('multiprocessing.resource_tracker').resource_tracker._resource_tracker._pid"
    )
    return pid


def test_arena_of_an_array_is_found_by_its_former_name(user: Maker) -> None:
    user.do("numbers = multiprocessing.Array('d', 1000)")
    segment = found(f"pym-{user.pid}-")
    assert (segment.kind, segment.names, segment.paths) == ("unlinked", (), ())
    assert segment.label.startswith(f"pym-{user.pid}-")
    assert "deleted" not in segment.label
    assert segment.size_bytes >= 8000
    assert segment.resident_bytes is not None
    assert segment.uses == (use(user, "rw", f"pym-{user.pid}-"),)


def test_arena_on_a_disk_is_found(tmp_path: Path, user: Maker) -> None:
    user.do(
        f"import multiprocessing.heap as heap; heap.Arena._dir_candidates = [{str(tmp_path)!r}]"
    )
    user.do("numbers = multiprocessing.Array('d', 1000)")
    segment = found(f"pym-{user.pid}-")
    assert (segment.kind, segment.uses) == ("unlinked", (use(user, "rw", f"pym-{user.pid}-"),))


def test_unlinked_segment_that_is_only_mapped_is_found(name: str, user: Maker) -> None:
    user.do(f"map_only('/dev/shm/{name}', 8192); os.unlink('/dev/shm/{name}')")
    segment = found(name)
    assert (segment.kind, segment.label, segment.size_bytes) == ("unlinked", name, 8192)
    assert segment.uses == (Use(user.identity, "rw", ()),)


def test_unlinked_segment_that_is_only_held_open_is_found(name: str, user: Maker) -> None:
    user.do(f"held.append(open('/dev/shm/{name}', 'w+')); os.unlink('/dev/shm/{name}')")
    segment = found(name)
    assert (segment.kind, segment.size_bytes, segment.resident_bytes) == ("unlinked", 0, 0)
    assert segment.uses == (use(user, None, name),)


def test_name_that_was_used_again_is_two_segments(name: str, user: Maker) -> None:
    user.do(f"map_only('/dev/shm/{name}'); os.unlink('/dev/shm/{name}')")
    user.do(f"map_only('/dev/shm/{name}', 8192)")
    segments = find(take_inventory(), name)
    assert {(one.kind, one.size_bytes) for one in segments} == {("file", 8192), ("unlinked", 4096)}
    assert len({one.identity for one in segments}) == 2


def test_memfd_is_found_by_the_name_it_was_given(name: str, user: Maker) -> None:
    user.do(f"fd = os.memfd_create('{name} (deleted)'); os.ftruncate(fd, 4096)")
    user.do("held.append(mmap.mmap(fd, 4096))")
    segment = found(name)
    assert (segment.kind, segment.label) == ("memfd", f"memfd:{name} (deleted)")
    assert (segment.names, segment.size_bytes) == ((), 4096)
    assert segment.uses == (use(user, "rw", name),)


def test_file_in_a_folder_is_found(name: str, user: Maker) -> None:
    folder = SHM / name
    folder.mkdir()
    try:
        user.do(f"map_only('/dev/shm/{name}/deep')")
        segment = found(f"{name}/deep")
        assert (segment.kind, segment.names) == ("file", (f"{name}/deep",))
        assert segment.uses == (Use(user.identity, "rw", ()),)
    finally:
        shutil.rmtree(folder)


def test_hard_links_are_names_of_one_segment(name: str, user: Maker) -> None:
    user.do(f"map_only('/dev/shm/{name}-b')")
    (SHM / f"{name}-a").hardlink_to(SHM / f"{name}-b")
    segment = found(name)
    assert (segment.label, segment.names) == (f"{name}-a", (f"{name}-a", f"{name}-b"))
    (SHM / f"{name}-b").unlink()
    segment = found(name)
    assert (segment.kind, segment.names) == ("file", (f"{name}-a",))
    assert segment.uses == (Use(user.identity, "rw", ()),)


@pytest.mark.parametrize(
    ("protection", "flags", "mapped"),
    [(3, 1, "rw"), (1, 1, "r"), (3, 2, "r"), (1, 2, "r"), (0, 1, "r")],
    ids=["shared-rw", "shared-r", "private-rw", "private-r", "no-access"],
)
def test_only_whose_stores_reach_it_maps_read_write(
    name: str, user: Maker, protection: int, flags: int, mapped: str
) -> None:
    user.do(f"map_only('/dev/shm/{name}', 4096, {protection}, {flags})")
    assert found(name).uses == (use(user, mapped, name),)


def test_segment_mapped_twice_counts_by_the_mapping_that_writes(name: str, user: Maker) -> None:
    user.do(f"for protection in (1, 3, 1): map_only('/dev/shm/{name}', 4096, protection)")
    assert found(name).uses == (use(user, "rw", name),)


@pytest.mark.parametrize("odd", ["a b\nc", "x (deleted)", "\udcff\udc80", "\\012", "\x1b[31m"])
def test_odd_names_are_kept_and_shown(name: str, user: Maker, odd: str) -> None:
    path = f"/dev/shm/{name}{odd}"
    user.do(f"address = map_only({path!r})")
    segment = found(name)
    assert (segment.kind, segment.paths) == ("file", (path,))
    assert segment.label.isprintable()
    user.do(f"held.append(os.open({path!r}, os.O_RDONLY)); os.unlink({path!r})")
    segment = found(name)
    assert segment.kind == "unlinked"
    assert segment.label == "".join(c if c.isprintable() else "\ufffd" for c in f"{name}{odd}")


@contextmanager
def sysv_id(user: Maker, key: int = 0) -> Iterator[int]:
    shmid = user.do(f"libc.shmget({key}, 8192, 0o1600)")
    assert shmid >= 0
    try:
        yield shmid
    finally:
        user.do(f"libc.shmctl({shmid}, 0, None)")


def test_sysv_id_is_found_once_with_who_maps_it(user: Maker) -> None:
    key = 0x53000000 | user.pid
    with sysv_id(user, key) as shmid:
        label = f"sysv 0x{key:08x} {shmid}"
        assert found(label).uses == ()
        user.do(f"address = libc.shmat({shmid}, None, 0o10000)")
        segment = found(label)
        assert segment.uses == (Use(user.identity, "r", ()),)
        user.do(f"ctypes.memset(libc.shmat({shmid}, None, 0), 1, 8192)")
        inventory = take_inventory()
        [segment] = find(inventory, label)
        assert segment.uses == (Use(user.identity, "rw", ()),)
        assert (segment.kind, segment.size_bytes, segment.resident_bytes) == ("sysv", 8192, 8192)
        assert (segment.owner, segment.mode) == (os.getuid(), 0o600)
        assert segment.sysv is not None
        assert (segment.sysv.attached, segment.sysv.creator) == (2, user.pid)
        assert not find(inventory, "SYSV")


def test_removed_sysv_id_lives_on_with_who_maps_it(user: Maker) -> None:
    with sysv_id(user) as shmid:
        user.do(f"libc.shmat({shmid}, None, 0)")
    segment = found(f"sysv 0x00000000 {shmid}")
    assert segment.sysv is not None
    assert segment.sysv.removed
    assert segment.uses == (Use(user.identity, "rw", ()),)
    user.kill()
    assert not find(take_inventory(), f"sysv 0x00000000 {shmid}")


def test_what_is_no_shared_memory_is_not_listed(tmp_path: Path, name: str, user: Maker) -> None:
    user.do(f"map_only('{tmp_path}/{name}'); map_only('{tmp_path}/{name}-gone')")
    user.do(f"os.unlink('{tmp_path}/{name}-gone'); held.append(mmap.mmap(-1, 4096))")
    user.do(f"held.append(open('{tmp_path}/{name}', 'r+'))")
    (SHM / f"{name}-link").symlink_to(tmp_path / name)
    os.mkfifo(SHM / f"{name}-pipe")
    inventory = take_inventory()
    assert not find(inventory, name)
    assert not find(inventory, "zero")
    assert user.identity not in inventory.processes


def test_folder_that_the_user_names_is_searched(tmp_path: Path, name: str, user: Maker) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "deep")
    user.do(f"map_only('{tmp_path}/deep/{name}'); held.append(open('{tmp_path}/deep/{name}'))")
    roots = [str(tmp_path), str(tmp_path / "link"), "/dev/shm", str(tmp_path / "nowhere")]
    [segment] = find(take_inventory(roots=roots), name)
    assert (segment.kind, segment.names) == ("file", (f"deep/{name}",))
    assert segment.paths == (f"{tmp_path}/deep/{name}",)
    assert segment.uses == (use(user, "rw", name),)
    user.do(f"os.unlink('{tmp_path}/deep/{name}')")
    [segment] = find(take_inventory(roots=roots), name)
    assert (segment.kind, segment.names) == ("unlinked", ())


def test_process_whose_first_thread_has_ended_is_seen(name: str, user: Maker) -> None:
    user.do(f"map_only('/dev/shm/{name}'); held.append(open('/dev/shm/{name}'))")
    expected = use(user, "rw", name)
    user.do("threading.Thread(target=threading.Event().wait).start()")
    user.begin(f"libc.syscall({exit_number()}, 0)")
    until(lambda: Path(f"/proc/{user.pid}/stat").read_text().split(") ")[1][0] == "Z")
    assert found(name).uses == (expected,)


def exit_number() -> int:
    """Return the number of the call that ends one thread: on x86-64, and where it is 93."""
    return 60 if os.uname().machine == "x86_64" else 93


@as_root
def test_process_of_another_user_is_seen_by_root(name: str, user: Maker) -> None:
    user.do(f"os.setgid({NOBODY}); os.setuid({NOBODY}); map_only('/dev/shm/{name}')")
    inventory = take_inventory()
    [segment] = find(inventory, name)
    assert segment.owner == NOBODY
    assert segment.uses == (Use(user.identity, "rw", ()),)
    facts = inventory.processes[user.identity]
    assert (facts.user_id, facts.user) == (NOBODY, "nobody")


# What an ordinary user sees, as JSON.
OBSERVED = """
inventory = take_inventory()
[[s.kind, s.label, s.size_bytes, s.resident_bytes, s.owner,
  s.uses and [[u.process.pid, u.mapped] for u in s.uses]]
 for s in inventory.segments if {part!r} in s.label]
"""


@as_root
def test_ordinary_user_sees_their_own_processes_and_how_many_others_there_are(
    name: str, user: Maker
) -> None:
    user.do(f"map_only('/dev/shm/{name}-roots')")
    with Maker() as theirs, Puppet() as observer:
        observer.do("import os; from shmscope.sources.inventory import take_inventory")
        observer.do("take_inventory()")  # all that it imports is there before it may not read it
        for puppet in (theirs, observer):
            puppet.do(f"os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})")
            puppet.do(dumpable())
        theirs.do(f"map_only('/dev/shm/{name}-theirs')")
        theirs.do(f"map_only('/dev/shm/{name}-gone', 8192); os.unlink('/dev/shm/{name}-gone')")
        first, second = OBSERVED.format(part=name).strip().split("\n", 1)
        observer.do(first)
        seen = {segment[1]: segment for segment in observer.do(second)}
        uses = [[theirs.pid, "rw"]]
        assert seen == {
            f"{name}-roots": ["file", f"{name}-roots", 4096, 0, 0, None],
            f"{name}-theirs": ["file", f"{name}-theirs", 4096, 0, NOBODY, uses],
            f"{name}-gone": ["unlinked", f"{name}-gone", 8192, None, None, uses],
        }
        hidden = observer.do("inventory.hidden_processes")
        assert 1 <= hidden <= len([pid for pid in os.listdir("/proc") if pid.isdecimal()]) - 2


def dumpable() -> str:
    """Return what makes a process that changed its user one that its new user may look at."""
    return "import ctypes; ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)"


@as_root
def test_segment_of_a_container_is_seen_but_has_no_name_here(name: str) -> None:
    script = f"""
import mmap, os, sys
fd = os.open('/dev/shm/{name}', os.O_RDWR | os.O_CREAT)
os.ftruncate(fd, 4096)
held = mmap.mmap(fd, 4096)
print('ready', os.getpid(), flush=True)
sys.stdin.read()
"""
    inner = 'mount -t tmpfs tmpfs /dev/shm && exec "$@"'
    command = ["unshare", "-m", "-p", "--fork", "sh", "-c", inner, "sh", sys.executable, "-c"]
    with subprocess.Popen(
        [*command, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline().split()
        if not said:
            pytest.skip("this machine allows no namespaces")
        inventory = take_inventory()
        [segment] = find(inventory, name)
        assert (segment.kind, segment.names, segment.size_bytes) == ("file", (), 4096)
        assert segment.uses is not None
        [one] = segment.uses
        assert (one.mapped, one.process.namespace) == ("rw", own_namespace())
        inside = inventory.processes[one.process].inner
        assert inside.pid == int(said[1])
        assert inside != one.process
        process.communicate()


def test_facts_of_a_process_are_for_people(name: str, user: Maker) -> None:
    user.do(f"map_only('/dev/shm/{name}')")
    facts = take_inventory().processes[user.identity]
    assert (facts.pid, facts.started) == (user.pid, user.identity.started)
    assert facts.inner == user.identity
    assert facts.user_id == os.getuid()
    assert facts.command.startswith(f"{sys.executable} -c ")
    assert facts.command.isprintable()
    assert time.time() - 120 < facts.started_unix_s < time.time() + 1


def test_hostile_command_line_is_bounded_and_printable(name: str) -> None:
    program = "import sys; held = open(sys.argv[1], 'w'); print(flush=True); sys.stdin.read()"
    hostile = [b"\x1b[2J\n\r\xff\xe2\x80\xae", b"x" * 100_000]
    command = [sys.executable.encode(), b"-c", program.encode(), bytes(SHM / name), *hostile]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        [facts] = [one for one in take_inventory().processes.values() if one.pid == process.pid]
        process.communicate()
    assert facts.command.isprintable()
    assert len(facts.command) == 512
