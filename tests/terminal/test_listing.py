"""`shmscope ls` as a person and as a script meets it."""

from __future__ import annotations

import json
import os
import pwd
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

import shmscope
from shmscope.sources.process_facts import printable
from shmscope.terminal.tables import format_bytes


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
    [array] = segment["arrays"]
    assert array.pop("id").endswith(f"/{made.name}")
    assert array == {
        "name": made.name,
        "provenance": "published",
        "dtype": "<i2",
        "shape": [4, 5],
        "strides": [10, 2],
        "offset": 0,
        "writes": 1,
    }
    assert segment["processes"][0]["mapped"] == "rw"


def test_segment_says_who_uses_it_since_when(made: shmscope.SharedArray) -> None:
    [segment] = json.loads(ls(made.name, "--json").stdout)["segments"]
    [process] = segment["processes"]
    assert process["pid"] == os.getpid()
    assert process["user"] == pwd.getpwuid(os.getuid()).pw_name
    assert sys.executable in process["command"]
    assert 0 < process["started_unix_s"] <= time.time()


def test_only_what_a_process_uses_is_listed_by_its_pid(made: shmscope.SharedArray) -> None:
    lines = ls("--pid", str(os.getpid())).stdout.splitlines()
    assert any(line.startswith(f"{made.name} ") for line in lines)
    done = ls("--pid", "1", made.name)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"shmscope: no segment or array in use by process 1 matches '{made.name}'\n"
    )


def test_layout_by_hand_is_listed(name: str) -> None:
    Path(f"/dev/shm/{name}").write_bytes(bytes(64))
    table = ls(name, "--array", f"name={name[:-1]}? as=volts dtype=<f4 shape=4,4").stdout
    assert re.search(r"  configured +volts float32 4 x 4$", table, re.MULTILINE)


def test_folder_that_the_user_names_is_looked_into(tmp_path: Path) -> None:
    (tmp_path / "frame").write_bytes(bytes(64))
    assert "frame" in ls("frame", "--root", str(tmp_path)).stdout
    assert ls("frame").returncode == 1


def test_folder_that_is_not_there_is_a_misspelling() -> None:
    done = ls("--root", "/nowhere")
    assert done.returncode == 2
    assert done.stderr == "shmscope: --root /nowhere: there is no such folder\n"


def test_layout_that_cannot_be_is_said_with_its_option() -> None:
    done = ls("--array", "name=* dtype=u1", "--array", "name=* dtype=f5")
    assert done.returncode == 2
    assert done.stderr.startswith("shmscope: --array 'name=* dtype=f5': ")


def test_list_is_made_again_and_again_until_interrupted(made: shmscope.SharedArray) -> None:
    command = [sys.executable, "-m", "shmscope", "ls", made.name, "--watch", "0.2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None
        lines = (line for line in watching.stdout if line.startswith(made.name))
        found = list(islice(lines, 2))
        watching.send_signal(signal.SIGINT)
        assert watching.wait(20) == 0
    assert all(line.rstrip().endswith("/s") for line in found)


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
