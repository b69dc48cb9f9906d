"""Rooms that copies are made into: where they begin, and when they are used again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shmscope.layout.runs import LINE_BYTES
from shmscope.sources import rooms
from shmscope.sources.rooms import LEAST_KEPT_BYTES, MOST_KEPT_BYTES, room_for

Array = np.ndarray[Any, Any]
BYTE = np.dtype("u1")
KEEPING: dict[str, Callable[[Array], Any]] = {
    "slice": lambda array: array[5:10],
    "axes turned": lambda array: array.reshape(2, -1).T[3:, ::-1],
    "other dtype": lambda array: array.view("u4"),
    "data": lambda array: array.data,
    "part of its memory": lambda array: array.data[10:20],
    "array of its memory": lambda array: np.frombuffer(array, "u1")[1:],
}


def address(array: Array) -> int:
    return int(array.__array_interface__["data"][0])


@pytest.mark.parametrize("dtype", ["u1", "<f8", ">c16", "S3", [("a", "u1"), ("b", "f4", (2,))]])
@pytest.mark.parametrize("shape", [(), (0,), (7,), (3, 5), (1000, 1001), (3, 1 << 21)])
def test_room_is_as_wanted_and_begins_where_the_kernel_copies_fast(
    shape: tuple[int, ...], dtype: Any
) -> None:
    array = room_for(shape, np.dtype(dtype))
    assert (array.shape, array.dtype) == (shape, np.dtype(dtype))
    assert array.flags.c_contiguous
    assert array.flags.writeable
    assert address(array) % LINE_BYTES == 0


def test_large_room_is_used_again_once_its_array_is_gone() -> None:
    array = room_for((LEAST_KEPT_BYTES,), BYTE)
    before = address(array)
    del array
    assert address(room_for((LEAST_KEPT_BYTES // 8,), np.dtype("f8"))) == before


@pytest.mark.parametrize("keep", KEEPING.values(), ids=KEEPING)
def test_room_is_nobody_elses_while_anything_of_its_array_is_held(
    keep: Callable[[Array], Any],
) -> None:
    array = room_for((LEAST_KEPT_BYTES,), BYTE)
    array[:] = 1
    kept = keep(array)
    del array
    others = [room_for((LEAST_KEPT_BYTES,), BYTE) for _ in range(3)]
    for other in others:
        other[:] = 2
    assert set(bytes(kept)) == {1}


def test_rooms_of_one_size_are_kept_and_none_that_is_too_large() -> None:
    several = [room_for((LEAST_KEPT_BYTES,), BYTE) for _ in range(3)]
    del several
    assert {len(room) for room in rooms._spare} == {LEAST_KEPT_BYTES}
    assert len(rooms._spare) >= 3
    other = room_for((3 * LEAST_KEPT_BYTES,), BYTE)
    del other
    assert [len(room) for room in rooms._spare] == [3 * LEAST_KEPT_BYTES]
    large = room_for((MOST_KEPT_BYTES + 1,), BYTE)
    del large
    assert not rooms._spare


def test_no_more_is_kept_than_may_be() -> None:
    most = MOST_KEPT_BYTES // LEAST_KEPT_BYTES
    several = [room_for((LEAST_KEPT_BYTES,), BYTE) for _ in range(most + 3)]
    del several
    assert len(rooms._spare) == most


def test_room_of_another_size_is_not_taken() -> None:
    first = room_for((LEAST_KEPT_BYTES,), BYTE)
    del first
    assert len(room_for((2 * LEAST_KEPT_BYTES,), BYTE)) == 2 * LEAST_KEPT_BYTES


def test_room_is_no_segment() -> None:
    before = shared_mappings()
    array = room_for((LEAST_KEPT_BYTES + 1,), BYTE)
    array[:] = 1
    assert shared_mappings() == before


def shared_mappings() -> list[str]:
    lines = Path("/proc/self/maps").read_text().splitlines()
    return [line for line in lines if line.split()[1].endswith("s")]
