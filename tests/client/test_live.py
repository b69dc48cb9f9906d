"""Live frames of a real server, in a loop that waits for them."""

from __future__ import annotations

import os
import threading
from itertools import islice

import numpy as np
import pytest
from tests.client.serving import port_of, serving
from tests.waiting import until
from tests.web.arrays import ARRAYS

import shmscope
from shmscope.client import Client, RemoteArray
from shmscope.errors import (
    MessageError,
    SelectionError,
    SourceGoneError,
    UnknownArrayError,
    UnreachableError,
)
from shmscope.publishing.array import SharedArray

# What the stream carries in another form than it has: rounded to a double.
ROUNDED = {"long", "long-complex"}


@pytest.mark.parametrize("word", ARRAYS)
def test_every_dtype_comes_as_it_is(client: Client, name: str, word: str) -> None:
    expected = ARRAYS[word]
    with shmscope.create(name, expected.shape, expected.dtype) as array:
        array[...] = expected
        with until(lambda: client.arrays(name))[0].stream() as frames:
            frame = next(frames)
    assert (frame.values.dtype, frame.values.shape) == (expected.dtype, expected.shape)
    if word in ROUNDED:
        np.testing.assert_array_equal(frame.values, expected)
    else:
        assert frame.values.tobytes() == expected.tobytes()


def test_a_frame_says_what_the_copy_is(heat: SharedArray, remote: RemoteArray) -> None:
    with remote.stream("1:3, ::2", rate_hz=60) as frames:
        frame = next(frames)
        np.testing.assert_array_equal(frame.values, heat[1:3, ::2])
        assert (frame.seq, frame.skipped, frame.verdict, frame.attempts) == (1, 0, "clean", 1)
        assert (frame.coverage, frame.difference, frame.reduced) == (1.0, None, None)
        assert (frame.schema["unit"], frame.schema["select"]) == ("°C", "1:3, 0:6:2")
        assert frame.lag_s >= 0
        with pytest.raises(ValueError, match="read-only"):
            frame.values[0, 0] = 1
        with heat.writing():
            assert until(lambda: next(frames).verdict == "torn")


def test_a_hundred_frames_come_in_order_and_end_with_the_newest(
    heat: SharedArray, remote: RemoteArray
) -> None:
    with remote.stream("0, 0", rate_hz=60) as frames:
        numbers, seen = [], []
        for number, frame in enumerate(islice(frames, 100)):
            heat[0, 0] = number
            numbers.append(frame.seq)
            seen.append(float(frame.values))
        assert numbers == sorted(set(numbers))
        assert seen == sorted(seen)
        assert until(lambda: float(next(frames).values) == 99)


def test_a_slow_loop_sees_the_newest_and_how_many_it_missed(
    heat: SharedArray, remote: RemoteArray
) -> None:
    with remote.stream("0, 0", rate_hz=60) as slow, remote.stream("0, 0", rate_hz=60) as fast:
        next(slow)
        for number in range(100, 104):
            for _ in range(12):
                next(fast)  # meanwhile the slow loop is in its body
            heat[0, 0] = number
            while float(next(fast).values) != number:
                pass
            frame = next(slow)
            assert float(frame.values) == number
            assert frame.skipped > 0


def test_two_streams_go_side_by_side(client: Client, remote: RemoteArray, name: str) -> None:
    with shmscope.create(f"{name}-other", 3, "i8") as other:
        other[...] = [1, 2, 2**62]
        beside = until(lambda: client.arrays(f"{name}-other"))[0]
        with remote.stream(rate_hz=60) as left, beside.stream(rate_hz=60) as right:
            for one, two in islice(zip(left, right, strict=False), 10):
                assert one.values.shape == (4, 6)
                assert two.values.tolist() == [1, 2, 2**62]


def test_the_lens_is_that_of_the_stream(remote: RemoteArray) -> None:
    with remote.stream(most=[2, 3], reduce="mean", order=[0, 1]) as frames:
        frame = next(frames)
    assert frame.values.shape == (2, 3)
    assert frame.values[0, 0] == np.mean([0, 1, 6, 7])
    assert frame.reduced == (2, 2)
    with remote.stream(max_points=6) as frames:
        assert next(frames).values.size <= 6
    with remote.stream(layout={"dtype": "<u4", "shape": [-1]}) as frames:
        assert next(frames).values.dtype == np.dtype("<u4")


def test_an_array_that_goes_ends_the_loop_with_an_error(client: Client, name: str) -> None:
    with shmscope.create(name, 4):
        frames = until(lambda: client.arrays(name))[0].stream(rate_hz=60)
        assert next(frames).values.shape == (4,)
    with pytest.raises(SourceGoneError) as caught:
        for _ in frames:
            pass
    assert caught.value.value
    assert list(frames) == []


def test_what_the_server_refuses_is_the_error_that_it_was(
    client: Client, remote: RemoteArray
) -> None:
    with pytest.raises(SelectionError, match="index 9 is outside axis 0") as selection:
        next(remote.stream("9"))
    assert (selection.value.value, selection.value.limit) == (9, 4)
    with pytest.raises(MessageError, match="rate_hz must be") as rate:
        next(remote.stream(rate_hz=100))
    assert rate.value.limit == 60.0
    lost = RemoteArray(client._link, remote.row | {"id": remote.id + "x"})
    with pytest.raises(UnknownArrayError, match="no array has the id"):
        next(lost.stream())


def test_a_stream_goes_on_after_the_server_was_started_again(heat: SharedArray) -> None:
    with serving() as address, shmscope.connect(address) as client:
        remote = until(lambda: client.arrays(heat.name))[0]
        frames = remote.stream("0, 0", rate_hz=60)
        assert next(frames).seq == 1
    with serving(port_of(address)), frames:
        heat[0, 0] = 77
        frame = until(lambda: found if float((found := next(frames)).values) == 77 else None)
        assert frame.schema["array"] == remote.id


def test_a_server_that_does_not_come_back_is_an_error_in_time(heat: SharedArray) -> None:
    with serving() as address, shmscope.connect(address) as client:
        remote = until(lambda: client.arrays(heat.name))[0]
        impatient = remote.stream(rate_hz=60, reconnect_s=0)
        patient = remote.stream(rate_hz=60, reconnect_s=0.1)
        assert next(impatient).seq == next(patient).seq == 1
    for frames in (impatient, patient):
        with pytest.raises(UnreachableError, match="shmscope serve --port"):
            for _ in frames:
                pass
    with pytest.raises(UnreachableError):
        next(remote.stream())


def test_fifty_loops_that_end_early_leave_no_descriptor_and_no_thread(remote: RemoteArray) -> None:
    def used() -> tuple[int, int]:
        return len(os.listdir("/proc/self/fd")), threading.active_count()

    for _ in remote.stream(rate_hz=60):
        break
    threads = threading.active_count()
    descriptors = used()[0]
    for turn in range(50):
        if turn % 2:
            with remote.stream(rate_hz=60) as frames:
                next(frames)
        else:
            for _ in remote.stream(rate_hz=60):
                break
    until(lambda: used()[0] <= descriptors and threading.active_count() <= threads)
