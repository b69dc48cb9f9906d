"""Segments that nobody published, as any program makes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from tests.sources.puppets import Puppet

SHM = Path("/dev/shm")


@pytest.fixture
def raw(name: str) -> Iterator[str]:
    """Name of a segment of 4 x 6 float32 behind a header of 64 bytes."""
    values = np.arange(24, dtype="<f4").tobytes()
    (SHM / name).write_bytes(bytes(64) + values)
    yield name
    (SHM / name).unlink()


@pytest.fixture
def by_hand(raw: str) -> tuple[str, str]:
    """The option that says what `raw` is."""
    return "--array", f"name={raw} dtype=<f4 shape=4,6 offset=64 unit=V"


@pytest.fixture
def puppets() -> Iterator[Callable[[], Puppet]]:
    """Return what starts processes that do what they are told."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(Puppet())
