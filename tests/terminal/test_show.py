"""`shmscope show`: all that is known of an array, for people and for scripts."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from tests.sources.puppets import Puppet
from tests.terminal.running import complaint, printed

import shmscope

ByHand = tuple[str, str]


def test_published_array_is_told_with_its_writers_and_statistics(name: str) -> None:
    with shmscope.create(name, (4, 5), "i2", unit="V", label="me", about="Volts.") as array:
        array[0] = 7
        text = printed("show", name, "--seconds", "0.1")
    lines = [line.strip() for line in text.splitlines()]
    assert lines[0] == name
    assert "layout   int16 4 x 5, 40 B, in V" in lines
    assert "known    published" in lines
    assert "about    Volts." in lines
    assert any(line.startswith("writes   1 so far") for line in lines)
    assert any(line.startswith("me ") and "1 writes" in line for line in lines)
    assert any(line.startswith(f"{os.getpid()} ") and "maps to write" in line for line in lines)
    assert any("min 0" in line and "max 7" in line and "zeros 15" in line for line in lines)


def test_layout_by_hand_is_what_is_told(raw: str, by_hand: ByHand) -> None:
    text = printed("show", raw, "--seconds", "0", *by_hand)
    assert "float32 4 x 6, 96 B at byte 64, in V" in text
    assert "known    configured" in text


def test_layouts_of_a_file_count_too(raw: str, tmp_path: Path) -> None:
    file = tmp_path / "layouts.toml"
    file.write_text(f'[[array]]\nname = "{raw[:-1]}?"\nas = "volts"\ndtype = "<f4"\noffset = 64\n')
    assert "float32 24" in printed("show", "volts", "--seconds", "0", "--config", str(file))


def test_file_that_is_wrong_is_a_misspelling(tmp_path: Path) -> None:
    file = tmp_path / "layouts.toml"
    file.write_text('[[array]]\nname = "*"\ndtype = "<f5"\n')
    told = complaint(2, "show", "x", "--config", str(file))
    assert str(file) in told
    assert "array 1" in told


def test_json_is_what_the_page_would_be_told(raw: str) -> None:
    [told] = json.loads(printed("show", raw, "--json", "--seconds", "0"))["arrays"]
    assert (told["provenance"], told["dtype"], told["shape"]) == ("bytes", "uint8", [160])
    assert told["paths"] == [f"/dev/shm/{raw}"]
    assert told["statistics"][0]["count"] == 160


def test_every_array_of_a_pattern_is_told(name: str) -> None:
    with shmscope.create(f"{name}-a", 2), shmscope.create(f"{name}-b", 2):
        told = json.loads(printed("show", f"{name}-?", "--json", "--seconds", "0"))["arrays"]
    assert [row["name"] for row in told] == [f"{name}-a", f"{name}-b"]


def test_changes_that_nobody_counts_are_a_lower_bound(
    raw: str, puppets: Callable[[], Puppet]
) -> None:
    writer = puppets()
    writer.do(f"""
import mmap, os, threading
fd = os.open('/dev/shm/{raw}', os.O_RDWR)
memory = mmap.mmap(fd, 0)
stop = threading.Event()
def write():
    while not stop.wait(0.002):
        memory[64] = (memory[64] + 1) % 256
thread = threading.Thread(target=write)
thread.start()
""")
    [told] = json.loads(printed("show", raw, "--json", "--seconds", "1.5"))["arrays"]
    writer.do("stop.set(); thread.join(); memory.close(); os.close(fd)")
    assert (told["writes"], told["writes_per_s"]) == (None, None)
    assert told["changes"]["per_s"] > 1
    assert told["changes"]["compared"] == 160


def test_name_that_commands_a_terminal_is_shown_as_text(name: str) -> None:
    path = Path(f"/dev/shm/{name}-\x1b[2J")
    path.write_bytes(b"abc")
    try:
        text = printed("show", f"{name}-*", "--seconds", "0")
    finally:
        path.unlink()
    assert "\x1b" not in text
    assert f"{name}-\ufffd[2J" in text


def test_name_of_nothing_is_an_error(name: str) -> None:
    assert complaint(1, "show", name) == f"no array or segment is called {name!r}"
