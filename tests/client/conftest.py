"""What the tests of the client share: a real server, and arrays that it knows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from tests.client.serving import serving
from tests.waiting import until

import shmscope
from shmscope.client import Client, RemoteArray
from shmscope.publishing.array import SharedArray


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of a server for all tests of a module."""
    with serving() as served:
        yield served


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[Client]:
    """A client of it."""
    with shmscope.connect(address) as connected:
        yield connected


@pytest.fixture
def heat(name: str) -> Iterator[SharedArray]:
    """An array of 4 x 6 float32."""
    with shmscope.create(
        name, (4, 6), "f4", unit="°C", labels=list("abcdef"), about="a plate"
    ) as array:
        array[...] = np.arange(24).reshape(4, 6)
        yield array


@pytest.fixture
def remote(client: Client, heat: SharedArray) -> RemoteArray:
    """The same, as the server has it."""
    return until(lambda: client.arrays(heat.name))[0]
