"""Paired measuring: A and B in turn, so that a machine whose speed drifts does not lie."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

HEADER = (
    f"{'what':<44} {'median':>10} {'unit':<9} {'against':<34} {'median':>10} {'ratio':>9}  range"
)


@dataclass(frozen=True, slots=True)
class Ratio:
    """What a benchmark found.

    Attributes:
        what: What was measured.
        peer: What it was measured against.
        value: Median of `what`, in `unit`.
        against: Median of `peer`, in `unit`.
        ratios: One ratio a round, what / peer.
    """

    HEADER: ClassVar[str] = HEADER

    what: str
    peer: str
    value: float
    against: float
    unit: str
    ratios: Sequence[float]

    @property
    def median(self) -> float:
        """Median of the ratios."""
        return statistics.median(self.ratios)

    def __str__(self) -> str:
        spread = f"{min(self.ratios):.2f} to {max(self.ratios):.2f}"
        return (
            f"{self.what:<44} {self.value:>10.4g} {self.unit:<9} {self.peer:<34} "
            f"{self.against:>10.4g} {self.median:>9.3g}  {spread}"
        )


def pair(
    what: str,
    measure: Callable[[], float],
    peer: str,
    measure_peer: Callable[[], float],
    unit: str,
    rounds: int = 9,
) -> Ratio:
    """Measure two things in turn, after one round that does not count."""
    measure()
    measure_peer()
    found = [(measure(), measure_peer()) for _ in range(rounds)]
    values, peers = zip(*found, strict=True)
    ratios = [value / against for value, against in found]
    return Ratio(what, peer, statistics.median(values), statistics.median(peers), unit, ratios)


def started_ms(command: Sequence[str]) -> float:
    """Return milliseconds from a command's start to its end; it is given nothing to read."""
    started_s = time.perf_counter()
    subprocess.run(command, stdin=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - started_s) * 1e3


def per_call_us(call: Callable[[], object], calls: int = 50_000) -> float:
    """Return microseconds a call, the loop's own cost included."""
    started = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - started) / calls * 1e6
