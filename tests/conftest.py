"""What all tests share: names that no other process uses, and hypothesis without a deadline."""

from __future__ import annotations

import itertools
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from shmscope.layout.names import block_prefix

SHM = Path("/dev/shm")

# A machine that is shared is sometimes slow: that is no failure.
settings.register_profile("shmscope", deadline=None)
settings.load_profile("shmscope")

_numbers = itertools.count()


@pytest.fixture
def name() -> Iterator[str]:
    """Yield a name for a segment; what is left under it afterwards is removed."""
    unique = f"test-{os.getpid()}-{next(_numbers)}-{secrets.token_hex(3)}"
    yield unique
    for left in (SHM / unique, *SHM.glob(f"{block_prefix(unique)}*")):
        left.unlink(missing_ok=True)
