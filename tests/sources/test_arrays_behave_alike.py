"""One behaviour, whatever an array lies in: subclasses give only the source."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from tests.sources.puppets import Puppet
from tests.sources.reading import block_of, descriptors, manager_of, memory_of
from tests.waiting import until

from shmscope.errors import SourceGoneError
from shmscope.layout.runs import plan_read
from shmscope.layout.selection import parse_selection
from shmscope.sources.arrays import ArraySource
from shmscope.sources.blocks import OpenBlock
from shmscope.sources.manager_arrays import ManagerArray
from shmscope.sources.snapshots import SlotWitness

VALUES = np.arange(12).reshape(4, 3) * 10
SELECTIONS = [
    "...",
    "0",
    "1:3",
    "::2, 1",
    "-1, ::-1",
    "3:0:-2",
    "2, 2",
    "0:0",
    ":, 1:2",
    "::3, ::2",
]


class Behaviour:
    """What every source of an array does.

    `make` has a process share an array called `name`, and calls what `publish` or `create` returned
    `shared`; `fill` writes `values` into it, as one counted write; `end` is what it does at last.
    """

    make = ""
    fill = "with shared.writing() as array: array[:] = values"
    end = "pass"

    @pytest.fixture
    def writer(self, name: str, puppet: Puppet) -> Puppet:
        puppet.do(f"name = {name!r}")
        puppet.do("from multiprocessing.shared_memory import SharedMemory")
        puppet.do(f"values = np.array({VALUES.tolist()})")
        puppet.do(self.make)
        puppet.do(self.fill)
        return puppet

    @pytest.fixture
    def source(self, name: str, writer: Puppet) -> Iterator[ArraySource]:
        assert writer.pid
        source = self.open(name)
        yield source
        source.close()

    def open(self, name: str) -> ArraySource:
        return memory_of(name)

    def test_layout_is_the_writers(self, source: ArraySource) -> None:
        source.look(parse_selection("...", (4, 3)))
        assert source.layout.shape == (4, 3)
        assert source.layout.dtype == np.dtype("i8")

    def test_look_equals_the_writers_values(self, source: ArraySource) -> None:
        for select in SELECTIONS:
            selection = parse_selection(select, (4, 3))
            values = source.look(selection).values
            assert values.shape == selection.shape
            assert values.dtype == np.dtype("i8")
            assert values.flags.c_contiguous
            np.testing.assert_array_equal(values, VALUES[selection.index], select)

    def test_look_is_clean_while_nobody_writes(self, source: ArraySource) -> None:
        snapshot = source.look(parse_selection("...", (4, 3)))
        assert (snapshot.verdict, snapshot.attempts) == ("clean", 1)

    def test_look_sees_a_later_write(self, source: ArraySource, writer: Puppet) -> None:
        whole = parse_selection("...", (4, 3))
        source.look(whole)
        writer.do("values = -values")
        writer.do(self.fill)
        until(lambda: source.look(whole).values.tolist() == (-VALUES).tolist())

    def test_look_within_a_write_is_torn(self, source: ArraySource, writer: Puppet) -> None:
        writer.do("section = shared.writing(); array = section.__enter__()")
        whole = parse_selection("...", (4, 3))
        until(lambda: source.look(whole).verdict == "torn")
        writer.do("section.__exit__(None, None, None)")
        until(lambda: source.look(whole).verdict == "clean")

    def test_snapshot_is_a_copy(self, source: ArraySource, writer: Puppet) -> None:
        whole = parse_selection("...", (4, 3))
        first = source.look(whole)
        writer.do("values = -values")
        writer.do(self.fill)
        until(lambda: not np.array_equal(source.look(whole).values, VALUES))
        np.testing.assert_array_equal(first.values, VALUES)

    def test_scan_equals_the_writers_values(self, source: ArraySource) -> None:
        source.look(parse_selection("...", (4, 3)))
        for select in SELECTIONS:
            selection = parse_selection(select, (4, 3))
            with source.scan(source.layout) as reading:
                found = plan_read(source.layout, selection).read(reading.read_into)
                assert reading.hole_end(source.layout.offset) == source.layout.offset
            np.testing.assert_array_equal(found, VALUES[selection.index], select)

    def test_ready_comes_true_without_a_look(self, source: ArraySource) -> None:
        until(source.ready)
        assert source.fastest_hz > 0

    def test_close_leaves_no_descriptor(self, name: str, writer: Puppet) -> None:
        assert writer.pid
        before = descriptors()
        source = self.open(name)
        source.look(parse_selection("...", (4, 3)))
        source.close()
        until(lambda: descriptors() == before)

    def test_source_is_gone_when_its_program_ends(self, name: str, writer: Puppet) -> None:
        source = self.open(name)
        writer.do(self.end)
        writer.leave()
        whole = parse_selection("...", (4, 3))

        def refusal() -> SourceGoneError | None:
            try:
                source.look(whole)
            except SourceGoneError as error:
                return error
            return None

        assert until(refusal).detail
        source.close()


class TestCreated(Behaviour):
    make = "shared = shmscope.create(name, (4, 3), 'i8')"


class TestPublishedSharedMemory(Behaviour):
    make = """
memory = SharedMemory(name, create=True, size=200)
shared = shmscope.publish(name, np.ndarray((4, 3), "i8", memory.buf, 64))
"""
    end = "memory.unlink()"


class TestColumnsOfSharedMemory(Behaviour):
    """Every second column of a larger array, upside down."""

    make = """
memory = SharedMemory(name, create=True, size=4 * 6 * 8)
shared = shmscope.publish(name, np.ndarray((4, 6), "i8", memory.buf)[::-1, ::2])
"""
    end = "memory.unlink()"


class TestArray(Behaviour):
    make = """
before = multiprocessing.Array("b", 3)
shared = shmscope.publish(name, multiprocessing.Array("q", 12), shape=(4, 3))
"""


class TestRawArray(Behaviour):
    make = "shared = shmscope.publish(name, multiprocessing.RawArray('q', 12), shape=(4, 3))"


class TestManagersList(Behaviour):
    make = """
manager = multiprocessing.get_context("fork").Manager()
shared = shmscope.publish(name, manager.list([[0] * 3] * 4))
"""
    fill = "with shared.writing() as proxy: proxy[:] = values.tolist()"
    end = "manager.shutdown()"

    def open(self, name: str) -> ArraySource:
        reader, state = block_of(name)

        def opening() -> OpenBlock:
            return reader.opened(state.header)

        return ManagerArray(
            manager_of(name),
            state.description.layout,
            SlotWitness(opening),
            fastest_hz=200,
            linger_s=1,
        )
