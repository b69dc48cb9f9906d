"""`shmscope cat`: values as text, for numpy, as CSV and as JSON, and what a script can tell."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from tests.sources.puppets import Puppet
from tests.terminal.running import complaint, printed, run

import shmscope

ByHand = tuple[str, str]
RECORD = [("time", "<f8"), ("xyz", "<f4", (3,)), ("name", "S8")]


def test_rows_of_a_table_are_lines(raw: str, by_hand: ByHand) -> None:
    lines = printed("cat", raw, "1:3", *by_hand).splitlines()
    assert [line.split() for line in lines] == [
        ["6.0", "7.0", "8.0", "9.0", "10.0", "11.0"],
        ["12.0", "13.0", "14.0", "15.0", "16.0", "17.0"],
    ]


def test_bytes_are_what_a_segment_holds_of_which_nobody_knows_more(raw: str) -> None:
    assert printed("cat", raw, "64:72").split() == ["0", "0", "0", "0", "0", "0", "128", "63"]


def test_one_element_is_one_word(raw: str, by_hand: ByHand) -> None:
    assert printed("cat", raw, "2, 3", *by_hand) == "15.0\n"


def test_planes_stand_apart(name: str) -> None:
    with shmscope.create(name, (2, 2, 3), "i4") as array:
        array[:] = np.arange(12).reshape(2, 2, 3)
        assert printed("cat", name) == "0 1 2\n3 4 5\n\n6 7 8\n9 10 11\n"


def test_records_are_lines_of_fields(name: str) -> None:
    with shmscope.create(name, 2, RECORD) as array:
        array[0] = (1.5, (1, 2, 3), b"a\tb")
        assert printed("cat", name, ":1") == "1.5\t1.0 2.0 3.0\ta\ufffdb\n"


def test_values_reach_numpy_unchanged(raw: str, by_hand: ByHand) -> None:
    done = run("cat", raw, "::2, -1", "--format", "npy", *by_hand)
    values = np.load(io.BytesIO(done.stdout))
    assert (values.dtype.str, values.tolist()) == ("<f4", [5.0, 17.0])


def test_values_are_cells_of_csv_with_their_places(raw: str, by_hand: ByHand) -> None:
    lines = printed("cat", raw, "1, :2", "--format", "csv", *by_hand).splitlines()
    assert lines == ["axis_1,value", "0,6.0", "1,7.0"]


def test_json_tells_what_was_copied_and_how_surely(raw: str, by_hand: ByHand) -> None:
    told = json.loads(printed("cat", raw, "0, :2", "--format", "json", *by_hand))
    assert (told["values"], told["select"], told["verdict"]) == ([0, 1], "0, 0:2", "unverified")


def test_selection_that_is_empty_prints_nothing(name: str) -> None:
    with shmscope.create(name, 2, RECORD):
        assert printed("cat", name, "2:") == ""


def test_path_and_id_name_an_array_as_well(raw: str) -> None:
    status = os.stat(f"/dev/shm/{raw}")
    for wanted in (f"/dev/shm/{raw}", f"{status.st_dev:x}-{status.st_ino:x}/{raw}"):
        assert printed("cat", wanted, "70") == "128\n"


def test_name_of_nothing_is_an_error(name: str) -> None:
    assert complaint(1, "cat", name) == f"no array or segment is called {name!r}"
    assert not os.path.exists(f"/dev/shm/{name}")


def test_name_of_several_arrays_is_an_error_with_their_ids(name: str) -> None:
    with shmscope.create(f"{name}-a", 2), shmscope.create(f"{name}-b", 2):
        told = complaint(1, "cat", f"{name}-*")
    assert "stands for 2 arrays: " in told
    assert f"/{name}-a, " in told


def test_selection_that_does_not_fit_is_an_error(raw: str, by_hand: ByHand) -> None:
    told = complaint(1, "cat", raw, "9", *by_hand)
    assert told == "index 9 is outside axis 0, which has 4 elements"


def test_selection_that_would_flood_the_terminal_is_an_error(name: str) -> None:
    with shmscope.create(name, (2048, 2048), "u1", reserve=False):
        told = complaint(1, "cat", name)
    assert told.endswith("has 4,194,304 elements; as text, 1,048,576 are allowed")


def test_layout_that_cannot_be_is_a_misspelling(raw: str) -> None:
    assert "dtype" in complaint(2, "cat", raw, "--array", f"name={raw} dtype=f5")


def test_bytes_are_not_sent_to_a_terminal(raw: str) -> None:
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "shmscope", "cat", raw, "--format", "npy"]
    done = subprocess.run(command, stdout=slave, stderr=subprocess.PIPE, check=False)
    os.close(slave)
    os.close(master)
    assert done.returncode == 1
    assert b"not for a terminal" in done.stderr


def test_copy_that_is_torn_is_told_by_the_exit_code(
    name: str, puppets: Callable[[], Puppet]
) -> None:
    writer = puppets()
    writer.do(f"import shmscope; made = shmscope.create({name!r}, 4)")
    writer.do("section = made.writing(); section.__enter__()")
    done = run("cat", name)
    assert done.returncode == 3
    assert done.stdout == b"0.0\n0.0\n0.0\n0.0\n"
    assert done.stderr == b"shmscope: torn: a write was under way at every attempt\n"
    writer.do("section.__exit__(None, None, None); made.unlink()")


def test_reader_that_has_seen_enough_is_no_error(name: str) -> None:
    with shmscope.create(name, 1 << 19, "f8"):
        command = f"{sys.executable} -m shmscope cat {name} | head -n 1"
        done = subprocess.run(command, shell=True, capture_output=True, check=False)  # noqa: S602 - a pipe is what is tested
    assert (done.stdout, done.stderr) == (b"0.0\n", b"")


@pytest.mark.parametrize("form", ["text", "npy", "csv", "json"])
def test_nothing_is_left_open_or_made(raw: str, form: str) -> None:
    before = sorted(os.listdir("/dev/shm")).count(raw)
    assert run("cat", raw, "--format", form).returncode == 0
    assert sorted(os.listdir("/dev/shm")).count(raw) == before
