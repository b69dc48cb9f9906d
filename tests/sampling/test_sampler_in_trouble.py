"""Whatever goes wrong with one array is said once, and stops no other."""

from __future__ import annotations

import logging
import os
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.sampling.stepping import HOST, Stepped, bodies, kinds
from tests.sources.reading import SHM

import shmscope
from shmscope.errors import (
    SelectionError,
    SourceTruncatedError,
    UnknownArrayError,
)
from shmscope.layout.array import ArrayLayout
from shmscope.layout.control import Description, Process, plan_header
from shmscope.layout.names import ArrayId, block_prefix
from shmscope.sampling.topics import ArrayTopic, OverviewTopic, ValuesTopic
from shmscope.sampling.trace import Trace
from shmscope.sampling.views import View

Shared = shmscope.SharedArray


def test_withdrawn_array_is_gone_once(stepped: Stepped, shared: Shared) -> None:
    stepped.step()
    values, array = stepped.values(), ArrayTopic(stepped.id)
    stepped.sampler.demand.add(values, 10.0)
    stepped.sampler.demand.add(array)
    stepped.tick()
    shared.unlink()
    news = stepped.run(1.2)
    assert kinds(news, values).count("gone") == 1
    assert kinds(news, array).count("gone") == 1
    assert stepped.sampler.reports.rows() == []


def test_array_withdrawn_between_two_ticks_ends_no_step(stepped: Stepped, shared: Shared) -> None:
    stepped.step()
    stepped.sampler.demand.add(stepped.values(), 10.0)
    stepped.step()
    shared.unlink()
    [gone] = stepped.step(0.1)
    assert gone.kind == "gone"
    assert "not published any more" in gone.body["detail"]


@pytest.mark.parametrize("make", [lambda i: ValuesTopic(i, "...", 10), ArrayTopic])
def test_unknown_array_is_an_error_said_once(
    stepped: Stepped, make: Callable[[ArrayId], ValuesTopic | ArrayTopic]
) -> None:
    unknown = ArrayId(HOST, "1-2", "nothing")
    stepped.sampler.demand.add(make(unknown), 10.0)
    news = stepped.run(10.0)
    assert kinds(news) == ["error"]
    assert isinstance(news[0].error, UnknownArrayError)
    with pytest.raises(UnknownArrayError):
        stepped.sampler.reports.row(unknown)


def test_array_that_was_unknown_is_shown_when_it_comes(stepped: Stepped, name: str) -> None:
    with shmscope.create(name, 3):
        stepped.step()
        topic = stepped.values()
    stepped.tick()
    stepped.sampler.demand.add(topic, 10.0)
    assert kinds(stepped.step()) == ["error"]
    with shmscope.create(name, 3):  # another inode: another id
        assert kinds(stepped.tick()) == []


@pytest.mark.usefixtures("shared")
def test_selection_that_does_not_fit_is_an_error_said_once(stepped: Stepped) -> None:
    stepped.step()
    stepped.sampler.demand.add(stepped.values("9"), 10.0)
    news = stepped.run(5.0)
    assert kinds(news) == ["error"]
    assert isinstance(news[0].error, SelectionError)


def test_truncated_array_is_an_error_said_once_and_mends(
    stepped: Stepped, shared: Shared, name: str
) -> None:
    stepped.step()
    stepped.sampler.demand.add(stepped.values(), 10.0)
    stepped.step()
    os.truncate(SHM / name, 10)
    news = stepped.run(5.0)
    assert kinds(news)[-1] == "error"
    assert kinds(news).count("error") == 1
    assert isinstance(news[-1].error, SourceTruncatedError)
    os.truncate(SHM / name, shared.array.nbytes)
    assert kinds(stepped.run(1.0))[:2] == ["schema", "frame"]


@pytest.mark.usefixtures("shared")
def test_unknown_failure_of_one_view_starves_no_other(
    stepped: Stepped, monkeypatch: pytest.MonkeyPatch
) -> None:
    stepped.step()
    bad, good = stepped.values("0"), stepped.values("1")
    look = View.look

    def fail(view: View, trace: Trace, *more: Any) -> object:
        if view.topic == bad:
            raise RuntimeError("unknown")
        return look(view, trace, *more)

    monkeypatch.setattr(View, "look", fail)
    stepped.sampler.demand.add(bad, 10.0)
    stepped.sampler.demand.add(good, 10.0)
    with pytest.raises(RuntimeError):
        stepped.step()
    assert kinds(stepped.step(0.01), good) == ["schema", "frame"]


def test_array_published_anew_in_another_layout_is_another_schema(
    stepped: Stepped, name: str
) -> None:
    with shmscope.create(name, 12, "u1") as shared:
        stepped.step()
        topic = stepped.values()
        stepped.sampler.demand.add(topic, 10.0)
        [schema] = bodies(stepped.step(), "schema")
        assert schema["shape"] == [12]
        block = next(SHM.glob(f"{block_prefix(name)}*"))
        encoded = Description(
            name, "shared_memory", ArrayLayout.contiguous(np.dtype("<u2"), (3, 2)), segment=name
        ).encode()
        put(block.name, encoded, *target(name))
        [schema] = bodies(stepped.tick(), "schema")
        assert (schema["shape"], schema["dtype"]) == ([3, 2], "<u2")
        assert shared.array.size == 12


# Blocks that lie

OTHER = Process(1, 1, 1)


def target(name: str) -> tuple[int, int]:
    status = (SHM / name).stat()
    return status.st_dev, status.st_ino


def put(file: str, encoded: bytes, device: int = 0, inode: int = 0) -> None:
    """Write a control block with any description."""
    header = plan_header(encoded, device, inode, OTHER, time.monotonic_ns(), 4)
    block = header.pack() + encoded
    (SHM / file).write_bytes(block.ljust(header.total_bytes, b"\0"))


def layout(shape: list[int], dtype: str = "<f4", strides: list[int] | None = None) -> str:
    more = "" if strides is None else f', "strides": {strides}'
    return f'{{"dtype": "{dtype}", "shape": {shape}{more}}}'


def described(name: str, layout: str, more: str = "", mechanism: str = "shared_memory") -> bytes:
    return f'{{"name": "{name}", "mechanism": "{mechanism}", "layout": {layout}{more}}}'.encode()


MANAGER = ', "address": "/nowhere", "token": "x", "authkey": '
LIES: dict[str, Callable[[str, str], bytes]] = {
    "beyond its segment": lambda name, segment: described(
        name, layout([1 << 20]), f', "segment": "{segment}"'
    ),
    "huge": lambda name, segment: described(
        name, layout([1 << 60], "u1"), f', "segment": "{segment}"'
    ),
    "huge rows far apart": lambda name, segment: described(
        name, layout([2, 1 << 40], "u1", [1 << 50, 2]), f', "segment": "{segment}"'
    ),
    "one element, repeated": lambda name, segment: described(
        name, layout([1 << 40], "<f4", [0]), f', "segment": "{segment}"'
    ),
    "large elements, repeated": lambda name, segment: described(
        name, layout([1 << 40], "S1000000", [0]), f', "segment": "{segment}"'
    ),
    "text that is none": lambda name, segment: described(
        name, layout([24], "<U1"), f', "segment": "{segment}"'
    ),
    "times without a unit": lambda name, segment: described(
        name, layout([12], "<M8"), f', "segment": "{segment}"'
    ),
    "key that is no hexadecimal": lambda name, _: described(
        name, layout([3]), MANAGER + '"zz"', "Manager"
    ),
    "manager that is none": lambda name, _: described(
        name, layout([3]), MANAGER + '"00"', "Manager"
    ),
    "manager without an address": lambda name, _: described(name, layout([3]), "", "Manager"),
    "segment that is not there": lambda name, _: described(
        name, layout([3]), ', "segment": "nothing-here"'
    ),
    "segment outside": lambda name, _: described(name, layout([3]), ', "segment": "../x"'),
    "no layout": lambda name, _: described(name, "null"),
    "no JSON": lambda _name, _: b"\xff" * 100,
    "nested": lambda _name, _: b"[" * 60_000,
}


@pytest.fixture
def liar(name: str, shared: Shared, request: pytest.FixtureRequest) -> str:
    """Put a control block that lies beside a good one, and return its file name."""
    file = f"{block_prefix(name)}000000000000"
    assert shared.array.size
    put(file, LIES[request.param](f"{name}_liar", name), *target(name))
    return file


@pytest.mark.parametrize("liar", LIES, indirect=True)
@pytest.mark.usefixtures("liar")
def test_block_that_lies_stops_no_other(stepped: Stepped, name: str) -> None:
    stepped.step()
    stepped.sampler.demand.add(OverviewTopic())
    for array in stepped.ids:
        stepped.sampler.demand.add(ValuesTopic(array, "...", 4 << 20), 10.0)
        stepped.sampler.demand.add(ArrayTopic(array))
    [good] = [array for array in stepped.ids if array.name == name]
    frames = [found for found in stepped.run(1.0) if found.kind == "frame"]
    shown = Counter(type(f.topic) for f in frames if getattr(f.topic, "array", good) == good)
    assert shown[ValuesTopic] >= 9
    assert shown[ArrayTopic] >= 2
    assert shown[OverviewTopic] >= 2


@pytest.mark.parametrize("content", [b"", b"SHMSCOPE", os.urandom(5000), b"\0" * 5000])
@pytest.mark.usefixtures("shared")
def test_file_that_is_no_block_is_passed_over(stepped: Stepped, name: str, content: bytes) -> None:
    (SHM / f"{block_prefix(name)}000000000000").write_bytes(content)
    stepped.step()
    assert [array.name for array in stepped.ids] == [name]


@pytest.mark.usefixtures("shared")
def test_pipe_and_link_in_place_of_a_block_are_passed_over(stepped: Stepped, name: str) -> None:
    os.mkfifo(SHM / f"{block_prefix(name)}000000000000")
    (SHM / f"{block_prefix(name)}000000000001").symlink_to("/dev/zero")
    stepped.step()
    assert [array.name for array in stepped.ids] == [name]


@pytest.mark.parametrize("liar", ["key that is no hexadecimal"], indirect=True)
def test_block_that_is_passed_over_is_logged_once(
    stepped: Stepped, liar: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "shmscope"):
        stepped.tick(5)
    assert [liar in record.getMessage() for record in caplog.records] == [True]


def test_random_slots_are_shown_without_an_error(
    stepped: Stepped, shared: Shared, name: str
) -> None:
    assert shared.array.size
    block = next(SHM.glob(f"{block_prefix(name)}*"))
    content = block.read_bytes()
    start = len(content) - 256 * 128
    used = (200).to_bytes(4, "little")
    noise = np.random.default_rng(1).bytes(256 * 128)
    states = bytearray(noise)
    for slot in range(200):  # claimed and left in turn
        states[slot * 128 : slot * 128 + 4] = (1 + slot % 2).to_bytes(4, "little")
    block.write_bytes(content[:28] + used + content[32:start] + bytes(states))
    stepped.sampler.demand.add(OverviewTopic())
    stepped.sampler.demand.add(ArrayTopic(ArrayId(HOST, "x", name)))
    stepped.tick(3)
    [row] = stepped.sampler.reports.rows()
    assert len(row["writers"]) == 200
