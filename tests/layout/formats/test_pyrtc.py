from __future__ import annotations

import math

import numpy as np
import pytest
from tests.layout.formats.looking import Folder, look_at, look_in_shm, reading, removed, values
from tests.layout.formats.samples import VALUES, pyrtc

from shmscope.layout.formats.pyrtc import DTYPES, recognise
from shmscope.layout.formats.signs import verdict, writes


def test_the_librarys_streams_are_recognised(name: str) -> None:
    library = pytest.importorskip("pyRTC.Pipeline", reason="pyRTC 1 is not installed")
    for index, dtype in enumerate(DTYPES):
        stream_name = f"{name}_{index}"
        expected = np.arange(6).reshape(2, 3).astype(dtype)
        with removed(stream_name):
            stream = library.ImageSHM(stream_name, expected.shape, expected.dtype)
            found = recognise(look_in_shm(stream_name))
            assert found is not None
            assert found.signs is not None
            before = reading(found.signs, Folder(), stream_name)
            for _ in range(3):
                stream.write(expected)
            after = reading(found.signs, Folder(), stream_name)
            assert recognise(look_in_shm(stream_name)) == found
            assert (values(found, Folder()[stream_name]) == expected).all()
            assert found.companions == (f"{stream_name}_meta",)
            assert (writes(found.signs, before), writes(found.signs, after)) == (0, 3)
            assert verdict(found.signs, before, after) == "torn"


def stream(*numbers: float, size: int = 24) -> dict[str, bytes]:
    return {"X": VALUES.tobytes()[:size], "X_meta": pyrtc(*numbers)}


def test_everything_fits_together() -> None:
    assert recognise(look_at(stream(7, 1.5, 24, 9, 2, 3), "X")) is not None
    assert recognise(look_at(stream(0, 0, 24, 9, 1, 1, 1, 1, 2, 3), "X")) is not None


@pytest.mark.parametrize(
    "numbers",
    [
        (7.5, 1.5, 24, 9, 2, 3),
        (-1, 1.5, 24, 9, 2, 3),
        (math.nan, 1.5, 24, 9, 2, 3),
        (7, math.nan, 24, 9, 2, 3),
        (7, math.inf, 24, 9, 2, 3),
        (7, -1, 24, 9, 2, 3),
        (7, 1.5, 23, 9, 2, 3),
        (7, 1.5, 24, 9.5, 2, 3),
        (7, 1.5, 24, -1, 2, 3),
        (7, 1.5, 24, 14, 2, 3),
        (7, 1.5, 24, 10, 2, 3),
        (7, 1.5, 24, 9, 2, 4),
        (7, 1.5, 24, 9, 0, 2, 3),
        (7, 1.5, 24, 9, -2, -3),
        (7, 1.5, 24, 9, 2, 3, -0.0),
        (7, 1.5, 24, 9, 2, 3, 0, 1),
        (7, 1.5, 24, 9, math.inf, 3),
        (7, 1.5, 24, 9, 2.0**60, 2.0**60),
    ],
)
def test_one_number_that_cannot_be_is_enough_to_refuse(numbers: tuple[float, ...]) -> None:
    assert recognise(look_at(stream(*numbers), "X")) is None


def test_data_of_another_size_are_refused() -> None:
    assert recognise(look_at(stream(7, 1.5, 24, 9, 2, 3, size=20), "X")) is None


def test_a_gpus_handle_belongs_to_the_stream() -> None:
    segments = {**stream(7, 1.5, 24, 9, 2, 3), "X_gpu_handle": b"handle"}
    found = recognise(look_at(segments, "X"))
    assert found is not None
    assert found.companions == ("X_meta", "X_gpu_handle")
