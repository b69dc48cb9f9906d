"""What fails again and again is worth few lines, and a deadline ends what nobody waits for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from tests.sampling.scanning import Memory
from tests.sampling.stepping import Clock

from shmscope.errors import OverdueError
from shmscope.layout.array import ArrayLayout
from shmscope.sampling.complaints import EVERY_S, MOST_KINDS, Complaints
from shmscope.sampling.sampler import Sampler, SamplerThread
from shmscope.sampling.scan import Scan
from shmscope.sources.deadline import Deadline, check_deadline, under


def raised(error: Exception) -> Exception:
    try:
        raise error
    except type(error) as caught:
        return caught


def told(complaints: Complaints, clock: Clock, errors: list[Exception], each_s: float) -> list[int]:
    """Return the counts that were told of errors that come one after the other."""
    counts = []
    for error in errors:
        counts.append(complaints.take(error))
        clock.now_s += each_s
    return [count for count in counts if count is not None]


def test_failure_of_one_kind_is_told_at_once_and_then_rarely_with_its_count() -> None:
    clock = Clock(0.0)
    complaints = Complaints(clock)
    errors = [raised(ValueError(str(number))) for number in range(2401)]
    assert told(complaints, clock, errors, EVERY_S / 1200) == [1, 1200, 1200]


def test_failure_of_another_kind_is_told_at_once_also_between_them() -> None:
    clock = Clock(0.0)
    complaints = Complaints(clock)
    errors = [raised(ValueError("a")), raised(KeyError("b")), raised(ValueError("c"))]
    assert told(complaints, clock, errors, 1.0) == [1, 1]


def test_kinds_that_are_remembered_are_few() -> None:
    complaints = Complaints(Clock(0.0))
    for number in range(10 * MOST_KINDS):
        kind = type(f"Error{number}", (Exception,), {})
        assert complaints.take(kind()) == 1
        complaints.take(kind())
    assert len(complaints._told_s) == MOST_KINDS
    assert len(complaints._untold) <= MOST_KINDS


class Failing:
    """Finds no control blocks, but always the same fault."""

    def find(self) -> dict[str, object]:
        raise RuntimeError("the same as ever")


def test_sampler_that_always_fails_writes_few_lines_and_is_seen_to_be_stuck(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Clock(1000.0)
    sampler = Sampler("box", lambda _: None, Failing(), clock, cpu_clock=clock)  # type: ignore[arg-type]
    steps = SamplerThread(sampler, clock)._steps()
    for _ in range(2500):
        clock.now_s = next(steps)
    assert [record.getMessage() for record in caplog.records] == ["a sampler step failed"] * 3
    assert [vars(record)["times"] for record in caplog.records] == [1, 1200, 1200]
    assert sampler.idle_s() == clock.now_s - 1000.0
    sampler.close()


# Deadlines


class Slow(Memory):
    """Zeros, of which each read takes a second."""

    def __init__(self, clock: Clock, at: int = 0, then: Callable[[], None] = lambda: None) -> None:
        super().__init__(np.zeros(16 << 17))
        self._clock, self._at, self._then = clock, at, then

    def read_into(self, buffer: memoryview, offset: int) -> None:
        super().read_into(buffer, offset)
        self._clock.now_s += 1.0
        if len(self.reads) == self._at:
            self._then()


@pytest.fixture
def scan() -> Scan:
    """Return a scan of sixteen blocks."""
    return Scan(ArrayLayout.contiguous(np.dtype("f8"), (16 << 17,)))


def test_scan_goes_on_to_the_end_where_nobody_has_set_a_deadline(scan: Scan) -> None:
    scan.advance(Slow(Clock(0.0)).opened, 1 << 40)
    assert scan.finished


def test_scan_stops_at_the_block_at_which_its_deadline_has_passed(scan: Scan) -> None:
    clock = Clock(0.0)
    slow = Slow(clock)
    with under(Deadline(4.5, clock)), pytest.raises(OverdueError) as caught:
        scan.advance(slow.opened, 1 << 40)
    assert (caught.value.value, caught.value.limit) == (5.0, 4.5)
    assert len(slow.reads) == 5
    check_deadline()  # which is over with the block


def test_scan_stops_when_the_server_ends(scan: Scan) -> None:
    clock = Clock(0.0)
    deadline = Deadline(1000.0, clock)
    slow = Slow(clock, 3, deadline.end)
    with under(deadline), pytest.raises(OverdueError, match="the server ends"):
        scan.advance(slow.opened, 1 << 40)
    assert len(slow.reads) == 3
