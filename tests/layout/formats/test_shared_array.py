from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
from tests.layout.formats.looking import Folder, look_alone, look_in_shm, values
from tests.layout.formats.samples import VALUES, shared_array

from shmscope.layout.array import ArrayLayout
from shmscope.layout.formats.shared_array import recognise

ELEMENTS = ["?", "i1", "u2", "i4", "u8", "l", "L", "f2", "f4", "f8", "g", "c8", "c16", "S3", "U2"]


@pytest.fixture
def library() -> Any:
    return pytest.importorskip("SharedArray", reason="SharedArray is not installed")


@pytest.mark.parametrize("element", ELEMENTS)
@pytest.mark.parametrize("shape", [(5,), (2, 3), (2, 1, 2), (), (0, 3)])
def test_the_librarys_arrays_are_recognised(
    library: Any, name: str, element: str, shape: tuple[int, ...]
) -> None:
    written = library.create(f"shm://{name}", shape, element)
    written[...] = np.arange(written.size).reshape(shape).astype(element)
    data = Folder()[name]
    found = recognise(look_in_shm(name))
    assert found is not None
    assert found.arrays[0].layout == ArrayLayout.contiguous(np.dtype(element), shape)
    assert (values(found, data) == written).all()


def test_what_the_format_loses_is_shown_as_it_is(library: Any, name: str) -> None:
    records = library.create(f"shm://{name}", 2, [("x", "<i4"), ("y", "<f8")])
    found = recognise(look_in_shm(name))
    assert found is not None
    assert found.arrays[0].layout.dtype == np.dtype("V12")
    library.delete(f"shm://{name}")
    del records
    library.create(f"shm://{name}", 2, "M8[s]")
    found = recognise(look_in_shm(name))
    assert found is not None
    assert found.arrays[0].layout.dtype == np.dtype("<i8")


@pytest.mark.parametrize("most_axes", [64, 32])
def test_trailers_of_both_numpys_are_known(most_axes: int) -> None:
    data = shared_array(most_axes)
    assert (values(recognise(look_alone(data)), data) == VALUES).all()


def trailer(size: int, number: int, item: int, axes: int, *lengths: int) -> bytes:
    head = struct.pack("<16sQiii", b"[SharedArray]", size, number, item, axes)
    return bytes(24) + head + struct.pack("<64q", *lengths, *[0] * (64 - len(lengths)))


@pytest.mark.parametrize(
    "numbers",
    [
        (23, 11, 4, 2, 2, 3),  # not all of the data
        (24, 17, 8, 1, 3),  # objects
        (24, 11, 8, 1, 3),  # a float of eight bytes
        (24, 99, 4, 2, 2, 3),
        (24, -1, 4, 2, 2, 3),
        (24, 11, 4, -1, 2, 3),
        (24, 11, 4, 65, 2, 3),
        (24, 11, 4, 2, 2, 4),
        (24, 11, 4, 2, -2, -3),
        (24, 11, 4, 3, 6, 1 << 62, 1 << 62),
        (24, 19, 6, 1, 4),  # half a character
        (24, 18, 0, 1, 24),
        (24, 20, -24, 1, -1),
    ],
)
def test_a_trailer_that_lies_is_refused(numbers: tuple[int, ...]) -> None:
    assert recognise(look_alone(trailer(*numbers))) is None


def test_bytes_behind_the_trailer_are_refused() -> None:
    assert recognise(look_alone(shared_array() + bytes(8))) is None
