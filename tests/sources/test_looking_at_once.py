"""Looks that an event loop may take: soon done, or not done at all."""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
import pytest
from tests.sources.reading import SHM, block_of, descriptors, memory_of

import shmscope
from shmscope.errors import SourceGoneError, SourceTruncatedError
from shmscope.layout.selection import Selection, parse_selection
from shmscope.sources.arrays import MemoryArray
from shmscope.sources.small_copies import AT_ONCE_COST_BYTES

SHAPE = (4, 6)
WHOLE = parse_selection("...", SHAPE)


def looked_at(name: str) -> MemoryArray:
    """Return an array that was looked at before, so that it is known where it lies."""
    source = memory_of(name)
    source.look(parse_selection("0:0", source.layout.shape))
    return source


@pytest.mark.parametrize("select", ["...", "1", "1:3, ::2", "0:0", "::-1"])
def test_what_is_found_at_once_is_what_look_finds(name: str, select: str) -> None:
    selection: Selection = parse_selection(select, SHAPE)
    with shmscope.create(name, SHAPE, "f4") as shared:
        with shared.writing() as array:
            array[...] = np.arange(24).reshape(SHAPE)
        source = looked_at(name)
        found, expected = source.look_at_once(selection), source.look(selection)
        assert found is not None
        np.testing.assert_array_equal(found.values, expected.values, strict=True)
        assert (found.verdict, found.attempts) == ("clean", 1)


def test_a_copy_that_is_torn_is_not_waited_for(name: str) -> None:
    with shmscope.create(name, SHAPE, "f4") as shared:
        source = looked_at(name)
        with shared.writing():
            assert source.look_at_once(WHOLE) is None
        assert source.look_at_once(WHOLE) is not None


def test_what_costs_much_is_not_copied_at_once(name: str) -> None:
    with shmscope.create(name, (AT_ONCE_COST_BYTES + 1,), "u1"):
        source = looked_at(name)
        shape = source.layout.shape
        assert source.look_at_once(parse_selection("...", shape)) is None
        assert source.look_at_once(parse_selection("0:9", shape)) is not None
        assert source.look_at_once(parse_selection("::99999", shape)) is not None


def test_a_segment_is_not_looked_for_at_its_users(name: str) -> None:
    with shmscope.create(name, SHAPE, "f4") as shared:
        assert memory_of(name).look_at_once(WHOLE) is None  # never found before
        source = looked_at(name)
        os.rename(SHM / name, SHM / f"{name}.moved")
        assert source.look_at_once(WHOLE) is None
        os.rename(SHM / f"{name}.moved", SHM / name)
        assert source.look_at_once(WHOLE) is not None
        shared[...] = 0


def test_a_short_segment_is_told_and_no_descriptor_is_left(name: str) -> None:
    with shmscope.create(name, SHAPE, "f4"):
        source, before = looked_at(name), descriptors()
        os.truncate(SHM / name, 8)
        with pytest.raises(SourceTruncatedError):
            source.look_at_once(WHOLE)
        assert descriptors() == before


def test_a_block_that_is_withdrawn_during_a_copy_proves_nothing(name: str) -> None:
    with shmscope.create(name, SHAPE, "f4"):
        reader, state = block_of(name)
        with reader.opened(state.header) as read_slots:
            read_slots()
            os.unlink(reader.path)
            with pytest.raises(SourceGoneError):
                read_slots()


def test_the_slots_are_opened_once_for_both_readings(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shmscope.create(name, SHAPE, "f4"):
        source, opened = looked_at(name), list[str]()
        monkeypatch.setattr(os, "open", _noting(opened))
        assert source.look_at_once(WHOLE) is not None
        assert sum(path.startswith(f"{SHM}/shmscope-") for path in opened) == 1
        assert len(opened) == 2


def _noting(opened: list[str]) -> Callable[[str, int], int]:
    plainly = os.open

    def opening(path: str, flags: int) -> int:
        opened.append(path)
        return plainly(path, flags)

    return opening
