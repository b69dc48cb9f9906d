"""What child processes run, importable wherever they start, and a look at blocks as files."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import Any

import numpy as np

import shmscope
from shmscope.layout.control import Header, Slots, parse_slots, total_writes
from shmscope.layout.names import block_prefix
from shmscope.publishing.array import Published, SharedArray

SHM = Path("/dev/shm")
SHAPE = (16,)


@dataclass(frozen=True)
class Segment:
    """A plain SharedMemory, as a program without shmscope has it."""

    memory: SharedMemory

    def view(self) -> np.ndarray[Any, Any]:
        array: np.ndarray[Any, Any] = np.ndarray(SHAPE, "f8", self.memory.buf)
        return array


def join(name: str, target: Any) -> Published[Any]:
    """Get a handle in whichever way a process gets it."""
    if target is None:
        return shmscope.open(name, mode="r+")
    if isinstance(target, Published):
        return target
    if isinstance(target, Segment):
        published: Published[Any] = shmscope.publish(name, target.view())
        return published
    other: Published[Any] = shmscope.publish(name, target)
    return other


def write(name: str, target: Any, writes: int) -> None:
    """Write so many times, every value the number of the write."""
    handle = join(name, target)
    for number in range(writes):
        with handle.writing() as array:
            array[0] = number


def write_once(array: Published[Any]) -> None:
    with array.writing():
        pass


@contextmanager
def writing_threads(array: SharedArray, count: int) -> Iterator[list[threading.Thread]]:
    """Have threads that have written once and go on living."""
    written, end = threading.Barrier(count + 1), threading.Event()

    def write_once() -> None:
        with array.writing():
            pass
        written.wait()
        end.wait()

    threads = [threading.Thread(target=write_once) for _ in range(count)]
    for thread in threads:
        thread.start()
    written.wait()
    try:
        yield threads
    finally:
        end.set()
        for thread in threads:
            thread.join()


def write_when_told(name: str, target: Any, link: Connection) -> None:
    """Claim a slot by a first write; then write once for every message but None."""
    handle = join(name, target)
    with handle.writing() as array:
        array[0] = 0
    link.send("ready")
    while link.recv() is not None:
        with handle.writing() as array:
            array[0] += 1
        link.send("written")


def die_in_a_section(name: str, target: Any, link: Connection) -> None:
    """Wait to be killed in the middle of a write."""
    handle = join(name, target)
    with handle.writing():
        link.send("ready")
        link.recv()


def fill_without_end(name: str, link: Connection) -> None:
    """Write a growing number to all elements, again and again, until told to stop."""
    handle = shmscope.open(name, mode="r+")
    link.send("ready")
    number = 0
    while not link.poll():
        number += 1
        with handle.writing() as array:
            array[:] = number


def create_and_end(name: str, how: str, link: Connection) -> None:
    """Publish something of this process's own, and end."""
    array = shmscope.create(name, SHAPE)
    with array.writing() as values:
        values[:] = 1
    link.send([path.name for path in blocks_of(name)])
    array._segment.unlink()  # type: ignore[union-attr]  # leave the block to the farewell
    if how == "sys.exit":
        sys.exit(3)
    if how == "exception":
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - its traceback is no news
        raise RuntimeError


def run(program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a program that has nothing to do with this process; end when all that it started did."""
    command = [sys.executable, "-W", "error", "-c", program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=check, timeout=50)


@contextmanager
def running(program: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start a program of its own that prints `ready`; it is killed at the end, if not before."""
    command = [sys.executable, "-W", "error", "-c", program, *arguments]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def blocks_of(name: str) -> list[Path]:
    """Return the files of an array's control blocks."""
    return sorted(SHM.glob(block_prefix(name) + "*"))


def slots_of(name: str) -> Slots:
    """Return all slots of an array's only control block."""
    [block] = blocks_of(name)
    data = block.read_bytes()
    header = Header.unpack(data)
    return parse_slots(data[header.slots_offset : header.total_bytes])


def total_of(name: str) -> int:
    """Return the writes that an array's block counts."""
    return total_writes(slots_of(name))
