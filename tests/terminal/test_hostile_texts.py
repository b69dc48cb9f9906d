"""What others wrote, on the command line: names, command lines, labels and values that hit back.

Real segments of hostile names, real processes that call themselves what they like, real commands.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sources.puppets import Puppet
from tests.terminal.running import printed, run, run_each

import shmscope
from shmscope.terminal.texts import MOST_CHARS, plain_csv, plain_json, shown

SHM = Path("/dev/shm")

HOSTILE: dict[str, bytes] = {
    "clears the screen": b"\x1b[2J\x1b[H",
    "sets the title": b"\x1b]0;owned\x07",
    "types a command": b"\x1bP$q\x1b\\",
    "new line": b"a\nok        all is well",
    "carriage return": b"a\rb",
    "backspaces": b"a\x08\x08\x7f",
    "control of eight bits": "\x9b2J\x9d0;owned\x9c".encode(),
    "turned round": "\u202egnp.\u2066exe\u2069".encode(),
    "no width": "a\u200bb\u2060\ufeff".encode(),
    "ends of lines of Unicode": "a\u2028b\u2029c\x85d".encode(),
    "tags": "\U000e0041\U000e0042".encode(),
    "not UTF-8": b"\xff\xfe\x80",
    "surrogate": b"\xed\xa0\x80",
    "markup": b"<img src=x onerror=alert(1)>&amp;\"'",
    "shell": b"; echo $(id) `id` | cat",
    "formula": b'=1+1,"=2"',
    "option": b" --help -x",
    "pattern": b"*[a-z]?",
}  # fmt: skip


@pytest.fixture
def hostile(name: str) -> Iterator[list[str]]:
    """Names of segments, each hostile in its own way; one has as many bytes as can be."""
    start = os.fsencode(name)
    tails = [b"-" + tail for tail in HOSTILE.values()]
    names = [start + tail for tail in [*tails, b"x" * (255 - len(start))]]
    for one in names:
        (SHM / os.fsdecode(one)).write_bytes(b"abcdefgh")
    yield list(map(os.fsdecode, names))
    for one in names:
        (SHM / os.fsdecode(one)).unlink()


def assert_harmless(output: bytes) -> str:
    """Check that what a command prints is UTF-8, and that it can be shown but for newlines."""
    text = output.decode()
    assert all(line.isprintable() for line in text.split("\n"))
    return text


COMMANDS: dict[str, tuple[str, ...]] = {
    "ls": ("ls",),
    "ls as JSON": ("ls", "--json"),
    "show": ("show", "--seconds", "0"),
    "show as JSON": ("show", "--seconds", "0", "--json"),
    "doctor": ("doctor", "--seconds", "0", "--all"),
    "doctor as JSON": ("doctor", "--seconds", "0", "--all", "--json"),
}


@pytest.mark.parametrize("how", COMMANDS)
def test_no_name_commands_the_terminal(name: str, hostile: list[str], how: str) -> None:
    command, *options = COMMANDS[how]
    done = run(command, f"{name}*", *options)
    assert_harmless(done.stderr)
    text = assert_harmless(done.stdout)
    assert text.count(name) >= len(hostile)
    if "JSON" in how:
        json.loads(text)


def test_no_name_adds_a_line_to_the_list(name: str, hostile: list[str]) -> None:
    lines = assert_harmless(run("ls", f"{name}*").stdout).splitlines()
    assert len([line for line in lines if line.startswith(name)]) == len(hostile)


def test_a_script_finds_every_name_by_its_id(name: str, hostile: list[str]) -> None:
    told = json.loads(printed("show", f"{name}*", "--seconds", "0", "--json"))["arrays"]
    assert len({row["id"] for row in told}) == len(hostile)
    for row in told[:3]:
        assert printed("cat", row["id"].partition("/")[2], ":2") == "97\n98\n"


@pytest.mark.parametrize("command", ["show", "cat", "ls", "doctor"])
def test_a_name_of_nothing_is_repeated_as_text(name: str, command: str) -> None:
    names = [name + os.fsdecode(tail) for how, tail in HOSTILE.items() if how != "pattern"]
    codes, output, complaints = run_each([[command, one] for one in names])
    assert (codes, output) == ([3 if command == "doctor" else 1] * len(names), b"")
    lines = assert_harmless(complaints).splitlines()
    assert len(lines) == len(names)
    assert all(line.startswith("shmscope: ") for line in lines)


def test_a_terminal_of_few_letters_is_no_failure(name: str, hostile: list[str]) -> None:
    command = [sys.executable, "-m", "shmscope", "ls", f"{name}*"]
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, env=ascii_only, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.isascii()
    assert done.stdout.count(name.encode()) == len(hostile)


EVIL = b"\x1b[2J\x9b1m\xff\n\rroot  rw"
HELD = """
import mmap, os
fd = os.open({path!r}, os.O_RDWR)
memory = mmap.mmap(fd, 0)
"""


def disguise(puppet: Puppet, *, command: bool) -> None:
    """Have a process call itself `EVIL`, with or without a command line."""
    puppet.do(f"""
import ctypes
start, end = map(int, open('/proc/self/stat').read().rpartition(')')[2].split()[45:47])
evil = {EVIL!r}
open('/proc/self/comm', 'wb').write(evil[:15])
ctypes.memset(start, 0, end - start)
if {command}:
    ctypes.memmove(start, evil, len(evil))
""")


@pytest.mark.parametrize("command", [True, False])
def test_no_process_commands_the_terminal(
    raw: str, puppets: Callable[[], Puppet], command: bool
) -> None:
    puppet = puppets()
    puppet.do(HELD.format(path=f"/dev/shm/{raw}"))
    disguise(puppet, command=command)
    assert b"\x1b" in Path(f"/proc/{puppet.pid}/{'cmdline' if command else 'comm'}").read_bytes()
    lines = assert_harmless(run("show", raw, "--seconds", "0").stdout).splitlines()
    [told] = [line for line in lines if line.split()[:1] == [str(puppet.pid)]]
    assert "\ufffd[2J" in told
    [row] = json.loads(assert_harmless(run("ls", raw, "--json").stdout))["segments"]
    assert any("\ufffd[2J" in process["command"] for process in row["processes"])


def test_no_label_of_a_writer_commands_the_terminal(name: str) -> None:
    with shmscope.create(name, 4) as array:
        array[0] = 1
        [block] = SHM.glob(f"shmscope-{name}-*")
        raw = block.read_bytes()
        slots = int.from_bytes(raw[24:28], "little")
        with block.open("r+b") as file:
            file.seek(slots + 64)
            file.write(EVIL.ljust(64, b"\0"))
        text = assert_harmless(run("show", name, "--seconds", "0").stdout)
        assert "\ufffd[2J" in text
        assert_harmless(run("show", name, "--seconds", "0", "--json").stdout)
        assert_harmless(run("doctor", name, "--seconds", "0", "--all").stdout)


def test_a_control_block_of_a_hostile_name_is_told_as_text(name: str) -> None:
    block = SHM / f"shmscope-\x01\x1b[2J\n{name}"  # the first of all, so that it is told by name
    block.write_bytes(b"SHMSCOPE" + bytes(300))
    try:
        done = run("doctor", "--seconds", "1.2", "--all")
        assert_harmless(done.stderr)
        assert "/dev/shm/shmscope-\ufffd\ufffd[2J\ufffd" in assert_harmless(done.stdout)
    finally:
        block.unlink()


def test_texts_of_a_description_are_cut_where_they_flood(name: str) -> None:
    with shmscope.create(name, 4, about="x" * 50_000, unit="y" * 10_000):
        text = printed("show", name, "--seconds", "0")
    assert max(map(len, text.splitlines())) < MOST_CHARS + 20


VALUES: dict[str, np.ndarray[Any, Any]] = {
    "bytes": np.array(list(HOSTILE.values()), "S32"),
    "strings": np.array([raw.decode("utf-8", "replace") for raw in HOSTILE.values()], "U32"),
    "code points": np.array([0x110000, 0xD800, 0x202E, 27], "<u4").view("<U1"),
    "void": np.array([(b"=\x1b",)], [("raw", "V4")]),
    "records": np.array([(b"\x1b[2J\n,", "\x9b=")], [("@name", "S8"), ("=x", "<U4", (1,))]),
}


@pytest.mark.parametrize("form", ["text", "csv", "json"])
@pytest.mark.parametrize("kind", VALUES)
def test_no_value_commands_the_terminal(name: str, kind: str, form: str) -> None:
    values = VALUES[kind]
    with shmscope.create(name, values.shape, values.dtype) as array:
        array[...] = values
        raw = printed("cat", name, "--format", form).encode()
    separated = form == "text" and values.dtype.names is not None
    text = assert_harmless(raw.replace(b"\t", b" ") if separated else raw)
    if form == "json":
        assert json.loads(text)["shape"] == list(values.shape)
    if form == "text":
        assert len(text.splitlines()) == len(values)


@pytest.mark.parametrize("kind", ["bytes", "strings", "records"])
def test_no_cell_is_a_formula(name: str, kind: str) -> None:
    values = VALUES[kind]
    with shmscope.create(name, values.shape, values.dtype) as array:
        array[...] = values
        rows = list(csv.reader(io.StringIO(printed("cat", name, "--format", "csv"))))
    assert len(rows) == 1 + len(values)
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    assert any(cell.startswith("'") for cell in cells)


@pytest.mark.parametrize(
    "dtype", ["<f4", "<i8", "<c16", "<m8[s]", "<M8[s]", [("a", "<f8"), ("b", "<i2", (2,))]]
)
def test_no_number_is_taken_for_a_formula(name: str, dtype: Any) -> None:
    with shmscope.create(name, 3, dtype) as array:
        array[...] = np.full(array.dtype.itemsize * 3, 0xBF, "u1").view(dtype)
        text = printed("cat", name, "--format", "csv")
    assert "-" in text
    assert "'" not in text


def test_an_object_of_a_manager_cannot_command_the_terminal(
    name: str, puppets: Callable[[], Puppet]
) -> None:
    manager = puppets()
    manager.do("import multiprocessing, sys, shmscope")
    manager.do("kind = type('K', (), {'__module__': '__main__', '__qualname__': '\\x1b[2J\\n'})")
    manager.do("setattr(sys.modules['__main__'], kind.__qualname__, kind)")
    manager.do("manager = multiprocessing.get_context('fork').Manager()")
    manager.do("texts = ['\\x1b[2J', '=1+1', '\\x9b', '\\u202ea']; proxy = manager.list(texts)")
    manager.do(f"shared = shmscope.publish({name!r}, proxy)")
    for form in ("text", "csv", "json"):
        assert_harmless(printed("cat", name, "--format", form).encode())
    manager.do("proxy.append(kind)")
    done = run("cat", name)
    assert (done.returncode, done.stdout) == (1, b"")
    assert "only plain values can be shown" in assert_harmless(done.stderr)


JSON_VALUES = st.recursive(
    st.text() | st.integers() | st.none(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON_VALUES)
def test_json_says_the_same_in_characters_that_can_be_shown(value: object) -> None:
    for written in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)):
        plain = plain_json(written)
        assert json.loads(plain) == value
        assert all(line.isprintable() for line in plain.split("\n"))


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=4))
def test_csv_keeps_its_cells_but_for_what_commands(rows: list[list[str]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    plain = plain_csv(buffer.getvalue())
    assert plain_csv(plain) == plain
    assert all(line.isprintable() for line in plain.split("\n"))
    found = list(csv.reader(io.StringIO(plain, newline="")))
    assert [len(row) for row in found] == [len(row) for row in rows]
    for cell, before in zip(chain(*found), chain(*rows), strict=True):
        assert len(cell) - len(before) in (0, 1)
        assert not cell.startswith(("=", "@"))


@pytest.mark.parametrize(
    "text",
    [
        "-" + "1" * 500_000 + "=",
        "-1" + " nan" * 200_000 + "=",
        "-1e" + "1" * 500_000 + "e",
        "-1-" * 200_000,
        '"' * 499_999,
        '"-' + '""' * 200_000,
        "\x1b" * 500_000,
    ],
)
def test_a_text_of_half_a_megabyte_is_soon_made_plain(text: str) -> None:
    assert plain_csv(text).startswith(("'", '"', "\ufffd"))
    assert json.loads(plain_json(json.dumps(text, ensure_ascii=False))) == text


@given(st.text())
def test_a_text_in_a_line_is_short_and_can_be_shown(text: str) -> None:
    assert shown(text).isprintable()
    assert len(shown(text * 3000)) <= MOST_CHARS


def test_a_text_that_can_be_shown_is_left_as_it_is() -> None:
    assert shown("Wärme 温度 = -1 µs") == "Wärme 温度 = -1 µs"
    assert plain_json('{"é": "温"}') == '{"é": "温"}'
    assert plain_csv("a,-1.5\n'b,é\n") == "a,-1.5\n'b,é\n"
