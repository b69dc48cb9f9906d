"""Loose bursts, tight ones where those are outrun, and which of them is believed."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from tests.sampling.stepping import Clock

from shmscope.sampling.closer_looks import LOOSE_S, SPACING_S, CloserLooks
from shmscope.sampling.probes import Word

WORD = Word(8, 8)
READ_S, LATE_S = 2e-6, 0.0002


class Closer:
    """Closer looks at a word that holds `value` of the time."""

    def __init__(self, value: Callable[[float], int], late_s: float = LATE_S) -> None:
        self.clock = Clock(1000.0)
        self.looks = CloserLooks(self.clock)
        self.word: Word | None = WORD
        self._value, self._late_s = value, late_s
        self.calls: list[tuple[float, int]] = []

    def run(self, seconds: float) -> None:
        end_s = self.clock.now_s + seconds
        while self.looks.due_s < end_s:
            self.clock.now_s = max(self.clock.now_s, self.looks.due_s + self._late_s)
            called_s = self.clock.now_s
            self.calls.append((called_s, self.looks.look(self._read_into, self.word)))
        self.clock.now_s = end_s

    @property
    def per_s(self) -> float | None:
        rate = self.looks.rate(58.0)
        return None if rate is None else rate.per_s

    def is_tight(self) -> bool:
        return self.looks._tight.wanted

    def _read_into(self, buffer: memoryview, offset: int) -> None:
        assert (offset, len(buffer)) == WORD
        self.clock.now_s += READ_S
        buffer[:] = self._value(self.clock.now_s).to_bytes(8, "little")


def steady(per_s: float) -> Callable[[float], int]:
    return lambda now_s: int(now_s * per_s)


def test_nobody_looks_closer_until_it_is_wanted() -> None:
    closer = Closer(steady(100))
    assert closer.looks.due_s == math.inf
    closer.run(10)
    assert not closer.calls
    closer.looks.want(closer.clock.now_s)
    assert closer.looks.due_s == closer.clock.now_s
    closer.run(10)
    assert closer.calls
    closer.looks.stop()
    assert closer.looks.due_s == math.inf
    assert closer.per_s is None


@pytest.mark.parametrize("per_s", [75, 100, 250, 500])
def test_middling_writer_is_read_by_loose_bursts_alone(per_s: float) -> None:
    closer = Closer(steady(per_s))
    closer.looks.want(closer.clock.now_s)
    closer.run(10)
    assert closer.per_s == pytest.approx(per_s, rel=0.1)
    assert not closer.is_tight()
    assert {size for _, size in closer.calls} == {8}


@pytest.mark.parametrize("per_s", [2_000, 10_000, 100_000])
def test_fast_writer_is_read_by_tight_bursts(per_s: float) -> None:
    closer = Closer(steady(per_s))
    closer.looks.want(closer.clock.now_s)
    closer.run(5)
    assert closer.is_tight()
    assert closer.per_s == pytest.approx(per_s, rel=0.05)


def test_loose_burst_looks_every_millisecond_or_so_for_thirty() -> None:
    closer = Closer(steady(100))
    closer.looks.want(closer.clock.now_s)
    started_s = closer.clock.now_s
    closer.run(0.2)
    times_s = [called_s for called_s, _ in closer.calls]
    assert len(times_s) == pytest.approx(LOOSE_S / (SPACING_S + LATE_S), abs=2)
    assert times_s[-1] - started_s == pytest.approx(LOOSE_S, abs=0.003)


def test_wanting_again_what_is_wanted_changes_nothing() -> None:
    closer = Closer(steady(100))
    for _ in range(300):
        closer.looks.want(closer.clock.now_s)
        closer.run(1 / 60)
    assert closer.per_s == pytest.approx(100, rel=0.1)


def test_tight_bursts_end_where_loose_ones_catch_up() -> None:
    closer = Closer(lambda now_s: int(now_s * (10_000 if now_s < 1005 else 200)))
    closer.looks.want(closer.clock.now_s)
    closer.run(4)
    assert closer.is_tight()
    closer.run(6)
    assert not closer.is_tight()
    assert closer.per_s == pytest.approx(200, rel=0.1)


def test_rate_that_may_be_chance_is_not_told() -> None:
    closer = Closer(steady(60))
    closer.looks.want(closer.clock.now_s)
    closer.run(10)
    assert closer.looks.rate(58.0) is None
    assert closer.looks.rate(40.0) is not None


def test_thread_that_always_wakes_late_still_reads_a_fast_writer() -> None:
    closer = Closer(steady(10_000), late_s=0.006)
    closer.looks.want(closer.clock.now_s)
    closer.run(5)
    assert closer.per_s == pytest.approx(10_000, rel=0.05)


def test_bursts_wait_while_no_word_is_known() -> None:
    closer = Closer(steady(10_000))
    closer.looks.want(closer.clock.now_s)
    closer.word = None
    closer.run(5)
    assert {size for _, size in closer.calls} == {0}
    assert len(closer.calls) <= 11
    closer.word = WORD
    closer.run(5)
    assert closer.is_tight()
    closer.word = None
    closer.run(5)
    closer.word = WORD
    closer.run(5)
    assert closer.per_s == pytest.approx(10_000, rel=0.05)
