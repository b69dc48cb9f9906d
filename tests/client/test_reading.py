"""The client that waits, against a real server: what there is, and copies of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from multiprocessing import Manager
from multiprocessing.shared_memory import SharedMemory
from typing import Any

import numpy as np
import pytest
from tests.waiting import until
from tests.web.arrays import ARRAYS

import shmscope
from shmscope.client import Client, RemoteArray
from shmscope.client.questions import confirmation_of, pages_of, values_of
from shmscope.errors import (
    SelectionError,
    SourceGoneError,
    TornError,
    UnknownArrayError,
)
from shmscope.publishing.array import SharedArray

SELECTIONS = [np.s_[...], np.s_[0:2, ::2], np.s_[-1], np.s_[1, 2], np.s_[..., -1:0:-2]]


@pytest.fixture(scope="module")
def arrays(client: Client) -> Iterator[dict[str, RemoteArray]]:
    """One array of every kind of dtype."""
    prefix = f"test-{os.getpid()}-client-"
    with ExitStack() as stack:
        for word, values in ARRAYS.items():
            made = shmscope.create(prefix + word, values.shape, values.dtype)
            stack.enter_context(made)[...] = values
        found = until(lambda: known if len(known := all_of(client, prefix)) == len(ARRAYS) else {})
        yield {name.removeprefix(prefix): array for name, array in found.items()}


def all_of(client: Client, prefix: str) -> dict[str, RemoteArray]:
    return {array.name: array for array in client.arrays(f"{prefix}*")}


@pytest.mark.parametrize("word", ARRAYS)
def test_every_dtype_is_read_as_it_is(arrays: dict[str, RemoteArray], word: str) -> None:
    read, expected = arrays[word].read(), ARRAYS[word]
    assert (read.dtype, read.shape) == (expected.dtype, expected.shape)
    if expected.dtype.kind in "fc":  # a long double has bytes that mean nothing
        np.testing.assert_array_equal(read, expected)
    else:
        assert read.tobytes() == expected.tobytes()
    assert arrays[word].dtype == expected.dtype


def test_an_array_is_told_by_the_names_of_the_local_one(
    heat: SharedArray, remote: RemoteArray
) -> None:
    assert remote.name == heat.name
    assert (remote.shape, remote.dtype) == (heat.shape, heat.dtype)
    assert (remote.unit, remote.labels) == (heat.unit, heat.labels)
    assert (remote.about, remote.level, remote.writes) == ("a plate", "ok", 1)
    assert len(remote) == len(heat)
    assert repr(heat.name) in repr(remote)
    np.testing.assert_array_equal(remote.array, heat.array)


@pytest.mark.parametrize("key", SELECTIONS, ids=str)
def test_brackets_select_as_numpy_does(heat: SharedArray, remote: RemoteArray, key: Any) -> None:
    np.testing.assert_array_equal(remote[key], heat[key])


def test_a_selection_may_be_text_as_on_the_command_line(
    heat: SharedArray, remote: RemoteArray
) -> None:
    np.testing.assert_array_equal(remote.read("1:3, ::2"), heat[1:3, ::2])
    np.testing.assert_array_equal(remote.read(order=[1, 0]), heat.array.T)


def test_a_field_and_a_part_are_read_by_name(arrays: dict[str, RemoteArray]) -> None:
    np.testing.assert_array_equal(arrays["records"]["price"], ARRAYS["records"]["price"])
    np.testing.assert_array_equal(
        arrays["records"].read(field="at.y"), ARRAYS["records"]["at"]["y"]
    )
    np.testing.assert_array_equal(arrays["complex"].read(part="real"), ARRAYS["complex"].real)


def test_numpy_takes_it_for_an_array(heat: SharedArray, remote: RemoteArray) -> None:
    assert np.sum(remote) == heat.array.sum()
    assert np.asarray(remote, "f8").dtype == np.dtype("f8")
    with pytest.raises(ValueError, match="only be copied"):
        np.asarray(remote, copy=False)


@pytest.mark.parametrize("key", [None, 1.5, [1, 2], np.s_[0.5:2], True, (0, np.array([1, 2]))])
def test_what_is_no_basic_selection_is_refused_with_what_it_is(
    remote: RemoteArray, key: Any
) -> None:
    with pytest.raises(SelectionError, match="neither an integer") as caught:
        _ = remote[key]
    assert caught.value.value is not None


def test_more_than_a_million_elements_are_read_without_saying_so(client: Client, name: str) -> None:
    with shmscope.create(name, (1100, 1000), "u2") as array:
        array[...] = np.arange(1_100_000).reshape(1100, 1000)
        read = until(lambda: client.arrays(name))[0].read()
        np.testing.assert_array_equal(read, array.array)


def test_a_torn_copy_is_an_error_unless_it_is_allowed(
    heat: SharedArray, remote: RemoteArray
) -> None:
    assert remote.snapshot().verdict == "clean"
    with heat.writing():
        with pytest.raises(TornError) as caught:
            remote.read()
        assert (caught.value.value, caught.value.limit) == ("torn", "clean")
        assert remote.snapshot("0").verdict == "torn"
        assert remote.read(torn="allow").shape == (4, 6)


def test_a_copy_in_many_parts_is_clean_only_if_nothing_was_written_meanwhile(
    client: Client, name: str
) -> None:
    with shmscope.create(name, 33 << 20, "u2", reserve=False) as array:
        remote = until(lambda: client.arrays(name))[0]
        array[-1] = 7
        copy = remote.snapshot()
        assert (copy.verdict, copy.began, copy.values.size) == ("clean", None, 33 << 20)
        assert copy.values[-1] == 7
        with array.writing():
            assert remote.snapshot().verdict == "torn"
        asked = values_of(remote.row, "...", {})
        begun = client._link.ask(asked)
        array[0] = 1
        confirmation = confirmation_of(asked, begun)
        assert confirmation is not None
        assert client._link.ask(confirmation).verdict == "torn"


def test_a_list_of_many_pages_comes_whole() -> None:
    rows: list[dict[str, Any]] = [{"id": "a"}]
    assert pages_of([]).path == "/api/v1/arrays"
    assert pages_of(rows).path == "/api/v1/arrays?offset=1"


def test_a_copy_of_what_nobody_counts_is_unverified(client: Client, name: str) -> None:
    segment = SharedMemory(name, create=True, size=8)
    try:
        remote = until(lambda: client.arrays(name))[0]
        assert remote.snapshot().verdict == "unverified"
        assert remote.writes is None
        assert remote.writes_per_s is None
    finally:
        segment.close()
        segment.unlink()


def test_a_managers_list_is_read_as_long_as_it_is_by_now(client: Client, name: str) -> None:
    with Manager() as manager:
        proxy = manager.list([1, 2])
        published = shmscope.publish(name, proxy)
        remote = until(lambda: client.arrays(name))[0]
        proxy.extend([3, 4])
        assert until(lambda: remote.read().tolist()[3:]) == [4]
        published.unlink()


def test_statistics_history_and_health_are_those_of_the_server(remote: RemoteArray) -> None:
    (statistics,) = remote.statistics()
    assert (statistics["min"], statistics["max"], statistics["field"]) == (0, 23, None)
    health = remote.health()
    assert health["level"] == "ok"
    assert [verdict["level"] for verdict in health["verdicts"]] == ["ok"] * len(health["verdicts"])
    history = remote.history()
    assert history["age_s"].dtype == np.float32
    assert history["age_s"].shape == history["writes_per_s"].shape
    assert np.isnan(history["writes_per_s"][:1]).all()  # nobody looked then


def test_statistics_beyond_numbers_are_floats(arrays: dict[str, RemoteArray]) -> None:
    (statistics,) = arrays["holes"].statistics()
    assert (statistics["nan"], statistics["inf"]) == (1, 2)
    fields = [entry["field"] for entry in arrays["records"].statistics()]
    assert "price" in fields


def test_the_host_its_health_and_its_events_are_told(client: Client, remote: RemoteArray) -> None:
    assert client.host()["name"] == remote.row["host"]
    assert client.health()["level"] in ("ok", "warning", "critical")
    assert until(lambda: [e for e in client.events(1000) if e["array"] == remote.id])


def test_an_array_is_opened_by_name_id_segment_path_or_pattern(
    client: Client, remote: RemoteArray
) -> None:
    until(lambda: remote.refresh().row["paths"])  # these are found by the next survey
    segment = remote.row["segment"]
    names = (remote.name, remote.id, segment, f"/dev/shm/{remote.name}", f"*{remote.name[3:]}")
    assert {client.open(name).id for name in names} == {remote.id}


def test_a_name_that_none_or_several_have_is_refused_with_what_there_is(
    client: Client, name: str
) -> None:
    with shmscope.create(f"{name}-1", 4), shmscope.create(f"{name}-2", 4):
        found = until(lambda: every if len(every := client.arrays(f"{name}-*")) == 2 else [])
        with pytest.raises(UnknownArrayError, match="stands for 2 arrays") as caught:
            client.open(f"{name}-*")
        assert caught.value.limit == 1
        assert all(array.id in caught.value.detail for array in found)
        with pytest.raises(UnknownArrayError, match="no array or segment is called") as caught:
            client.open(f"{name}-3")
        assert caught.value.value == f"{name}-3"


def test_the_servers_refusals_are_the_errors_that_they_were(
    client: Client, remote: RemoteArray
) -> None:
    with pytest.raises(SelectionError, match="3 axes") as caught:
        remote.read("0, 0, 0")
    assert (caught.value.value, caught.value.limit) == (3, 2)
    lost = RemoteArray(client._link, remote.row | {"id": remote.id + "x"})
    with pytest.raises(UnknownArrayError):
        lost.read()


def test_an_array_that_went_is_gone_or_unknown(client: Client, name: str) -> None:
    with shmscope.create(name, 4):
        remote = until(lambda: client.arrays(name))[0]

    def refused() -> bool:
        try:
            remote.read()
        except (SourceGoneError, UnknownArrayError):
            return True
        return False

    assert until(refused)
