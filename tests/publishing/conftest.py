"""Memory to publish, as a program without shmscope has it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from multiprocessing.shared_memory import SharedMemory
from typing import Any

import numpy as np
import pytest
from tests.publishing.programs import SHAPE

import shmscope
from shmscope.publishing.array import SharedArray


@pytest.fixture
def memory(name: str) -> Iterator[SharedMemory]:
    made = SharedMemory(name, create=True, size=4096)
    try:
        yield made
    finally:
        made.unlink()
        gc.collect()  # views of it must be gone before
        made.close()


@pytest.fixture
def view(memory: SharedMemory) -> np.ndarray[Any, Any]:
    found: np.ndarray[Any, Any] = np.ndarray(SHAPE, "f8", memory.buf)
    return found


@pytest.fixture
def counted(name: str) -> Iterator[SharedArray]:
    with shmscope.create(name, SHAPE) as made:
        yield made
