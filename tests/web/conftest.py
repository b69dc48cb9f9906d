"""The server that the tests of the web floor ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.web.running import Running, running


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    """A server for all tests of a module."""
    with running() as server:
        yield server
