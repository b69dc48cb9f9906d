"""What all tests share: names that no other process uses, and hypothesis without a deadline."""

from __future__ import annotations

import itertools
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

SHM = Path("/dev/shm")

# A machine that is shared is sometimes slow: that is no failure.
settings.register_profile("shmscope", deadline=None)
settings.load_profile("shmscope")

_numbers = itertools.count()


@pytest.fixture
def name() -> Iterator[str]:
    """Yield a name for segments, or a part of their names; what is left of them is removed.

    It has no character that the name of a control block would not show.
    """
    unique = f"test_{os.getpid()}_{next(_numbers)}_{secrets.token_hex(3)}"
    yield unique
    for left in SHM.glob(f"*{unique}*"):
        left.unlink(missing_ok=True)
