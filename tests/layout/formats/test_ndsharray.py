from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np
import pytest
from tests.layout.formats.looking import Folder, look_at, look_in_shm, reading, values
from tests.layout.formats.samples import DIGITS, VALUES, ndsharray

from shmscope.layout.formats.ndsharray import DTYPES, recognise
from shmscope.layout.formats.signs import verdict

NAME = f"camera_{DIGITS}"


@pytest.fixture
def library() -> Any:
    return pytest.importorskip("ndsharray", reason="ndsharray is not installed")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(2, 3), (6,), (), (1, 2, 3)])
def test_the_librarys_arrays_are_recognised(
    library: Any, name: str, dtype: str, shape: tuple[int, ...]
) -> None:
    expected = np.arange(math.prod(shape)).reshape(shape).astype(dtype)
    writer = library.NdShArray(name, expected, "w")
    data = writer.ndarray_mmap_name
    found = recognise(look_in_shm(data))
    assert found is not None
    assert found.signs is not None
    assert found.companions == (name,)
    assert found.arrays[0].name == name
    before = reading(found.signs, Folder(), data)
    writer.write(expected)
    after = reading(found.signs, Folder(), data)
    assert recognise(look_in_shm(data)) == found
    assert (values(found, Folder()[data]) == expected).all()
    assert verdict(found.signs, before, after) == "torn"
    assert verdict(found.signs, after, after) == "unverified"


def test_what_the_library_left_behind_is_called_so(library: Any, name: str) -> None:
    writer = library.NdShArray(name, np.zeros(3), "w")
    old = writer.ndarray_mmap_name
    writer.write(np.zeros(4))
    found = recognise(look_in_shm(old))
    assert found is not None
    assert "left-over" in found.why
    assert found.companions == ()


def test_an_array_that_is_being_written_is_recognised_and_torn() -> None:
    segments = {NAME: ndsharray(begin_s=13.5, end_s=12.5), "camera": NAME.encode()}
    found = recognise(look_at(segments, NAME))
    assert found is not None
    assert found.signs is not None
    read = reading(found.signs, segments, NAME)
    assert verdict(found.signs, read, read) == "torn"


def packed(*head: int, data: bytes = VALUES.tobytes(), time_s: float = 1.5) -> bytes:
    time = struct.pack("<d", time_s)
    return time + struct.pack(f">{len(head)}Q", *head) + data + time


@pytest.mark.parametrize(
    "data",
    [
        packed(9, 2, 2, 3, time_s=0),
        packed(9, 2, 2, 3, time_s=math.nan),
        packed(9, 2, 2, 3, time_s=-1),
        packed(14, 2, 2, 3),
        packed(1 << 63, 2, 2, 3),
        packed(9, 1, 2, 3),
        packed(9, 33, *[1] * 33),
        packed(9, 1 << 60, 2, 3),
        packed(9, 2, 2, 4),
        packed(9, 2, 1 << 63, 3),
        packed(9, 2, 1 << 63, 2, data=b""),
        ndsharray() + bytes(1),
    ],
)
def test_what_does_not_fit_exactly_is_refused(data: bytes) -> None:
    assert recognise(look_at({NAME: data, "camera": NAME.encode()}, NAME)) is None


@pytest.mark.parametrize("other", ["camera", f"_{DIGITS}", f"camera_{DIGITS[:-1]}g", DIGITS])
def test_other_names_are_refused(other: str) -> None:
    assert recognise(look_at({other: ndsharray()}, other)) is None
