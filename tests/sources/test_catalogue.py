"""What the catalogue says of real segments, most of which nobody published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from tests.sources.puppets import Puppet

from shmscope.sources.blocks import BlockFinder
from shmscope.sources.catalogue import Entry, take_catalogue
from shmscope.sources.inventory import take_inventory

FOREIGN = """
import multiprocessing, os, numpy as np, shmscope
from multiprocessing import shared_memory
numbers = shared_memory.ShareableList([3, 1, 4, 1], name=NAME + '-list')
raw = shared_memory.SharedMemory(NAME + '-raw', create=True, size=4096)
torch = shared_memory.SharedMemory('torch_%d_7_1' % os.getpid(), create=True, size=4096)
array = multiprocessing.Array('d', 100)
made = shmscope.create(NAME + '-made', (8, 8), 'f4')
made[0] = 1
"""


@pytest.fixture
def program(name: str) -> Iterator[Puppet]:
    with Puppet() as puppet:
        puppet.do(f"NAME = {name!r}")
        puppet.do(FOREIGN)
        yield puppet
        puppet.do("[segment.unlink() for segment in (numbers.shm, raw, torch, made)]")


def entries_of(pid: int) -> dict[str, Entry]:
    """Return the entries that process `pid` uses, by label."""
    catalogue = take_catalogue(take_inventory(), BlockFinder().find().values())
    return {
        entry.segment.label: entry
        for entry in catalogue.entries
        if any(use.process.pid == pid for use in entry.segment.uses or ())
    }


def test_published_array_is_known_with_its_writes(program: Puppet, name: str) -> None:
    entry = entries_of(program.pid)[f"{name}-made"]
    assert (entry.provenance, entry.format) == ("published", "shared_memory")
    [array] = entry.arrays
    assert (array.name, array.layout.shape, array.writes) == (f"{name}-made", (8, 8), 1)


def test_format_of_another_program_is_recognised(program: Puppet, name: str) -> None:
    entry = entries_of(program.pid)[f"{name}-list"]
    assert (entry.provenance, entry.format) == ("recognised", "ShareableList")
    [array] = entry.arrays
    assert (array.layout.dtype, array.layout.shape) == (np.dtype("<i8"), (4,))
    assert array.writes is None


def test_raw_bytes_are_said_to_be_unknown(program: Puppet, name: str) -> None:
    entry = entries_of(program.pid)[f"{name}-raw"]
    assert (entry.provenance, entry.format, entry.arrays) == ("bytes", "", ())


def test_name_tells_what_opaque_memory_is(program: Puppet) -> None:
    entries = entries_of(program.pid)
    assert entries[f"torch_{program.pid}_7_1"].format == "PyTorch"
    [arena] = [entry for label, entry in entries.items() if label.startswith("pym-")]
    assert arena.segment.kind == "unlinked"
    assert "Array" in arena.why


def test_control_blocks_are_no_entries_of_their_own(program: Puppet) -> None:
    labels: list[Any] = list(entries_of(program.pid))
    assert not [label for label in labels if label.startswith("shmscope-")]
