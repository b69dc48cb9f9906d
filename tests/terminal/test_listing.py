"""`shmscope ls` as a person and as a script meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

import shmscope
from shmscope.listing import format_bytes, printable


@pytest.fixture
def made(name: str) -> Iterator[shmscope.SharedArray]:
    with shmscope.create(name, (4, 5), "i2") as array:
        array[0] = 7
        yield array


def ls(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "shmscope", "ls", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_table_has_a_line_for_every_segment(made: shmscope.SharedArray) -> None:
    done = ls()
    assert (done.returncode, done.stderr) == (0, "")
    heading, *lines = done.stdout.splitlines()
    assert heading.split() == ["NAME", "SIZE", "RESIDENT", "USERS", "WHAT", "ARRAYS"]
    [line] = [line for line in lines if line.startswith(f"{made.name} ")]
    assert "published shared_memory" in line
    assert line.endswith(f"{made.name} int16 4 x 5")


def test_json_tells_a_script_everything(made: shmscope.SharedArray) -> None:
    [segment] = json.loads(ls(made.name, "--json").stdout)["segments"]
    assert segment["paths"] == [f"/dev/shm/{made.name}"]
    assert segment["size_bytes"] == 40
    assert segment["arrays"][0] == {
        "name": made.name,
        "dtype": "<i2",
        "shape": [4, 5],
        "strides": [10, 2],
        "offset": 0,
        "writes": 1,
    }
    assert segment["processes"][0]["mapped"] == "rw"


def test_pattern_that_matches_nothing_is_an_error(name: str) -> None:
    done = ls(f"{name}-nothing*")
    assert done.returncode == 1
    assert done.stderr == f"shmscope: no segment or array matches '{name}-nothing*'\n"
    assert done.stdout == ""


def test_largest_comes_first_when_sorted_by_size(made: shmscope.SharedArray) -> None:
    with shmscope.create(f"{made.name}-large", 1 << 16):
        lines = ls(f"{made.name}*", "--sort", "size").stdout.splitlines()
    assert [line.split()[0] for line in lines[1:3]] == [f"{made.name}-large", made.name]


def test_names_cannot_command_the_terminal() -> None:
    assert printable("a\x1b[2Jb\n") == "a\ufffd[2Jb\ufffd"


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1536, "1.5 KiB"),
        (100 << 20, "100 MiB"),
        (1 << 42, "4.0 TiB"),
    ],
)
def test_sizes_have_units(size: int, text: str) -> None:
    assert format_bytes(size) == text
