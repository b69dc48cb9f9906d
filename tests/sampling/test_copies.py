"""Kept copies: as they were, as many as fit, and no longer than their array."""

from __future__ import annotations

import time

import numpy as np
import pytest
from tests.sampling.stepping import Stepped

import shmscope
from shmscope.errors import LimitError, ShmscopeError, UnknownArrayError, UnknownCopyError
from shmscope.layout.names import ArrayId
from shmscope.sampling.copies import KeptCopies
from shmscope.sources.arrays import MemoryArray
from shmscope.sources.ceilings import DEFAULT, Ceiling
from shmscope.sources.configuration import Configuration
from shmscope.sources.snapshots import Snapshot

Shared = shmscope.SharedArray

HEAT, TIDE = ArrayId("box", "1-2", "heat"), ArrayId("box", "1-3", "tide")


def snapshot(size_bytes: int = 8) -> Snapshot:
    return Snapshot(np.zeros(size_bytes, "u1"), "clean", 1, 1000.5)


@pytest.fixture
def copies() -> KeptCopies:
    return KeptCopies()


def test_copy_is_got_by_its_number_and_cannot_be_written(copies: KeptCopies) -> None:
    kept = copies.keep(HEAT, snapshot())
    assert copies.get(HEAT, kept.number) is kept
    assert (kept.verdict, kept.taken_unix_s) == ("clean", 1000.5)
    with pytest.raises(ValueError, match="read-only"):
        kept.values[0] = 1


def test_values_are_kept_as_they_are_without_another_copy(copies: KeptCopies) -> None:
    taken = snapshot()
    assert np.shares_memory(copies.keep(HEAT, taken).values, taken.values)


def test_newest_copy_comes_first_and_no_number_comes_twice(copies: KeptCopies) -> None:
    first, second, other = (copies.keep(array, snapshot()) for array in (HEAT, HEAT, TIDE))
    assert copies.of(HEAT) == (second, first)
    copies.drop(HEAT, second.number)
    third = copies.keep(HEAT, snapshot())
    assert len({kept.number for kept in (first, second, third, other)}) == 4


def test_copy_of_another_array_is_unknown(copies: KeptCopies) -> None:
    kept = copies.keep(HEAT, snapshot())
    for call in (copies.get, copies.drop):
        with pytest.raises(UnknownCopyError) as caught:
            call(TIDE, kept.number)
        assert caught.value.value == kept.number
    copies.drop(HEAT, kept.number)
    with pytest.raises(UnknownCopyError):
        copies.get(HEAT, kept.number)


def limit_of(copies: KeptCopies, size_bytes: int) -> tuple[object, object]:
    with pytest.raises(LimitError) as caught:
        copies.keep(HEAT, snapshot(size_bytes))
    return caught.value.value, caught.value.limit


def test_limits_are_named_and_nothing_is_kept_beyond_them() -> None:
    copies = KeptCopies(Ceiling(copy_bytes=100, copies_bytes=250))
    assert limit_of(copies, 101) == (101, 100)
    for array in (HEAT, TIDE):
        copies.keep(array, snapshot(100))
    assert limit_of(copies, 51) == (251, 250)
    copies.keep(HEAT, snapshot(50))
    assert [len(copies.of(array)) for array in (HEAT, TIDE)] == [2, 1]


def test_copies_are_counted_over_all_arrays(copies: KeptCopies) -> None:
    for number in range(DEFAULT.copies):
        copies.keep(TIDE if number % 2 else HEAT, snapshot())
    assert limit_of(copies, 1) == (DEFAULT.copies + 1, DEFAULT.copies)
    copies.drop(TIDE, copies.of(TIDE)[0].number)
    copies.keep(HEAT, snapshot())


def test_what_is_forgotten_makes_room(copies: KeptCopies) -> None:
    for _ in range(DEFAULT.copies):
        copies.keep(HEAT, snapshot())
    copies.forget_but({TIDE})
    assert copies.of(HEAT) == ()
    copies.keep(HEAT, snapshot())


# Of real arrays


def test_copy_holds_what_the_array_held_then(stepped: Stepped, shared: Shared) -> None:
    stepped.step()
    kept = stepped.sampler.keeping.copy(stepped.id)
    before = shared.array.copy()
    shared[:] = 7
    assert kept.values.tolist() == before.tolist()
    assert (kept.values.shape, kept.verdict) == ((6, 4), "clean")
    assert stepped.trace.torn == (0, 1)


def test_too_large_an_array_is_not_even_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def look(*_: object) -> Snapshot:
        raise AssertionError("it was read")

    monkeypatch.setattr(MemoryArray, "look", look)
    given = Configuration(None, ceiling=Ceiling(copy_bytes=799))
    with shmscope.create(name, 100, "f8"), Stepped(name, time.monotonic(), given) as stepped:
        stepped.step()
        with pytest.raises(LimitError, match="800 bytes") as caught:
            stepped.sampler.keeping.copy(stepped.id)
    assert (caught.value.value, caught.value.limit) == (800, 799)


def test_an_array_that_cannot_be_read_leaves_no_copy(stepped: Stepped, shared: Shared) -> None:
    stepped.step()
    array = stepped.id
    shared.unlink()
    with pytest.raises(ShmscopeError):
        stepped.sampler.keeping.copy(array)
    assert stepped.sampler.keeping.copies.of(array) == ()
    with pytest.raises(UnknownArrayError):
        stepped.sampler.keeping.copy(HEAT)


def test_copies_go_ten_seconds_after_their_array(stepped: Stepped, shared: Shared) -> None:
    stepped.step()
    array = stepped.id
    stepped.sampler.keeping.copy(array)
    stepped.run(20.0)
    assert len(stepped.sampler.keeping.copies.of(array)) == 1
    shared.unlink()
    stepped.run(9.5)
    assert len(stepped.sampler.keeping.copies.of(array)) == 1
    stepped.run(2.0)
    assert stepped.sampler.keeping.copies.of(array) == ()
