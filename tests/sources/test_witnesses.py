"""What a format tells of its writes, read from real segments by field."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from shmscope.layout.array import ArrayLayout
from shmscope.layout.formats.signs import Field, Signs
from shmscope.layout.selection import parse_selection
from shmscope.sources.arrays import MemoryArray
from shmscope.sources.processes import own_namespace
from shmscope.sources.segments import Segment
from shmscope.sources.witnesses import SignWitness

SIGNS = Signs(count=Field(8, "<Q"), flag=Field(0, "<B", "meta"))
VALUES = ArrayLayout.contiguous(np.dtype("u1"), (16,), 16)


@pytest.fixture
def paths(name: str) -> Iterator[tuple[Path, Path]]:
    """A segment with a counter before its values, and one with a flag."""
    own, meta = Path(f"/dev/shm/{name}"), Path(f"/dev/shm/{name}_meta")
    own.write_bytes(bytes(8) + (5).to_bytes(8, "little") + bytes(range(16)))
    meta.write_bytes(bytes(64))
    yield own, meta
    own.unlink(missing_ok=True)
    meta.unlink(missing_ok=True)


def segment(path: Path) -> Segment:
    status = path.stat()
    return Segment(status.st_dev, status.st_ino, None, list, own_namespace(), (str(path),))


def witness(paths: tuple[Path, Path]) -> SignWitness:
    return SignWitness(SIGNS, {"": segment(paths[0]), "meta": segment(paths[1])})


def poke(path: Path, offset: int, value: int) -> None:
    with path.open("r+b") as file:
        os.pwrite(file.fileno(), bytes([value]), offset)


def test_fields_are_read_from_the_segments_that_they_lie_in(paths: tuple[Path, Path]) -> None:
    poke(paths[1], 0, 7)
    assert witness(paths).read() == [b"\x07", (5).to_bytes(8, "little")]
    assert witness(paths).writes() == 5


def test_copy_without_a_write_is_clean(paths: tuple[Path, Path]) -> None:
    array = MemoryArray(segment(paths[0]), VALUES, None, witness(paths))
    found = array.look(parse_selection("2:4", (16,)))
    assert (found.verdict, found.values.tolist()) == ("clean", [2, 3])


def test_copy_under_a_raised_flag_is_torn(paths: tuple[Path, Path]) -> None:
    poke(paths[1], 0, 1)
    array = MemoryArray(segment(paths[0]), VALUES, None, witness(paths))
    found = array.look(parse_selection("0", (16,)))
    assert (found.verdict, found.attempts) == ("torn", 8)


def test_count_that_moves_during_a_copy_makes_it_torn(paths: tuple[Path, Path]) -> None:
    told = witness(paths)
    before = told.read()
    poke(paths[0], 8, 6)
    assert told.judge(before, told.read()) == "torn"


def test_field_that_cannot_be_read_any_more_leaves_a_copy_unverified(
    paths: tuple[Path, Path],
) -> None:
    told = witness(paths)
    before = told.read()
    paths[1].unlink()
    assert told.judge(before, told.read()) == "unverified"
    assert told.writes() is None


def test_segment_that_shrank_to_within_a_field_tells_nothing(paths: tuple[Path, Path]) -> None:
    os.truncate(paths[0], 12)
    assert witness(paths).writes() is None


def test_a_state_is_another_one_after_every_write(paths: tuple[Path, Path]) -> None:
    array = MemoryArray(segment(paths[0]), VALUES, None, witness(paths))
    first = array.state()
    assert first is not None
    assert array.look(parse_selection("...", (16,))).state == first == array.state()
    poke(paths[0], 8, 6)
    assert array.state() not in (None, first)


def test_there_is_no_state_while_somebody_writes_or_where_nobody_counts(
    paths: tuple[Path, Path],
) -> None:
    array = MemoryArray(segment(paths[0]), VALUES, None, witness(paths))
    poke(paths[1], 0, 1)
    assert array.state() is None
    poke(paths[1], 0, 0)
    poke(paths[0], 8, 0)
    assert array.state() is None  # nobody has ever written


def test_there_is_no_state_of_memory_that_is_not_all_there(paths: tuple[Path, Path]) -> None:
    array = MemoryArray(segment(paths[0]), VALUES, None, witness(paths))
    os.truncate(paths[0], 20)
    assert array.state() is None


def test_a_flag_without_a_count_is_no_state(paths: tuple[Path, Path]) -> None:
    signs = Signs(flag=Field(0, "<B", "meta"))
    places = {"": segment(paths[0]), "meta": segment(paths[1])}
    array = MemoryArray(segment(paths[0]), VALUES, None, SignWitness(signs, places))
    assert array.look(parse_selection("...", (16,))).verdict == "clean"
    assert array.state() is None
