"""A Manager's object is fetched on a thread of its own, as long as somebody asks."""

from __future__ import annotations

import array
import os
import threading
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from tests.sources.liars import KEY, Liar, answering
from tests.waiting import until

from shmscope.errors import (
    SourceError,
)
from shmscope.layout.array import ArrayLayout
from shmscope.layout.fields import field_layout
from shmscope.layout.selection import parse_selection
from shmscope.sources.manager_arrays import ManagerArray
from shmscope.sources.managers import ManagerObject
from shmscope.sources.snapshots import NoWitness

NOT_PLAIN = PurePosixPath("a")


def ask(address: str) -> ManagerObject:
    return ManagerObject(address, KEY, "7f00", os.getuid())


@pytest.fixture
def address(tmp_path: Path) -> str:
    return str(tmp_path / "sock")


LAYOUT = ArrayLayout.contiguous(np.dtype("i8"), (3,))
WHOLE = parse_selection("...", (3,))


@pytest.fixture
def polled(address: str) -> Iterator[tuple[ManagerArray, Liar]]:
    """Yield an array that is fetched often and given up soon, and the Manager it comes from."""
    with Liar(address, answering([1, 2, 3])) as liar:
        source = ManagerArray(ask(address), LAYOUT, NoWitness(), fastest_hz=500, linger_s=0.05)
        yield source, liar
        source.close()
        until(lambda: source.cost.looks_per_s == 0)


def test_first_look_waits_for_the_value(polled: tuple[ManagerArray, Liar]) -> None:
    assert polled[0].look(WHOLE).values.tolist() == [1, 2, 3]


def test_a_field_of_a_mapping_is_looked_at_alone(polled: tuple[ManagerArray, Liar]) -> None:
    source, liar = polled
    liar.answer = answering({"a": 1.5, "b": 2.5})
    until(lambda: source.ready() and source.layout.dtype.names)
    value = field_layout(source.layout, "value")
    found = source.look(parse_selection("::-1", value.shape), value)
    assert found.values.tolist() == [2.5, 1.5]
    liar.answer = answering({})
    with pytest.raises(SourceError, match="changed its shape"):
        until(lambda: source.look(parse_selection("::-1", value.shape), value) is None)


def test_polling_ends_when_nobody_asks_and_hangs_up(polled: tuple[ManagerArray, Liar]) -> None:
    source, liar = polled
    source.look(WHOLE)
    assert source.cost.looks_per_s == 500
    assert liar.hung_up.wait(10)
    until(lambda: source.cost.looks_per_s == 0)
    assert not any(thread.name == "manager" for thread in threading.enumerate())


def test_polling_begins_again_when_somebody_asks_again(polled: tuple[ManagerArray, Liar]) -> None:
    source, liar = polled
    source.look(WHOLE)
    assert liar.hung_up.wait(10)
    liar.answer = answering([4, 5, 6])
    until(lambda: source.look(WHOLE).values.tolist() == [4, 5, 6])
    assert liar.accepted >= 2


def test_closing_ends_polling_at_once(address: str) -> None:
    with Liar(address, answering([1, 2, 3])) as liar:
        source = ManagerArray(ask(address), LAYOUT, NoWitness(), fastest_hz=0.01, linger_s=1000)
        source.look(WHOLE)
        source.close()
        assert liar.hung_up.wait(10)


def test_first_looks_of_several_threads_share_one_connection(
    polled: tuple[ManagerArray, Liar],
) -> None:
    source, liar = polled
    seen: list[list[int]] = []
    threads = [
        threading.Thread(target=lambda: seen.append(source.look(WHOLE).values.tolist()))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [[1, 2, 3]] * 8
    assert liar.accepted == 1


def test_value_is_fetched_without_anybody_waiting(polled: tuple[ManagerArray, Liar]) -> None:
    source, _ = polled
    until(source.ready)
    assert source.look(WHOLE).verdict == "unverified"


def test_list_that_grows_changes_the_layout(polled: tuple[ManagerArray, Liar]) -> None:
    source, liar = polled
    source.look(WHOLE)
    liar.answer = answering([1.5, 2.5, 3.5, 4.5])
    until(lambda: source.ready() and source.layout.shape == (4,))
    assert source.layout.dtype == np.dtype("f8")
    longer = parse_selection("1:", (4,))
    assert source.look(longer).values.tolist() == [2.5, 3.5, 4.5]


@pytest.mark.parametrize("select", ["...", "2", "0:3", "::2"])
def test_list_that_shrank_since_it_was_selected_is_an_error_not_a_crash(
    polled: tuple[ManagerArray, Liar], select: str
) -> None:
    source, liar = polled
    selection = parse_selection(select, (3,))
    source.look(selection)
    liar.answer = answering([1])
    until(lambda: source.ready() and source.layout.shape == (1,))
    with pytest.raises(SourceError, match="changed its shape"):
        source.look(selection)
    with pytest.raises(SourceError, match="changed its shape"), source.scan(LAYOUT):
        pass


def test_list_of_other_numbers_is_not_taken_for_the_bytes_that_it_was(
    polled: tuple[ManagerArray, Liar],
) -> None:
    source, liar = polled
    source.look(WHOLE)
    liar.answer = answering([0.5, 1.5, 2.5])
    until(lambda: source.ready() and source.layout.dtype == np.dtype("f8"))
    with pytest.raises(SourceError, match="changed its shape"), source.scan(LAYOUT):
        pass
    with source.scan(source.layout) as reading:
        values = np.empty(3)
        reading.read_into(values.view("u1").data, 0)
    assert values.tolist() == [0.5, 1.5, 2.5]


def test_error_passes_when_the_manager_is_mended(polled: tuple[ManagerArray, Liar]) -> None:
    source, liar = polled
    liar.answer = answering(NOT_PLAIN)
    until(lambda: source.ready() and source.error)
    with pytest.raises(SourceError, match="PurePosixPath; only plain"):
        source.look(WHOLE)
    liar.answer = answering(array.array("q", [7, 8, 9]))
    until(lambda: source.ready() and source.error is None)
    assert source.look(WHOLE).values.tolist() == [7, 8, 9]


def test_cost_tells_the_managers_time(polled: tuple[ManagerArray, Liar]) -> None:
    source, _ = polled
    source.look(WHOLE)
    cost = source.cost
    assert cost.look_s > 0
    assert cost.share == min(cost.look_s * cost.looks_per_s, 1.0)
