"""Writers in other processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.sources.puppets import Puppet


@pytest.fixture
def puppet() -> Iterator[Puppet]:
    """Yield a process that does what it is told, and knows numpy and shmscope."""
    with Puppet() as process:
        process.do("import multiprocessing, numpy as np, shmscope")
        yield process
