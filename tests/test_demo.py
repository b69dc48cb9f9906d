"""The demo: what it starts, and that nothing of it is left, however it ends."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from tests.waiting import living_session, until

import shmscope
from shmscope import demo
from shmscope.errors import AlreadyPublishedError
from shmscope.publishing.files import block_paths, read_description

SHM = Path("/dev/shm")
FEW = ("heat", "camera", "race", "proxies")
PARENT = """
import json, sys
from shmscope import demo
running = demo.start(sys.argv[2:], prefix=sys.argv[1])
print(json.dumps(running.workers), flush=True)
sys.stdin.readline()
running.stop()
"""
numbers = itertools.count()


@pytest.fixture
def prefix() -> str:
    return f"demo{os.getpid()}.{next(numbers)}."


class Parent:
    """A program that runs a demo, as the command line does."""

    def __init__(self, prefix: str, workers: tuple[str, ...], scratch: Path) -> None:
        self.prefix, self.workers, self.scratch = prefix, workers, scratch
        self.process = subprocess.Popen(
            [sys.executable, "-c", PARENT, prefix, *workers],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "TMPDIR": str(scratch)},
        )
        self.pids: dict[str, int] = json.loads(opened(self.process.stdout).readline())

    def segments(self) -> list[Path]:
        """Wait until all workers write, and return where their named memory is."""
        found = until(lambda: complete(published(self.prefix), self.prefix, self.workers))
        return [SHM / segment for segment in found.values() if segment is not None]

    def check_gone(self, segments: list[Path]) -> None:
        """Wait until nothing is left: no process, block, segment, nor a Manager's socket."""
        until(lambda: not any(living_session(pid) for pid in self.pids.values()))
        until(lambda: not published(self.prefix))
        until(lambda: not any(segment.exists() for segment in segments))
        until(lambda: not any(self.scratch.iterdir()))

    def end(self) -> str:
        """Stop the demo if it still runs, and return what was said on standard error."""
        self.process.kill()
        _, said = self.process.communicate(timeout=20)
        return said


@pytest.fixture
def parent(prefix: str) -> Iterator[Parent]:
    with tempfile.TemporaryDirectory() as scratch:  # pytest's are too long for a socket's name
        started = Parent(prefix, FEW, Path(scratch))
        yield started
        started.end()
        started.check_gone([])


def opened(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


def published(prefix: str) -> dict[str, str | None]:
    """Return the published arrays of a demo: name without prefix, and segment."""
    found = (read_description(path) for path in block_paths())
    descriptions = [pair[1] for pair in found if pair is not None]
    return {d.name: d.segment for d in descriptions if d.name.startswith(prefix)}


def complete(
    found: dict[str, str | None], prefix: str, workers: tuple[str, ...]
) -> dict[str, str | None] | None:
    return found if found.keys() == {prefix + worker for worker in workers} else None


def test_every_worker_publishes_and_stop_leaves_nothing(prefix: str) -> None:
    running = demo.start(prefix=prefix)
    try:
        assert tuple(running.workers) == demo.ALL
        found = until(lambda: complete(published(prefix), prefix, demo.ALL))
    finally:
        running.stop()
    assert not any(living_session(pid) for pid in running.workers.values())
    assert published(prefix) == {}
    assert not any((SHM / segment).exists() for segment in found.values() if segment)


def test_stop_at_once_is_quiet_and_leaves_nothing(parent: Parent) -> None:
    opened(parent.process.stdin).write("\n")
    opened(parent.process.stdin).flush()
    assert parent.process.wait(20) == 0
    parent.check_gone([])
    said = parent.end().splitlines()
    assert [line for line in said if "start me alone" not in line] == []


def test_stop_when_all_write_is_quiet(parent: Parent) -> None:
    segments = parent.segments()
    opened(parent.process.stdin).write("\n")
    opened(parent.process.stdin).flush()
    assert parent.process.wait(20) == 0
    parent.check_gone(segments)
    said = parent.end().splitlines()
    assert [line for line in said if "start me alone" not in line] == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_nothing_is_left_when_the_demos_program_is_killed(
    parent: Parent, number: signal.Signals
) -> None:
    segments = parent.segments()
    os.killpg(parent.process.pid, number)
    parent.process.wait(20)
    parent.check_gone(segments)


def test_second_demo_is_told_which_process_runs_the_first(parent: Parent) -> None:
    with pytest.raises(AlreadyPublishedError, match=f"process {parent.process.pid}: ") as raised:
        demo.start(prefix=parent.prefix)
    assert raised.value.value == parent.process.pid
    parent.segments()


def test_demos_with_other_prefixes_run_side_by_side(parent: Parent) -> None:
    with demo.start(["tape"], prefix=parent.prefix + "too."):
        until(lambda: published(parent.prefix + "too."))
    parent.segments()


def test_crashed_worker_is_named_and_the_others_go_on(parent: Parent) -> None:
    segments = parent.segments()
    os.kill(parent.pids["heat"], signal.SIGKILL)
    said = opened(parent.process.stderr)
    until(lambda: "shmscope demo: heat has ended (9)" in said.readline())
    until(lambda: not living_session(parent.pids["heat"]))
    assert living_session(parent.pids["race"])
    parent.end()
    parent.check_gone(segments)


@pytest.mark.slow
def test_worker_that_does_not_react_is_killed_and_cleared_away(parent: Parent) -> None:
    segments = parent.segments()
    for pid in (parent.pids["heat"], parent.pids["camera"]):
        os.killpg(pid, signal.SIGSTOP)
    parent.end()
    parent.check_gone(segments)


def test_stop_leaves_the_arrays_of_others_alone(prefix: str) -> None:
    with shmscope.create(f"{prefix}mine", 4) as mine:
        with demo.start(["copy_trap"], prefix=prefix):
            until(lambda: len(published(prefix)) == 2)
        assert published(prefix) == {mine.name: mine.name}


def test_unknown_worker_is_refused_with_those_that_exist(prefix: str) -> None:
    with pytest.raises(ValueError, match=r"no worker is called 'heet'; there are heat, camera"):
        demo.start(["heat", "heet"], prefix=prefix)
