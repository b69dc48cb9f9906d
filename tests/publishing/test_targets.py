from __future__ import annotations

import ctypes
import mmap
import multiprocessing
import os
import pickle
from typing import Any

import numpy as np
import pytest
from tests.publishing.programs import blocks_of, total_of

import shmscope
from shmscope.errors import (
    AlreadyPublishedError,
    NotShareableError,
    UnknownArrayError,
)
from shmscope.publishing.array import Published


def anonymous() -> np.ndarray[Any, Any]:
    return np.frombuffer(mmap.mmap(-1, 4096), "u1")


NOT_SHAREABLE = [
    (np.zeros(3), "ordinary memory"),
    (np.zeros((300, 300, 300)), "ordinary memory"),
    ((ctypes.c_double * 3)(), "ordinary memory"),
    (anonymous(), "anonymous mapping"),
    ([1, 2], "list cannot be published"),
    (None, "NoneType cannot be published"),
]


@pytest.mark.parametrize(("target", "complaint"), NOT_SHAREABLE, ids=range(len(NOT_SHAREABLE)))
def test_what_no_other_process_can_open_is_not_published(
    target: Any, complaint: str, name: str
) -> None:
    with pytest.raises(NotShareableError, match=complaint):
        shmscope.publish(name, target)
    assert not blocks_of(name)


def test_publishing_twice_joins(name: str, view: np.ndarray[Any, Any]) -> None:
    first = shmscope.publish(name, view, unit="K")
    second = shmscope.publish(name, view, unit="ignored: the first has said it")
    assert second.description == first.description
    first[0] = second[1] = 1
    assert len(blocks_of(name)) == 1
    assert total_of(name) == 2
    first.unlink()


def test_another_layout_of_the_same_memory_is_refused(
    name: str, view: np.ndarray[Any, Any]
) -> None:
    first = shmscope.publish(name, view)
    with pytest.raises(AlreadyPublishedError, match=r"already published .* \(16,\)"):
        shmscope.publish(name, view.reshape(4, 4))
    assert total_of(name) == 0
    shmscope.publish(f"{name}x", view.reshape(4, 4)).unlink()  # another name is another array
    first.unlink()


def test_a_view_is_published_where_it_lies(name: str, view: np.ndarray[Any, Any]) -> None:
    part = shmscope.publish(name, view[12:2:-3])
    layout = part.description.layout
    assert (layout.offset, layout.strides, layout.shape) == (96, (-24,), (4,))
    assert part.description.segment == name
    part[:] = [1, 2, 3, 4]
    assert view[[12, 9, 6, 3]].tolist() == [1, 2, 3, 4]
    assert shmscope.open(name).array.tolist() == [1, 2, 3, 4]
    part.unlink()


@pytest.mark.parametrize("kind", ["Value", "RawValue", "Array", "RawArray", "numpy view"])
def test_every_kind_of_multiprocessing_memory_is_published_where_it_lies(
    kind: str, name: str
) -> None:
    context = multiprocessing.get_context("fork")
    if kind.endswith("Value"):
        target: Any = getattr(context, kind)("d", 5.0)
    else:
        target = getattr(context, "RawArray" if kind == "numpy view" else kind)("d", [5.0] * 4)
    if kind == "numpy view":
        target = np.frombuffer(target)
    published = shmscope.publish(name, target)
    assert published.description.mechanism == "Array"
    assert published.description.segment is None
    assert np.unique(published.array).tolist() == [5]
    with published.writing() as array:
        array[...] = 6
    assert np.unique(published.array).tolist() == [6]
    assert (target.value if kind.endswith("Value") else target[0]) == 6
    published.unlink()


def test_an_array_can_be_seen_in_another_shape(name: str) -> None:
    values = multiprocessing.get_context("fork").RawArray("i", range(6))
    published = shmscope.publish(name, values, shape=(2, 3))
    assert published.array.tolist() == [[0, 1, 2], [3, 4, 5]]
    published.unlink()


def test_memory_without_a_name_is_published_but_cannot_be_sent(name: str) -> None:
    fd = os.memfd_create(name)
    os.ftruncate(fd, 4096)
    array = np.frombuffer(mmap.mmap(fd, 4096), "u1")
    os.close(fd)
    published = shmscope.publish(name, array)
    assert published.description.segment is None
    with pytest.raises(UnknownArrayError):
        shmscope.open(name)
    with pytest.raises(TypeError, match="no name by which another process could find it"):
        pickle.dumps(published)
    published.unlink()


@pytest.mark.parametrize(
    ("kind", "arguments", "shape"),
    [
        ("list", ([1, 2, 3],), (3,)),
        ("dict", ({"a": 1, "b": 2},), (2,)),
        ("Array", ("d", [1, 2]), (2,)),
        ("Value", ("i", 7), ()),
    ],
)
def test_every_kind_of_managed_object_is_published_with_the_way_to_it(
    kind: str, arguments: Any, shape: tuple[int, ...], name: str
) -> None:
    with multiprocessing.get_context("fork").Manager() as manager:
        proxy = getattr(manager, kind)(*arguments)
        published: Published[Any] = shmscope.publish(name, proxy)
        description = published.description
        assert (description.mechanism, description.typeid) == ("Manager", kind)
        assert description.layout.shape == shape
        assert description.layout.dtype.kind != "U"
        assert description.address == str(manager.address).replace("\0", "@")
        with published.writing() as target:
            assert target is proxy
        assert total_of(name) == 1
        published.unlink()


def test_a_managed_list_that_grew_is_still_the_same_array(name: str) -> None:
    with multiprocessing.get_context("fork").Manager() as manager:
        proxy: Any = manager.list([1])
        first: Published[Any] = shmscope.publish(name, proxy)
        proxy.append("two")
        second: Published[Any] = shmscope.publish(name, proxy)
        assert second.description == first.description
        first.unlink()


def test_a_manager_of_another_machine_is_refused(name: str) -> None:
    context = multiprocessing.get_context("fork")
    with multiprocessing.managers.SyncManager(("127.0.0.1", 0), ctx=context) as manager:
        with pytest.raises(NotShareableError, match="only Managers on a Unix socket"):
            shmscope.publish(name, manager.list())
        assert not blocks_of(name)
