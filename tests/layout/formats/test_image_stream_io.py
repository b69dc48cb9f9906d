from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
from tests.layout.formats.looking import look_alone, reading, values
from tests.layout.formats.samples import VALUES, image_stream_io

from shmscope.layout.formats.image_stream_io import DTYPES, ITEM_BYTES, recognise
from shmscope.layout.formats.signs import verdict

BUILDS: list[tuple[bytes, dict[str, Any]]] = [
    (b"1.01", {"header": 360, "stored": None}),
    (b"1.03", {"header": 360, "stored": None}),
    (b"1.04", {}),
    (b"1.05", {}),
    (b"1.05", {"header": 400, "stored": 328, "history": 3200}),
    (b"2.00", {}),
    (b"2.00", {"header": 400, "stored": 328, "history": 3200}),
    (b"2.00", {"header": 4496}),
    (b"2.00", {"header": 4512, "stored": 328, "history": 3200}),
]


@pytest.mark.parametrize(("version", "build"), BUILDS)
def test_every_versions_and_builds_elements_are_found(
    version: bytes, build: dict[str, Any]
) -> None:
    data = image_stream_io(version, **build)
    found = recognise(look_alone(data))
    assert (values(found, data) == VALUES).all()
    assert found is not None
    assert found.arrays[0].name == "camera"
    assert found.arrays[0].layout.offset == build.get("header", 384)
    assert found.creator_pid == 4321


def test_the_first_size_is_the_last_axis() -> None:
    found = recognise(look_alone(image_stream_io()))
    assert found is not None
    assert found.arrays[0].layout.shape == (2, 3)  # size[0] is 3


@pytest.mark.parametrize(("version", "build"), [build for build in BUILDS if build[0] == b"2.00"])
def test_on_a_gpu_there_is_no_array_but_a_count(version: bytes, build: dict[str, Any]) -> None:
    data = image_stream_io(version, **build, location=0)
    found = recognise(look_alone(data))
    assert found is not None
    assert not found.arrays
    assert "GPU" in found.why
    assert found.signs is not None


def test_the_write_flag_tells_a_torn_copy() -> None:
    data = image_stream_io()
    busy = data[:288] + b"\1" + data[289:]
    found = recognise(look_alone(busy, "a"))
    assert found is not None
    assert found.signs is not None
    quiet, writing = (reading(found.signs, {"a": raw}, "a") for raw in (data, busy))
    assert verdict(found.signs, quiet, quiet) == "clean"
    assert verdict(found.signs, quiet, writing) == "torn"
    assert verdict(found.signs, writing, writing) == "torn"


def patched(offset: int, form: str, value: float) -> bytes:
    data = bytearray(image_stream_io())
    struct.pack_into(form, data, offset, value)
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        image_stream_io(b"3.00"),
        image_stream_io(b""),
        image_stream_io(b"2.00 and more"),
        image_stream_io() + bytes(8),
        image_stream_io(header=392),
        image_stream_io(header=400),  # without the history that goes with it
        patched(112, "<B", 0),
        patched(112, "<B", 1),
        patched(112, "<B", 4),
        patched(116, "<I", 0),
        patched(116, "<I", 4),
        patched(128, "<Q", 7),
        patched(136, "<B", 0),
        patched(136, "<B", 10),
        patched(136, "<B", 20),
        patched(224, "<B", 0),
        patched(290, "<H", 4),
        patched(292, "<I", 0xFFFFFFFF),
        patched(312, "<Q", 1 << 63),
    ],
)
def test_a_header_that_lies_is_refused(data: bytes) -> None:
    assert recognise(look_alone(data)) is None


def test_sizes_beyond_the_segment_are_refused_in_old_versions_too() -> None:
    data = bytearray(image_stream_io(b"1.03", header=360, stored=None))
    struct.pack_into("<3IQ", data, 116, 0xFFFFFFFF, 0xFFFFFFFF, 0, 0xFFFFFFFF**2)
    assert recognise(look_alone(bytes(data))) is None


def test_a_buffer_that_is_circular_in_time_has_its_times() -> None:
    raw = bytearray(image_stream_io())
    struct.pack_into("<B3x3I", raw, 112, 3, 3, 1, 2)
    struct.pack_into("<Q", raw, 144, 0x20001)
    data = bytes(raw) + bytes(40 * 2)
    assert values(recognise(look_alone(data)), data).shape == (2, 1, 3)
    assert recognise(look_alone(bytes(raw))) is None


def test_every_type_has_its_size() -> None:
    assert {code: np.dtype(dtype).itemsize for code, dtype in DTYPES.items()} == ITEM_BYTES
