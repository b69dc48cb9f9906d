"""The promise of the verdict: a copy that is called clean was whole, whoever wrote meanwhile.

Real processes fill bands of one array with the number of the write, as fast as they can. A clean
copy holds one number a band, and it is the one that the band's writer had counted to.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
import pytest
from tests.sources.puppets import Puppet
from tests.sources.reading import block_of, memory_of

from shmscope.layout.control import Slots
from shmscope.layout.runs import plan_read
from shmscope.layout.selection import Selection, parse_selection
from shmscope.sources.arrays import MemoryArray

WRITE = """
import itertools, time
with shared.writing() as array:  # claims a slot before the others are let in
    array[{band}] = 1
def write_on():
    for number in itertools.count(2):
        with shared.writing() as array:
            array[{band}] = number % {modulus}
        if {rest_s}:
            time.sleep(next(rests) * {rest_s})
rests = itertools.cycle(np.random.default_rng({band}).random(97))
"""


@dataclass(frozen=True, slots=True)
class Case:
    """How an array is written.

    Attributes:
        band: Elements that one process writes.
        rest_s: The longest rest between two writes; 0 is full speed.
        seconds: How long it is looked at.
        most: How many copies are enough.
    """

    dtype: str
    writers: int
    band: int
    rest_s: float
    seconds: float = 1.5
    most: int = 4000

    @property
    def modulus(self) -> int:
        kind = np.dtype(self.dtype)
        return 251 if kind.itemsize == 1 else 2003  # exact in float16, too

    def __str__(self) -> str:
        return f"{self.writers}x{self.band}{self.dtype}"


CASES = [
    Case("f8", 1, 1, 0),
    Case("u1", 2, 3, 0),
    Case("i4", 1, 1000, 0),
    Case("f2", 3, 5000, 2e-3),
    Case("f4", 2, 100_000, 5e-3),
    Case("c16", 4, 20_000, 5e-3),
    Case("f8", 1, 1_000_000, 1e-2),
    Case("i8", 4, 250_000, 2e-2),
]
SELECTIONS = ("...", "...", ":, ::3", ":, -1", ":, ::-1", "-1", ":, 0:5")


@pytest.fixture
def writing(name: str, case: Case) -> Iterator[Case]:
    """Yield the case, with its writers at work."""
    with ExitStack() as stack:
        writers = [stack.enter_context(Puppet()) for _ in range(case.writers)]
        for band, writer in enumerate(writers):
            shape = (case.writers, case.band)
            make = f"create({name!r}, {shape}, {case.dtype!r})" if band == 0 else None
            made = make or f"open({name!r}, 'r+')"
            writer.do(f"import numpy as np, shmscope; shared = shmscope.{made}")
            writer.do(WRITE.format(band=band, modulus=case.modulus, rest_s=case.rest_s))
        for writer in writers:
            writer.begin("write_on()")
        yield case


class Witness:
    """Reads the slots for a source, and remembers what they said before the last copy."""

    def __init__(self, name: str) -> None:
        self._reader, self._state = block_of(name)
        self._two: list[Slots] = []

    def __call__(self) -> Slots:
        with self._reader.opened(self._state.header) as read_slots:
            found = read_slots()
        self._two = [*self._two[-1:], found]
        return found

    @property
    def counts(self) -> list[int]:
        """What each writer had counted to before the last copy."""
        return [int(count) for count in self._two[0]["end"]]


def bands_of(selection: Selection) -> range:
    axis = selection.axes[0]
    return range(axis.start, axis.start + axis.count * axis.step, axis.step)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_clean_copy_holds_one_counted_write_of_every_writer(name: str, writing: Case) -> None:
    shape = (writing.writers, writing.band)
    witness = Witness(name)
    source = memory_of(name, witness)
    selections = [parse_selection(text, shape) for text in SELECTIONS]
    verdicts: Counter[str] = Counter()
    deadline = time.monotonic() + writing.seconds
    while verdicts.total() < writing.most and (
        time.monotonic() < deadline or not verdicts["clean"]
    ):
        selection = selections[verdicts.total() % len(selections)]
        snapshot = source.look(selection)
        verdicts[snapshot.verdict] += 1
        if snapshot.verdict == "clean":
            rows = snapshot.values.reshape(len(bands_of(selection)), -1)
            for band, row in zip(bands_of(selection), rows, strict=True):
                assert np.unique(row).tolist() == [witness.counts[band] % writing.modulus]
    assert verdicts["clean"]
    assert not verdicts["unverified"]


@pytest.mark.parametrize("case", [Case("f8", 1, 1_000_000, 0)], ids=str)
def test_without_the_counts_torn_copies_pass(name: str, writing: Case) -> None:
    source: MemoryArray = memory_of(name)
    whole = parse_selection("...", (writing.writers, writing.band))
    plan = plan_read(source.layout, whole)
    with source.scan(source.layout) as reading:
        copies = (plan.read(reading.read_into) for _ in range(2000))
        assert any(len(np.unique(copy)) > 1 for copy in copies)


@pytest.mark.parametrize("case", [Case("f8", 1, 1_000_000, 0)], ids=str)
def test_copies_that_are_disturbed_at_every_attempt_are_called_torn(
    name: str, writing: Case
) -> None:
    source = memory_of(name)
    whole = parse_selection("...", (writing.writers, writing.band))
    assert any(source.look(whole).verdict == "torn" for _ in range(200))
