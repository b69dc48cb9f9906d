from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.layout.formats.looking import Folder, look_at, look_in_shm, reading, removed, values
from tests.layout.formats.samples import VALUES, pyshmem

from shmscope.layout.formats.pyshmem import DTYPES, recognise
from shmscope.layout.formats.signs import verdict, writes

DATA, META = pyshmem()


def test_the_libraries_streams_are_recognised(name: str) -> None:
    library = pytest.importorskip("pyshmem", reason="pyshmem is not installed")
    with removed(*pyshmem(name)):
        for dtype in DTYPES:
            expected = np.arange(6).reshape(2, 3).astype(dtype)
            check_stream(library, name, expected)


def check_stream(library: Any, name: str, expected: np.ndarray[Any, Any]) -> None:
    stream = library.create(name, shape=expected.shape, dtype=expected.dtype)
    data, meta = pyshmem(name)
    before = recognise(look_in_shm(data))
    assert before is not None
    signs = before.signs
    assert signs is not None
    unwritten = reading(signs, Folder(), data)
    for _ in range(3):
        stream.write(expected)
    read = reading(signs, Folder(), data)
    found = recognise(look_in_shm(data))
    assert found == before  # the checksum holds while it is written
    assert (values(found, Folder()[data]) == expected).all()
    assert found.companions == (meta,)
    assert found.arrays[0].name == name
    assert (writes(signs, unwritten), writes(signs, read)) == (0, 3)
    assert verdict(signs, unwritten, read) == "torn"
    assert verdict(signs, read, read) == "clean"
    stream.close()
    library.unlink(name)


def test_the_metadata_is_bound_to_its_segment_by_name() -> None:
    data = pyshmem()
    other = "ps_00000000000000"
    segments = {other: data[DATA], f"{other}_meta": data[META]}
    assert recognise(look_at(segments, other)) is None


def changed(change: Callable[[bytearray], None], *, mend: bool) -> dict[str, bytes]:
    """Return a stream whose metadata was changed, with a checksum that says so or not."""
    segments = pyshmem()
    meta = bytearray(segments[META])
    change(meta)
    if mend:
        plain = meta[:40] + bytes(36) + meta[76:92] + bytes(12) + meta[104:]
        struct.pack_into("<I", meta, 92, zlib.crc32(plain))
    return {**segments, META: bytes(meta)}


def put(offset: int, form: str, value: int) -> Callable[[bytearray], None]:
    return lambda meta: struct.pack_into(form, meta, offset, value)


@pytest.mark.parametrize(
    "field",
    [
        (8, "<H", 2),
        (10, "<H", 512),
        (12, "<I", 14 | 32),
        (12, "<I", 12),  # neither in memory nor on a GPU
        (16, "<H", 14),
        (18, "<H", 0),
        (18, "<H", 1),
        (18, "<H", 20),
        (20, "<i", 0),
        (24, "<q", 0),
        (32, "<Q", 25),
        (104, "<Q", 0),
        (104, "<Q", 1 << 63),
        (256, "<B", 67),
    ],
)
def test_metadata_that_lie_are_refused(field: tuple[int, str, int]) -> None:
    change = put(*field)
    assert recognise(look_at(changed(put(0, "<B", 0x50), mend=True), DATA)) is not None
    assert recognise(look_at(changed(change, mend=True), DATA)) is None
    assert recognise(look_at(changed(change, mend=False), DATA)) is None


def test_a_wrong_checksum_is_refused() -> None:
    assert recognise(look_at(changed(put(76, "<B", 255), mend=False), DATA)) is None


def test_without_a_checksum_its_field_is_zero() -> None:
    def unmark(meta: bytearray) -> None:
        struct.pack_into("<I", meta, 12, 6)
        struct.pack_into("<I", meta, 92, 0)

    assert recognise(look_at(changed(unmark, mend=False), DATA)) is not None


def test_counters_may_be_anything() -> None:
    for offset in (40, 48, 56, 64, 96):
        assert recognise(look_at(changed(put(offset, "<q", -3), mend=False), DATA)) is not None


def test_data_too_short_for_the_shape_are_refused() -> None:
    segments = pyshmem()
    assert recognise(look_at({**segments, DATA: VALUES.tobytes()[:-1]}, DATA)) is None


def test_a_stream_on_a_gpu_alone_has_no_array_here() -> None:
    segments = {**pyshmem(flags=13, gpu=0), f"{DATA}_gpu": b"handle"}
    found = recognise(look_at(segments, DATA))
    assert found is not None
    assert not found.arrays
    assert found.companions == (META, f"{DATA}_gpu")


def test_a_name_that_cannot_be_shown_is_left_out() -> None:
    segments = pyshmem("a\nb")
    found = recognise(look_at(segments, next(iter(segments))))
    assert found is not None
    assert found.arrays[0].name == ""
