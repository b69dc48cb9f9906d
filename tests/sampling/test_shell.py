"""Words and commands that people paste, as bash reads them."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sampling.stepping import Stepped

from shmscope.layout.hand import parse_option, parse_rule
from shmscope.sampling.detail_rows import saying
from shmscope.sampling.shell import quoted, removal
from shmscope.sources.configuration import Configuration

HOSTILE = [
    b"/dev/shm/heat", b"/dev/shm/a b", b"/dev/shm/a\nrm -rf x", b"/dev/shm/\xed\xa0\x80 it's",
    b"/dev/shm/\xff1\\x41'$(id)`id`!", "/dev/shm/\u202eÅ\x9b2J".encode(), b"/dev/shm/\x1b[2J7",
]  # fmt: skip
BY_HAND = {"dtype": "<f4", "shape": [4, 6], "offset": 64, "unit": "it's"}
names = st.binary(min_size=1, max_size=40).map(lambda name: name.replace(b"\0", b"0"))


def spoken(words: str) -> list[bytes]:
    """Return what bash makes of words."""
    command = ["bash", "--noprofile", "--norc", "-c", f"printf '%s\\0' {words}"]
    done = subprocess.run(command, capture_output=True, check=True, env={"LC_ALL": "C"})
    return done.stdout.split(b"\0")[:-1]


@contextmanager
def segment(path: bytes) -> Iterator[None]:
    """Share some bytes."""
    with open(path, "xb") as file:
        file.write(bytes(160))
    try:
        yield
    finally:
        os.unlink(path)


@pytest.mark.parametrize("path", HOSTILE)
def test_a_path_is_one_word_that_can_be_printed(path: bytes) -> None:
    word = quoted(os.fsdecode(path))
    assert word.isprintable()
    assert spoken(word) == [path]


@settings(max_examples=20)
@given(st.lists(names, min_size=1, max_size=20))
def test_any_bytes_come_through_bash(paths: list[bytes]) -> None:
    words = [quoted(os.fsdecode(path)) for path in paths]
    assert all(word.isprintable() for word in words)
    assert spoken(" ".join(words)) == paths


def test_a_path_that_can_be_printed_is_quoted_as_any_shell_has_it() -> None:
    assert removal("/dev/shm/heat") == "rm /dev/shm/heat"
    assert shlex.split(removal("/dev/shm/it's")) == ["rm", "/dev/shm/it's"]


@pytest.mark.parametrize("path", HOSTILE)
def test_an_option_that_is_told_has_the_layout_seen_again(name: str, path: bytes) -> None:
    file = b"/dev/shm/%s%s" % (name.encode(), path.rpartition(b"/")[2])
    with Stepped(name, 0.0) as stepped, segment(file):
        stepped.survey()
        answers = stepped.sampler.answers
        answers.keep_layout(stepped.id, parse_rule(BY_HAND, pattern="*"), "configured", timeout_s=0)
        stepped.tick()
        told = saying(stepped.trace)
        assert told["option"].isprintable()
        option, word = spoken(told["option"])
        rule = parse_option(os.fsdecode(word))
        with Stepped(name, 0.0, Configuration(None, [rule])) as other:
            other.survey()
            again = saying(other.trace)
    assert option == b"--array"
    assert (again["provenance"], again["layout"]) == ("configured", told["layout"])
