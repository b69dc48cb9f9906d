"""One long-running server, which every fault of this folder must leave unharmed."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.faults.bystander import Bystander, Caller
from tests.faults.measured import WRITES_DOCUMENT, Measured
from tests.faults.serving import Serving
from tests.sampling.stepping import Stepped
from tests.sources.puppets import Puppet
from tests.waiting import until

from shmscope.sampling.topics import OverviewTopic

MOST_GROWTH_BYTES = 64 << 20  # of the server's own memory, over all faults together


@dataclass(slots=True)
class Instrument:
    """A server, a page and a program that look on while things break.

    Attributes:
        grown_bytes: The most that the server's memory has grown by since the first fault.
        longest_gap_s: The longest time without a frame of the healthy array.
        slowest_s: The longest that the server took to answer.
    """

    serving: Serving
    bystander: Bystander
    caller: Caller
    resident_bytes: int
    started_s: float = field(default_factory=time.monotonic)
    grown_bytes: int = 0
    longest_gap_s: float = 0.0
    slowest_s: float = 0.0
    faults: int = 0


@pytest.fixture(scope="package")
def measured() -> Iterator[Measured]:
    """Yield where numbers are noted."""
    noted = Measured()
    yield noted
    if WRITES_DOCUMENT:
        noted.write()


@pytest.fixture(scope="package")
def instrument(measured: Measured) -> Iterator[Instrument]:
    """Yield a server that goes on through all faults, and those who look on."""
    with ExitStack() as stack:
        serving = stack.enter_context(Serving())
        bystander = stack.enter_context(Bystander(serving, f"test_faults_{os.getpid()}_healthy"))
        caller = stack.enter_context(Caller(serving))
        until(lambda: bystander.frames > 60 and caller.answers > 10)  # warm
        found = Instrument(serving, bystander, caller, serving.resident_bytes)
        yield found
        _note(found, measured)


def _note(found: Instrument, measured: Measured) -> None:
    lasted_s = time.monotonic() - found.started_s
    measured.note("faults under which one server went on", f"{found.faults}")
    measured.note("seconds that it ran", f"{lasted_s:.0f}")
    measured.note("frames of the healthy array", f"{found.bystander.frames:,}")
    measured.note(
        "of them per second, 60 being asked for", f"{found.bystander.frames / lasted_s:.0f}"
    )
    measured.note("longest time without one", f"{found.longest_gap_s:.2f} s")
    measured.note("requests answered", f"{found.caller.answers:,}")
    measured.note("requests not answered", f"{len(found.caller.trouble)}")
    measured.note("slowest answer", f"{found.slowest_s:.2f} s")
    grown, limit = found.grown_bytes / 2**20, MOST_GROWTH_BYTES >> 20
    measured.note(f"memory that the server grew by, {limit} MiB being allowed", f"{grown:.1f} MiB")
    measured.note("descriptors that the server kept", "0")


@pytest.fixture(autouse=True)
def unharmed(instrument: Instrument) -> Iterator[None]:
    """Fail a test whose fault the server, or whoever watches something else, has noticed."""
    serving, bystander, caller = instrument.serving, instrument.bystander, instrument.caller
    before = serving.descriptors
    frames, answers = bystander.begin(), caller.begin()
    yield
    instrument.faults += 1
    newest = bystander.newest
    until(lambda: bystander.frames > frames + 3 and bystander.newest > newest)
    until(lambda: caller.answers > answers)
    assert not bystander.trouble
    assert not caller.trouble
    until(lambda: serving.descriptors <= before)
    grown_bytes = serving.resident_bytes - instrument.resident_bytes
    assert grown_bytes < MOST_GROWTH_BYTES
    instrument.grown_bytes = max(grown_bytes, instrument.grown_bytes)
    instrument.longest_gap_s = max(instrument.longest_gap_s, bystander.longest_gap_s)
    instrument.slowest_s = max(instrument.slowest_s, caller.slowest_s)


@pytest.fixture
def serving(instrument: Instrument) -> Serving:
    """Return the server."""
    return instrument.serving


@pytest.fixture
def stepped(name: str) -> Iterator[Stepped]:
    """Yield a sampler whose clock stands still, and which sees arrays of this test only."""
    with Stepped(name, time.monotonic()) as found:
        found.sampler.demand.add(OverviewTopic())  # what nobody watches is judged seldom
        yield found


@pytest.fixture
def puppets() -> Iterator[Callable[[], Puppet]]:
    """Return what starts processes that do what they are told."""
    with ExitStack() as stack:

        def start() -> Puppet:
            puppet = stack.enter_context(Puppet())
            puppet.do("import mmap, multiprocessing, os, time, numpy as np, shmscope")
            puppet.do("from multiprocessing.shared_memory import SharedMemory")
            return puppet

        yield start


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder of shared memory of a test's own, on a tmpfs where it may mount one."""
    mounted = _mount(tmp_path, "64m")
    yield tmp_path
    if mounted:
        _unmount(tmp_path)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """Yield a tmpfs of 8 MiB that a test may fill."""
    if not _mount(tmp_path, "8m"):
        pytest.skip("a small tmpfs can be mounted by root only")
    yield tmp_path
    _unmount(tmp_path)


def _mount(path: Path, size: str) -> bool:
    if os.geteuid() != 0:
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "shmscope-test", str(path)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _unmount(path: Path) -> None:
    command = ["umount", "--lazy", str(path)]
    subprocess.run(command, check=True)
