"""What /proc says of mappings, mounts and SysV ids, however hostile the names in it."""

from __future__ import annotations

import mmap
import os
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shmscope.sources.footprints import Footprint, parse_footprint
from shmscope.sources.mapping_query import query_shared
from shmscope.sources.mappings import (
    DELETED,
    Mapped,
    device_needle,
    find_mapped,
    parse_line,
    split_deleted,
)
from shmscope.sources.process_facts import (
    MAX_COMMAND_CHARS,
    format_command,
    printable,
    status_words,
)
from shmscope.sources.scope import Mount, Root, Scope, parse_mounts, read_scope
from shmscope.sources.sysv import SysVId, parse_ids

SHM_DEVICE = os.makedev(0, 0x1B)
LIBRARY = b"7f5c7e1a8000-7f5c7e1ce000 r--p 00000000 fe:00 339380                     /usr/libc.so.6"
LISTING = b"""\
       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid\
      atime      dtime      ctime                   rss                  swap
      4660          7  1600                  8192  4927  4927      2  1000     0     0     0\
 1795381416          0 1795381416                  4096                     0
"""

# Whatever a file may be called: anything but zeros.
paths = st.binary(min_size=1, max_size=60).map(lambda name: b"/" + name.replace(b"\0", b" "))
tricky = st.sampled_from(
    [
        b"/dev/shm/a b (deleted)",
        b"/dev/shm/ 7f00-7f01 rw-s 00000000 00:1b 5 /dev/shm/other",
        b"/dev/shm/x\n7f00-7f01 rw-s 00000000 00:1b 5 /dev/shm/other",
        b"/dev/shm/\xff\xfe\r\x0b -s 00:1b ",
        b"/memfd:a:b/../c",
        "/dev/shm/µ \u202e".encode(),
    ]
)


@st.composite
def mapped_files(draw: st.DrawFn) -> tuple[bytes, Mapped]:
    """Draw a line as the kernel writes it, and what it says."""
    start = draw(st.integers(0, 2**47 - 2))
    end = draw(st.integers(start + 1, 2**47 - 1))
    offset, inode = draw(st.integers(0, 2**63)), draw(st.integers(1, 2**64 - 1))
    major, minor = draw(st.integers(0, 4095)), draw(st.integers(0, 2**20 - 1))
    shared, write = draw(st.booleans()), draw(st.booleans())
    path = draw(paths | tricky).replace(rb"\012", b"")  # cannot be told from a newline
    permissions = f"r{'w' if write else '-'}-{'s' if shared else 'p'}"
    head = f"{start:08x}-{end:08x} {permissions} {offset:08x} {major:02x}:{minor:02x} {inode} "
    name, deleted = split_deleted(os.fsdecode(path))
    line = head.encode().ljust(73) + path.replace(b"\n", rb"\012")
    device = os.makedev(major, minor)
    writes = shared and write
    return line, Mapped(start, end, offset, shared, writes, device, inode, name, deleted)


@given(mapped_files())
def test_every_line_of_the_kernel_is_read_as_it_was_meant(drawn: tuple[bytes, Mapped]) -> None:
    line, mapped = drawn
    assert parse_line(line) == mapped


@given(st.lists(mapped_files(), max_size=6), st.integers(0, 6))
def test_shared_mappings_are_found_among_libraries(
    drawn: list[tuple[bytes, Mapped]], libraries: int
) -> None:
    lines = [line for line, _ in drawn]
    lines[1:1] = [LIBRARY] * libraries
    found = find_mapped(b"\n".join([*lines, b""]))
    assert [mapped for mapped in found if mapped.shared] == [m for _, m in drawn if m.shared]


@given(st.lists(mapped_files(), max_size=6))
def test_private_mappings_are_found_by_their_device(drawn: list[tuple[bytes, Mapped]]) -> None:
    for line, mapped in drawn:
        maps = b"\n".join([LIBRARY, line, LIBRARY, b""])
        assert mapped in find_mapped(maps, [device_needle(mapped.device)])


@given(st.binary(max_size=300) | st.lists(st.sampled_from([LIBRARY, b"-s ", b"\n"])).map(b"".join))
def test_hostile_bytes_do_no_harm(data: bytes) -> None:
    parse_line(data)
    assert all(isinstance(mapped, Mapped) for mapped in find_mapped(data, [b" ", b"/"]))
    parse_mounts(data)
    parse_ids(b"key shmid perms size rss nattch cpid uid\n" + data)
    status_words(b"Name:\t" + data, b"Uid")
    split_deleted(os.fsdecode(data))


@pytest.mark.parametrize(
    "line",
    [
        b"7ff7c61c9000-7ff7c61cb000 rw-p 00000000 00:00 0 ",
        b"55f7f1274000-55f7f1457000 rw-p 00000000 00:00 0                          [heap]",
        b"",
        b"7ff7c61c9000 rw-s 00000000 00:1b 5 /dev/shm/x",
        b"7ff7c61c9000-7ff7c61cb000 rw-s 00000000 00:1b -5 /dev/shm/x",
    ],
)
def test_what_maps_no_file_is_none(line: bytes) -> None:
    assert parse_line(line) is None


def test_only_the_kernels_own_mark_is_taken_off() -> None:
    assert split_deleted("/dev/shm/x (deleted) (deleted)") == ("/dev/shm/x (deleted)", True)
    assert split_deleted("/dev/shm/(deleted)") == ("/dev/shm/(deleted)", False)


def test_kernel_tells_shared_mappings_alone_as_its_lines_do(tmp_path: Path) -> None:
    (tmp_path / "a b\nc").write_bytes(bytes(8192))
    with (
        (tmp_path / "a b\nc").open("r+b") as file,
        mmap.mmap(file.fileno(), 4096, offset=4096),
        mmap.mmap(file.fileno(), 4096, prot=mmap.PROT_READ),
        mmap.mmap(-1, 4096),
    ):
        (tmp_path / "a b\nc").unlink()
        with Path("/proc/self/maps").open("rb") as maps:
            asked = query_shared(maps.fileno())
            lines = [mapped for mapped in find_mapped(maps.read()) if mapped.shared]
    if asked is None:
        pytest.skip("this kernel is older than 6.11 and has only the lines")
    assert asked == lines
    assert {mapped.writes for mapped in asked if DELETED not in mapped.path} == {True, False}


def test_file_that_is_no_maps_cannot_be_asked(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x")
    with (tmp_path / "x").open("rb") as file:
        assert query_shared(file.fileno()) is None


def test_sysv_ids_are_read() -> None:
    found = SysVId(
        key=0x1234,
        shmid=7,
        size_bytes=8192,
        resident_bytes=4096,
        attached=2,
        creator=4927,
        owner=1000,
        mode=0o600,
        removed=True,
    )
    assert parse_ids(LISTING) == [found]
    assert found.label == "sysv 0x00001234 7"


def test_negative_sysv_key_is_the_number_that_programs_know() -> None:
    [found] = parse_ids(LISTING.replace(b" 4660", b"   -1"))
    assert found.key == 0xFFFFFFFF


def test_broken_sysv_line_is_passed_over() -> None:
    assert [one.shmid for one in parse_ids(LISTING + b"1 2\nx y z\n")] == [7]
    assert parse_ids(b"") == []


def test_mounts_are_read_with_their_escapes() -> None:
    line = rb"25 24 0:27 / /mnt/a\040b rw,relatime shared:1 - tmpfs tmp\040fs rw,size=1k"
    assert parse_mounts(line) == [Mount(SHM_DEVICE, "/", "/mnt/a b", "tmpfs")]
    assert parse_mounts(b"25 24 027 / /mnt rw - tmpfs x\n\n25 24 0:27 / /mnt rw\n25 24") == []


def test_root_within_another_is_searched_once_unless_it_is_another_file_system(
    tmp_path: Path,
) -> None:
    (tmp_path / "deep").mkdir()
    roots = ["/dev", "/dev/shm", str(tmp_path / "deep"), str(tmp_path), str(tmp_path / "nowhere")]
    found = {root.path for root in read_scope(roots, "/proc").roots}
    assert found == {"/dev", "/dev/shm", str(tmp_path)}


def scope(*mounted: int) -> Scope:
    root = Root("/dev/shm", "/dev/shm/", SHM_DEVICE, whole=True)
    return Scope((root,), frozenset({SHM_DEVICE, *mounted}), frozenset({SHM_DEVICE, *mounted}))


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("00:1b 5 /dev/shm/x", "file"),
        ("00:1b 5 /dev/shm/x (deleted)", "unlinked"),
        ("00:1b 5 /elsewhere/x", "file"),  # the same tmpfs, by another container's path
        ("00:2c 5 /dev/shm/x", "file"),  # another container's tmpfs
        ("00:01 5 /memfd:x (deleted)", "memfd"),
        ("fe:00 5 /memfd:x (deleted)", None),
        ("fe:00 5 /memfd:x", None),
        ("00:01 5 /SYSV00000000 (deleted)", "sysv"),
        ("fe:00 5 /SYSV00000000", None),
        ("00:01 5 /dev/zero (deleted)", None),
        ("00:01 5 /i915 (deleted)", None),
        ("00:01 5 /drm mm object (deleted)", None),
        ("00:0f 5 /anon_hugepage (deleted)", None),
        ("fe:00 5 /usr/lib/gconv-modules.cache", None),
        ("fe:00 5 /tmp/x (deleted)", None),
        ("fe:00 5 /tmp/pymp-a/pym-12-x (deleted)", "unlinked"),
        ("00:2d 5 /run/x (deleted)", "unlinked"),
        ("00:2d 5 /run/x", None),
    ],
)
def test_only_shared_memory_counts(line: str, kind: str | None) -> None:
    mapped = parse_line(f"7f00-7f01 rw-s 00000000 {line}".encode())
    assert mapped is not None
    assert scope(os.makedev(0, 0x2D)).kind(mapped) == kind


@given(st.lists(st.binary(max_size=40).map(lambda word: word.replace(b"\0", b"")), max_size=200))
def test_any_command_line_can_be_shown(words: list[bytes]) -> None:
    shown = format_command(b"".join(word + b"\0" for word in words))
    assert shown.isprintable()
    assert len(shown) <= MAX_COMMAND_CHARS


def test_command_line_keeps_what_can_be_shown() -> None:
    line = "python\0-c\0print('µ')\n\x1b[31m\0".encode() + b"\xff\0"
    assert format_command(line) == "python -c print('µ')\ufffd\ufffd[31m \ufffd"
    assert format_command(b"x" * 1000) == "x" * (MAX_COMMAND_CHARS - 1) + "…"


STAT = b"1 (%s) S 0 1 1 0 -1 %d 7 0 9 0 1 2 0 0 20 0 1 0 4242 8192 5 184467 1 1 0 0 0 0 0 0 0 0 0\n"


@given(st.binary(max_size=64), st.booleans())
def test_footprint_is_read_whatever_the_program_is_called(name: bytes, kernel: bool) -> None:
    flags = 0x00400040 | (0x00200000 if kernel else 0)
    assert parse_footprint(STAT % (name, flags), 3) == Footprint(
        started=4242,
        space_bytes=8192,
        minor_faults=7,
        major_faults=9,
        descriptors=3,
        is_kernels=kernel,
    )


@given(st.binary(max_size=200) | st.integers(0, 80).map(lambda end: (STAT % (b"a", 0))[:end]))
def test_hostile_footprint_is_none_or_numbers(stat: bytes) -> None:
    found = parse_footprint(stat, 0)
    assert found is None or not found.tells


@given(st.text(string.printable))
def test_status_of_a_program_that_is_called_like_a_status(name: str) -> None:
    escaped = name.replace("\n", "\\n")
    status = f"Name:\t{escaped}\nUid:\t1\t2\t3\t4\nNSpid:\t70\t5\n".encode()
    assert status_words(status, b"Uid") == [b"1", b"2", b"3", b"4"]
    assert status_words(status, b"NSpid") == [b"70", b"5"]
    assert status_words(status, b"Seccomp") == []


def test_text_that_can_be_shown_is_left_alone() -> None:
    assert printable("µ °C") == "µ °C"
    assert printable("a\udcffb") == "a\ufffdb"
