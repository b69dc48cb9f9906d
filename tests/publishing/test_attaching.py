from __future__ import annotations

import os
import pickle
import subprocess
import sys
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.publishing.programs import SHAPE, SHM, blocks_of, run, slots_of, total_of

import shmscope
from shmscope.errors import (
    AlreadyPublishedError,
    ArrayNameError,
    ControlBlockError,
    LayoutError,
    ReadOnlyError,
    UnknownArrayError,
)
from shmscope.layout.control import CLAIMED
from shmscope.publishing.api import Mode
from shmscope.publishing.array import SharedArray

READ = "import sys, shmscope; print(shmscope.open(sys.argv[1]).array.sum())"
WRITE = "import sys, shmscope; shmscope.open(sys.argv[1], mode='r+')[0] = 5"
MODULES_OF = "import sys, {}; print(*sys.modules)"
MODES: list[Mode] = ["r", "r+"]


def permissions_of(array: np.ndarray[Any, Any]) -> str:
    """Return how the kernel maps an array: `r--s` or `rw-s`."""
    address = array.__array_interface__["data"][0]
    for line in Path("/proc/self/maps").read_text("utf-8", "surrogateescape").splitlines():
        addresses, permissions, *_ = line.split()
        start, stop = (int(part, 16) for part in addresses.split("-"))
        if start <= address < stop:
            return permissions
    return "none"


@pytest.mark.parametrize("program", [READ, WRITE])
def test_an_unrelated_process_that_attaches_unlinks_nothing_when_it_ends(
    program: str, name: str
) -> None:
    with shmscope.create(name, SHAPE) as array:
        array[:] = 1
        done = run(program, name)
        assert done.stderr == ""
        assert (SHM / name).exists()
        assert len(blocks_of(name)) == 1
        assert array[0] == (1 if program is READ else 5)
        assert total_of(name) == (1 if program is READ else 2)


def test_opening_an_unknown_name_creates_nothing_and_names_what_there_is(name: str) -> None:
    with shmscope.create(name, SHAPE):
        with pytest.raises(UnknownArrayError, match=r"; there are '") as caught:
            shmscope.open(f"{name}-typo")
        assert not (SHM / f"{name}-typo").exists()
        assert not blocks_of(f"{name}-typo")
        assert caught.value.value == f"{name}-typo"


def test_what_only_looks_like_a_block_is_passed_over(name: str) -> None:
    (SHM / f"shmscope-{name}-directory").mkdir()
    os.mkfifo(SHM / f"shmscope-{name}-fifo")
    (SHM / f"shmscope-{name}-link").symlink_to("/dev/zero")
    (SHM / f"shmscope-{name}-text").write_text("SHMSCOPE" * 100)
    try:
        with shmscope.create(name, SHAPE) as array:
            assert shmscope.open(name).array.shape == SHAPE
            shmscope.publish(name, array.array).close()
            with pytest.raises(UnknownArrayError):
                shmscope.open(f"{name}x")
        assert (SHM / f"shmscope-{name}-text").exists(), "not ours to remove"
    finally:
        (SHM / f"shmscope-{name}-directory").rmdir()
        for kind in ("fifo", "link", "text"):
            (SHM / f"shmscope-{name}-{kind}").unlink()


@pytest.mark.parametrize("damage", ["truncated", "outside", "nameless"])
def test_a_damaged_block_is_not_opened_and_disturbs_nobody(damage: str, name: str) -> None:
    with shmscope.create(name, SHAPE):
        [block] = blocks_of(name)
        data = block.read_bytes()
        changed = {
            "truncated": data[:700],
            "outside": data.replace(
                f'"segment": "{name}"'.encode(), b'"segment": "../x"'.ljust(13 + len(name))
            ),
            "nameless": data.replace(
                f'"name": "{name}"'.encode(), f'"name": ".{name[1:]}"'.encode()
            ),
        }[damage]
        block.write_bytes(changed)
        for mode in MODES:
            with pytest.raises(UnknownArrayError):
                shmscope.open(name, mode=mode)
        with shmscope.create(f"{name}x", SHAPE):
            pass


@pytest.mark.parametrize("bad", ["", "a/b", ".a", "shmscope-a", "a\nb", "é" * 101])
def test_a_name_that_breaks_a_rule_touches_nothing(
    bad: str, view: np.ndarray[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "open")
    for action in (
        lambda: shmscope.create(bad, 3),
        lambda: shmscope.open(bad),
        lambda: shmscope.publish(bad, view),
    ):
        with pytest.raises(ArrayNameError):
            action()


@pytest.mark.parametrize("good", ["temps", "höhe über NN", "a b:c-d_e", "x" * 60, "温度"])
def test_a_name_that_breaks_none_is_found_again(good: str, name: str) -> None:
    unique = f"{good} {name}"
    with shmscope.create(unique, 3) as array:
        array[:] = 4
        assert shmscope.open(unique).array.tolist() == [4, 4, 4]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"dtype": "O"}, LayoutError),
        ({"dtype": "S0"}, LayoutError),
        ({"dtype": "(2,)f4"}, LayoutError),
        ({"shape": (-1,)}, LayoutError),
        ({"shape": (1 << 40, 1 << 40)}, LayoutError),
        ({"unit": "°C\n"}, ControlBlockError),
        ({"labels": ["a", "\ud800"]}, ControlBlockError),
        ({"about": "x" * 70_000}, ControlBlockError),
    ],
)
def test_what_cannot_be_described_is_refused_before_anything_exists(
    arguments: dict[str, Any], error: type[Exception], name: str
) -> None:
    with pytest.raises(error):
        shmscope.create(name, **{"shape": 3, **arguments})
    assert not (SHM / name).exists()
    assert not blocks_of(name)


def test_a_name_in_use_is_not_taken_over(name: str, memory: SharedMemory) -> None:
    (SHM / name).write_bytes(b"mine")
    with pytest.raises(AlreadyPublishedError, match="exists already"):
        shmscope.create(name, SHAPE)
    assert bytes(memory.buf or b"")[:4] == b"mine"


def test_mode_r_maps_memory_that_cannot_be_written(name: str) -> None:
    with shmscope.create(name, SHAPE), shmscope.open(name) as array:
        assert permissions_of(array.array) == "r--s"
        assert not array._target.flags.writeable
        with pytest.raises(ReadOnlyError, match='mode="r\\+"'):
            array[0] = 1
        with pytest.raises(ValueError, match="WRITEABLE"):
            array.array.flags.writeable = True
    with pytest.raises(ValueError, match='"r" or "r\\+"'):
        shmscope.open(name, mode="w")  # type: ignore[arg-type]  # what the test is about


def test_a_closed_handle_writes_no_more(name: str) -> None:
    with shmscope.create(name, SHAPE) as array:
        array[0] = 1
        array.close()
        with pytest.raises(ReadOnlyError, match="is closed"):
            array.writing()
        assert not (slots_of(name)["state"] == CLAIMED).any()
        shmscope.open(name, mode="r+").unlink()


@pytest.mark.parametrize("dtype", ["<f4", ">i2", [("a", "u1"), ("b", "<f8", (2,))]])
def test_others_see_exactly_the_arrays_bytes(dtype: Any, name: str) -> None:
    values = np.arange(60, dtype="u1").tobytes()
    with shmscope.create(name, 3, dtype) as array:
        size = array.array.nbytes
        with array.writing() as target:
            target.view("u1")[:] = np.frombuffer(values[:size], "u1")
        other = SharedMemory(name)
        assert bytes(other.buf or b"") == values[:size]
        other.close()
        assert (SHM / name).read_bytes() == values[:size]


def test_an_array_of_no_elements_and_one_of_no_axes_are_arrays(name: str) -> None:
    with shmscope.create(name, (0, 3)), shmscope.open(name, mode="r+") as array:
        assert array.array.shape == (0, 3)
    with shmscope.create(name, ()) as scalar:
        scalar[()] = 3
        assert shmscope.open(name).array == 3


def test_a_length_may_be_numpys_integer(name: str) -> None:
    with shmscope.create(name, np.int64(3)) as array:  # type: ignore[arg-type]  # what the test is about
        assert array.description.layout.shape == (3,)


def test_a_handle_sent_to_a_process_finds_the_same_memory(name: str) -> None:
    with shmscope.create(name, SHAPE, unit="K") as array:
        other: SharedArray = pickle.loads(pickle.dumps(array))  # noqa: S301 - of our own making
        assert other.description == array.description
        with other.writing() as target:
            target[3] = 8
        assert array[3] == 8
        assert total_of(name) == 1


def test_a_handle_whose_array_is_gone_says_so(name: str) -> None:
    with shmscope.create(name, SHAPE) as array:
        sent = pickle.dumps(array)
    with pytest.raises(UnknownArrayError, match="is gone"):
        pickle.loads(sent)  # noqa: S301 - of our own making


def modules_of(package: str) -> set[str]:
    """Return the top names of all that importing `package` loads, where no coverage is measured."""
    bare = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}
    command = [sys.executable, "-c", MODULES_OF.format(package)]
    done = subprocess.run(command, env=bare, capture_output=True, text=True, check=True)
    return {module.split(".")[0] for module in done.stdout.split()}


def test_importing_shmscope_loads_numpy_and_the_standard_library_only() -> None:
    numpys, ours = modules_of("numpy"), modules_of("shmscope")
    assert ours - numpys <= {"shmscope", *sys.stdlib_module_names}
    assert not ours & {"multiprocessing", "asyncio"}


def test_reading_starts_no_resource_tracker(name: str) -> None:
    program = READ + "; print('resource_tracker' in str(sys.modules.keys()))"
    with shmscope.create(name, SHAPE):
        assert run(program, name).stdout == "0.0\nFalse\n"
