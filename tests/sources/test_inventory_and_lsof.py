"""An inventory and lsof say the same, at first and of a refresh."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

import pytest
from tests.sources.discovering import Maker, find
from tests.sources.reading import SHM

from shmscope.sources.inventory import Inventory, take_inventory


@pytest.fixture
def user() -> Iterator[Maker]:
    """Yield a process that can make every kind of segment."""
    with Maker() as process:
        yield process


@pytest.mark.skipif(shutil.which("lsof") is None, reason="lsof is not here to compare with")
def test_lsof_says_the_same(name: str, user: Maker) -> None:
    (SHM / f"{name}-folder").mkdir()
    try:
        user.do(f"memory = SharedMemory('{name}-both', create=True, size=5000)")
        user.do(f"map_only('/dev/shm/{name}-mapped'); map_only('/dev/shm/{name}-r', 4096, 1)")
        user.do(f"map_only('/dev/shm/{name}-private', 4096, 1, 2)")
        user.do(f"held.append(open('/dev/shm/{name}-folder/held', 'w+'))")
        (SHM / f"{name}-nobody").write_bytes(b"x")
        before = take_inventory()
        user.do(f"held.append(open('/dev/shm/{name}-r', 'r'))")
        with Maker() as other:
            other.do(f"map_only('/dev/shm/{name}-mapped', 4096, 1)")
            assert ours(take_inventory(), name) == theirs(name)
            assert ours(take_inventory(take_inventory(before)), name) == theirs(name)
    finally:
        shutil.rmtree(SHM / f"{name}-folder")


def ours(inventory: Inventory, name: str) -> set[tuple[int, str, str]]:
    """Return (pid, number of a descriptor or ``mem``, path) of every use."""
    return {
        (one.process.pid, number, segment.paths[0])
        for segment in find(inventory, name)
        for one in segment.uses or ()
        for number in [*map(str, one.descriptors), *(["mem"] if one.mapped else [])]
    }


def theirs(name: str) -> set[tuple[int, str, str]]:
    """Return the same as lsof has it: a line each for process, descriptor and name."""
    command = ["lsof", "-w", "-F", "pfn", "+D", "/dev/shm"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    uses, pid, number = set(), 0, ""
    for line in answer.splitlines():
        match line[:1], line[1:]:
            case "p", text:
                pid = int(text)
            case "f", text:
                number = text
            case "n", text if name in text:
                uses.add((pid, number, text))
    return uses
