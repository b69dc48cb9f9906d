"""Commands of verdicts, as bash reads them."""

from __future__ import annotations

import os
import shlex
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shmscope.sampling.health.commands import quoted, removal

HOSTILE = [
    b"/dev/shm/heat", b"/dev/shm/a b", b"/dev/shm/a\nrm -rf x", b"/dev/shm/\xed\xa0\x80 it's",
    b"/dev/shm/\xff1\\x41'$(id)`id`!", "/dev/shm/\u202eÅ\x9b2J".encode(), b"/dev/shm/\x1b[2J7",
]  # fmt: skip
names = st.binary(min_size=1, max_size=40).map(lambda name: name.replace(b"\0", b"0"))


def spoken(words: str) -> bytes:
    """Return what bash makes of words."""
    command = ["bash", "--noprofile", "--norc", "-c", f"printf %s {words}"]
    return subprocess.run(command, capture_output=True, check=True, env={"LC_ALL": "C"}).stdout


@pytest.mark.parametrize("path", HOSTILE)
def test_a_path_is_one_word_that_can_be_printed(path: bytes) -> None:
    word = quoted(os.fsdecode(path))
    assert word.isprintable()
    assert spoken(word) == path


@settings(max_examples=20)
@given(st.lists(names, min_size=1, max_size=20))
def test_any_bytes_come_through_bash(paths: list[bytes]) -> None:
    words = [quoted(os.fsdecode(path)) for path in paths]
    assert all(word.isprintable() for word in words)
    assert spoken(f"'' {' '.join(words)}") == b"".join(paths)


def test_a_path_that_can_be_printed_is_quoted_as_any_shell_has_it() -> None:
    assert removal("/dev/shm/heat") == "rm /dev/shm/heat"
    assert shlex.split(removal("/dev/shm/it's")) == ["rm", "/dev/shm/it's"]
