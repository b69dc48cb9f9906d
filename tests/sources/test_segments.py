"""Segments are opened by identity, read where they are, and let go."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from tests.sources.puppets import Puppet
from tests.sources.reading import SHM, block_of, descriptors, memory_of
from tests.waiting import until

import shmscope
from shmscope.errors import (
    SourceForbiddenError,
    SourceGoneError,
    SourceTruncatedError,
    UnknownArrayError,
)
from shmscope.layout.control import Process
from shmscope.layout.selection import parse_selection
from shmscope.sources.processes import own_namespace
from shmscope.sources.segments import OpenSegment, Segment, open_identified

MEBIBYTE = 1 << 20


def segment_at(path: Path, holders: Iterable[Process] = (), *, named: bool = True) -> Segment:
    """Return the segment that stands at `path` now."""
    status = os.lstat(path)
    name = path.name if named else None
    return Segment(status.st_dev, status.st_ino, name, lambda: holders, own_namespace())


def content(segment: Segment, size: int, offset: int = 0) -> bytes:
    buffer = bytearray(size)
    with segment.opened() as opened:
        opened.read_into(memoryview(buffer), offset)
    return bytes(buffer)


def test_segment_is_read_from_any_offset(name: str) -> None:
    (SHM / name).write_bytes(bytes(range(100)))
    assert content(segment_at(SHM / name), 7, 90) == bytes(range(90, 97))


def test_another_inode_under_the_same_name_is_refused(name: str) -> None:
    path = SHM / name
    path.write_bytes(b"old")
    segment = segment_at(path)
    with path.open("rb"):  # keeps the inode from being used again
        path.unlink()
        path.write_bytes(b"new")
        with pytest.raises(SourceGoneError), segment.opened():
            pass


def test_symbolic_link_to_the_right_file_is_not_followed(name: str) -> None:
    target = SHM / f"{name}-target"
    target.write_bytes(b"secret")
    try:
        (SHM / name).symlink_to(target)
        status = target.stat()
        segment = Segment(status.st_dev, status.st_ino, name, list, own_namespace())
        with pytest.raises(SourceGoneError), segment.opened():
            pass
    finally:
        target.unlink()


def test_pipe_in_place_of_a_segment_is_let_be(name: str) -> None:
    os.mkfifo(SHM / name)
    with pytest.raises(SourceGoneError), segment_at(SHM / name).opened():
        pass


def test_directory_in_place_of_a_segment_is_let_be(name: str) -> None:
    path = SHM / name
    path.mkdir()
    try:
        with pytest.raises(SourceGoneError), segment_at(path).opened():
            pass
    finally:
        path.rmdir()


def test_file_exchanged_between_stat_and_open_is_refused(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = SHM / name
    path.write_bytes(b"old")
    status = path.stat()
    really_open = os.open

    def exchange(wanted: str, flags: int) -> int:
        path.rename(SHM / f"{name}-moved")
        path.write_bytes(b"new")
        return really_open(wanted, flags)

    monkeypatch.setattr(os, "open", exchange)
    before = descriptors()
    try:
        assert open_identified(str(path), status.st_dev, status.st_ino) is None
    finally:
        (SHM / f"{name}-moved").unlink()
    assert descriptors() == before


def test_reading_beyond_the_end_is_a_truncation_with_its_facts(name: str) -> None:
    (SHM / name).write_bytes(bytes(10))
    with pytest.raises(SourceTruncatedError, match="ends after 10 bytes; 16 are needed") as caught:
        content(segment_at(SHM / name), 8, 8)
    assert (caught.value.value, caught.value.limit) == (10, 16)


def test_segment_cut_while_it_is_open_reads_short(name: str) -> None:
    (SHM / name).write_bytes(bytes(8192))
    with segment_at(SHM / name).opened() as opened:
        assert opened.size_bytes == 8192
        os.truncate(SHM / name, 4096)
        with pytest.raises(SourceTruncatedError):
            opened.read_into(memoryview(bytearray(8192)), 0)


def test_failed_read_leaves_no_descriptor(name: str) -> None:
    (SHM / name).write_bytes(bytes(10))
    before = descriptors()
    with pytest.raises(SourceTruncatedError):
        content(segment_at(SHM / name), 11)
    assert descriptors() == before


def test_unlinked_segment_is_read_through_its_holder(name: str, puppet: Puppet) -> None:
    puppet.do("from multiprocessing.shared_memory import SharedMemory")
    puppet.do(f"memory = SharedMemory({name!r}, create=True, size=5); memory.buf[:] = b'hello'")
    segment = segment_at(SHM / name, [puppet.identity])
    puppet.do("memory.unlink()")
    assert content(segment, 5) == b"hello"
    with segment.opened() as opened:
        assert not opened.linked


def test_holder_of_another_pid_namespace_is_not_looked_at(name: str, puppet: Puppet) -> None:
    puppet.do(f"held = open('/dev/shm/{name}', 'w+')")
    who = puppet.identity
    elsewhere = Process(who.pid, who.started, who.namespace + 1)
    with pytest.raises(SourceGoneError), segment_at(SHM / name, [elsewhere], named=False).opened():
        pass


def test_process_that_took_over_a_pid_is_not_looked_at(name: str, puppet: Puppet) -> None:
    puppet.do(f"held = open('/dev/shm/{name}', 'w+')")
    who = puppet.identity
    earlier = Process(who.pid, who.started - 1, who.namespace)
    with pytest.raises(SourceGoneError), segment_at(SHM / name, [earlier], named=False).opened():
        pass


def test_arena_of_an_array_is_read_from_another_process(name: str, puppet: Puppet) -> None:
    puppet.do("other = multiprocessing.Array('i', 100)")  # ours does not begin the arena
    puppet.do("numbers = multiprocessing.Array('d', [0.5, 1.5, 2.5])")
    puppet.do(f"shared = shmscope.publish({name!r}, numbers)")
    _, state = block_of(name)
    assert state.description.segment is None
    assert state.description.layout.offset > 0
    values = memory_of(name).look(parse_selection("...", (3,))).values
    np.testing.assert_array_equal(values, [0.5, 1.5, 2.5])


def test_nothing_is_held_open_between_looks(name: str, puppet: Puppet) -> None:
    puppet.do(f"shared = shmscope.create({name!r}, 1000); shared[:] = 1")
    source = memory_of(name)
    before = descriptors()
    for _ in range(50):
        source.look(parse_selection("::2", (1000,)))
        assert descriptors() == before


def test_memory_comes_back_when_its_last_user_leaves_under_a_watching_source(
    name: str, puppet: Puppet
) -> None:
    size = 256 * MEBIBYTE  # so much that what other programs do meanwhile does not hide it
    puppet.do(f"shared = shmscope.create({name!r}, {size}, 'u1')")
    source = memory_of(name)
    (SHM / name).unlink()
    over = threading.Event()
    looks: list[str] = []

    def watch() -> None:
        while not over.is_set():
            try:
                source.look(parse_selection("::65536", (size,)))
                looks.append("there")
            except SourceGoneError:
                looks.append("gone")

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        until(lambda: "there" in looks)
        held = free_bytes()
        puppet.kill()
        until(lambda: free_bytes() - held > size // 2)
        until(lambda: looks[-1] == "gone")
    finally:
        over.set()
        watcher.join()


def free_bytes() -> int:
    shm = os.statvfs(SHM)
    return shm.f_bavail * shm.f_frsize


def test_segment_is_never_mapped(name: str, puppet: Puppet) -> None:
    puppet.do(f"shared = shmscope.create({name!r}, 4096, 'u1'); shared[:] = 7")
    source = memory_of(name)
    with source.segment.opened() as opened:
        buffer = memoryview(bytearray(4096))
        opened.read_into(buffer, 0)
        assert name not in Path("/proc/self/maps").read_text()
    assert bytes(buffer) == bytes([7]) * 4096
    assert name not in Path("/proc/self/maps").read_text()


def test_reading_leaves_mode_size_and_times_of_change_as_they_are(
    name: str, puppet: Puppet
) -> None:
    puppet.do(f"shared = shmscope.create({name!r}, 4096, 'u1'); shared[:] = 7")
    before = (SHM / name).stat()
    memory_of(name).look(parse_selection("...", (4096,)))
    after = (SHM / name).stat()
    assert after.st_mode == before.st_mode == stat.S_IFREG | 0o600
    assert (after.st_size, after.st_mtime_ns, after.st_ctime_ns, after.st_nlink) == (
        before.st_size,
        before.st_mtime_ns,
        before.st_ctime_ns,
        before.st_nlink,
    )


def test_mistyped_name_creates_nothing(name: str) -> None:
    status = SHM.stat()
    segment = Segment(status.st_dev, status.st_ino, name, list, own_namespace())
    with pytest.raises(SourceGoneError), segment.opened():
        pass
    with pytest.raises(UnknownArrayError):
        shmscope.open(name)
    assert not list(SHM.glob(f"*{name}*"))


@pytest.mark.parametrize(("block", "refused"), [(1000, False), (0, False), (1001, True)])
def test_only_the_owner_and_root_speak_for_a_segment(block: int, *, refused: bool) -> None:
    opened = OpenSegment(-1, 0, linked=True, owner=1000)
    if not refused:
        opened.check_owner(block)
        return
    with pytest.raises(SourceForbiddenError) as caught:
        opened.check_owner(block)
    assert (caught.value.value, caught.value.limit) == (1001, 1000)


@pytest.mark.skipif(os.getuid() != 0, reason="only root may give a file away")
def test_segment_of_another_user_is_refused(name: str, puppet: Puppet) -> None:
    puppet.do(f"shared = shmscope.create({name!r}, 3)")
    reader, _ = block_of(name)
    os.chown(reader.path, 65534, -1)  # a stranger's control block over our segment
    with pytest.raises(SourceForbiddenError, match="its control block to 65534"):
        memory_of(name).look(parse_selection("...", (3,)))


def test_segment_that_may_not_be_opened_is_forbidden_not_gone(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (SHM / name).write_bytes(b"x")
    segment = segment_at(SHM / name)

    def refuse(path: str, _flags: int) -> int:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(SourceForbiddenError, match="may not be read"), segment.opened():
        pass


def test_holes_end_where_somebody_wrote(name: str) -> None:
    page = os.sysconf("SC_PAGESIZE")
    with (SHM / name).open("wb") as file:
        file.truncate(100 * page)
        file.seek(40 * page + 5)
        file.write(b"x")
    with segment_at(SHM / name).opened() as opened:
        assert opened.hole_end(0) == 40 * page
        assert opened.hole_end(39 * page + 7) == 40 * page
        assert opened.hole_end(40 * page + 5) == 40 * page + 5
        assert opened.hole_end(41 * page) == 100 * page
        os.truncate(SHM / name, 41 * page)
        assert opened.hole_end(90 * page) == 90 * page, "nothing is there, not zeros either"


def test_looking_for_holes_moves_nobodys_place_in_the_file(name: str, puppet: Puppet) -> None:
    puppet.do(f"held = open('/dev/shm/{name}', 'wb', buffering=0); held.truncate(1 << 20)")
    puppet.do("held.seek(1234)")
    segment = segment_at(SHM / name, [puppet.identity], named=False)
    (SHM / name).unlink()  # so that it is opened by the writer's own descriptor
    with segment.opened() as opened:
        assert opened.hole_end(0) == 1 << 20
    assert puppet.do("held.tell()") == 1234
